"""Posts on disk, and whether a hand has been at them."""

from datetime import date
from pathlib import Path

import pytest

from digest.core.config import Config
from digest.core.errors import UsageError
from digest.core.record import PostRef, Record, RecordListing
from digest.store.cache import Cache
from digest.store.posts import Posts, sha256
from digest.store.workspace import Workspace
from settings import fitted

RECORD = Record(date=date(2025, 12, 4), listing=RecordListing(state="ready"))
PATH = "posts/2025-12-04-daily-papers-20251204.md"


@pytest.fixture
def posts(tmp_path: Path) -> Posts:
    return Posts(Workspace(tmp_path, Config()), Cache(tmp_path / ".cache"))


def test_a_post_from_missing_to_edited(posts: Posts, tmp_path: Path) -> None:
    assert posts.state(RECORD, "one") == "missing"
    ref = posts.ref(RECORD, "one")
    assert ref == PostRef(path=PATH, sha256=sha256(b"one"))
    posts.write(ref, "one")
    known = RECORD.replace(post=ref)
    assert posts.state(known, "one") == "same"
    assert posts.state(known, "two") == "ours"
    (tmp_path / PATH).write_text("one, by hand")
    assert posts.state(known, "two") == "edited"
    assert posts.state(known, "one, by hand") == "same"


def test_a_run_that_was_killed_before_the_record_knows_its_own_post(posts: Posts) -> None:
    posts.write(posts.ref(RECORD, "one"), "one")
    assert posts.state(RECORD, "two") == "ours"


def test_a_post_that_nobody_remembers_is_a_persons(posts: Posts, tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / PATH).write_text("an older post")
    assert posts.state(RECORD, "one") == "edited"


def test_a_post_keeps_the_file_it_has(tmp_path: Path) -> None:
    config = fitted(Config, {"paths": {"posts": "_posts", "filename": "{date}-new.md"}})
    posts = Posts(Workspace(tmp_path, config), Cache(tmp_path / ".cache"))
    known = RECORD.replace(post=PostRef(path="posts/2025-12-04-old.md", sha256="0"))
    assert posts.ref(RECORD, "x").path == "_posts/2025-12-04-new.md"
    assert posts.ref(known, "x").path == "posts/2025-12-04-old.md"


OUTSIDE = {
    "above": "../2025-12-04-x.md",
    "above and back": "posts/../../2025-12-04-x.md",
    "another name": "../secret.txt",
    "absolute": "{outside}/2025-12-04-x.md",
    "a folder that leads out": "posts/out/2025-12-04-x.md",
    "a file that leads out": "posts/2025-12-04-l.md",
    "the day's own file, leading out": PATH,
    "the folder above": "..",
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_a_record_names_outside_the_blog_is_not_touched(tmp_path: Path, name: str) -> None:
    root = tmp_path / "blog"
    (root / "posts").mkdir(parents=True)
    (root / "posts" / "out").symlink_to(tmp_path)
    for link in ("posts/2025-12-04-l.md", PATH):
        (root / link).symlink_to(tmp_path / "2025-12-04-x.md")
    for file in ("2025-12-04-x.md", "secret.txt"):
        (tmp_path / file).write_text("one")
    before = sorted(tmp_path.rglob("*"))
    ref = PostRef(path=OUTSIDE[name].format(outside=tmp_path), sha256=sha256(b"one"))
    record = RECORD.replace(post=ref)
    posts = Posts(Workspace(root, Config()), Cache(root / ".cache"))
    for act in (
        lambda: posts.ref(record, "x"),
        lambda: posts.state(record, "x"),
        lambda: posts.is_as_rendered(record, "x"),
        lambda: posts.remove_old(record, PostRef(path="posts/new.md", sha256="0")),
    ):
        with pytest.raises(UsageError, match=r"2025-12-04\.json: post\.path: '.*' leads out of the blog.*; fix it"):
            act()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("folder", ["../site/_posts", "{outside}/site/_posts", "_posts"])
def test_the_posts_folder_may_be_anywhere(tmp_path: Path, folder: str) -> None:
    """Outside by its path, absolutely or not, or as a link; and a post keeps the file it has there too."""
    root, site = tmp_path / "blog", tmp_path / "site" / "_posts"
    site.mkdir(parents=True)
    root.mkdir()
    (root / "_posts").symlink_to(site)
    config = fitted(Config, {"paths": {"posts": folder.format(outside=tmp_path)}})
    posts = Posts(Workspace(root, config), Cache(root / ".cache"))
    for name in ("2025-12-04-daily-papers-20251204.md", "2025-12-04-old.md"):
        ref = posts.ref(RECORD, "one")
        known = RECORD.replace(post=ref.replace(path=f"{folder}/{name}".format(outside=tmp_path)))
        posts.write(posts.ref(known, "one"), "one")
        assert (site / name).read_text() == "one"
        assert posts.state(known, "two") == "ours"


def test_the_file_of_an_older_name_goes_and_the_same_by_another_spelling_stays(posts: Posts, tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    old = tmp_path / "posts" / "2025-12-04.md"
    old.write_text("one")
    known = RECORD.replace(post=PostRef(path="posts/../posts//2025-12-04.md", sha256=sha256(b"one")))
    posts.remove_old(known, PostRef(path="posts/2025-12-04.md", sha256=sha256(b"one")))
    assert old.exists()
    posts.write(posts.ref(known, "one"), "one")
    posts.remove_old(known, posts.ref(known, "one"))
    assert [path.name for path in (tmp_path / "posts").iterdir()] == [Path(PATH).name]


def test_a_place_that_is_no_file_is_named(posts: Posts, tmp_path: Path) -> None:
    (tmp_path / PATH).mkdir(parents=True)
    with pytest.raises(UsageError, match=r"20251204\.md: cannot be read: Is a directory"):
        posts.state(RECORD, "one")


def test_a_file_in_the_place_of_the_folder_is_told_when_writing(posts: Posts, tmp_path: Path) -> None:
    (tmp_path / "posts").write_text("a file")
    assert posts.state(RECORD, "one") == "missing"
    with pytest.raises(UsageError, match="cannot be written"):
        posts.write(posts.ref(RECORD, "one"), "one")
