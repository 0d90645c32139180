"""git, asked as a program: a repository's commits, and its remote."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_SECONDS = 120.0
"""Time for one call, a fetch or push over a slow line included."""
_BOT = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")


class GitError(Exception):
    """git refused; the message is its own last line."""


class Repository:
    """The repository around a folder. Raises GitError if there is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.root = Path(self.ask("rev-parse", "--show-toplevel"))

    def ask(self, *arguments: str, stdin: bytes | None = None, index: Path | None = None) -> str:
        """git's answer, without the last newline. `index` is used instead of the repository's own. Raises GitError."""
        try:
            done = subprocess.run(  # noqa: S603  a list of words, no shell
                ["git", *arguments],  # noqa: S607  the git of the user
                cwd=self._folder,
                env=_environment(index),
                input=stdin,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError as error:
            raise GitError("git is not installed; install it") from error
        except subprocess.TimeoutExpired as error:
            raise GitError(f"git {arguments[0]} took more than {_SECONDS:.0f} s") from error
        if done.returncode != 0:
            raise GitError(f"git {arguments[0]}: {_reason(done.stderr) or f'exit {done.returncode}'}")
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def find(self, *arguments: str) -> str | None:
        """git's answer to a question that may have none."""
        try:
            return self.ask(*arguments) or None
        except GitError:
            return None

    def fetch(self, remote: str, branch: str) -> str | None:
        """The commit a remote's branch is at, with its history fetched; None if the remote has no such branch."""
        if not self.ask("ls-remote", remote, f"refs/heads/{branch}"):
            return None
        self.ask("fetch", "--quiet", remote, f"refs/heads/{branch}")
        return self.ask("rev-parse", "FETCH_HEAD^{commit}")

    def changed(self, folder: Path, base: str | None) -> set[str]:
        """Paths below a folder that differ from a commit, in later commits or in the work tree; ignored ones aside."""
        status = self.ask("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", str(folder))
        later = self.ask("diff", "--name-only", "-z", base, "HEAD", "--", str(folder)) if base else ""
        return {line[3:] for line in status.split("\0") if line} | {path for path in later.split("\0") if path}

    def blob(self, commit: str | None, path: str) -> str | None:
        """The id of a file's content in a commit; None if it is not there."""
        return self.find("rev-parse", "--verify", "--quiet", f"{commit}:{path}") if commit else None

    def store(self, path: str) -> str:
        """Put a file of the work tree into the object store; its content's id."""
        data = (self.root / path).read_bytes()
        return self.ask("hash-object", "-w", "--stdin", f"--path={path}", stdin=data)

    def commit(self, parent: str | None, blobs: Mapping[str, str], message: str, index: Path) -> str:
        """A commit with the parent's files and these, made beside the work tree, the index and all branches."""
        self.ask("read-tree", *([parent] if parent else ["--empty"]), index=index)
        self._add(blobs, index)
        tree = self.ask("write-tree", index=index)
        parents = ["-p", parent] if parent else []
        return self.ask(*self._author(), "commit-tree", tree, *parents, stdin=message.encode())

    def catch_up(self, commit: str, blobs: Mapping[str, str]) -> None:
        """Move HEAD, index and work tree forward to a commit whose files `blobs` the work tree already has.

        What else is staged or edited stays so. Raises GitError, with everything as it was, where that is impossible.
        """
        head = self.find("rev-parse", "--verify", "--quiet", "HEAD")
        self._add(blobs, None)
        start = head or self.ask("mktree", stdin=b"")  # without a first commit: the empty tree
        try:
            self.ask("read-tree", "-m", "-u", start, commit)
        except GitError:
            self.find("reset", "--quiet", "--", *blobs)
            raise
        self.ask("update-ref", "-m", "digest publish", "HEAD", commit, *([head] if head else []))

    def _add(self, blobs: Mapping[str, str], index: Path | None) -> None:
        lines = "".join(f"100644 {blob}\t{path}\0" for path, blob in blobs.items())
        self.ask("update-index", "-z", "--add", "--index-info", stdin=lines.encode(), index=index)

    def _author(self) -> list[str]:
        if self.find("config", "user.email") or os.environ.get("GIT_AUTHOR_EMAIL"):
            return []
        name, mail = _BOT
        return ["-c", f"user.name={name}", "-c", f"user.email={mail}"]


def _environment(index: Path | None) -> dict[str, str]:
    quiet = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    return {**quiet, "GIT_INDEX_FILE": str(index)} if index else quiet


def _reason(stderr: bytes) -> str:
    """The line that says why, with a password in a URL left out."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith(("fatal:", "error:", "!", "remote:"))] or lines[-1:]
    return "; ".join(_without_password(line) for line in reasons[:3])


def _without_password(line: str) -> str:
    before, at, after = line.rpartition("@")
    scheme, slashes, _ = before.rpartition("://")
    return f"{scheme}{slashes}{after}" if at and slashes else line
