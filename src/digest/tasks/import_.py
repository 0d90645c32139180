"""Posts that were written elsewhere, or edited by hand, become records."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from digest.core.errors import UsageError
from digest.core.fault import Fault, Finding
from digest.core.paper import Paper
from digest.core.post.import_ import import_post, note_repeated, take_edits
from digest.core.post.jekyll import day_of
from digest.core.post.parse import PostReading, read_post
from digest.core.record import Entry, PostRef, Record
from digest.stages.metadata import describe
from digest.stages.render import front_matter_of
from digest.store.cache import Cache
from digest.store.files import read_text
from digest.store.posts import sha256
from digest.store.records import Records
from digest.store.workspace import Workspace

if TYPE_CHECKING:
    from digest.clients.arxiv_api import ArxivApi


class Imported(NamedTuple):
    """What became of one file."""

    path: Path
    record: Record | None
    """None where there is nothing to write."""
    findings: tuple[Finding, ...] = ()
    refused: bool = False
    """Whether the file should have become a record and did not."""


def import_posts(
    paths: Iterable[Path], workspace: Workspace, records: Records, *, now: datetime, force: bool
) -> list[Imported]:
    """Each file as a record, not written yet. A file that is not a post is refused, and the others go on.

    A paper that an earlier day shows too stays, and its entry says so.
    """
    imported = list(_import_each(paths, workspace, records, now, force))
    first: dict[str, date] = {}
    for each in sorted((each for each in imported if each.record), key=_day_of):
        for paper in _papers_of(each):
            first.setdefault(paper, _day_of(each))
    return [_noted(each, first, records) for each in imported]


def _day_of(imported: Imported) -> date:
    return imported.record.date if imported.record else date.max


def _papers_of(imported: Imported) -> set[str]:
    return {entry.paper.id for entry in imported.record.entries} if imported.record else set()


def _noted(imported: Imported, first: Mapping[str, date], records: Records) -> Imported:
    if imported.record is None:
        return imported
    day, papers = _day_of(imported), _papers_of(imported)
    known = records.seen(papers, but=day)
    shown = {paper: min(first[paper], known.get(paper, day)) for paper in papers}
    earlier = {paper: other for paper, other in shown.items() if other < day}
    return imported._replace(record=note_repeated(imported.record, earlier)) if earlier else imported


def _import_each(
    paths: Iterable[Path], workspace: Workspace, records: Records, now: datetime, force: bool
) -> Iterator[Imported]:
    taken: dict[date, Path] = {}
    for path in paths:
        try:
            imported = _import(path, workspace, records, now, force)
        except UsageError as error:
            yield _refused(path, 1, "file", str(error).removeprefix(f"{path}: "))
            continue
        day = imported.record.date if imported.record else None
        if day is not None and day in taken:
            yield _refused(path, 1, "repeated-date", f"{taken[day]} is of {day} too; one post a day")
            continue
        if day is not None:
            taken[day] = path
        yield imported


def _import(path: Path, workspace: Workspace, records: Records, now: datetime, force: bool) -> Imported:
    reading = read_post(read_text(path))
    day = day_of(path.name, str(reading.front_matter.data.get("date", "")))
    if day is None:
        return _refused(path, 1, "date", "neither the file name nor the front matter has a date; add one")
    if not reading.papers:
        return _refused(path, 1, "no-papers", "the post has no paper; delete it or build the day")
    imported = import_post(
        reading, day, now=now, post=_own(path, workspace), rendered=front_matter_of(day, workspace.config.blog)
    )
    known = records.read(day)
    if known is None or force:
        return Imported(path, imported, reading.findings)
    return _beside(known, imported, path, reading)


def _own(path: Path, workspace: Workspace) -> PostRef | None:
    """How a record names a file that is one of the blog's posts; a file elsewhere is read, and never written."""
    absolute = Path(os.path.abspath(path))
    if not absolute.is_relative_to(os.path.abspath(workspace.posts)):
        return None
    return PostRef(path=workspace.relative(absolute), sha256=sha256(path.read_bytes()))


def _beside(known: Record, imported: Record, path: Path, reading: PostReading) -> Imported:
    """A post whose day has a record: digest's own post is taken in with its edits, another one is refused."""
    own = known.post is not None and imported.post is not None and known.post.path == imported.post.path
    if not own:
        return _refused(path, 1, "record-exists", f"there is a record of {known.date} already; --force writes over it")
    if known.post == imported.post:
        return Imported(path, None)
    return Imported(path, take_edits(known, imported), reading.findings)


def _refused(path: Path, line: int, name: str, message: str) -> Imported:
    return Imported(path, None, (Finding(line=line, fault=Fault(name=name, message=message)),), refused=True)


def fill_metadata(
    records: Sequence[Record], *, api: "ArxivApi", cache: Cache
) -> tuple[list[Record], tuple[Fault, ...]]:
    """What the posts do not say of their papers, from arXiv; left open, with the reason, where it does not answer."""
    open_ = {e.paper.id: e.paper for r in records for e in r.entries if e.paper.metadata == "none"}
    described = describe(list(open_.values()), api=api, cache=cache)
    found = {paper.id: paper for paper in described.papers.values() if paper.metadata == "arxiv"}
    faults = tuple({(fault.name, fault.message): fault for fault in described.missing.values()}.values())
    return [r.replace(entries=tuple(_filled(e, found) for e in r.entries)) for r in records], faults


def _filled(entry: Entry, found: dict[str, Paper]) -> Entry:
    """The entry with arXiv's metadata, under the title that readers know."""
    paper = found.get(entry.paper.id)
    if paper is None:
        return entry
    return entry.replace(paper=paper.replace(title=entry.paper.title or paper.title))
