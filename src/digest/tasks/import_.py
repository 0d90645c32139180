"""Posts that were written elsewhere, or edited by hand, become records."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from digest.clients.arxiv_api import ArxivApi
from digest.core.clock import day_of
from digest.core.errors import UsageError
from digest.core.merge import keep_corrections
from digest.core.paper import Paper
from digest.core.post.check import unusual
from digest.core.post.import_ import (
    Edition,
    edition_of,
    find_losses,
    import_post,
    is_same,
    note_repeated,
    take_edits,
    without_ours,
)
from digest.core.post.parse import PostReading, read_post
from digest.core.record import Entry, PostRef, Record
from digest.core.summary import Fault, Finding
from digest.run import Run
from digest.stages.entry import describe
from digest.stages.keep import keep, keep_record
from digest.stages.render import CONFIGURED, configured_front_matter
from digest.store.cache import Cache
from digest.store.files import POSTS, expand, read_text
from digest.store.posts import sha256
from digest.store.records import Records
from digest.store.templates import Templates
from digest.store.workspace import Workspace
from digest.tasks.check import is_own
from digest.tasks.corrections import (
    corrected_between,
    dated,
    edited_posts,
    history_of,
    is_unfinished,
    rendering_of,
    set_aside,
)

_CONFLICT = re.compile(r"^(?:<{7} .+|>{7} .+)$", re.MULTILINE)
"""Matches `<<<<<<< HEAD`, which git leaves in a file; not a quote in a quote, `>>> x`."""


class Imported(NamedTuple):
    """What became of one file."""

    path: Path
    state: Literal["taken", "unchanged", "refused", "left alone"]
    """Refused is a file that should have become a record and did not; left alone is a post of the owner's own."""
    record: Record | None = None
    """None unless it is taken."""
    findings: tuple[Finding, ...] = ()
    corrected: tuple[str, ...] = ()
    """The fields that people have written, a line each."""
    keeps_form: bool = False
    """Whether the post is left in its own form, since digest never rendered it."""
    has_more: bool = False
    """Whether rendering the record would undo something in the post, which a night leaves to the user."""


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
        text = read_text(path)
        if found := _CONFLICT.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise UsageError(f"line {line} is a mark of a merge conflict; resolve it")
        reading = read_post(text)
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
        return Imported(path, "taken", keep_corrections(imported, known) if known else imported, reading.findings)
    if known.post is None or imported.post is None or known.post.path != imported.post.path:
        message = f"there is a record of {known.date} already; --force writes over it"
        return _refused(candidate, _finding("record-exists", message))
    if known.post == imported.post or is_unfinished(path, workspace):
        return Imported(path, "unchanged")
    edited = edition_of(reading, day, now=now)._replace(record=imported)
    return _take_edits(path, known, edited, workspace, now=now, ours=ours)


def _take_edits(
    path: Path, known: Record, edited: Edition, workspace: Workspace, *, now: datetime, ours: Mapping[str, Any]
) -> Imported:
    """A record's own post, edited; `ours` are the keys that the configuration gives its front matter."""
    history = history_of(path, known, edited, workspace, now)
    taken = take_edits(known, history.base, edited, history.changes)
    rendered = rendering_of(taken, workspace, now)
    base = history.base.and_also(rendered)
    record = take_edits(known, base, edited, history.changes)
    losses = list(find_losses(history.base, rendered, edited, ours))
    findings = [*unusual(edited.findings, base.findings), *losses]
    findings += set_aside(known, record, {each.line for each in findings})
    now_there, there = edited.record.front_matter, base.record.front_matter
    is_configured = any(key in now_there and not is_same(now_there[key], there.get(key)) for key in CONFIGURED)
    return Imported(
        path,
        "taken",
        record,
        tuple(findings),
        tuple(corrected_between(known, record)),
        keeps_form=not history.is_ours,
        has_more=bool(losses or edited.extras - base.extras or is_configured),
    )


def take_in(run: Run) -> Iterator[Imported]:
    """Take hand edits of posts into their records, and render these.

    A post in which there is more than its fields that was changed is left as it is, and so is one that cannot be read.
    """
    for path, known in list(edited_posts(run.workspace, run.records)):
        candidate = _read(path, True, run.workspace, run.records)
        try:
            done = _refused(candidate, candidate.problem) if candidate.problem else _take_in(run, candidate, known)
        except UsageError as error:
            done = _refused(candidate, _finding("file", str(error).removeprefix(f"{path}: ")))
        yield done._replace(path=Path(run.workspace.relative(path)))


def _take_in(run: Run, candidate: _PostFile, known: Record) -> Imported:
    imported = _take(candidate, run.workspace, run.records, now=run.now, force=False)
    if imported.record is None:
        return imported
    if imported.has_more:
        return _taken_in_part(run, imported, imported.record.replace(post=known.post), known)
    if imported.keeps_form:
        keep_record(run.workspace, run.records, imported.record)
        return imported
    faults = keep(run.shelf, dated(known, imported.record, run.now), known).faults
    return imported._replace(findings=(*imported.findings, *(Finding(line=1, fault=fault) for fault in faults)))


def _taken_in_part(run: Run, imported: Imported, record: Record, known: Record) -> Imported:
    """The fields are in the record, and the post is the user's still: later nights say so, and find nothing new."""
    if record != known:
        keep_record(run.workspace, run.records, record)
    steps = f"digest import {run.workspace.relative(imported.path)}, then digest render --date {record.date}"
    message = f"the post is left as it is, since rendering it would undo what is no field; if that is right: {steps}"
    findings = (*imported.findings, _finding("hand-edit", message))
    if record == known:
        return imported._replace(state="unchanged", record=None, findings=findings)
    return imported._replace(record=record, findings=findings)


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
