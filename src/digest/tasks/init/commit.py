"""Committing what `init` wrote, and nothing else."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from digest.clients.git import GitError, Repository

MESSAGE: Final = "Set up digest for the daily papers"


def uncommitted(folder: Path, names: Sequence[str]) -> list[str] | None:
    """Those of the files that the newest commit does not have as they are; None where there is no repository."""
    try:
        repository = Repository(folder)
    except GitError:
        return None
    arguments = ("status", "--porcelain", "-z", "--ignored", "--untracked-files=all", "--", *names)
    changed = {line[3:] for line in repository.ask(*arguments).split("\0") if line}
    prefix = repository.ask("rev-parse", "--show-prefix")
    return [name for name in names if f"{prefix}{name}" in changed]


def commit(folder: Path, names: Sequence[str]) -> str:
    """Commit the files, those that git ignores too, and leave alone what else is staged; the commit's short name.

    Raises GitError.
    """
    repository = Repository(folder)
    repository.ask("add", "--force", "--", *names)
    repository.ask("commit", "--quiet", "--message", MESSAGE, "--", *names)
    return repository.ask("rev-parse", "--short", "HEAD")


def commands(folder: Path, names: Sequence[str]) -> str:
    """The same as a line for a shell."""
    git = "git" if folder.absolute() == Path.cwd() else f"git -C {shlex.quote(str(folder))}"
    files = shlex.join(names)
    return f"{git} add -f -- {files} && {git} commit -m {shlex.quote(MESSAGE)} -- {files}"
