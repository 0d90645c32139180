"""Checking files: posts, records, and whether they agree."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from digest.core.clock import day_of
from digest.core.errors import UsageError
from digest.core.post.check import (
    Appearance,
    SiteClock,
    appearances,
    check_body,
    check_front_matter,
    check_record,
    check_repeats,
    unusual,
)
from digest.core.post.front_matter import read_front_matter
from digest.core.post.parse import read_body
from digest.core.record import Record
from digest.core.summary import Fault, Finding
from digest.core.text import as_json_text, printable
from digest.stages.keep import Shelf, fingerprint
from digest.stages.render import UnfaithfulPostError, render_post
from digest.store.cache import Cache
from digest.store.files import POSTS, expand, read_text
from digest.store.posts import Posts, sha256
from digest.store.records import Records, read_record
from digest.store.templates import Templates
from digest.store.workspace import Workspace, read_site


def record_of(path: Path, day: date | None, workspace: Workspace, records: Records) -> Record | None:
    """The day's record, if it names this file as its post."""
    record = records.readable(day) if day is not None else None
    if record is None or record.post is None:
        return None
    return record if workspace.post_of(record) == path.absolute() else None


def is_own(path: Path, days: Iterable[date | None], workspace: Workspace, records: Records) -> bool:
    """Whether a file is digest's post of one of the days."""
    some = [day for day in days if day is not None]
    return any(workspace.fits(path, day) or _is_named(path, day, workspace, records) for day in some)


def _is_named(path: Path, day: date, workspace: Workspace, records: Records) -> bool:
    try:
        return record_of(path, day, workspace, records) is not None
    except UsageError:  # the record names a file outside of the blog; the record's own check reports that
        return False


def files_to_check(paths: Sequence[Path], workspace: Workspace, records: Records) -> list[Path]:
    """The posts and records among the paths, by default all of the blog's. Raises UsageError where a path is missing.

    A folder of posts may hold posts of the owner's own: of those that are only found there, digest's alone are taken.
    The files of batches are neither.
    """
    defaults = [folder for folder in (workspace.data, workspace.posts) if folder.exists()]
    named = {path for path in paths if not path.is_dir()}
    return list(_taken(expand(paths or defaults, (*POSTS, ".json")), named, workspace, records))


def _taken(files: Iterable[Path], named: set[Path], workspace: Workspace, records: Records) -> Iterator[Path]:
    posts = workspace.posts.absolute()
    batches = (workspace.data / "batches").absolute()
    for path in files:
        if path.absolute().parent == batches:
            continue
        may_be_others = path not in named and path.suffix != ".json" and path.absolute().is_relative_to(posts)
        if not may_be_others or is_own(path, _days(path), workspace, records):
            yield path


def _days(path: Path) -> Iterator[date | None]:
    """The days that a post may be of: that of its name, and that of its front matter."""
    yield day_of(path.name, "")
    try:
        yield day_of("", str(read_front_matter(read_text(path)).data.get("date", "")))
    except UsageError:
        return


class FileFinding(NamedTuple):
    """A finding in a file."""

    path: Path
    finding: Finding


class _Checked(NamedTuple):
    """A file by itself, and what only several files together show."""

    path: Path
    findings: tuple[Finding, ...]
    day: date | None = None
    """The day that it is of, where it says one."""
    appearances: tuple[Appearance, ...] | None = None
    """The papers of a record; None for a post."""


def check_files(paths: Sequence[Path], workspace: Workspace, records: Records, *, now: datetime) -> list[FileFinding]:
    """All that is wrong with posts (`.md`) and records (`.json`), by path, without the rules that are switched off."""
    settings = read_site(workspace.root)
    site = SiteClock(settings.zone, settings.future, now)
    posts, templates = Posts(workspace, Cache(workspace.cache)), Templates(workspace.templates)
    checker = _Checker(workspace, Shelf(records, posts, templates, workspace.config.blog), site)
    checked = map(checker.check, sorted(paths, key=lambda path: path.name))
    ignored = workspace.config.check.ignore
    found = (each for each in _together(checked) if each.finding.fault.name not in ignored)
    return sorted(found, key=lambda each: each.path)


def _together(checked: Iterable[_Checked]) -> Iterator[FileFinding]:
    """What is wrong with each file, and what several of them show together. Files come in the order of their days."""
    posts: dict[date, Path] = {}
    first: dict[str, date] = {}
    for path, findings, day, papers in checked:
        yield from (FileFinding(path, finding) for finding in findings)
        if day is None:
            continue
        if papers is not None:
            yield from (FileFinding(path, finding) for finding in check_repeats(day, papers, first))
        elif (other := posts.setdefault(day, path)) != path:
            yield FileFinding(path, _finding("repeated-date", f"{other.name} is of {day} too; one post a day"))


class _Checker(NamedTuple):
    """Checks files one by one. Of each only its findings are kept, since years of them are checked at once."""

    workspace: Workspace
    shelf: Shelf
    site: SiteClock

    def check(self, path: Path) -> _Checked:
        try:
            return self._check_record(path) if path.suffix == ".json" else self._check_post(path)
        except UsageError as error:
            return _Checked(path, (_finding("file", str(error).removeprefix(f"{path}: ")),))

    def _check_record(self, path: Path) -> _Checked:
        text = read_text(path)
        record = read_record(text.encode(), path, None)
        lines = text.splitlines()
        findings = [*self._check_place(path, record), *check_record(record, lines, self._tolerated)]
        return _Checked(path, tuple(findings), record.date, appearances(record, lines))

    def _check_place(self, path: Path, record: Record) -> Iterator[Finding]:
        """Whether a record and its post are where they say."""
        if path.stem != str(record.date):
            yield _finding("date", f"the file's name says {path.stem}, the record {record.date}; make them agree")
        post = self.workspace.post_of(record) if record.post else None
        if post is not None and not post.is_file():
            yield _finding("post-missing", f"{post.name} is gone; run digest render --date {record.date}")

    @property
    def _tolerated(self) -> tuple[str, ...]:
        return self.workspace.config.summarizer.tolerate

    def _check_post(self, path: Path) -> _Checked:
        text = read_text(path)
        front_matter = read_front_matter(text)
        day = day_of(path.name, str(front_matter.data.get("date", "")))
        record = record_of(path, day, self.workspace, self.shelf.records)
        findings = list(self._compare(path, text, record)) if record is not None else []
        says_its_record = record is not None and not findings
        findings += check_front_matter(path.name, text, front_matter, self.site)
        if not says_its_record:
            # A post that is just what its record renders to says what it should, whatever the template.
            found = check_body(read_body(front_matter), known=record is not None)
            findings += unusual(found, self._usual(record))
        return _Checked(path, tuple(findings), day)

    def _usual(self, record: Record | None) -> Iterator[Finding]:
        """What would be found in the post that a record renders to, had it no record."""
        try:
            text = render_post(record, self.shelf.blog, self.shelf.templates) if record else None
        except UnfaithfulPostError:
            return
        if text is not None:
            yield from check_body(read_body(read_front_matter(text)), known=True)

    def _compare(self, path: Path, text: str, record: Record) -> Iterator[Finding]:
        """Whether the post is the one its record renders to."""
        if self.shelf.posts.is_as_rendered(record, fingerprint(self.shelf, record)):
            return
        try:
            rendered = render_post(record, self.shelf.blog, self.shelf.templates)
        except UnfaithfulPostError as error:
            yield from (Finding(line=1, fault=fault) for fault in error.faults)
            return
        if text == rendered:
            return
        line = _first_difference(text, rendered or "")
        if record.post is not None and sha256(path.read_bytes()) == record.post.sha256:
            message = "the record or a template has changed since; run digest render"
            yield _finding("record-disagrees", message, line)
        else:
            message = f"edited by hand; take the edits in with: digest import {path}"
            yield _finding("hand-edit", message, line)


def _first_difference(text: str, other: str) -> int:
    pairs = zip(text.splitlines(), other.splitlines(), strict=False)
    return next((number for number, (one, two) in enumerate(pairs, start=1) if one != two), 1)


def _finding(name: str, message: str, line: int = 1) -> Finding:
    return Finding(line=line, fault=Fault(name=name, message=message))


def as_text(found: Iterable[FileFinding]) -> str:
    """A line for each finding."""
    return "\n".join(f"{shown(each.path)}:{each.finding.line}: {_message(each.finding.fault)}" for each in found)


def as_json(found: Iterable[FileFinding]) -> str:
    """A list of objects."""
    values = [{"path": shown(each.path), "line": each.finding.line, **each.finding.fault.as_json()} for each in found]
    return as_json_text(values, indent=2)


def as_github(found: Iterable[FileFinding]) -> str:
    """Workflow commands; what would end one early is percent-encoded."""
    return "\n".join(
        f"::error file={_encoded(shown(each.path), ':,')},line={each.finding.line},"
        f"title={_encoded(each.finding.fault.name, ':,')}::{_encoded(_message(each.finding.fault), '')}"
        for each in found
    )


def shown(path: Path) -> str:
    """As a user in this folder would write it."""
    absolute = path.absolute()
    own = absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute
    return printable(own.as_posix())


def _message(fault: Fault) -> str:
    paper = f"{fault.paper}: " if fault.paper else ""
    return printable(f"{paper}{fault.message} ({fault.name})")


def _encoded(text: str, more: str) -> str:
    for sign in ("%", "\r", "\n", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
