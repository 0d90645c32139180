"""Papers that the user named: in a YAML file of dates, or on the command line."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from digest.core.errors import UsageError
from digest.core.fault import Fault
from digest.core.paper import Paper, State, parse_id
from digest.stages.listing.port import SourceAnswer
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
        faults = tuple(_fault(self._path, text) for text in unread)
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


def _fault(path: Path, text: str) -> Fault:
    return Fault(name="listing", message=f"{path}: {no_paper(text)}")
