"""git, called as a program: a repository's commits, and its remote."""

import os
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from digest.core.text import printable

_SECONDS = 120.0
"""Time for one call, a fetch or push over a slow line included."""
_BOT = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")
_PLAIN = ("-c", "diff.relative=false", "-c", "i18n.commitEncoding=utf-8")
"""Settings of the user that would change what is read here."""
_COMMITS = 200
"""Commits of one file that are looked at."""
_AT_ONCE = 500
"""Paths in one call."""
_Variables = Mapping[str, str]


class GitError(Exception):
    """git refused; the message is its own last line."""


class TreeEntry(NamedTuple):
    """What a commit has at a path."""

    kind: str
    """`blob`, `tree`, or `commit` for a submodule; `link` for a symbolic link."""
    id: str


class Commit(NamedTuple):
    """A commit, and who wrote what is in it."""

    id: str
    parent: str | None
    """The first one; None in a commit that has none."""
    is_merge: bool
    author: str
    """The author's name, which is anybody's words."""
    at: datetime
    """When it was written, in UTC."""


class Changes(NamedTuple):
    """Paths below a folder that differ from a commit, from the repository's root."""

    paths: frozenset[str]
    ignored: frozenset[str]
    """Those of them that git does not track, because a rule tells it to ignore them."""


class Repository:
    """The repository around a folder. Raises GitError if there is none.

    `secrets` are variables that git, its hooks and its helpers do not get.
    """

    def __init__(self, folder: Path, *, secrets: Collection[str] = ()) -> None:
        self._folder = folder
        self._environment = {name: value for name, value in os.environ.items() if name not in secrets}
        self._environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C"}
        self.root = self._top(folder)

    def root_of(self, folder: Path) -> Path:
        """The top of the repository that a folder below the root is in, which may be another. Raises GitError."""
        inner = takewhile(lambda each: each != self.root, (folder, *folder.parents))
        return self._top(folder) if any((each / ".git").exists() for each in inner) else self.root

    def _top(self, folder: Path) -> Path:
        return Path(self.ask("rev-parse", "--show-toplevel", folder=folder)).resolve()

    def ask(
        self, *arguments: str, stdin: bytes | None = None, folder: Path | None = None, more: _Variables | None = None
    ) -> str:
        """git's answer, without the last newline; `more` are variables for this call. Raises GitError."""
        said = self._call(*arguments, stdin=stdin, folder=folder, more=more)
        return said.decode("utf-8", "surrogateescape").rstrip("\n")

    def _call(
        self, *arguments: str, stdin: bytes | None = None, folder: Path | None = None, more: _Variables | None = None
    ) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603  a list of words, no shell
                ["git", *_PLAIN, *arguments],  # noqa: S607  the user's git
                cwd=folder or self._folder,
                env={**self._environment, **(more or {})},
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
        return done.stdout

    def find(self, *arguments: str) -> str | None:
        """git's answer to a question that may have none."""
        try:
            return self.ask(*arguments) or None
        except GitError:
            return None

    def commit_of(self, name: str) -> str | None:
        """The commit that a name such as `HEAD` leads to; None if there is none."""
        return self.find("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")

    @property
    def branch(self) -> str | None:
        """The checked-out branch; None where a commit is checked out instead."""
        return self.find("symbolic-ref", "--quiet", "--short", "HEAD")

    def branches_at(self, remote: str) -> list[str]:
        """The branches of a remote. Raises GitError if it does not answer."""
        lines = self.ask("ls-remote", "--heads", remote).split("\n")
        return [line.partition("refs/heads/")[2] for line in lines if line]

    def meeting(self, one: str, other: str) -> str | None:
        """The newest commit that two come from; None if there is none."""
        return one if one == other else self.find("merge-base", one, other)

    def fetch(self, remote: str, branch: str) -> str | None:
        """The commit that a remote's branch is at, with its history; None if the remote has no such branch."""
        if not (said := self.ask("ls-remote", remote, f"refs/heads/{branch}")):
            return None
        known = self.commit_of(f"refs/remotes/{remote}/{branch}")
        if said == f"{known}\trefs/heads/{branch}":
            return known
        self.ask("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", remote, f"refs/heads/{branch}")
        return self.ask("rev-parse", "FETCH_HEAD^{commit}")

    def push(self, remote: str, commit: str, branch: str) -> None:
        """Have the remote's branch be at a commit, and nothing else. Raises GitError."""
        alone = ("--no-follow-tags", "--no-recurse-submodules")
        self.ask("push", "--quiet", *alone, remote, f"{commit}:refs/heads/{branch}")

    def changes(self, folders: Sequence[str], base: str | None, head: str | None) -> Changes:
        """What is below some folders and differs from a commit, in later commits up to HEAD or in the work tree."""
        options = ("--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=traditional")
        lines = [line for line in self.ask("status", *options, "--", *folders).split("\0") if line]
        span = () if base in (None, head) else (str(base), "HEAD")
        later = self.ask("diff-tree", "-r", "--name-only", "-z", *span, "--", *folders) if span else ""
        ignored = frozenset(line[3:] for line in lines if line.startswith("!!"))
        paths = {line[3:] for line in lines} | {path for path in later.split("\0") if path} | self._unwatched(folders)
        return Changes(frozenset(paths), ignored)

    def _unwatched(self, folders: Sequence[str]) -> set[str]:
        """Files that git was told not to look at (assume-unchanged, skip-worktree), so that they may have changed."""
        lines = self.ask("ls-files", "-v", "-z", "--full-name", "--", *folders).split("\0")
        return {line[2:] for line in lines if line[:1] == "S" or line[:1].islower()}

    def ignoring_rule(self, path: str) -> str | None:
        """The rule that has git ignore a path, `.gitignore:3: data/`; None if there is none."""
        options = ("--no-index", "-v", "-z", "--stdin")
        stdin = f"{path}\0".encode("utf-8", "surrogateescape")
        plain = {"GIT_LITERAL_PATHSPECS": "0"}  # which this command refuses
        try:
            found = self.ask("check-ignore", *options, stdin=stdin, folder=self.root, more=plain)
        except GitError:  # exit 1: no rule
            return None
        file, line, pattern, *_ = (*found.split("\0"), "", "")
        return f"{file}:{line}: {pattern}" if pattern and not pattern.startswith("!") else None

    def entries(self, commit: str | None, paths: Iterable[str]) -> dict[str, TreeEntry]:
        """What a commit has at each of the paths, where it has anything."""
        found: dict[str, TreeEntry] = {}
        wanted = list(paths) if commit else []
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            for line in self.ask("ls-tree", "-z", "--full-tree", str(commit), "--", *some).split("\0"):
                about, _, path = line.partition("\t")
                if path:
                    mode, kind, blob = about.split()
                    found[path] = TreeEntry("link" if mode == "120000" else kind, blob)
        return found

    def commits_of(self, path: str, *, since: str | None = None) -> Iterator[Commit]:
        """The commits that changed a file, newest first; only those after `since`, if it is given."""
        if since is None and self.commit_of("HEAD") is None:
            return
        span = f"{since}..HEAD" if since else "HEAD"
        form = "--format=%P%x00%aI%x00%aN"
        said = self.ask("rev-list", f"--max-count={_COMMITS}", form, span, "--", path, folder=self.root)
        lines = said.split("\n")  # a name may have other signs that Python takes for the end of a line
        for head, about in zip(lines[::2], lines[1::2], strict=False):
            parents, at, author = about.split("\0", 2)
            first, *others = parents.split() or [""]
            name = author.encode("utf-8", "replace").decode()
            when = datetime.fromisoformat(at).astimezone(UTC)
            yield Commit(head.removeprefix("commit "), first or None, bool(others), name, when)

    @property
    def is_shallow(self) -> bool:
        """Whether the history is cut off, so that the oldest commit here seems to have written every file."""
        return self.find("rev-parse", "--is-shallow-repository") == "true"

    def content(self, commit: str | None, path: str) -> bytes | None:
        """A file as a commit has it; None where it has none."""
        try:
            return self._call("cat-file", "blob", f"{commit}:{path}") if commit else None
        except GitError:
            return None

    def is_changed(self, path: str) -> bool:
        """Whether a file of the work tree differs from the checked-out commit."""
        return bool(self.ask("status", "--porcelain", "--untracked-files=all", "--", path, folder=self.root))

    @property
    def user(self) -> str | None:
        """The name that git would give to a commit; None where it knows none."""
        return self._said(self._settings(), "author", "name")

    def hash(self, paths: Iterable[str], *, write: bool) -> dict[str, str]:
        """The ids of the contents of files of the work tree, which the object store then has if `write`."""
        names = list(paths)
        options = ("-w",) if write else ()
        stdin = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
        ids = self.ask("hash-object", *options, "--stdin-paths", stdin=stdin, folder=self.root) if names else ""
        return dict(zip(names, ids.splitlines(), strict=True))

    def commit(self, parent: str | None, blobs: Mapping[str, str], message: str, index: Path) -> str:
        """A commit with the parent's files and these, made beside the work tree, the index and all branches.

        It is signed where git is configured to sign.
        """
        beside = {"GIT_INDEX_FILE": str(index)}
        self.ask("read-tree", *([parent] if parent else ["--empty"]), more=beside)
        self._add(blobs, beside)
        tree = self.ask("write-tree", more=beside)
        parents = ["-p", parent] if parent else []
        sign = ["-S"] if self.signs else []
        identity = dict(self._identity())
        return self.ask("commit-tree", *sign, tree, *parents, stdin=message.encode(), more=identity)

    @property
    def signs(self) -> bool:
        """Whether git is configured to sign commits."""
        return self.find("config", "--type=bool", "commit.gpgSign") == "true"

    def catch_up(self, head: str | None, commit: str, blobs: Mapping[str, str]) -> None:
        """Move HEAD, index and work tree forward from `head` to a commit whose files `blobs` the work tree already has.

        What else is staged or edited stays so. Raises GitError, with everything as it was, where that is impossible.
        """
        self._add(blobs, None)
        start = head or self.ask("mktree", stdin=b"")  # without a first commit: the empty tree
        try:
            self.ask("read-tree", "-m", "-u", start, commit)
        except GitError:
            if blobs:  # without a path, reset would unstage all that the user has staged
                with suppress(GitError):
                    self.ask("reset", "--quiet", "--", *blobs, folder=self.root)
            raise
        self.ask("update-ref", "-m", "digest publish", "HEAD", commit, *([head] if head else []))

    def _add(self, blobs: Mapping[str, str], more: Mapping[str, str] | None) -> None:
        stdin = "".join(f"100644 {blob}\t{path}\0" for path, blob in blobs.items()).encode("utf-8", "surrogateescape")
        self.ask("update-index", "-z", "--add", "--index-info", stdin=stdin, more=more)

    def _identity(self) -> Iterator[tuple[str, str]]:
        """Author and committer as git would have them; what is missing of one is filled in."""
        settings = self._settings()
        for role in ("author", "committer"):
            name = self._said(settings, role, "name")
            email = self._said(settings, role, "email") or self._environment.get("EMAIL")
            both = _BOT if not (name or email) else (name or str(email).partition("@")[0], email or _BOT[1])
            yield from zip((f"GIT_{role.upper()}_NAME", f"GIT_{role.upper()}_EMAIL"), both, strict=True)

    def _settings(self) -> dict[str, str]:
        """What git's settings say of people: `user.name`, `author.email`."""
        said = self.find("config", "--null", "--get-regexp", r"^(user|author|committer)\.(name|email)$") or ""
        return {key: value for key, _, value in (line.partition("\n") for line in said.split("\0"))}

    def _said(self, settings: Mapping[str, str], role: str, what: str) -> str | None:
        variable = self._environment.get(f"GIT_{role.upper()}_{what.upper()}")
        return variable or settings.get(f"{role}.{what}") or settings.get(f"user.{what}")


def _reason(stderr: bytes) -> str:
    """The lines that say why, with a password in a URL left out."""
    lines = [printable(line).strip() for line in stderr.decode("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line]
    reasons = [line for line in lines if line.startswith(("fatal:", "error:", "!", "remote:"))] or lines[-1:]
    return "; ".join(_without_password(line) for line in reasons[:3])


def _without_password(line: str) -> str:
    before, at, after = line.rpartition("@")
    scheme, slashes, _ = before.rpartition("://")
    return f"{scheme}{slashes}{after}" if at and slashes else line
