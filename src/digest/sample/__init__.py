"""Sample services: Daily Papers, arXiv and a model on one loopback port, which speak as the real ones do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial

from digest.sample import arxiv_api, arxiv_site, huggingface
from digest.sample.model import Model
from digest.sample.paper import Catalogue, SampleField, SamplePaper, SampleSection, given_text, load_papers
from digest.sample.server import Reply, Request, SampleServer, Service, json_reply

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

SAMPLE_DATE = date(2025, 12, 4)
"""The date on which the papers that ship with digest are listed."""


class SampleServices:
    """What the services answer, and where they are once they are served."""

    def __init__(self, catalogue: Catalogue, model: Model, url: str) -> None:
        self._answers: dict[Service, Callable[[Request], Reply]] = {
            "huggingface": partial(huggingface.daily_papers, catalogue=catalogue),
            "arxiv-api": partial(arxiv_api.query, catalogue=catalogue),
            "html": partial(arxiv_site.html, catalogue=catalogue),
            "pdf": partial(arxiv_site.pdf, catalogue=catalogue),
            "abs": partial(arxiv_site.abstract_page, catalogue=catalogue),
            "model": model.complete,
            "models": model.models,
            **dict.fromkeys(("files", "batches", "other"), _nothing),
        }
        self.huggingface_url = f"{url}/hf"
        self.arxiv_api_url = f"{url}/export/api/query"
        self.arxiv_site_url = f"{url}/arxiv"
        self.model_base_url = f"{url}/v1"

    def answer_to(self, request: Request) -> Reply:
        """What the service says that the request is for."""
        return self._answers[request.service](request)


def _nothing(request: Request) -> Reply:
    return json_reply({"error": f"nothing at {request.path}"}, status=404)


@contextmanager
def serve(today: date) -> Iterator[SampleServices]:
    """Run the services on a free loopback port inside the `with` block; `today` is the newest date whose list is open.

    They know the papers that ship with digest, all listed on the sample date.
    """
    papers = {paper.id: paper for paper in load_papers()}
    catalogue = Catalogue(papers, {SAMPLE_DATE.isoformat(): tuple(papers)}, today)
    server = SampleServer()
    services = SampleServices(catalogue, Model(papers), server.url)
    with server.running(services.answer_to):
        yield services
