"""Source text of a paper: arXiv's HTML, else its PDF, else the abstract."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import msgspec

from digest.clients.errors import ServiceError
from digest.clients.http import HttpClient
from digest.clients.pacer import Pacer
from digest.clients.retry import THROTTLING
from digest.clients.service import MEGABYTE, Service
from digest.core.paper import Paper
from digest.core.source_text import Section, SourceText
from digest.stages.source_text.worker import ReaderProcess, ReadingError
from digest.store.cache import Cache

_READER = 1
"""Raised when the readers improve, so that texts are read again."""

LARGEST_PAGE = 20 * MEGABYTE
"""Bytes of an HTML page, which take some twenty seconds to read. The longest theses stay below."""

_PATIENCE = 30.0
"""Seconds for reading a page, at most."""

Reader = Callable[[bytes], SourceText | None]
"""Makes None of a page without the paper. Raises ReadingError where it cannot tell."""


class _Form(NamedTuple):
    """A form in which arXiv gives a paper's text."""

    path: str
    service: Service
    reader: Reader


class ArxivSite:
    """The pages of arXiv's site, at one pace."""

    def __init__(self, http: HttpClient, url: str, pacer: Pacer, forms: Sequence[str]) -> None:
        self._http = http
        self._url = url
        self._names = tuple(forms)
        self._forms = [_form(name, pacer) for name in forms]

    def get_ready(self) -> None:
        """Start the process that reads pages while the first one is downloaded."""
        if "html" in self._names:
            _html_reader().start()

    @property
    def question(self) -> dict[str, object]:
        """What, besides the paper, a text depends on."""
        return {"url": self._url, "forms": self._names, "reader": _READER}

    def text(self, paper: Paper) -> tuple[SourceText | None, list[str]]:
        """The best text of the forms, None if no form has any, and what went wrong on the way.

        A form whose text is shorter than the abstract lost most of the paper: the next one is tried as well.
        """
        best: SourceText | None = None
        troubles: list[str] = []
        for form in self._forms:
            try:
                found = form.reader(self._http.ask(form.service, self._page(form, paper)).body)
            except ServiceError as error:
                troubles += [] if error.status == 404 else [str(error)]
                continue
            except ReadingError as error:
                troubles.append(f"{form.service.name}: {error}")
                continue
            if found is not None and (best is None or found.length > best.length):
                best = found
            if best is not None and best.length > len(paper.abstract):
                break
        return best, troubles

    def _page(self, form: _Form, paper: Paper) -> str:
        version = f"v{paper.version}" if paper.pinned else ""
        return f"{self._url}/{form.path}/{paper.id}{version}"


def fetch_text(paper: Paper, *, site: ArxivSite, cache: Cache) -> SourceText:
    """A paper's source text; where arXiv's site has none, its abstract as far as the paper has one.

    Where the site had trouble, notes say so and the answer is not kept; nor is it where there are no words at all.
    """
    question = {
        "ask": "source text",
        "id": paper.id,
        "version": paper.version if paper.pinned else None,
        **site.question,
    }
    kept = cache.get_value(SourceText, **question)
    if kept is not None:
        return kept
    found, troubles = site.text(paper)
    text = found or abstract_text(paper)
    if not troubles and text.length:
        cache.put(text.as_json(), **question)
    return text.replace(notes=(*text.notes, *troubles))


def abstract_text(paper: Paper) -> SourceText:
    """A paper's abstract as its source text."""
    return SourceText(kind="abstract", sections=(Section(heading="Abstract", text=paper.abstract),))


def _form(name: str, pacer: Pacer) -> _Form:
    if name == "html":
        accept = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
        service = Service("arXiv HTML", "arxiv", accept, pacer, passing=THROTTLING, largest=LARGEST_PAGE)
        return _Form(name, service, _read_html)
    accept = "application/pdf, */*;q=0.1"
    service = Service("arXiv PDF", "arxiv", accept, pacer, passing=THROTTLING, largest=60 * MEGABYTE)
    return _Form(name, service, _read_pdf)


@cache
def _html_reader() -> ReaderProcess:
    """One process for all pages, since its start takes longer than a page."""
    return ReaderProcess("digest.stages.source_text.html")


def _read_html(body: bytes) -> SourceText | None:
    answer = msgspec.json.decode(_html_reader().ask(body, timeout=_PATIENCE))
    if "refused" in answer:
        raise ReadingError(answer["refused"])
    return None if answer["text"] is None else SourceText.read(answer["text"])


def _read_pdf(body: bytes) -> SourceText | None:
    from digest.stages.source_text.pdf import read_pdf

    return read_pdf(body)
