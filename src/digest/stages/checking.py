"""Checking files: posts, records, and whether they agree."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from digest.core.errors import UsageError
from digest.core.fault import Fault
from digest.core.finding import Finding
from digest.core.post.checking import (
    Appearance,
    Site,
    appearances,
    check_body,
    check_days,
    check_front_matter,
    check_record,
)
from digest.core.post.front_matter import read_front_matter
from digest.core.post.reader import read_body
from digest.core.record import Record
from digest.stages.importing import post_date, read_text
from digest.stages.keep import Shelf, fingerprint
from digest.stages.render import UnfaithfulPostError, render_post
from digest.store.cache import Cache
from digest.store.posts import Posts, sha256
from digest.store.records import Records, read_record
from digest.store.site import read_site
from digest.store.templates import Templates
from digest.store.workspace import Workspace


class Found(NamedTuple):
    """A finding in a file."""

    path: Path
    finding: Finding


def check_files(paths: Iterable[Path], workspace: Workspace, records: Records, *, now: datetime) -> list[Found]:
    """All that is wrong with posts (`.md`) and records (`.json`), in order, without the rules that are switched off."""
    settings = read_site(workspace.root)
    site = Site(settings.zone, settings.future, now)
    posts, templates = Posts(workspace, Cache(workspace.cache)), Templates(workspace.templates)
    checker = _Checker(workspace, Shelf(records, posts, templates, workspace.config.blog), site)
    found = [each for path in paths for each in checker.check(path)] + list(checker.check_days())
    ignored = workspace.config.check.ignore
    return [each for each in found if each.finding.fault.name not in ignored]


class _Checker:
    """Remembers of each file only what several of them together show, since years of them are checked at once."""

    def __init__(self, workspace: Workspace, shelf: Shelf, site: Site) -> None:
        self._workspace = workspace
        self._shelf = shelf
        self._site = site
        self._days: dict[date, tuple[Appearance, ...]] = {}
        self._paths: dict[date, Path] = {}
        self._posts: dict[date, Path] = {}

    def check(self, path: Path) -> Iterator[Found]:
        try:
            check = self._check_record if path.suffix == ".json" else self._check_post
            yield from (Found(path, finding) for finding in check(path))
        except UsageError as error:
            yield Found(path, _finding("file", str(error).removeprefix(f"{path}: ")))

    def check_days(self) -> Iterator[Found]:
        """What only several records together show."""
        for day, finding in check_days(self._days):
            yield Found(self._paths[day], finding)

    def _check_record(self, path: Path) -> Iterator[Finding]:
        text = read_text(path)
        record = read_record(text.encode(), path, None)
        lines = text.splitlines()
        self._days[record.date], self._paths[record.date] = appearances(record, lines), path
        if path.stem != str(record.date):
            yield _finding("date", f"the file's name says {path.stem}, the record {record.date}; make them agree")
        yield from check_record(record, lines, self._workspace.config.summarizer.tolerate)
        post = self._workspace.root / record.post.path if record.post else None
        if post is not None and not post.exists():
            yield _finding("post-missing", f"{post.name} is gone; run digest render --date {record.date}")

    def _check_post(self, path: Path) -> Iterator[Finding]:
        text = read_text(path)
        front_matter = read_front_matter(text)
        day = post_date(path, front_matter)
        record = self._record_of(path, day)
        if day is not None and self._posts.setdefault(day, path) != path:
            yield _finding("repeated-date", f"{self._posts[day].name} is of {day} too; one post a day")
        disagreements = list(self._compare(path, text, record)) if record is not None else []
        yield from disagreements
        yield from check_front_matter(path.name, text, front_matter, self._site)
        if record is None or disagreements:
            # A post that is just what its record renders to says what it should, whatever the template.
            yield from check_body(read_body(front_matter), known=record is not None)

    def _record_of(self, path: Path, day: date | None) -> Record | None:
        """The record that names this post."""
        if day is None:
            return None
        record = self._shelf.records.read(day)
        named = self._workspace.root / record.post.path if record and record.post else None
        return record if named is not None and named == path.absolute() else None

    def _compare(self, path: Path, text: str, record: Record) -> Iterator[Finding]:
        """Whether the post is the one its record renders to."""
        if self._shelf.posts.is_as_rendered(record, fingerprint(self._shelf, record)):
            return
        try:
            rendered = render_post(record, self._shelf.blog, self._shelf.templates)
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
