"""Sample services: small servers on loopback that speak as Daily Papers, arXiv and a model server do."""

from digest.sample.paper import SampleField, SamplePaper, SampleSection, given_text, load_papers
from digest.sample.services import SAMPLE_DATE, SampleServices, serve

__all__ = [
    "SAMPLE_DATE",
    "SampleField",
    "SamplePaper",
    "SampleSection",
    "SampleServices",
    "given_text",
    "load_papers",
    "serve",
]
