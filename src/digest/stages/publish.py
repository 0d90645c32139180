"""Publishing: one commit of exactly what digest wrote, on top of the remote's newest, pushed.

The commit is made beside the work tree, so that whatever a person has staged or edited stays as it is, and so that
a push that is refused or a conflict leaves nothing to clean up.
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping
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
    """What is left for the person to do."""


class _Change(NamedTuple):
    """The files to commit and what they are to stand on."""

    blobs: Mapping[str, str]
    parent: str | None


def publish(workspace: Workspace, records: Records, *, but: Collection[date] = ()) -> Published:
    """Commit and push the posts and records that digest wrote, and nothing else; those of the days `but` stay back.

    Raises GitError, with nothing changed, where git refuses.
    """
    repository = Repository(workspace.root.resolve())
    config = workspace.config.publish
    for tries in range(1, _PUSHES + 1):
        base, theirs = _bases(repository, config)
        days = {path: day for path, day in _written(workspace, records, repository, base) if day not in but}
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


def _bases(repository: Repository, config: Publish) -> tuple[str | None, str | None]:
    """The commit that ours and theirs come from, and theirs: the remote's newest, or HEAD where nothing is pushed."""
    head = repository.find("rev-parse", "--verify", "--quiet", "HEAD")
    theirs = repository.fetch(config.remote, config.branch) if config.push else head
    base = repository.find("merge-base", head, theirs) if head and theirs else None
    return base, theirs or head


def _written(
    workspace: Workspace, records: Records, repository: Repository, base: str | None
) -> Iterator[tuple[str, date]]:
    """The records that changed, and their posts where they are as digest wrote them, by path from the root.

    A post never changes without its record, which holds its hash. A record that cannot be read is not digest's work.
    """
    root = repository.root.resolve()
    changed = repository.changed(workspace.data.resolve(), base) if workspace.data.exists() else set()
    for day in records.days():
        path = records.path(day).resolve().relative_to(root).as_posix()
        record = records.readable(day) if path in changed else None
        if record is None:
            continue
        yield path, day
        post = workspace.root / record.post.path if record.post else None
        if post and record.post and post.exists() and sha256(post.read_bytes()) == record.post.sha256:
            yield post.resolve().relative_to(root).as_posix(), day


def _change(
    repository: Repository, config: Publish, days: Mapping[str, date], base: str | None, parent: str | None
) -> _Change:
    """What differs from the remote's newest. Raises ConflictError where both sides changed a file."""
    blobs: dict[str, str] = {}
    for path in days:
        ours, there, then = repository.store(path), repository.blob(parent, path), repository.blob(base, path)
        if ours in (there, then):
            continue
        if there not in (None, then):
            raise ConflictError(f"{path}: {config.remote}/{config.branch} has another version; merge them by hand")
        blobs[path] = ours
    return _Change(blobs, parent)


def _commit(repository: Repository, change: _Change, message: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return repository.commit(change.parent, change.blobs, message, Path(folder) / "index")


def _message(config: Publish, days: Mapping[str, date], change: _Change) -> str:
    return config.message.format(dates=", ".join(str(day) for day in sorted({days[path] for path in change.blobs})))


def _moved_on(repository: Repository, config: Publish, change: _Change) -> bool:
    """Whether a push was refused because somebody else's came first, and not for good."""
    return repository.fetch(config.remote, config.branch) != change.parent


def _catch_up(repository: Repository, config: Publish, commit: str, change: _Change) -> str | None:
    """Bring the local branch along, if it is the one that was published and only lags behind."""
    branch = repository.find("symbolic-ref", "--quiet", "--short", "HEAD")
    head = repository.find("rev-parse", "--verify", "--quiet", "HEAD")
    behind = head is None or repository.find("merge-base", head, commit) == head
    if branch not in (None, config.branch) or not behind:
        return f"published; the checked-out commit was left where it is: git pull brings {config.branch} in"
    try:
        repository.catch_up(commit, change.blobs)
    except GitError as error:
        return f"published; the checked-out commit was left where it is ({error}): git pull brings it up"
    return None
