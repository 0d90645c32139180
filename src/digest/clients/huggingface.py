"""Hugging Face's Daily Papers, by its JSON API."""

import json
from datetime import date
from typing import Any

import msgspec

from digest.clients.errors import ServiceError
from digest.clients.http import HttpClient
from digest.clients.service import Answer, Service
from digest.core.fault import Fault
from digest.core.ids import parse_id
from digest.core.paper import Paper
from digest.core.text import fold

_SERVICE = Service("Hugging Face", "huggingface", "application/json")
_PAGE = 100
_PAGES = 20
"""Pages of a day at most, against a server that never ends."""


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


class _Item(msgspec.Struct):
    paper: _Listed


class DailyPapers:
    """What one date's list holds."""

    def __init__(self, papers: list[Paper], submitted: list[str], faults: list[Fault]) -> None:
        self.papers = papers
        self.submitted = submitted
        """When each paper was put on the list, ISO 8601; its date alone since May 2026."""
        self.faults = faults
        """Items that are not papers, or papers of another day."""


def daily_papers(http: HttpClient, url: str, day: date) -> DailyPapers:
    """A date's list, to its last page. Raises NotOpenError before its day, ServiceError where there is no list."""
    found = DailyPapers([], [], [])
    for page in range(_PAGES):
        items = _page(http, f"{url}/api/daily_papers?date={day}&limit={_PAGE}&p={page}")
        for item in items:
            _take(item, day, found)
        if len(items) < _PAGE:
            break
    return found


def _page(http: HttpClient, url: str) -> list[Any]:
    try:
        answer = http.ask(_SERVICE, url, check=_check)
    except ServiceError as error:
        if error.status == 400 and "must be less than or equal to" in error.body:
            raise NotOpenError from error
        raise
    items: list[Any] = json.loads(answer.body)
    return items


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
        metadata="listing" if listed.title else "none",
    )
