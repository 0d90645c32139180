"""Blogs with a day built, alone and in real repositories."""

import shutil
from pathlib import Path

import pytest
from bench.services import serve

from blog import NOW, Blog
from digest.cli import run
from repositories import Place, commit, copy_of, git, with_remote


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a remote, both without a commit; each test works on a copy of both."""
    folder = tmp_path_factory.mktemp("empty") / "blog"
    folder.mkdir()
    with_remote(folder)
    return folder


@pytest.fixture
def site(blog: Blog, own_git: None, empty: Path) -> Blog:
    """The blog as a repository with a remote, both without a commit."""
    copy_of(empty, blog.folder)
    return blog


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blog with a day built and one commit at its remote; each test works on a copy of both."""
    folder = tmp_path_factory.mktemp("template") / "blog"
    folder.mkdir()
    remote = with_remote(folder)
    (folder / "about.md").write_text("about\n")
    commit(folder, ".gitignore", "about.md")
    git(folder, "push", "-q", str(remote), "main")
    git(folder, "fetch", "-q", "origin")
    with pytest.MonkeyPatch.context() as patch, serve() as services:
        patch.setenv("OPENAI_API_KEY", "sk-sample-secret")
        patch.chdir(folder)
        Blog(folder, None).configure(services)  # which only running a command needs
        assert run(["build", "-q", "--date", "2025-12-04", "2512.03405", "2512.03534"], now=NOW) == 0
    return folder


@pytest.fixture
def place(blog: Blog, own_git: None, template: Path) -> Place:
    """A blog with a day built, not yet published."""
    return Place(blog, template)


@pytest.fixture
def built(blog: Blog, template: Path) -> Blog:
    """A blog with a day of two papers built, whose services do not answer any more."""
    for name in ("data", "posts"):
        shutil.copytree(template / name, blog.folder / name)
    blog.configure(None, arxiv={"api_url": "http://127.0.0.1:9/api", "interval": 0})
    return blog
