"""Hugging Face's Daily Papers, by its JSON API."""

import json
import re
from datetime import date
from typing import Any, NamedTuple

import msgspec

from digest.clients.http import Answer, HttpClient, Service
from digest.clients.retry import ServiceError
from digest.core.paper import Paper, code_url, page_url, parse_id
from digest.core.summary import Fault
from digest.core.text import counted, fold

_SERVICE = Service("Hugging Face", "huggingface", "application/json")
_PAGE = 100
_PAGES = 200
"""Pages of a day at most, against a server that never ends."""
_ROUND = 5
"""A full page of a server with pages of its own, such as 20 or 50, has a multiple of so many items."""
_NEXT = re.compile(r'rel="?next\b')


class NotOpenError(Exception):
    """The date's list is not open yet."""


class _Author(msgspec.Struct):
    name: str | None = None
    hidden: bool = False


class _Listed(msgspec.Struct):
    id: str
    title: str | None = None
    summary: str | None = None
    upvotes: int | None = None
    authors: tuple[_Author, ...] | None = None
    publishedAt: str | None = None  # noqa: N815  the wire's name
    submittedOnDailyAt: str | None = None  # noqa: N815  the wire's name
    githubRepo: Any = None  # noqa: N815  the wire's name
    projectPage: Any = None  # noqa: N815  the wire's name


class _Item(msgspec.Struct):
    paper: _Listed


class DailyPapers:
    """What one date's list holds."""

    def __init__(self, papers: list[Paper], submitted: list[str], faults: list[Fault]) -> None:
        self.papers = papers
        self.submitted = submitted
        """When each paper was put on the list, ISO 8601; its date alone since May 2026."""
        self.is_whole = False
        """Whether its last page was reached."""
        self.faults = faults
        """Items that are not papers, or papers of another day."""


def daily_papers(http: HttpClient, url: str, day: date) -> DailyPapers:
    """A date's list, to its last page. Raises NotOpenError before its day, ServiceError where there is no list.

    A mirror may give shorter pages than it is asked for, or end before it has given all that it announced; what could
    not be read is a fault.
    """
    found, seen, full = DailyPapers([], [], []), set[str](), _PAGE
    for number in range(_PAGES):
        page = _page(http, f"{url}/api/daily_papers?date={day}&limit={full}&p={number}")
        if number == 0:
            full = len(page.items) or full  # a mirror may count its pages by what it gives, not by what it is asked for
        new = {_key(item): item for item in page.items}
        new = {text: item for text, item in new.items() if text not in seen}
        for item in new.values():
            _take(item, day, found)
        seen |= new.keys()
        may_go_on = page.has_next or (len(page.items) >= full and full % _ROUND == 0)
        if not new or not may_go_on:
            found.is_whole = not page.has_next
            break
    if not found.is_whole:
        found.faults.append(_missing(len(seen)))
    return found


def _key(item: Any) -> str:
    """What an item is known by on a page that repeats it."""
    try:
        return json.dumps(item, sort_keys=True)
    except RecursionError:
        return "an item that is nested too deep"


class _Page(NamedTuple):
    items: list[Any]
    has_next: bool
    """Whether the answer names a next page."""


def _missing(count: int) -> Fault:
    message = f"the list goes on after the {counted(count, 'item')} that could be read; the rest is missing"
    return Fault(name="listing", message=message)


def _page(http: HttpClient, url: str) -> _Page:
    try:
        answer = http.ask(_SERVICE, url, check=_check)
    except ServiceError as error:
        if error.status == 400 and "must be less than or equal to" in error.body:
            raise NotOpenError from error
        raise
    links = next((value for name, value in answer.headers.items() if name.lower() == "link"), "")
    return _Page(json.loads(answer.body), _NEXT.search(links) is not None)


def _check(answer: Answer) -> None:
    try:
        items = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise ServiceError(_SERVICE.name, "the answer is not JSON", passing=True) from error
    if not isinstance(items, list):
        reason = items.get("error") if isinstance(items, dict) else None
        raise ServiceError(_SERVICE.name, f"no list but {fold(str(reason or items))[:200]}", passing=True)


def _take(item: Any, day: date, found: DailyPapers) -> None:
    try:
        listed = msgspec.convert(item, _Item).paper
    except msgspec.ValidationError as error:
        found.faults.append(Fault(name="listing", message=f"an item of the list is not a paper: {fold(str(error))}"))
        return
    named = parse_id(listed.id)
    if named is None:
        found.faults.append(Fault(name="listing", message=f"{listed.id!r} in the list is not an arXiv id"))
    elif (submitted := fold(listed.submittedOnDailyAt or "")) and submitted[:10] != str(day):
        message = f"the list of {day} holds a paper of {submitted[:10]}; it is left out"
        found.faults.append(Fault(name="another-day", message=message, paper=named.id))
    else:
        found.papers.append(_paper(named.id, listed))
        found.submitted += [submitted] if submitted else []


def _paper(paper_id: str, listed: _Listed) -> Paper:
    return Paper(
        id=paper_id,
        title=fold(listed.title or ""),
        authors=tuple(fold(author.name) for author in listed.authors or () if author.name and not author.hidden),
        abstract=fold(listed.summary or ""),
        published=fold(listed.publishedAt) if listed.publishedAt else None,
        upvotes=listed.upvotes,
        code=code_url(listed.githubRepo),
        project=page_url(listed.projectPage),
        metadata="listing" if listed.title else "none",
    )
