"""`digest publish` with real git: a bare remote, a clone, and people who work beside it."""

import shutil
from pathlib import Path

import pytest

from blog import Blog
from repositories import Place, git, in_remote, push

DAY_FILES = {"data/2025-12-04.json", "posts/2025-12-04-daily-papers-20251204.md"}


@pytest.fixture
def remote(place: Place) -> Path:
    """The remote of a blog with a day built."""
    return place.remote


def test_publishes_what_was_written_and_nothing_twice(blog: Blog, remote: Path) -> None:
    ran = blog.digest("publish")
    assert (ran.code, set(ran.out.split())) == (0, DAY_FILES), ran.err
    assert in_remote(remote) == DAY_FILES | {"about.md", ".gitignore"}
    assert git(remote, "log", "-1", "--format=%s|%an", "main") == (
        "chore(posts): add daily papers 2025-12-04|github-actions[bot]"
    )
    assert git(blog.folder, "status", "--porcelain") == ""
    assert git(blog.folder, "rev-parse", "HEAD") == git(remote, "rev-parse", "main")
    assert blog.digest("publish").out == ""
    assert git(remote, "rev-list", "--count", "main") == "2"


def test_what_the_archive_says_of_a_day_is_published_with_it(blog: Blog, remote: Path) -> None:
    (blog.folder / "_layouts").mkdir()
    (blog.folder / "_layouts" / "daily-papers.html").write_text("mine\n")
    assert blog.digest("render", "--date", blog.day).code == 0
    data, pages = "_data/daily_papers/2025-12-04.json", blog.folder / "daily-papers"
    (pages / "2025-papers.html").write_text("mine too\n")
    assert blog.digest("publish").code == 0
    written = {data, "daily-papers/2025.html", "daily-papers/2025-categories.html"}
    assert in_remote(remote) == DAY_FILES | written | {"about.md", ".gitignore"}
    (blog.folder / data).write_text("an older digest's\n")
    assert blog.digest("publish").out == f"{data}\n"
    git(blog.folder, "status")
    (blog.folder / data).write_text("another\n")
    push(remote, {data: "theirs\n"})
    ran = blog.digest("publish")
    assert (ran.code, data in ran.err) == (5, True)


def test_leaves_the_work_of_a_person_alone(blog: Blog, remote: Path) -> None:
    (blog.folder / "staged.md").write_text("staged\n")
    git(blog.folder, "add", "staged.md")
    (blog.folder / "about.md").write_text("edited\n")
    (blog.folder / "posts" / "2025-12-03-mine.md").write_text("by hand\n")
    git(blog.folder, "config", "user.name", "Owner")
    git(blog.folder, "config", "user.email", "owner@example.org")
    assert blog.digest("publish").code == 0
    assert in_remote(remote) == DAY_FILES | {"about.md", ".gitignore"}
    assert git(remote, "log", "-1", "--format=%an <%ae>", "main") == "Owner <owner@example.org>"
    assert git(blog.folder, "status", "--porcelain").splitlines() == [
        "M about.md",
        "A  staged.md",
        "?? posts/2025-12-03-mine.md",
    ]


def test_unpushed_commits_of_a_person_are_not_pushed(blog: Blog, remote: Path) -> None:
    (blog.folder / "wip.md").write_text("not yet\n")
    git(blog.folder, "add", "wip.md")
    git(blog.folder, "commit", "-q", "-m", "wip")
    ran = blog.digest("publish")
    assert ran.code == 0
    assert "git pull" in ran.err
    assert in_remote(remote) == DAY_FILES | {"about.md", ".gitignore"}
    assert git(blog.folder, "log", "-1", "--format=%s") == "wip"
    assert blog.digest("publish").out == ""


def test_a_remote_that_moved_on(blog: Blog, remote: Path) -> None:
    push(remote, {"posts/other.md": "theirs\n"})
    (blog.folder / "about.md").write_text("edited here\n")
    assert blog.digest("publish").code == 0
    assert in_remote(remote) == DAY_FILES | {"about.md", ".gitignore", "posts/other.md"}
    assert (blog.folder / "posts" / "other.md").read_text() == "theirs\n"
    assert (blog.folder / "about.md").read_text() == "edited here\n"


def test_a_push_that_is_overtaken_is_tried_again(blog: Blog, remote: Path) -> None:
    """A hook lets somebody else's push in between our fetch and our push."""
    push(remote, {"raced.md": "first\n"}, branch="raced", onto="refs/heads/main^0")
    hook = remote / "hooks" / "pre-receive"
    quarantine = "GIT_QUARANTINE_PATH GIT_DIR GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES"
    hook.write_text(f"#!/bin/sh\nrm {hook}\nunset {quarantine}\ngit -C {remote} update-ref refs/heads/main raced\n")
    hook.chmod(0o755)
    ran = blog.digest("publish")
    assert ran.code == 0, ran.err
    assert in_remote(remote) == DAY_FILES | {"about.md", ".gitignore", "raced.md"}
    assert git(remote, "rev-list", "--count", "main") == "3"


def test_a_true_conflict_is_left_to_the_person(blog: Blog, remote: Path) -> None:
    push(remote, {"posts/2025-12-04-daily-papers-20251204.md": "another version\n"})
    before, head = blog.files(), git(blog.folder, "rev-parse", "HEAD")
    ran = blog.digest("publish")
    assert ran.code == 5
    assert "2025-12-04-daily-papers-20251204.md" in ran.err
    assert blog.files() == before
    assert git(blog.folder, "rev-parse", "HEAD") == head
    assert git(blog.folder, "diff", "--cached", "--name-only") == ""
    assert git(remote, "show", "main:posts/2025-12-04-daily-papers-20251204.md") == "another version"


def test_a_refused_push_changes_nothing(blog: Blog, remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho no entry >&2\nexit 1\n")
    hook.chmod(0o755)
    before = git(blog.folder, "status", "--porcelain")
    ran = blog.digest("publish")
    assert ran.code == 5
    assert "not published" in ran.err
    assert git(blog.folder, "status", "--porcelain") == before
    hook.unlink()
    assert blog.digest("publish").code == 0
    assert in_remote(remote) > DAY_FILES


def test_a_hand_edited_post_is_not_published(blog: Blog, remote: Path) -> None:
    blog.post.write_text(blog.post.read_text("utf-8") + "\nmine\n", "utf-8")
    assert blog.digest("publish").code == 0
    assert blog.post.name not in {Path(name).name for name in in_remote(remote)}
    assert blog.post.read_text("utf-8").endswith("mine\n")


@pytest.mark.parametrize("kind", ["shallow", "detached"])
def test_a_clone_as_ci_makes_it(blog: Blog, remote: Path, kind: str) -> None:
    push(remote, {"more.md": "more\n"})
    clone = remote.parent / f"{remote.name}-{kind}"
    git(remote.parent, "clone", "-q", "--depth=1", f"file://{remote}", str(clone))
    if kind == "detached":
        git(clone, "checkout", "-q", "--detach")
    for name in (*DAY_FILES, "config.yaml"):
        (clone / name).parent.mkdir(exist_ok=True)
        (clone / name).write_bytes((blog.folder / name).read_bytes())
    ran = blog.digest("publish", "-c", str(clone / "config.yaml"))
    assert ran.code == 0, ran.err
    assert in_remote(remote) > DAY_FILES
    assert git(clone, "status", "--porcelain") == ""


def test_without_push_it_only_commits(blog: Blog, remote: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_PUBLISH__PUSH", "false")
    assert blog.digest("publish").code == 0
    assert git(blog.folder, "log", "-1", "--format=%s").startswith("chore(posts)")
    assert in_remote(remote) == {"about.md", ".gitignore"}
    monkeypatch.setenv("DIGEST_PUBLISH__PUSH", "true")
    assert blog.digest("publish").code == 0
    assert in_remote(remote) > DAY_FILES
    assert git(blog.folder, "status", "--porcelain") == ""


def test_a_repository_without_a_commit(blog: Blog, remote: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(blog.folder / ".git")
    git(blog.folder, "init", "-q", "-b", "main")
    git(blog.folder, "add", "about.md")
    monkeypatch.setenv("DIGEST_PUBLISH__PUSH", "false")
    assert blog.digest("publish").code == 0
    assert set(git(blog.folder, "ls-tree", "-r", "--name-only", "HEAD").splitlines()) == DAY_FILES
    assert (blog.folder / "about.md").read_text() == "about\n"
    assert "A  about.md" in git(blog.folder, "status", "--porcelain").splitlines()


@pytest.mark.parametrize("broken", ["no repository", "no remote"])
def test_what_git_cannot_do_is_told(blog: Blog, remote: Path, broken: str) -> None:
    if broken == "no remote":
        git(blog.folder, "remote", "remove", "origin")
    else:
        (blog.folder / ".git").rename(blog.folder / "not-git")
    ran = blog.digest("publish")
    assert (ran.code, ran.out) == (5, "")
    assert len(ran.err.splitlines()) == 1
    assert "Traceback" not in ran.err


def test_a_remote_that_has_everything_is_not_asked(blog: Blog, remote: Path) -> None:
    assert blog.digest("publish").code == 0
    hidden = remote.rename(remote.with_suffix(".away"))
    assert (blog.digest("publish").code, blog.digest("publish").out) == (0, "")
    blog.record_path.write_bytes(blog.record_path.read_bytes() + b"\n")
    assert blog.digest("publish").code == 5
    hidden.rename(remote)
    assert blog.digest("publish").out == "data/2025-12-04.json\n"


def test_nothing_was_ever_written(blog: Blog, remote: Path) -> None:
    git(blog.folder, "remote", "remove", "origin")
    for name in DAY_FILES:
        (blog.folder / name).unlink()
    ran = blog.digest("publish")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing to publish\n")


@pytest.mark.parametrize("history", ["none", "another"])
def test_what_was_committed_here_is_pushed_to_a_new_remote(blog: Blog, remote: Path, history: str) -> None:
    git(blog.folder, "add", *DAY_FILES)
    git(blog.folder, "commit", "-q", "-m", "by hand")
    new = remote.with_suffix(".new")
    git(remote.parent, "init", "-q", "--bare", "-b", "main", str(new))
    if history == "another":
        push(new, {"README": "made on the web\n"})
    git(blog.folder, "remote", "remove", "origin")
    assert blog.digest("publish").code == 5
    git(blog.folder, "remote", "add", "origin", str(new))
    assert set(blog.digest("publish").out.split()) == DAY_FILES
    assert in_remote(new) == DAY_FILES | ({"README"} if history == "another" else {"about.md", ".gitignore"})
    assert (git(new, "log", "-1", "--format=%s", "main") == "by hand") == (history == "none")
    assert blog.digest("publish").out == ""


@pytest.mark.parametrize("kind", ["posts", "data"])
def test_folders_outside_the_repository(blog: Blog, remote: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    outside = remote.with_suffix(f".{kind}")
    monkeypatch.setenv(f"DIGEST_PATHS__{kind.upper()}", str(outside))
    blog.digest("build", "--sample", "2512.04000", "--date", "2025-12-03")
    ran = blog.digest("publish")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (5, "", 1)
    assert f"{outside}" in ran.err
    assert "paths.posts" in ran.err
