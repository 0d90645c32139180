"""Posts that were written elsewhere, or edited by hand, become records."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from digest.clients.arxiv_api import ArxivApi
from digest.core.clock import day_of
from digest.core.errors import UsageError
from digest.core.paper import Paper
from digest.core.post.check import unusual
from digest.core.post.import_ import import_post, note_repeated, take_edits, without_ours
from digest.core.post.parse import PostReading, read_post
from digest.core.record import Entry, PostRef, Record
from digest.core.summary import Fault, Finding
from digest.stages.metadata import describe
from digest.stages.render import UnfaithfulPostError, configured_front_matter, render_post
from digest.store.cache import Cache
from digest.store.files import POSTS, expand, read_text
from digest.store.posts import sha256
from digest.store.records import Records
from digest.store.templates import Templates
from digest.store.workspace import Workspace
from digest.tasks.check import is_own


class Imported(NamedTuple):
    """What became of one file."""

    path: Path
    state: Literal["taken", "unchanged", "refused", "left alone"]
    """Refused is a file that should have become a record and did not; left alone is a post of the owner's own."""
    record: Record | None = None
    """None unless it is taken."""
    findings: tuple[Finding, ...] = ()


class _PostFile(NamedTuple):
    """A file that may become a record."""

    path: Path
    is_asked: bool
    """Whether the user named the file itself, not only a folder that holds it."""
    is_own: bool
    """Whether a record names it or its name fits `paths.filename`."""
    day: date = date.max
    reading: PostReading | None = None
    problem: Finding | None = None
    """Why it cannot become a record."""


def import_posts(
    paths: Sequence[Path], workspace: Workspace, records: Records, *, now: datetime, force: bool
) -> list[Imported]:
    """What becomes of each file, named or found in a folder, in order; no record is written yet.

    A file that is not a post is refused, and the others go on. In a folder, the owner's other posts are left alone,
    and so is a second post of a day beside one that fits `paths.filename`. A paper that an earlier day shows too stays,
    and its entry says so. Raises UsageError for a path that is not there.
    """
    asked = {path for path in paths if not path.is_dir()}
    candidates = [_read(path, path in asked, workspace, records) for path in expand(paths, POSTS)]
    imported = [
        _refused(each, reason) if reason else _take(each, workspace, records, now=now, force=force)
        for each, reason in _sorted_out(candidates)
    ]
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


def _read(path: Path, is_asked: bool, workspace: Workspace, records: Records) -> _PostFile:
    named = day_of(path.name, "")
    try:
        reading = read_post(read_text(path))
    except UsageError as error:
        problem = _finding("file", str(error).removeprefix(f"{path}: "))
        return _PostFile(path, is_asked, is_own(path, [named], workspace, records), problem=problem)
    day = day_of(path.name, str(reading.front_matter.data.get("date", "")))
    own = is_own(path, [named, day], workspace, records)
    if day is None:
        problem = _finding("date", "neither the file name nor the front matter has a date; add one")
        return _PostFile(path, is_asked, own, problem=problem)
    if not reading.papers:
        problem = _finding("no-papers", "the post has no paper; delete it or build the day")
        return _PostFile(path, is_asked, own, day, problem=problem)
    return _PostFile(path, is_asked, own, day, reading)


def _sorted_out(candidates: Sequence[_PostFile]) -> Iterator[tuple[_PostFile, Finding | None]]:
    """Each file, and why it is not taken, if it is not."""
    some_fit = any(each.is_own for each in candidates if not each.problem)
    reasons = {each.path: each.problem or _reason_to_leave(each, some_fit) for each in candidates}
    of_day: dict[date, _PostFile] = {}
    for each in sorted(candidates, key=lambda each: not each.is_own):
        first = of_day.setdefault(each.day, each) if not reasons[each.path] else each
        if first is not each:
            reasons[each.path] = _reason_of_second(each, first)
    return ((each, reasons[each.path]) for each in candidates)


def _reason_to_leave(candidate: _PostFile, some_fit: bool) -> Finding | None:
    """Why a file in a folder seems to be a post of the owner's own."""
    if candidate.is_asked or candidate.is_own or candidate.reading is None:
        return None
    if any(paper.id for paper in candidate.reading.papers) and not some_fit:
        return None
    message = f"not a post of digest's; to take it in all the same: digest import {candidate.path}"
    return _finding("other-post", message)


def _reason_of_second(candidate: _PostFile, first: _PostFile) -> Finding:
    if first.is_own and not candidate.is_own:
        return _finding("other-post", f"{first.path} is the post of {candidate.day} by its name")
    return _finding("repeated-date", f"{first.path} is of {candidate.day} too; one post a day")


def _take(candidate: _PostFile, workspace: Workspace, records: Records, *, now: datetime, force: bool) -> Imported:
    reading, day, path = candidate.reading, candidate.day, candidate.path
    if reading is None:
        raise AssertionError("a file without a reading has a problem")
    try:
        post, known = _own_ref(path, workspace), records.read(day)
    except UsageError as error:
        return _refused(candidate, _finding("file", str(error).removeprefix(f"{path}: ")))
    imported = import_post(reading, day, now=now, post=post)
    ours = configured_front_matter(known or imported, workspace.config.blog, Templates(workspace.templates))
    imported = without_ours(imported, ours)
    if known is None or force:
        return Imported(path, "taken", imported, reading.findings)
    if known.post is None or imported.post is None or known.post.path != imported.post.path:
        message = f"there is a record of {known.date} already; --force writes over it"
        return _refused(candidate, _finding("record-exists", message))
    if known.post == imported.post:
        return Imported(path, "unchanged")
    rendered = _rendered(known, workspace)
    record = take_edits(known, imported, import_post(rendered, day, now=now, post=None))
    return Imported(path, "taken", record, tuple(unusual(reading.findings, rendered.findings)))


def _rendered(known: Record, workspace: Workspace) -> PostReading:
    """What reading a record's post gives where nobody has edited it."""
    try:
        text = render_post(known, workspace.config.blog, Templates(workspace.templates))
    except UnfaithfulPostError:
        text = None
    return read_post(text or "")


def _own_ref(path: Path, workspace: Workspace) -> PostRef | None:
    """How a record names a file that is one of the blog's posts; a file elsewhere is read, and never written."""
    absolute = Path(os.path.abspath(path))
    if not absolute.is_relative_to(os.path.abspath(workspace.posts)):
        return None
    return PostRef(path=workspace.relative(absolute), sha256=sha256(path.read_bytes()))


def _refused(candidate: _PostFile, finding: Finding) -> Imported:
    """A file that is not taken: left alone, unless the user asked for it or digest has made it."""
    alone = finding.fault.name == "other-post" or not (candidate.is_asked or candidate.is_own)
    return Imported(candidate.path, "left alone" if alone else "refused", findings=(finding,))


def _finding(name: str, message: str) -> Finding:
    return Finding(line=1, fault=Fault(name=name, message=message))


def fill_metadata(records: Sequence[Record], *, api: ArxivApi, cache: Cache) -> tuple[list[Record], tuple[Fault, ...]]:
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
