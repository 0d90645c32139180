"""What the pages are made from: the workspace's records, posts and templates, read anew for each page."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from digest.core.errors import UsageError
from digest.core.record import Record
from digest.preview.day import count
from digest.preview.search import Query, Results, search
from digest.stages.render import UnfaithfulPostError, render_post
from digest.store.cache import Cache
from digest.store.files import read_text
from digest.store.posts import Posts, PostState
from digest.store.records import Records
from digest.store.templates import Templates
from digest.store.workspace import Workspace

_TITLES: Final = 4
"""Titles of a day that its row shows."""


class DayRow(NamedTuple):
    """A day in the list."""

    day: date
    counts: tuple[tuple[str, int], ...] = ()
    titles: tuple[str, ...] = ()
    more: int = 0
    """Papers beyond the titles."""
    fault: str | None = None
    """Why its record cannot be read."""


class Month(NamedTuple):
    """A month that has days."""

    name: str
    """`2025-12`."""
    days: int


class Year(NamedTuple):
    """The months of a year, newest first."""

    name: str
    months: tuple[Month, ...]


def row_of(record: Record) -> DayRow:
    """A day's row."""
    titles = [entry.paper.name for entry in record.entries]
    return DayRow(record.date, count(record), tuple(titles[:_TITLES]), len(titles[_TITLES:]))


def years_of(days: Iterable[date]) -> tuple[Year, ...]:
    """All months that have days, by year, newest first."""
    months = Counter(month_of(day) for day in days)
    names = sorted({name[:4] for name in months}, reverse=True)
    return tuple(
        Year(year, tuple(Month(name, months[name]) for name in sorted(months, reverse=True) if name[:4] == year))
        for year in names
    )


def month_of(day: date) -> str:
    """`2025-12`."""
    return str(day)[:7]


class Neighbours(NamedTuple):
    """The one before and the one after, in time."""

    older: str | None = None
    newer: str | None = None


def neighbours(names: Sequence[str], name: str) -> Neighbours:
    """The ones next to a name in an ascending row, whether or not it is in the row itself."""
    older = [each for each in names if each < name]
    newer = [each for each in names if each > name]
    return Neighbours(older[-1] if older else None, newer[0] if newer else None)


class ShownPost(NamedTuple):
    """A day's post."""

    path: str
    state: PostState | None
    """None where there is nothing to show."""
    text: str | None
    """The file where a person edited it, else what the record and the template give now."""
    faults: tuple[str, ...] = ()
    """Why it cannot be shown."""


class Library:
    """The days of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._records = Records(workspace.data)

    def days(self) -> list[date]:
        """The days that have a record, oldest first."""
        return sorted(set(self._records.days()))

    def read(self, day: date) -> Record | None:
        """A day's record, None if there is none. Raises UsageError where the file is not one."""
        return self._records.read(day)

    def row(self, day: date) -> DayRow:
        """A day's row; a broken record has one too, which says what is wrong."""
        try:
            record = self.read(day)
        except UsageError as error:
            return DayRow(day, fault=str(error))
        return row_of(record) if record else DayRow(day, fault=f"{self._records.path(day)}: is gone")

    def search(self, query: Query, before: date | None) -> Results:
        """The papers that a query finds, of the days before a date: a page of them, and the number of all."""
        days = ((day, self._records.path(day)) for day in reversed(self.days()))
        return search(days, query, before)

    def post(self, record: Record) -> ShownPost:
        """The day's post as the blog would show it, rendered now unless a person edited the file."""
        workspace = self.workspace
        posts = Posts(workspace, Cache(workspace.cache))
        path = record.post.path if record.post else workspace.post_path(record.date).name
        try:
            path = posts.ref(record, "").path
            text = render_post(record, workspace.config.blog, Templates(workspace.templates))
            state = posts.state(record, text) if text is not None else None
            edited = read_text(workspace.root / path) if state == "edited" else None
        except UnfaithfulPostError as error:
            return ShownPost(path, None, None, tuple(fault.message for fault in error.faults))
        except UsageError as error:
            return ShownPost(path, None, None, tuple(str(error).splitlines()))
        return ShownPost(path, state, edited or text)

    def version(self) -> str:
        """Changes whenever a file in the folders of records, posts or templates does."""
        digest = hashlib.sha256()
        for folder in (self.workspace.data, self.workspace.posts, self.workspace.templates):
            for line in _signatures(folder):
                digest.update(line.encode("utf-8", "surrogateescape"))
        return digest.hexdigest()[:16]


def _signatures(folder: str | Path) -> Iterator[str]:
    """A line for each file below a folder, hidden ones aside: path, size and time of change."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _signatures(entry.path)
        elif line := _signature(entry):
            yield line


def _signature(entry: os.DirEntry[str]) -> str | None:
    """None for a file that is gone by now."""
    try:
        stat = entry.stat()
    except OSError:
        return None
    return f"{entry.path}\0{stat.st_size}\0{stat.st_mtime_ns}\n"
