"""Hand edits of posts that digest wrote: where they are, what was there before, and who made them, as git knows it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from digest.clients.git import Commit, GitError, Repository
from digest.core.clock import named_day
from digest.core.post.import_ import Change, Edition, edition_of
from digest.core.post.parse import read_post
from digest.core.post.sections import shortened
from digest.core.record import Extra, Record
from digest.core.summary import Fault, Finding
from digest.core.text import fold, printable
from digest.stages.render import FULL_TEMPLATE, UnfaithfulPostError, render_post
from digest.store.cache import Cache
from digest.store.files import POSTS, expand, read_if_there
from digest.store.posts import Posts, sha256
from digest.store.records import Records
from digest.store.templates import Templates
from digest.store.workspace import Workspace
from digest.tasks.unpublished import inside, open_repository

_UNKNOWN = "unknown"
"""Who made an edit that git knows nothing of."""
_LONGEST_NAME = 100
"""Characters of a person's name that are kept."""


class History(NamedTuple):
    """A post of ours since digest wrote it."""

    base: Edition
    """As digest wrote it."""
    changes: tuple[Change, ...]
    """What was changed since, the newest first, merges last."""
    is_ours: bool
    """Whether what digest wrote is what it renders; else it was imported, and has a form of its own."""


def edited_posts(workspace: Workspace, records: Records) -> Iterator[tuple[Path, Record]]:
    """The posts that are not as digest wrote them, with their records. What cannot be read is left to `check`."""
    days = {str(day): day for day in records.days()}
    for path in expand([workspace.posts], POSTS) if workspace.posts.is_dir() else ():
        day = days.get(named_day(path.name) or "")
        if day is None or _is_known(path, records.path(day)):
            continue
        record = records.readable(day)
        if record is None or record.post is None or record.sample or workspace.root / record.post.path != path:
            continue
        if not is_unfinished(path, workspace):
            yield path, record


def is_unfinished(path: Path, workspace: Workspace) -> bool:
    """Whether a post is digest's own, though its record does not say so: a run was killed before it wrote the record.

    One that is committed is not: a person may have gone back to what digest wrote once.
    """
    data = read_if_there(path)
    if data is None or not Posts(workspace, Cache(workspace.cache)).has_written(data):
        return False
    try:
        repository = open_repository(workspace)
        return repository.content("HEAD", inside(repository, path)) != data
    except GitError:
        return True


def _is_known(path: Path, record: Path) -> bool:
    """Whether a record's file names a post's hash; then it need not be read as a record, of which there are years."""
    try:
        return sha256(path.read_bytes()).encode() in record.read_bytes()
    except OSError:
        return True


def history_of(path: Path, known: Record, edited: Edition, workspace: Workspace, now: datetime) -> History:
    """What has become of a record's post. Raises UsageError where the file or a template cannot be read."""
    trail = _Trail(path, known, workspace, now)
    return trail.in_git(edited) or trail.without_git(edited)


def rendering_of(record: Record, workspace: Workspace, now: datetime) -> Edition:
    """What digest makes of a record now. Raises UsageError where a template is broken."""
    return _Trail(workspace.post_of(record), record, workspace, now).rendered()


class _Trail(NamedTuple):
    """A post, and where its older editions may be found."""

    path: Path
    known: Record
    workspace: Workspace
    now: datetime

    def in_git(self, edited: Edition) -> History | None:
        """The history from the commit that has what digest wrote, else as far as it goes; None where there is none."""
        try:
            repository = open_repository(self.workspace)
            name = inside(repository, self.path)
            commits = list(repository.commits_of(name))
            first = next((c for c in commits if self._is_as_written(repository.content(c.id, name))), None)
            if first is None:
                base, later = self._written() or self.rendered(), commits
            else:
                base = self._read(repository.content(first.id, name))
                later = list(repository.commits_of(name, since=first.id))
            changes = list(self._changes(repository, name, later, edited))
            if first is None or not changes:
                changes.append(Change(base, edited, *self._last(repository, name, commits)))
        except GitError:
            return None
        return self._history(base, changes)

    def without_git(self, edited: Edition) -> History:
        """The history as far as the record itself tells it."""
        base = self._written() or self.rendered()
        return self._history(base, [Change(base, edited, *self._uncommitted(None))])

    def _changes(
        self, repository: Repository, name: str, commits: Sequence[Commit], edited: Edition
    ) -> Iterator[Change]:
        """What is not committed, then what each commit changed in the post that was there before, merges last."""
        if repository.is_changed(name):
            before = self._read(repository.content("HEAD", name))
            yield Change(before, edited, *self._uncommitted(repository))
        for commit in sorted(commits, key=lambda each: each.is_merge):
            if (was := repository.content(commit.parent, name)) is not None:
                after = self._read(repository.content(commit.id, name))
                yield Change(self._read(was), after, _name(commit.author), commit.at)

    def _last(self, repository: Repository, name: str, commits: Sequence[Commit]) -> tuple[str, datetime]:
        """Who wrote what no change accounts for: whoever wrote the file last, but not in a history that is cut off."""
        if not commits or repository.is_changed(name):
            return self._uncommitted(repository)
        return _UNKNOWN if repository.is_shallow else _name(commits[0].author), commits[0].at

    def _history(self, base: Edition, changes: Sequence[Change]) -> History:
        imported = any(e.provenance and e.provenance.summarizer == "import" for e in self.known.entries)
        return History(base, tuple(changes), not imported or self._written() is not None)

    def _uncommitted(self, repository: Repository | None) -> tuple[str, datetime]:
        """Git's user, and when the file was written, which is never later than now."""
        written = datetime.fromtimestamp(int(self.path.stat().st_mtime), UTC)
        return _name(repository.user if repository else None), min(written, self.now)

    def _is_as_written(self, content: bytes | None) -> bool:
        return content is not None and self.known.post is not None and sha256(content) == self.known.post.sha256

    def _read(self, content: bytes | str | None) -> Edition:
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content or ""
        return edition_of(read_post(text.replace("\r\n", "\n")), self.known.date, now=self.now)

    def _written(self) -> Edition | None:
        """What digest wrote, if it is what the record renders to, or did before its papers were summarised anew."""
        older = tuple(entry.earlier[-1] if entry.earlier else entry for entry in self.known.entries)
        blog = self.workspace.config.blog
        for record in (self.known, self.known.replace(entries=older)):
            for template in dict.fromkeys((blog.template, type(blog)().template, FULL_TEMPLATE)):
                text = self._text(record, template)
                if text is not None and self._is_as_written(text.encode()):
                    return self._read(text)
        return None

    def rendered(self) -> Edition:
        """What the record renders to; nothing where it cannot be rendered faithfully."""
        return self._read(self._text(self.known, self.workspace.config.blog.template))

    def _text(self, record: Record, template: str) -> str | None:
        blog = self.workspace.config.blog.replace(template=template)
        try:
            return render_post(record, blog, Templates(self.workspace.templates))
        except UnfaithfulPostError:
            return None


def _name(name: str | None) -> str:
    return fold(printable(name or ""))[:_LONGEST_NAME].strip() or _UNKNOWN


def set_aside(before: Record, after: Record, reported: Collection[int]) -> Iterator[Finding]:
    """Words that the record keeps and no post shows, such as a line of the contents that was edited there alone."""
    known = set(_extras(before))
    for extra in _extras(after):
        if extra not in known and extra.line not in reported:
            message = f"kept in the record, and not rendered: {shortened(extra.text)}; edit the fields themselves"
            yield Finding(line=extra.line, fault=Fault(name="extra-text", message=message))


def _extras(record: Record) -> Iterator[Extra]:
    yield from record.extra
    for entry in record.entries:
        yield from entry.extra


def dated(before: Record, after: Record, now: datetime) -> Record:
    """The record with the time at which the post changes for the entries that were edited."""
    known = {entry.paper.id: entry for entry in before.entries}
    entries = (e if known.get(e.paper.id, e) == e else e.replace(changed=now) for e in after.entries)
    return after.replace(entries=tuple(entries))


def corrected_between(before: Record, after: Record) -> Iterator[str]:
    """What people have written, a line for each field, title and paper."""
    known = {entry.paper.id: entry for entry in before.entries}
    for entry in after.entries:
        old = known.get(entry.paper.id)
        if old is None:
            yield f"{entry.paper.id}: added to the post"
            continue
        for field, correction in entry.corrected.items():
            if old.corrected.get(field) != correction:
                yield f"{entry.paper.id}: {field} corrected by {correction.by}"
        if entry.paper.title != old.paper.title:
            yield f"{entry.paper.id}: the title is now {entry.paper.title!r}"
