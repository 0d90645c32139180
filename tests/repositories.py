"""Real git repositories: a blog, its remote, and people who work beside digest."""

import shutil
import subprocess
from collections.abc import Callable
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
    git(folder.parent, "init", "-q", "--bare", "-b", "main", str(remote))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "remote", "add", "origin", str(remote))
    (folder / ".gitignore").write_text(".cache/\nconfig.yaml\n")
    return remote


class Place:
    """A blog with a day built, and its remote."""

    def __init__(self, blog: Blog, template: Path) -> None:
        self.blog = blog
        self.folder = blog.folder
        self.remote = Path(f"{blog.folder}-remote.git")
        shutil.copytree(template, self.folder, dirs_exist_ok=True)
        shutil.copytree(f"{template}-remote.git", self.remote)
        git(self.folder, "remote", "set-url", "origin", str(self.remote))

    @property
    def published(self) -> set[str]:
        """What the remote's main has of digest's files."""
        return {name for name in in_remote(self.remote) if name.startswith(("data/", "posts/"))}

    def elsewhere(self, work: Callable[[Path], object]) -> None:
        """Somebody changes something in another clone, commits and pushes."""
        other = self.remote.with_suffix(".clone")
        git(self.remote.parent, "clone", "-q", str(self.remote), str(other))
        work(other)
        git(other, "add", "-A")
        git(other, "commit", "-q", "-m", "elsewhere")
        git(other, "push", "-q", "origin", "HEAD:main")
        shutil.rmtree(other)

    def change(self) -> None:
        """Change a sentence of the day's record, and render the post."""
        record = self.blog.record_path
        record.write_text(record.read_text("utf-8").replace("다.", "다 하였다.", 1), "utf-8")
        assert self.blog.digest("render", "--date", self.blog.day).code == 0


def in_remote(remote: Path) -> set[str]:
    """The files of the remote's main."""
    return set(git(remote, "ls-tree", "-r", "--name-only", "main").splitlines())
