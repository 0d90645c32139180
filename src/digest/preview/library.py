"""What the pages are made from: the workspace's records, posts and templates, read anew for each page."""

import hashlib
import json
import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from digest.core.errors import UsageError
from digest.core.record import Entry, Record
from digest.core.summary import FIELDS
from digest.core.text import fold
from digest.preview.day import Pieces, any_of, count, mark_terms
from digest.stages.render import UnfaithfulPostError, render_post
from digest.store.cache import Cache
from digest.store.files import read_text
from digest.store.posts import Posts, PostState
from digest.store.records import Records, read_record
from digest.store.templates import Templates
from digest.store.workspace import Workspace

_MOST_TERMS: Final = 8
_LONGEST: Final = 200
_AROUND: Final = 90
"""Characters of an excerpt before and after what was found."""


class Hit(NamedTuple):
    """A paper that was found."""

    day: date
    anchor: str
    """Where it is on the day's page."""
    status: str
    """Of its entry, or `excluded`."""
    title: Pieces
    excerpt: Pieces


def read_terms(query: str) -> tuple[str, ...]:
    """The words of a query, each once."""
    words = unicodedata.normalize("NFC", fold(query[:_LONGEST])).split()
    return tuple(dict.fromkeys(words))[:_MOST_TERMS]


def may_hold(terms: Sequence[str]) -> Callable[[bytes], bool]:
    """A quick look at a record's bytes: False only where none of its papers can have every term.

    Words that control characters run through are not seen.
    """
    needles = [json.dumps(term.lower(), ensure_ascii=False)[1:-1].encode() for term in terms if _plain(term)]

    def look(data: bytes) -> bool:
        lowered = data.lower()
        return b"\\u" in lowered or all(needle in lowered for needle in needles)

    return look


def _plain(term: str) -> bool:
    """Whether bytes can be compared: only ASCII letters have another case."""
    return all(char.isascii() or char.lower() == char.upper() for char in term)


def find(record: Record, terms: Sequence[str]) -> Iterator[Hit]:
    """The day's papers that have every term, excluded ones by id and title."""
    patterns = [any_of([term]) for term in terms]
    for at, entry in enumerate(record.entries, start=1):
        texts = _texts(entry)
        if all(any(pattern.search(text) for text in texts) for pattern in patterns):
            yield _hit(record.date, f"paper-{at}", entry.status, texts, terms)
    for exclusion in record.excluded:
        title = fold(exclusion.title) or exclusion.id
        if all(pattern.search(f"{exclusion.id} {title}") for pattern in patterns):
            yield _hit(record.date, "excluded", "excluded", [title, exclusion.reason], terms)


def _texts(entry: Entry) -> list[str]:
    """The title first, then what an excerpt may be taken from, best first."""
    summary = [fold(entry.summary.text(field)) for field in FIELDS] if entry.summary else []
    return [entry.paper.name, *summary, fold(entry.paper.abstract), entry.paper.id]


def _hit(day: date, anchor: str, status: str, texts: Sequence[str], terms: Sequence[str]) -> Hit:
    title, *others = texts
    return Hit(day, anchor, status, mark_terms(title, terms), mark_terms(_excerpt(others, terms), terms))


def _excerpt(texts: Sequence[str], terms: Sequence[str]) -> str:
    """The words around the first find; where only the title has one, how the first text begins."""
    pattern = any_of(terms)
    text, match = next(((text, match) for text in texts if (match := pattern.search(text))), (texts[0], None))
    start = max(0, match.start() - _AROUND) if match else 0
    end = (match.end() if match else 0) + _AROUND
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


_TITLES: Final = 4
"""Titles of a day that its row shows."""


class DayRow(NamedTuple):
    """A day in the list."""

    day: date
    counts: tuple[tuple[str, str], ...] = ()
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
