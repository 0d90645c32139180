"""Keeping a day without ever writing over a person's work."""

from datetime import date
from pathlib import Path

import pytest

from digest.core.config import Blog, Config
from digest.core.errors import UsageError
from digest.core.paper import Paper
from digest.core.record import Entry, PostRef, Record, RecordListing, Status
from digest.core.summary import FIELDS, Summary
from digest.stages.keep import Shelf, fingerprint, keep
from digest.store.cache import Cache
from digest.store.posts import Posts, sha256
from digest.store.records import Records
from digest.store.templates import Templates
from digest.store.workspace import Workspace

DAY = date(2025, 12, 4)
NEW = Record.empty(DAY)


def record(*titles: str, status: Status = "final") -> Record:
    summary = Summary(**{field: f"{field}을 말한다." for field in FIELDS})
    entries = (
        Entry(status=status, paper=Paper(id=f"2512.0000{n}", title=t), summary=summary) for n, t in enumerate(titles)
    )
    return Record(date=DAY, listing=RecordListing(state="ready"), entries=tuple(entries))


class Day:
    """A workspace with one day in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        workspace = Workspace(root, Config())
        self.records = Records(workspace.data)
        self.shelf = Shelf(
            self.records, Posts(workspace, Cache(workspace.cache)), Templates(workspace.templates), Blog()
        )
        self.post, self.record = workspace.post_path(DAY), workspace.record_path(DAY)

    def files(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in self.root.rglob("*") if p.is_file() and ".cache" not in p.parts}


@pytest.fixture
def day(tmp_path: Path) -> Day:
    return Day(tmp_path)


def test_written_once_then_unchanged(day: Day) -> None:
    kept = keep(day.shelf, record("One"), NEW)
    assert (kept.changed, kept.faults) == (True, ())
    assert day.records.read(DAY) == kept.record
    assert kept.record.post is not None
    files = day.files()
    assert len(files) == 2
    again = keep(day.shelf, kept.record, kept.record)
    assert (again.changed, again.faults, again.record) == (False, (), kept.record)
    assert day.files() == files


def test_a_post_grows_with_its_record(day: Day) -> None:
    first = keep(day.shelf, record("One"), NEW).record
    grown = first.replace(entries=record("One", "Two").entries)
    kept = keep(day.shelf, grown, first)
    assert kept.changed
    assert "# 2. [Two]" in day.post.read_text("utf-8")
    assert day.records.read(DAY) == kept.record


def test_a_new_digest_renders_again_what_an_old_one_rendered(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    first = keep(day.shelf, record("One"), NEW).record
    new = day.post.read_bytes()
    day.post.write_bytes(b"as the old one rendered it")
    old = PostRef(path=day.post.relative_to(day.root).as_posix(), sha256=sha256(day.post.read_bytes()))
    known = first.replace(post=old)
    day.shelf.posts.note_rendered(old, fingerprint(day.shelf, known))
    assert not keep(day.shelf, known, known).changed
    monkeypatch.setattr("digest.stages.keep.__version__", "99.0")
    assert keep(day.shelf, known, known).changed
    assert day.post.read_bytes() == new


def test_a_post_that_is_gone_is_written_again(day: Day) -> None:
    first = keep(day.shelf, record("One"), NEW).record
    before = day.post.read_bytes()
    day.post.unlink()
    assert keep(day.shelf, first, first).changed
    assert day.post.read_bytes() == before


def test_a_hand_edited_post_stays_and_its_record_is_written(day: Day) -> None:
    first = keep(day.shelf, record("One"), NEW).record
    day.post.write_text("mine", "utf-8")
    same = keep(day.shelf, first, first)
    assert (same.changed, same.faults, same.record) == (False, (), first)
    grown = first.replace(entries=record("One", "Two").entries)
    kept = keep(day.shelf, grown, first)
    (fault,) = kept.faults
    assert (fault.name, "--force writes over it" in fault.message) == ("hand-edit", True)
    assert day.post.read_text("utf-8") == "mine"
    assert kept.record.post == first.post
    assert day.records.read(DAY) == kept.record
    forced = keep(day.shelf._replace(force=True), kept.record, kept.record)
    assert (forced.changed, forced.faults) == (True, ())
    assert "# 2. [Two]" in day.post.read_text("utf-8")


def test_a_post_written_by_hand_before_any_record(day: Day) -> None:
    day.post.parent.mkdir()
    day.post.write_text("mine", "utf-8")
    kept = keep(day.shelf, record("One"), NEW)
    assert [fault.name for fault in kept.faults] == ["hand-edit"]
    assert day.post.read_text("utf-8") == "mine"
    assert day.records.read(DAY) == kept.record
    assert kept.record.post is None


def test_drafts_give_a_post_that_is_not_published(day: Day) -> None:
    keep(day.shelf, record("One", status="draft"), NEW)
    assert "published: false" in day.post.read_text("utf-8")


def test_a_day_with_nothing_to_show_has_a_record_and_no_post(day: Day) -> None:
    kept = keep(day.shelf, record("One", status="failed"), NEW)
    assert (kept.changed, kept.record.post) == (True, None)
    assert set(day.files()) == {"2025-12-04.json"}


def test_a_dry_run_writes_nothing_and_says_what_it_would(day: Day) -> None:
    kept = keep(day.shelf._replace(dry_run=True), record("One"), NEW)
    assert kept.changed
    assert kept.record.post is not None
    assert day.files() == {}


def template(day: Day, text: str) -> None:
    (day.root / "templates").mkdir()
    (day.root / "templates" / "post.md.j2").write_text(text)


def test_a_post_that_does_not_show_its_record_is_not_written(day: Day) -> None:
    first = keep(day.shelf, record("One"), NEW).record
    before = day.post.read_bytes()
    template(day, "{{ front_matter }}\n\n# [{{ entries[0].title }}]({{ entries[0].url }})\n")
    grown = first.replace(entries=record("One again").entries)
    kept = keep(Day(day.root).shelf, grown, first)
    assert [fault.field for fault in kept.faults] == list(FIELDS)
    assert kept.record.post == first.post
    assert day.post.read_bytes() == before
    assert day.records.read(DAY) == grown


def test_a_broken_template_loses_no_record(day: Day) -> None:
    template(day, "{{ front_matter }}\n{{ nothing }}")
    with pytest.raises(UsageError, match=r"post\.md\.j2:2"):
        keep(day.shelf, record("One"), NEW)
    assert day.records.read(DAY) == record("One")
    assert not day.post.exists()


def test_a_posts_folder_that_cannot_be_written_loses_no_record(day: Day) -> None:
    (day.root / "posts").write_text("a file")
    with pytest.raises(UsageError, match="posts"):
        keep(day.shelf, record("One"), NEW)
    assert day.records.read(DAY) == record("One")
