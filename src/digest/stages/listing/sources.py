"""Where a day's papers are listed: Daily Papers, arXiv's categories, a file of ids, or the command line."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from digest.clients.arxiv_api import LARGEST_QUERY, ArxivApi
from digest.clients.http import HttpClient
from digest.clients.huggingface import DailyPapers, NotOpenError, daily_papers
from digest.clients.retry import OfflineError, ServiceError
from digest.core.clock import day_end
from digest.core.errors import UsageError
from digest.core.paper import Paper, State, parse_id
from digest.core.summary import Fault
from digest.stages.ports import SourceAnswer
from digest.store.config import read_yaml


class NamedPapers:
    """The same papers whatever the date: those of the command line."""

    kind = "ids"
    short_within = timedelta(0)

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._papers = tuple(papers)

    @property
    def question(self) -> None:
        return None

    def ask(self, day: date, now: datetime) -> SourceAnswer:
        return SourceAnswer(state="ready" if self._papers else "quiet", papers=self._papers, settled=True)


class ListFile:
    """A YAML file that maps dates to ids. It is read each time, since the user edits it."""

    kind = "list"
    short_within = timedelta(0)

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def question(self) -> None:
        return None

    def ask(self, day: date, now: datetime) -> SourceAnswer:
        days = read_yaml(self._path)
        if days is not None and not isinstance(days, dict):
            raise UsageError(f"{self._path}: not a mapping of dates; write lines such as 2025-12-04: [2512.03405]")
        named = (days or {}).get(str(day)) or []
        papers, unread = read_ids(named if isinstance(named, list) else str(named).split())
        faults = tuple(_unreadable(self._path, text) for text in unread)
        state: State = "ready" if papers else "error" if unread else "quiet"
        return SourceAnswer(state=state, papers=tuple(papers), faults=faults, settled=True)


def read_ids(texts: Iterable[Any]) -> tuple[list[Paper], list[str]]:
    """The papers that texts name (ids, versions, URLs), and the texts that name none."""
    papers: list[Paper] = []
    unread: list[str] = []
    for text in map(str, texts):
        named = parse_id(text)
        if named is None:
            unread.append(text)
        else:
            papers.append(Paper(id=named.id, version=named.version, pinned=named.version is not None))
    return papers, unread


def no_paper(text: str) -> str:
    """The message about a text that names no paper."""
    return f"{text[:80]!r} names no arXiv paper; write an id such as 2512.03405"


def read_ids_file(path: Path) -> list[Paper]:
    """The papers of a text file: ids or URLs parted by white space or commas; `#` starts a comment.

    Raises UsageError with a line for each text that names no paper.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text: {error}; name another file") from error
    papers: list[Paper] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        read, unread = read_ids(_uncommented(line).replace(",", " ").split())
        papers += read
        faults += [f"{path}:{number}: {no_paper(text)}" for text in unread]
    if faults:
        raise UsageError(*faults)
    return papers


def _uncommented(line: str) -> str:
    """Without a comment; a `#` inside a URL is not one."""
    return re.split(r"(?:^|\s)#", line)[0]


def _unreadable(path: Path, text: str) -> Fault:
    return Fault(name="listing", message=f"{path}: {no_paper(text)}")


_ANNOUNCED = timedelta(days=4)
"""A Friday's submissions are announced on Monday evening in New York; a holiday adds a day."""


class ArxivCategories:
    """Papers by the day of their first version, in UTC."""

    kind = "arxiv"
    short_within = timedelta(0)

    def __init__(self, api: ArxivApi, categories: Sequence[str]) -> None:
        self._api = api
        self._categories = tuple(categories)

    @property
    def question(self) -> dict[str, Any]:
        return {"url": self._api.url, "categories": self._categories}

    def ask(self, day: date, now: datetime) -> SourceAnswer:
        try:
            found = self._api.submitted(self._categories, day)
        except OfflineError:
            return SourceAnswer(state="waiting")
        except ServiceError as error:
            return SourceAnswer(state="error", faults=(Fault(name="listing", message=str(error)),))
        papers = tuple(paper for paper in found if _is_of(paper, day))
        settled = now >= day_end(day) + _ANNOUNCED
        state: State = "ready" if papers else "error" if found else "quiet" if settled else "waiting"
        faults = [_in_part(paper, day) for paper in found if not _is_of(paper, day)]
        if len(found) >= LARGEST_QUERY:
            message = f"the categories have more than {LARGEST_QUERY} papers, the rest is missing; name fewer of them"
            faults.append(Fault(name="listing", message=message))
        return SourceAnswer(state=state, papers=papers, faults=tuple(faults), settled=settled and state != "error")


def _is_of(paper: Paper, day: date) -> bool:
    """Whether a paper is of the day; one whose date cannot be read is, since only the day was asked for."""
    return paper.published is None or paper.published.startswith(str(day))


def _in_part(paper: Paper, day: date) -> Fault:
    message = f"the answer for {day} holds a paper submitted at {paper.published}; it is left out"
    return Fault(name="another-day", message=message, paper=paper.id)


_LATE = timedelta(hours=12)


class HuggingFace:
    """Daily Papers of the date. A day's list grows until the day is over in UTC."""

    kind = "huggingface"
    short_within = timedelta(days=1)

    def __init__(self, http: HttpClient, url: str) -> None:
        self._http = http
        self._url = url

    @property
    def question(self) -> dict[str, Any]:
        return {"url": self._url}

    def ask(self, day: date, now: datetime) -> SourceAnswer:
        try:
            found = daily_papers(self._http, self._url, day)
        except (NotOpenError, OfflineError):
            return SourceAnswer(state="waiting")
        except ServiceError as error:
            return SourceAnswer(state="error", faults=(Fault(name="listing", message=str(error)),))
        state = _state(found, day, now)
        return SourceAnswer(
            state=state,
            papers=tuple(found.papers),
            faults=tuple(found.faults),
            settled=state != "error" and found.is_whole and now >= day_end(day) and _taken_late(found.submitted, day),
        )


def _state(found: DailyPapers, day: date, now: datetime) -> State:
    if found.papers:
        return "ready"
    if found.faults:
        return "error"
    weekend = day.weekday() >= 5
    return "quiet" if weekend or now >= day_end(day) else "waiting"


def _taken_late(submitted: list[str], day: date) -> bool:
    """Whether the list's own times do not contradict that it was taken after its day.

    A mirror or a proxy may serve the list of an earlier hour long after, and then the newest time gives it away.
    Since May 2026 all times are midnight and say nothing.
    """
    times = {moment for text in submitted if (moment := _instant(text)) is not None}
    return len(times) < 2 or max(times) > day_end(day) - _LATE


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
