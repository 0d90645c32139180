"""Sample services: small servers on loopback that speak as Daily Papers, arXiv and a model server do."""

from digest.sample import faults
from digest.sample.exchange import Request
from digest.sample.paper import SampleField, SamplePaper, SampleSection, given_text, load_papers
from digest.sample.services import SAMPLE_DATE, Services, serve
from digest.sample.synthetic import make_papers

__all__ = [
    "SAMPLE_DATE",
    "Request",
    "SampleField",
    "SamplePaper",
    "SampleSection",
    "Services",
    "faults",
    "given_text",
    "load_papers",
    "make_papers",
    "serve",
]
