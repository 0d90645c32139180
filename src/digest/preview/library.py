"""What the pages are made from: the workspace's records, posts and templates, read anew for each page."""

import hashlib
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from digest.core.errors import UsageError
from digest.core.record import Record
from digest.preview.months import DayRow, row_of
from digest.preview.search import Hit, find, may_hold
from digest.stages.render import UnfaithfulPostError, render_post
from digest.store.cache import Cache
from digest.store.files import read_text
from digest.store.posts import Posts, PostState
from digest.store.records import Records, read_record
from digest.store.templates import Templates
from digest.store.workspace import Workspace

_HITS: Final = 40
"""Papers found that end a page of results, with the day they are in."""
_PARSED: Final = 300
"""Records that one page of results reads in full, at most: about a second's work."""


class Results(NamedTuple):
    """A page of what a search found, newest first."""

    hits: tuple[Hit, ...] = ()
    faults: tuple[str, ...] = ()
    """Records that could not be searched."""
    before: date | None = None
    """Where the next page goes on: with the days before this one; None at the end."""


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

    def search(self, terms: tuple[str, ...], before: date | None) -> Results:
        """The papers with every term, of the days before a date: a page of them."""
        hits: list[Hit] = []
        faults: list[str] = []
        look, parsed = may_hold(terms), 0
        for day in reversed(self.days()):
            if before is not None and day >= before:
                continue
            path = self._records.path(day)
            try:
                data = path.read_bytes()
                if look(data):
                    parsed += 1
                    hits += find(read_record(data, path, day), terms)
            except (OSError, UsageError) as error:
                faults.append(str(error))
            if len(hits) >= _HITS or parsed >= _PARSED:
                return Results(tuple(hits), tuple(faults), day)
        return Results(tuple(hits), tuple(faults))

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
