"""Publishing: one commit of exactly what digest wrote, on top of the remote's newest, pushed.

The commit is made beside the work tree, so that what the user has staged or edited stays as it is, and so that
a push that is refused leaves nothing to clean up.
"""

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from digest.clients.git import GitError, Repository
from digest.core.clock import days_of
from digest.core.config import Publish
from digest.core.record import Record
from digest.store.records import Records
from digest.store.workspace import Workspace
from digest.tasks.unpublished import Ground, Held, Survey, check_branch, last_known, open_repository, stand_on, survey

_PUSHES = 4
"""Times that a push is tried over a remote which moves on meanwhile."""
_MONTH = 31
"""Days that one commit may have; more are committed month by month."""
_SUBJECT = 72
"""Characters; a commit's subject stays below it."""


class Published(NamedTuple):
    """What was committed; nothing where there was nothing new."""

    commit: str | None = None
    paths: tuple[str, ...] = ()
    """From the repository's root."""
    held: tuple[Held, ...] = ()
    """Days that must stay back, and why."""
    edited: tuple[Held, ...] = ()
    """Posts that the user edited, which are the user's to publish."""
    left: tuple[date, ...] = ()
    """Days that were to be left."""
    where: str = ""
    """The branch they are on now: `origin/main`."""
    note: str | None = None
    """What is left for the user to do."""


def publish(
    workspace: Workspace,
    records: Records,
    *,
    leave: Callable[[Record], bool] = lambda _: False,
) -> Published:
    """Commit and push the posts and records that digest wrote, and nothing else; those that `leave` names are left.

    The remote is not asked if it had all of them when it was last asked.
    Raises GitError, with nothing changed, where git refuses.
    """
    repository = open_repository(workspace)
    config = workspace.config.publish
    ground = stand_on(workspace, records, repository, last_known(repository, config))
    found = survey(ground, leave=leave, write=True)
    for tries in range(1, _PUSHES + 1):
        if found.blobs and (newest := _newest(repository, config)) != ground.theirs:
            ground = stand_on(workspace, records, repository, newest)
            found = survey(ground, leave=leave, write=True)
        if not found.blobs:
            return _nothing(found)
        commit = _commit(ground, found, config)
        try:
            if config.push:
                repository.push(config.remote, commit, config.branch)
        except GitError:
            if tries == _PUSHES or repository.fetch(config.remote, config.branch) == ground.theirs:
                raise
        else:
            note = _catch_up(repository, config, commit, found)
            nothing = _nothing(found)
            return nothing._replace(commit=commit, paths=tuple(found.blobs), where=_where(config), note=note)
    raise AssertionError("unreachable: the last try returns or raises")


def follow_remote(workspace: Workspace) -> None:
    """Bring the checked-out branch up to the published one, where it only lags behind.

    What is staged or edited here stays so. Raises GitError, with everything as it was, where that is impossible.
    """
    config = workspace.config.publish
    repository = open_repository(workspace)
    head = repository.commit_of("HEAD")
    if not config.push or head is None or repository.branch != config.branch:
        return
    newest = repository.fetch(config.remote, config.branch)
    if newest is not None and newest != head and repository.meeting(head, newest) == head:
        repository.find("update-index", "-q", "--refresh")  # files that were copied look edited until then
        repository.catch_up(head, newest, {})


def _nothing(found: Survey) -> Published:
    return Published(held=found.held, edited=found.edited, left=found.left)


def _newest(repository: Repository, config: Publish) -> str | None:
    """The commit to publish on. Raises GitError where the branch would have to be made, and is not checked out."""
    if not config.push:
        check_branch(repository, config, [])
        return repository.commit_of("HEAD")
    found = repository.fetch(config.remote, config.branch)
    if found is None:
        check_branch(repository, config, repository.branches_at(config.remote))
    return found


def _where(config: Publish) -> str:
    return f"{config.remote}/{config.branch}" if config.push else config.branch


def _commit(ground: Ground, found: Survey, config: Publish) -> str:
    """The commit to push: a new one, or the parent where it has all of it and the remote has nothing yet."""
    parent = ground.theirs or ground.head
    has = {} if ground.theirs else ground.repository.entries(parent, found.blobs)
    if parent and all(path in has and has[path].id == blob for path, blob in found.blobs.items()):
        return parent
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        for month in _months(found):
            blobs = {path: blob for path, blob in found.blobs.items() if path in month}
            dates = sorted({found.days[path] for path in blobs if path in found.days})
            parent = ground.repository.commit(parent, blobs, message(config, dates), index)
    return str(parent)


def _months(found: Survey) -> list[set[str]]:
    """The files of each commit, the oldest first: a month's where there is more than a month, else all of them."""
    if len(found.dates) <= _MONTH:
        return [set(found.blobs)]
    months: dict[str, set[str]] = {f"{day:%Y-%m}": set() for day in found.dates}
    newest = f"{found.dates[-1]:%Y-%m}"
    for path in found.blobs:
        months[f"{found.days[path]:%Y-%m}" if path in found.days else newest].add(path)
    return list(months.values())


def message(config: Publish, dates: Sequence[date]) -> str:
    """The commit's message. Many days are named as a range in the subject, and one by one below it."""
    if not dates:
        return "chore(batches): note what is under way\n"
    whole = config.message.format(dates=", ".join(map(str, dates)))
    if len(whole.partition("\n")[0]) < _SUBJECT or len(dates) <= 2:
        return whole
    return "\n".join((config.message.format(dates=days_of(dates)), "", *map(str, dates), ""))


def _catch_up(repository: Repository, config: Publish, commit: str, found: Survey) -> str | None:
    """Bring the local branch along, if it is the one that was published and only lags behind.

    Raises GitError where nothing else holds the commit.
    """
    head = repository.commit_of("HEAD")
    behind = head is None or repository.meeting(head, commit) == head
    if repository.branch not in (None, config.branch) or not behind:
        return f"the checked-out commit was left where it is: git pull brings {config.branch} in"
    try:
        repository.catch_up(head, commit, found.blobs)
    except GitError as error:
        if not config.push:
            raise
        return f"the checked-out commit was left where it is ({error}): git pull brings it up"
    return None
