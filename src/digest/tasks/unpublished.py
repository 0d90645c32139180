"""What is not published: what a publication would send, and what it must leave, with the reason and the next step."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from digest.clients.git import Changes, GitError, Repository, TreeEntry
from digest.core.clock import day_of
from digest.core.config import Publish
from digest.core.record import Record
from digest.store.batches import Batches
from digest.store.posts import Archive, sha256
from digest.store.records import Records
from digest.store.workspace import Workspace

_SAMPLE = "it is of the sample services; delete the record and its post, then build the day"
_EDITED = "digest import {path} takes the edits into the record, or commit it yourself"


class Held(NamedTuple):
    """A day that is not published, and why."""

    day: date
    path: str
    """The file that is in the way, from the repository's root."""
    reason: str
    """What is wrong and what to do."""


class Survey(NamedTuple):
    """What is written here and not there."""

    blobs: Mapping[str, str]
    """The content of each file to publish, by path from the repository's root."""
    days: Mapping[str, date]
    """The day of each of these files; batches have none."""
    held: tuple[Held, ...] = ()
    edited: tuple[Held, ...] = ()
    """Posts that the user edited, which are the user's to publish; their records are published."""
    left: tuple[date, ...] = ()
    """Days that differ, and were to be left."""

    @property
    def dates(self) -> list[date]:
        """The days to publish, oldest first."""
        return sorted(set(self.days.values()))


class Ground(NamedTuple):
    """What a publication starts from."""

    workspace: Workspace
    records: Records
    repository: Repository
    head: str | None
    """The checked-out commit; None before the first one."""
    theirs: str | None
    """The newest commit of the published branch; None if it has none."""
    base: str | None
    """What that and HEAD come from; the empty tree where they have nothing in common; None before the first commit."""


def open_repository(workspace: Workspace) -> Repository:
    """The repository that the workspace is in; its hooks do not get the keys. Raises GitError."""
    return Repository(workspace.root.resolve(), secrets=workspace.config.key_variables)


def find_unpublished(
    workspace: Workspace, records: Records, *, leave: Callable[[Record], bool] = lambda _: False
) -> Survey:
    """What is not published, as far as is known without asking the remote. Raises GitError where nothing can be."""
    if not records.days():
        return Survey({}, {})
    repository = open_repository(workspace)
    config = workspace.config.publish
    known = last_known(repository, config)
    if known is None or not config.push:
        check_branch(repository, config, [], hedge=", as far as is known here")
    return survey(stand_on(workspace, records, repository, known), leave=leave)


def check_branch(repository: Repository, config: Publish, others: Collection[str], *, hedge: str = "") -> None:
    """Whether `publish.branch` may be made: not while another one is checked out, nor beside other branches there.

    Raises GitError.
    """
    branch = repository.branch
    if branch == config.branch or (branch is None and not others):
        return
    here = f"the checked-out branch is {branch}" if branch else f"{config.remote} has {', '.join(others)}"
    step = f"set publish.branch to the branch of the site, or make it: git push {config.remote} HEAD:{config.branch}"
    if config.push:
        raise GitError(f"{here}, and {config.remote} has no publish.branch {config.branch!r}{hedge}; {step}")
    raise GitError(f"{here}, not publish.branch {config.branch!r}; git switch {config.branch}, or set publish.branch")


def last_known(repository: Repository, config: Publish) -> str | None:
    """The commit that the published branch was at when it was last asked."""
    return repository.commit_of(f"refs/remotes/{config.remote}/{config.branch}" if config.push else "HEAD")


def stand_on(workspace: Workspace, records: Records, repository: Repository, theirs: str | None) -> Ground:
    """What a publication on top of a commit starts from. Raises GitError where the folders are another repository's."""
    for folder in (workspace.data, workspace.posts):
        inside(repository, folder)
    head = repository.commit_of("HEAD")
    common = repository.meeting(head, theirs) if head and theirs else None
    base = common or (repository.ask("mktree", stdin=b"") if head else None)
    return Ground(workspace, records, repository, head, theirs, base)


def inside(repository: Repository, path: Path) -> str:
    """A path from the repository's root. Raises GitError for one that leads out of it, or into another repository."""
    root, whole = repository.root, path.resolve()
    if not whole.is_relative_to(root):
        raise GitError(f"{whole} is outside the repository {root}; set paths.posts and paths.data to folders inside")
    folder = next(each for each in (whole, *whole.parents) if each.is_dir())
    if (own := repository.root_of(folder)) != root:
        what = "a submodule or another repository"
        raise GitError(f"{whole} is in {own}, {what}; set paths.posts and paths.data to folders of {root}")
    return whole.relative_to(root).as_posix()


def survey(ground: Ground, *, leave: Callable[[Record], bool] = lambda _: False, write: bool = False) -> Survey:
    """What differs from the published branch: days to publish whole, and days that must stay back.

    The records that `leave` names are left. With `write` the contents are put into git's object
    store.
    """
    changed = _changes(ground)
    all_days = list(_days(ground, changed))
    days = [day for day in all_days if not leave(day.record)]
    written = {path: day.record.date for day in days for path in day.files}
    batches = _batches(ground, changed)
    ids = ground.repository.hash([*written, *batches], write=write)
    theirs = ground.repository.entries(ground.theirs, [*ids, *_folders(ids)])
    base = theirs if ground.base == ground.theirs else ground.repository.entries(ground.base, ids)
    news = {path: blob for path, blob in ids.items() if blob not in (_id(theirs, path), _id(base, path))}
    reasons = _Reasons(ground, changed, base, theirs)
    whys = {path: why for path in reversed(news) if (why := reasons.against(path)) is not None}
    in_the_way = {written[path]: (path, why) for path, why in whys.items() if path in written}
    in_the_way |= {day.record.date: (day.path, _SAMPLE) for day in days if day.record.sample and day.path in news}
    back = set(in_the_way)
    whys |= {path: why for path, why in _unread(ground, batches).items() if path in news}
    waiting = [Held(day, path, why) for day, (path, why) in in_the_way.items()]
    waiting += [Held(batches[path], path, why) for path, why in whys.items() if path in batches]
    held = tuple(sorted(waiting))
    blobs = {path: blob for path, blob in news.items() if path not in whys and written.get(path) not in back}
    edited = tuple(
        Held(day.record.date, day.post, f"it was edited by hand; {_EDITED.format(path=day.post)}")
        for day in days
        if day.post in changed.paths and not day.is_as_written and day.record.date not in back
    )
    left = tuple(day.record.date for day in all_days if day not in days)
    return Survey(blobs, {path: day for path, day in written.items() if path in blobs}, held, edited, left)


def _batches(ground: Ground, changed: Changes) -> dict[str, date]:
    """The files of batches that differ, so that another machine can go on with them, each with when it was made."""
    folder = f"{inside(ground.repository, ground.workspace.data)}/batches/"
    found = (path for path in changed.paths if path.startswith(folder) and path.endswith(".json"))
    there = (path for path in sorted(found) if (ground.repository.root / path).is_file())
    return {path: day for path in there if (day := day_of(Path(path).name, "")) is not None}


def _unread(ground: Ground, batches: Collection[str]) -> dict[str, str]:
    """Why files of batches cannot be read: published, they would take the place of the good ones."""
    found = Batches(ground.workspace.data / "batches").read().unread if batches else ()
    folder = inside(ground.repository, ground.workspace.data)
    return {f"{folder}/batches/{each.path.name}": each.reason for each in found}


class _WrittenDay(NamedTuple):
    """A record that differs, or whose post does."""

    record: Record
    path: str
    post: str
    """Empty where there is no post."""
    is_as_written: bool
    """Whether the post is as digest wrote it."""
    archive: tuple[str, ...]
    """What the archive says of it, and the pages of its year."""

    @property
    def files(self) -> list[str]:
        """What is published of it, from the repository's root."""
        return [self.path, *([self.post] if self.is_as_written else []), *self.archive]


class _Reasons(NamedTuple):
    """Why a file that is new here cannot be published."""

    ground: Ground
    changed: Changes
    base: Mapping[str, TreeEntry]
    theirs: Mapping[str, TreeEntry]

    def against(self, path: str) -> str | None:
        """What is in the way of a file, and what to do; None if nothing is."""
        return self._ignored(path) or self._in_the_way(path) or self._conflict(path)

    def _ignored(self, path: str) -> str | None:
        if path not in self.changed.ignored:
            return None
        rule = self.ground.repository.ignoring_rule(path) or "a rule of git"
        return f"git ignores it by {rule!r}; remove the rule, or add the line !/{path} after it"

    def _in_the_way(self, path: str) -> str | None:
        names = {"blob": "a file", "link": "a symbolic link", "commit": "a submodule"}
        for folder in _folders([path]):
            kind = self.theirs[folder].kind if folder in self.theirs else "tree"
            if kind != "tree":
                return f"{folder} is {names[kind]} at {self._there}; remove it there, or set paths to other folders"
        if path in self.theirs and self.theirs[path].kind != "blob":
            return f"{path} is not a file at {self._there}; remove it there"
        return None

    def _conflict(self, path: str) -> str | None:
        before, now = _id(self.base, path), _id(self.theirs, path)
        if now == before:
            return None
        if now is None:
            return (
                f"it was taken down at {self._there} and has changed here; git pull, then delete it or commit it again"
            )
        return f"{self._there} has another version; commit yours, git pull, and merge the two"

    @property
    def _there(self) -> str:
        config = self.ground.workspace.config.publish
        return f"{config.remote}/{config.branch}" if config.push else config.branch


def _changes(ground: Ground) -> Changes:
    archive = Archive(ground.workspace.root)
    ours = (ground.workspace.data, ground.workspace.posts, *([archive.data] if archive.is_kept else []))
    folders = {folder.resolve() for folder in ours}
    there = sorted(str(folder) for folder in folders if folder.is_dir())
    if not there:
        return Changes(frozenset(), frozenset())
    return ground.repository.changes(there, ground.base, ground.head)


def _days(ground: Ground, changed: Changes) -> Iterator[_WrittenDay]:
    """The records that differ, or whose posts do. One that cannot be read is not digest's work.

    A post's day is the date that its name begins with, as in all posts that Jekyll takes.
    """
    dates = {Path(path).name[:10] for path in changed.paths}
    archive, root = Archive(ground.workspace.root), inside(ground.repository, ground.workspace.root)
    for day in ground.records.days():
        record = ground.records.readable(day) if str(day) in dates else None
        if record is None:
            continue
        path = inside(ground.repository, ground.records.path(day))
        post = ground.workspace.root / record.post.path if record.post else None
        archived = tuple(_archive_files(archive, root, day))
        if post is None or not post.is_file():
            yield _WrittenDay(record, path, "", is_as_written=False, archive=archived)
        else:
            name = inside(ground.repository, post)
            yield _WrittenDay(record, path, name, _is_as_written(record, post), archived)


def _archive_files(archive: Archive, root: str, day: date) -> Iterator[str]:
    """The archive's part in a day's publication; `root` is the workspace's path from the repository's root."""
    data = archive.path(day)
    if archive.is_kept and data.is_file():
        yield from (Path(root, path.relative_to(archive.root)).as_posix() for path in (data, *archive.pages_of(day)))


def _is_as_written(record: Record, post: Path) -> bool:
    try:
        return record.post is not None and sha256(post.read_bytes()) == record.post.sha256
    except OSError:
        return False


def _folders(paths: Iterable[str]) -> list[str]:
    """The folders around files, the outermost first."""
    found = {parent.as_posix() for path in paths for parent in Path(path).parents}
    return sorted(found - {"."})


def _id(entries: Mapping[str, TreeEntry], path: str) -> str | None:
    return entries[path].id if path in entries else None
