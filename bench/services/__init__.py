"""The sample services with any papers and lists: counted, slowed down, scripted, made to fail; for tests and bench."""

from bench.services import faults
from bench.services.services import TODAY, Services, serve
from bench.services.synthetic import make_papers

__all__ = ["TODAY", "Services", "faults", "make_papers", "serve"]
