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
    known = RECORD.model_copy(update={"post": ref})
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
    config = Config.model_validate({"paths": {"posts": "_posts", "filename": "{date}-new.md"}})
    posts = Posts(Workspace(tmp_path, config), Cache(tmp_path / ".cache"))
    known = RECORD.model_copy(update={"post": PostRef(path="posts/2025-12-04-old.md", sha256="0")})
    assert posts.ref(RECORD, "x").path == "_posts/2025-12-04-new.md"
    assert posts.ref(known, "x").path == "posts/2025-12-04-old.md"


def test_a_place_that_is_no_file_is_named(posts: Posts, tmp_path: Path) -> None:
    (tmp_path / PATH).mkdir(parents=True)
    with pytest.raises(UsageError, match=r"20251204\.md: cannot be read: Is a directory"):
        posts.state(RECORD, "one")


def test_a_file_in_the_place_of_the_folder_is_told_when_writing(posts: Posts, tmp_path: Path) -> None:
    (tmp_path / "posts").write_text("a file")
    assert posts.state(RECORD, "one") == "missing"
    with pytest.raises(UsageError, match="cannot be written"):
        posts.write(posts.ref(RECORD, "one"), "one")
