"""What may keep a night from publishing: the repository, its branch, its remote, ignored paths, signing."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal, NamedTuple

from digest.clients.git import GitError, Repository
from digest.core.clock import yesterday
from digest.store.records import Records
from digest.store.workspace import Workspace
from digest.tasks.unpublished import check_branch, find_unpublished, inside, open_repository


class Diagnosis(NamedTuple):
    """What was found of one thing."""

    thing: str
    state: Literal["ok", "warn", "fail"]
    message: str
    """What is, or what to do."""


_SIGNERS = {
    "openpgp": ("gpg.program", "gpg"),
    "x509": ("gpg.x509.program", "gpgsm"),
    "ssh": ("gpg.ssh.program", "ssh-keygen"),
}
"""By gpg.format: the setting that names the program, and the program without it."""


def examine_repository(workspace: Workspace, *, now: datetime) -> Iterator[Diagnosis]:
    """Look at what publishing relies on; after a line that says that nothing can be published, nothing more."""
    try:
        repository = open_repository(workspace)
    except GitError as error:
        yield Diagnosis("repository", "warn", f"{error}; digest publish needs one: git init")
        return
    try:
        for folder in (workspace.posts, workspace.data):
            inside(repository, folder)
    except GitError as error:
        yield Diagnosis("repository", "warn", f"{error}, so digest publish cannot commit it")
        return
    yield from _remote(workspace, repository)
    yield _ignored(workspace, repository, yesterday(now, workspace.config.blog.timezone))
    if repository.signs:
        yield _signing(repository)
    yield from _unpublished(workspace)


def _remote(workspace: Workspace, repository: Repository) -> Iterator[Diagnosis]:
    config = workspace.config.publish
    if not config.push:
        yield Diagnosis("repository", "ok", f"{repository.root}; publish.push is false, so nothing is pushed")
        yield _branch(workspace, repository, [])
        return
    if repository.find("remote", "get-url", config.remote) is None:
        step = f"git remote add {config.remote} URL"
        yield Diagnosis("repository", "warn", f"there is no remote {config.remote!r}: {step}")
        return
    try:
        branches = repository.branches_at(config.remote)
    except GitError as error:
        yield Diagnosis("repository", "fail", f"{config.remote} does not answer: {error}; check its address and access")
        return
    yield Diagnosis("repository", "ok", f"{config.remote} answers; digest publish pushes to {config.branch}")
    yield _branch(workspace, repository, branches)


def _branch(workspace: Workspace, repository: Repository, branches: list[str]) -> Diagnosis:
    config = workspace.config.publish
    if config.branch not in branches:
        try:
            check_branch(repository, config, branches)
        except GitError as error:
            return Diagnosis("branch", "fail", str(error))
    if repository.branch in (None, config.branch):
        return Diagnosis("branch", "ok", f"{config.branch} is published")
    message = f"{repository.branch} is checked out, and {config.branch} is published; git switch {config.branch}"
    return Diagnosis("branch", "warn", message)


def _ignored(workspace: Workspace, repository: Repository, day: date) -> Diagnosis:
    """Whether git ignores what the next night would write."""
    for path in (workspace.record_path(day), workspace.post_path(day)):
        name = inside(repository, path)
        if rule := repository.ignoring_rule(name):
            message = f"git ignores {name} by {rule!r}, so it cannot be published; remove the rule"
            return Diagnosis("ignored", "fail", message)
    return Diagnosis("ignored", "ok", "git ignores neither posts nor records")


def _signing(repository: Repository) -> Diagnosis:
    form = repository.find("config", "gpg.format") or "openpgp"
    setting, usual = _SIGNERS.get(form, _SIGNERS["openpgp"])
    program = repository.find("config", setting) or repository.find("config", "gpg.program") or usual
    if shutil.which(program) is None:
        message = f"commits are signed, and there is no {program}; install it or unset commit.gpgSign"
        return Diagnosis("signing", "fail", message)
    keys = ("user.signingKey", "gpg.ssh.defaultKeyCommand")
    if form == "ssh" and not any(repository.find("config", key) for key in keys):
        return Diagnosis("signing", "fail", "commits are signed by ssh, and user.signingKey names no key; set it")
    return Diagnosis("signing", "ok", f"{program} signs commits; at night nobody can type a pass phrase")


def _unpublished(workspace: Workspace) -> Iterator[Diagnosis]:
    try:
        found = find_unpublished(workspace, Records(workspace.data))
    except GitError as error:
        yield Diagnosis("unpublished", "warn", str(error))
        return
    for held in found.held:
        yield Diagnosis("unpublished", "warn", f"{held.day}: {held.path}: {held.reason}")
