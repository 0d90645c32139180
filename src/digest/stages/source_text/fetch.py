"""Source text of a paper: arXiv's HTML, else its PDF, else the abstract."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import msgspec

from digest.clients.http import MEGABYTE, HttpClient, Pacer, Service
from digest.clients.retry import THROTTLING, ServiceError
from digest.core.paper import Paper, Section, SourceText
from digest.stages.source_text.worker import ReaderProcess, ReadingError
from digest.store.cache import Cache

_READER = 3
"""Raised when the readers improve, so that texts are read again."""

LARGEST_PAGE = 20 * MEGABYTE
"""Bytes of an HTML page, which take some twenty seconds to read. The longest theses stay below."""

_PATIENCE = 30.0
"""Seconds for reading a page, at most."""

_ABSTRACTS = 2
"""Times the length of the abstract that a paper's text has at least."""

_FAR_MORE = 1.15
"""Times the prose of a page that its PDF has if the page lacks a part of the paper."""

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

    @property
    def question(self) -> dict[str, object]:
        """What, besides the paper, a text depends on."""
        return {"url": self._url, "forms": self._names, "reader": _READER}

    def text(self, paper: Paper) -> tuple[SourceText | None, list[str]]:
        """The best text of the forms, None if no form has any, and what went wrong on the way.

        A form that lacks a part of the paper, or whose text is about as short as the abstract, is not trusted: the next
        one is tried as well.
        """
        found: list[SourceText] = []
        troubles: list[str] = []
        for form in self._forms:
            try:
                text = form.reader(self._http.ask(form.service, self._page(form, paper)).body)
            except ServiceError as error:
                troubles += [] if error.status == 404 else [str(error)]
                continue
            except ReadingError as error:
                troubles.append(f"{form.service.name}: {error}")
                continue
            if text is not None:
                found.append(text)
                if not text.lacks and text.length > _ABSTRACTS * len(paper.abstract):
                    break
        return best_of(found), troubles

    def _page(self, form: _Form, paper: Paper) -> str:
        version = f"v{paper.version}" if paper.pinned else ""
        return f"{self._url}/{form.path}/{paper.id}{version}"


def best_of(texts: Sequence[SourceText]) -> SourceText | None:
    """The text that has most of the paper, with a note where another had less, or where a part is missing from all.

    A page that seems to lack a part has it all the same where another form has no more prose.
    """
    if not texts:
        return None
    first, best = texts[0], max(texts, key=lambda text: text.length)
    if best is not first and best.length < _FAR_MORE * first.length:
        best = first
    notes = [] if best is first else [f"the {first.kind} is not whole: {first.lacks or 'it has far less text'}"]
    borne_out = any(text is not best and text.length > best.length / _FAR_MORE for text in texts)
    if best.lacks and not borne_out:
        notes.append(f"the {best.kind} may not be the whole paper: {best.lacks}")
    kept = (note for note in first.notes if note not in best.notes)  # what the page hid, the PDF need not show
    return best.replace(notes=(*best.notes, *kept, *notes), lacks="")


def fetch_text(paper: Paper, *, site: ArxivSite, cache: Cache) -> SourceText:
    """A paper's source text; where arXiv's site has none, or less than that, its abstract as far as it has one.

    Where the site had trouble, notes say so and the answer is not kept; nor is it where there are no words at all.
    """
    question = _question(paper, site)
    kept = cache.get_value(SourceText, **question)
    if kept is not None:
        return kept
    latest = cache.peek_value(SourceText, **_question(paper.replace(pinned=False), site)) if paper.pinned else None
    if latest is not None and latest.version == paper.version:  # it was the latest when it was asked for
        return latest
    found, troubles = site.text(paper)
    text = abstract_text(paper)
    if found and found.length >= text.length:
        text = found
    elif found:
        text = text.replace(notes=(*found.notes, f"the {found.kind} has less text than the abstract"))
    if not troubles and text.length:
        cache.put(text.as_json(), **question)
    return text.replace(notes=(*text.notes, *troubles))


def has_text(paper: Paper, *, site: ArxivSite, cache: Cache) -> bool:
    """Whether a paper's source text was fetched before."""
    return cache.has(**_question(paper, site))


def _question(paper: Paper, site: ArxivSite) -> dict[str, object]:
    version = paper.version if paper.pinned else None
    return {"ask": "source text", "id": paper.id, "version": version, **site.question}


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
