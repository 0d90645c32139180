"""Publishing: one commit of exactly what digest wrote, on top of the remote's newest, pushed.

The commit is made beside the work tree, so that what the user has staged or edited stays as it is, and so that
a push that is refused or a conflict leaves nothing to clean up.
"""

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from digest.clients.git import GitError, Repository
from digest.core.config import Publish
from digest.store.posts import sha256
from digest.store.records import Records
from digest.store.workspace import Workspace

_PUSHES = 4
"""Times that a push is tried over a remote which moves on meanwhile."""


class ConflictError(GitError):
    """The remote's version of a file and ours both differ from what they come from."""


class Published(NamedTuple):
    """What was committed; nothing where there was nothing new."""

    commit: str | None
    paths: tuple[str, ...]
    """From the repository's root."""
    note: str | None = None
    """What is left for the user to do."""


class _Change(NamedTuple):
    """The files to commit and what they are to stand on."""

    blobs: Mapping[str, str]
    theirs: str | None
    """The remote's newest commit; None if it has none."""
    parent: str | None


def publish(workspace: Workspace, records: Records, *, but: Collection[date] = ()) -> Published:
    """Commit and push the posts and records that digest wrote, and nothing else; those of the days `but` stay back.

    The remote is not asked if it had all of them when it was last heard of.
    Raises GitError, with nothing changed, where git refuses.
    """
    repository = Repository(workspace.root.resolve())
    config = workspace.config.publish
    if config.push and not _is_ahead(workspace, records, repository, but):
        return Published(None, ())
    for tries in range(1, _PUSHES + 1):
        theirs = repository.fetch(config.remote, config.branch) if config.push else _head(repository)
        base = _base(repository, theirs)
        days = dict(_written(workspace, records, repository, base, but))
        change = _change(repository, config, days, base, theirs)
        if not change.blobs:
            return Published(None, ())
        commit = _commit(repository, change, _message(config, days, change))
        try:
            if config.push:
                repository.ask("push", "--quiet", config.remote, f"{commit}:refs/heads/{config.branch}")
        except GitError:
            if tries == _PUSHES or not _moved_on(repository, config, change):
                raise
        else:
            return Published(commit, tuple(change.blobs), _catch_up(repository, config, commit, change))
    raise AssertionError("unreachable: the last try returns or raises")


def _is_ahead(workspace: Workspace, records: Records, repository: Repository, but: Collection[date]) -> bool:
    """Whether there may be something that the remote did not have when it was last heard of."""
    config = workspace.config.publish
    known = repository.find("rev-parse", "--verify", "--quiet", f"refs/remotes/{config.remote}/{config.branch}")
    if known is None:
        return any(day not in but for day in records.days())
    base = _base(repository, known)
    return bool(_news(repository, dict(_written(workspace, records, repository, base, but)), base, known))


def _head(repository: Repository) -> str | None:
    return repository.find("rev-parse", "--verify", "--quiet", "HEAD")


def _base(repository: Repository, theirs: str | None) -> str | None:
    """What ours and theirs come from: a commit, or nothing at all, the empty tree; None before our first commit."""
    head = _head(repository)
    common = repository.find("merge-base", head, theirs) if head and theirs else None
    return common or (repository.ask("mktree", stdin=b"") if head else None)


def _written(
    workspace: Workspace, records: Records, repository: Repository, base: str | None, but: Collection[date]
) -> Iterator[tuple[str, date]]:
    """The records that changed, and their posts where they are as digest wrote them, by path from the root.

    A post never changes without its record, which holds its hash. A record that cannot be read is not digest's work.
    """
    _inside(repository, workspace.data)
    changed = repository.changed(workspace.data.resolve(), base) if workspace.data.exists() else set()
    for day in records.days():
        path = _inside(repository, records.path(day))
        record = records.readable(day) if path in changed and day not in but else None
        if record is None:
            continue
        yield path, day
        post = workspace.root / record.post.path if record.post else None
        if post and record.post and post.exists() and sha256(post.read_bytes()) == record.post.sha256:
            yield _inside(repository, post), day


def _inside(repository: Repository, path: Path) -> str:
    """A path from the repository's root. Raises GitError for one that leads out of it."""
    root, whole = repository.root.resolve(), path.resolve()
    if not whole.is_relative_to(root):
        raise GitError(f"{whole} is outside the repository {root}; set paths.posts and paths.data to folders inside")
    return whole.relative_to(root).as_posix()


def _news(repository: Repository, paths: Iterable[str], base: str | None, theirs: str | None) -> dict[str, str]:
    """The content of each file that neither they have nor what both come from."""
    ours = {path: repository.store(path) for path in paths}
    return {
        path: blob
        for path, blob in ours.items()
        if blob not in (repository.blob(theirs, path), repository.blob(base, path))
    }


def _change(
    repository: Repository, config: Publish, days: Mapping[str, date], base: str | None, theirs: str | None
) -> _Change:
    """What differs from the remote's newest. Raises ConflictError where both sides changed a file."""
    blobs = _news(repository, days, base, theirs)
    for path in blobs:
        if repository.blob(theirs, path) not in (None, repository.blob(base, path)):
            raise ConflictError(f"{path}: {config.remote}/{config.branch} has another version; merge them by hand")
    return _Change(blobs, theirs, theirs or _head(repository))


def _commit(repository: Repository, change: _Change, message: str) -> str:
    """The commit to push: a new one, or the parent where it has all of it and the remote has nothing yet."""
    if change.parent and all(repository.blob(change.parent, path) == blob for path, blob in change.blobs.items()):
        return change.parent
    with tempfile.TemporaryDirectory() as folder:
        return repository.commit(change.parent, change.blobs, message, Path(folder) / "index")


def _message(config: Publish, days: Mapping[str, date], change: _Change) -> str:
    return config.message.format(dates=", ".join(str(day) for day in sorted({days[path] for path in change.blobs})))


def _moved_on(repository: Repository, config: Publish, change: _Change) -> bool:
    """Whether a push was refused because another one came first, and may be tried again."""
    return repository.fetch(config.remote, config.branch) != change.theirs


def _catch_up(repository: Repository, config: Publish, commit: str, change: _Change) -> str | None:
    """Bring the local branch along, if it is the one that was published and only lags behind."""
    branch = repository.find("symbolic-ref", "--quiet", "--short", "HEAD")
    head = _head(repository)
    behind = head is None or repository.find("merge-base", head, commit) == head
    if branch not in (None, config.branch) or not behind:
        return f"published; the checked-out commit was left where it is: git pull brings {config.branch} in"
    try:
        repository.catch_up(commit, change.blobs)
    except GitError as error:
        return f"published; the checked-out commit was left where it is ({error}): git pull brings it up"
    return None
