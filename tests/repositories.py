"""Real git repositories: a blog, its remote, and people who work beside digest."""

import shutil
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from blog import Blog


def git(folder: Path, *arguments: str) -> str:
    """What git prints, as a person whom it knows. A failure fails the test."""
    person = ("-c", "user.name=A Person", "-c", "user.email=person@example.org")
    done = subprocess.run(["git", *person, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(folder: Path, *names: str) -> None:
    """Commit files by hand, ignored ones too."""
    git(folder, "add", "-f", *names)
    git(folder, "commit", "-q", "-m", "by hand")


def with_remote(folder: Path) -> Path:
    """Make a folder a repository, and a bare one beside it, which is its origin."""
    remote = Path(f"{folder}-remote.git")
    init = ("-c", "init.templateDir=", "init", "-q", "-b", "main")
    git(folder.parent, *init, "--bare", str(remote))
    (remote / "hooks").mkdir()
    git(folder, *init)
    git(folder, "remote", "add", "origin", str(remote))
    (folder / ".gitignore").write_text(".cache/\nconfig.yaml\n")
    return remote


def copy_of(template: Path, folder: Path) -> Path:
    """Have a folder be a copy of a repository that has a remote beside it; the copy's own remote."""
    remote = Path(f"{folder}-remote.git")
    shutil.copytree(template, folder, dirs_exist_ok=True)
    shutil.copytree(f"{template}-remote.git", remote)
    config = folder / ".git" / "config"
    config.write_text(config.read_text().replace(f"{template}-remote.git", str(remote)))
    return remote


def push(
    remote: Path,
    changes: Mapping[str, str | Path | None],
    *,
    by: str = "A Person",
    at: str = "2025-12-10T03:00:00+0000",
    branch: str = "main",
    onto: str | None = None,
    merged: str | None = None,
) -> None:
    """Somebody else's commit to a remote's branch: texts by path, a Path for a link to it, None for what is deleted."""
    before = onto or (f"refs/heads/{branch}^0" if (remote / "refs" / "heads" / branch).exists() else None)
    when = datetime.fromisoformat(at)
    who = f"{by} <person@example.org> {when.timestamp():.0f} {when:%z}"
    lines = [f"commit refs/heads/{branch}", f"author {who}", f"committer {who}", "data 9", "elsewhere"]
    lines += [f"from {before}"] if before else []
    lines += [f"merge {merged}"] if merged else []
    for path, change in changes.items():
        if change is None:
            lines.append(f"D {path}")
        else:
            mode = "120000" if isinstance(change, Path) else "100644"
            lines += [f"M {mode} inline {path}", f"data {len(str(change).encode())}", str(change)]
    stream = "".join(f"{line}\n" for line in lines).encode()
    subprocess.run(["git", "fast-import", "--quiet", "--force"], cwd=remote, input=stream, check=True)


class Place:
    """A blog with a day built, and its remote."""

    def __init__(self, blog: Blog, template: Path) -> None:
        self.blog = blog
        self.folder = blog.folder
        self.remote = copy_of(template, self.folder)

    @property
    def published(self) -> set[str]:
        """What the remote's main has of digest's files."""
        return {name for name in in_remote(self.remote) if name.startswith(("data/", "posts/"))}

    def change(self, day: str = Blog.day) -> None:
        """Change a sentence of a day's record, and render the post."""
        record = self.folder / "data" / f"{day}.json"
        record.write_text(record.read_text("utf-8").replace("다.", "다 하였다.", 1), "utf-8")
        assert self.blog.digest("render", "--date", day).code == 0


def in_remote(remote: Path) -> set[str]:
    """The files of the remote's main."""
    return set(git(remote, "ls-tree", "-r", "--name-only", "main").splitlines())
