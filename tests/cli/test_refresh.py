"""`digest refresh`: withdrawn papers and new versions, against loopback services; no model is asked."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bench.services import faults, make_papers, serve

from blog import NOW, Blog
from digest.core.paper import Paper
from digest.core.record import Entry, Provenance, Record, RecordListing
from digest.core.summary import FIELDS, Summary
from digest.store.records import Records
from digest.tasks import refresh
from repositories import git

DAYS = [NOW.date() - timedelta(days=back) for back in (60, 40, 20)]
NEW = "2026-01-03T00:00:00Z"
CHANGED: dict[int, dict[str, Any]] = {
    1: {"version": 2, "updated": NEW, "comment": "This paper has been withdrawn by the authors due to an error."},
    2: {"version": 2, "updated": NEW, "title": "Another Title"},
    4: {"version": 3, "updated": NEW},
}
PAPERS = [paper.replace(**CHANGED.get(number, {})) for number, paper in enumerate(make_papers(5))]


def entry(number: int) -> Entry:
    paper = PAPERS[number]
    texts = {field: f"{number}번 논문의 {field} 문장이다." for field in FIELDS}
    title = make_papers(5)[number].title
    return Entry(
        status="final",
        paper=Paper(id=paper.id, version=1, title=title, metadata="arxiv"),
        summary=Summary(**texts),
        provenance=Provenance(summarizer="openai", at=datetime(2025, 1, 1, tzinfo=UTC)),
    )


def record(day: date, numbers: range) -> Record:
    return Record(date=day, listing=RecordListing(state="ready"), entries=tuple(map(entry, numbers)))


@pytest.fixture
def archive(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> Blog:
    """Three days of 2, 2 and 1 papers, rendered; arXiv is asked for 2 papers at once."""
    assert refresh.MOST_IDS == 100
    monkeypatch.setattr(refresh, "MOST_IDS", 2)
    blog.configure(None)
    records = Records(blog.folder / "data")
    for number, day in enumerate(DAYS):
        records.write(record(day, range(number * 2, min(number * 2 + 2, 5))))
    assert blog.digest("render", "--all").code == 0
    return blog


def entry_of(blog: Blog, day: date, number: int) -> dict[str, Any]:
    values = json.loads((blog.folder / "data" / f"{day}.json").read_text("utf-8"))
    found: dict[str, Any] = next(each for each in values["entries"] if each["paper"]["id"] == PAPERS[number].id)
    return found


def test_one_withdrawn_and_two_new_versions_of_five(archive: Blog) -> None:
    before = archive.files()
    with serve(PAPERS, {}) as services:
        archive.configure(services)
        ran = archive.digest("refresh")
        assert (ran.code, services.count("arxiv-api"), services.count("model")) == (0, 3, 0), ran.err
        first = f"posts/{DAYS[0]}-daily-papers-{DAYS[0]:%Y%m%d}.md"
        assert ran.out.splitlines() == [*(f"data/{day}.json" for day in DAYS), first]
        changed = {name for name, content in archive.files().items() if before.get(name) != content}
        assert changed == {*ran.out.splitlines(), "config.yaml"}
        assert (archive.folder / first).read_text("utf-8").count("이 논문은 철회되었다") == 1
        gone = entry_of(archive, DAYS[0], 1)
        assert gone["withdrawn"]["comment"] == CHANGED[1]["comment"]
        assert gone["withdrawn"]["at"] == gone["changed"]
        assert "newer" not in gone
        assert entry_of(archive, DAYS[1], 2)["newer"] == {"version": 2, "at": NEW}
        assert entry_of(archive, DAYS[2], 4)["newer"] == {"version": 3, "at": NEW}
        assert entry_of(archive, DAYS[1], 2)["paper"]["title"] == make_papers(5)[2].title
        assert "the title on arXiv is now 'Another Title'; the post keeps its own" in ran.err
        assert "withdrawn: This paper has been withdrawn by the authors" in ran.err
        assert archive.digest("check").code == 0
        again = archive.digest("refresh")
        assert (again.code, again.out) == (0, "")
        assert "4 papers looked at, 0 posts changed" in again.err


def test_days_bound_what_is_looked_at(archive: Blog) -> None:
    with serve(PAPERS, {}) as services:
        archive.configure(services, nightly={"refresh_days": 30})
        assert archive.digest("refresh").out == f"data/{DAYS[2]}.json\n"
        assert services.count("arxiv-api") == 1
        assert archive.digest("refresh", "--days", "50").out == f"data/{DAYS[1]}.json\n"


def test_a_service_that_is_down_changes_nothing(archive: Blog) -> None:
    before = archive.files()
    with serve(PAPERS, {}) as services:
        archive.configure(services)
        services.fail("arxiv-api", faults.reply(503))
        ran = archive.digest("refresh")
    assert (ran.code, ran.out) == (4, "")
    assert "503" in ran.err
    assert {k: v for k, v in archive.files().items() if k != "config.yaml"} == {
        k: v for k, v in before.items() if k != "config.yaml"
    }


def test_a_post_that_was_edited_is_not_overwritten_and_that_is_reported(archive: Blog) -> None:
    path = archive.folder / f"posts/{DAYS[0]}-daily-papers-{DAYS[0]:%Y%m%d}.md"
    path.write_text(path.read_text("utf-8").replace("문장이다", "문장이었다", 1), "utf-8")
    with serve(PAPERS, {}) as services:
        archive.configure(services)
        ran = archive.digest("refresh")
    assert ran.code == 3
    assert "(hand-edit)" in ran.err
    assert entry_of(archive, DAYS[0], 1)["withdrawn"]
    assert "철회" not in path.read_text("utf-8")


def test_the_next_night_marks_and_publishes(archive: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    bare = archive.folder.parent / f"{archive.folder.name}-remote.git"
    git(archive.folder.parent, "init", "-q", "--bare", "-b", "main", str(bare))
    git(archive.folder, "init", "-q", "-b", "main")
    git(archive.folder, "remote", "add", "origin", str(bare))
    (archive.folder / ".gitignore").write_text(".cache/\nconfig.yaml\n")
    assert archive.digest("publish").code == 0
    with serve(PAPERS, {}) as services:
        archive.configure(services)
        ran = archive.digest("nightly")
        assert services.count("model") == 0
    assert f"{DAYS[0]}: {PAPERS[1].id}: withdrawn: " in ran.err
    sent = git(bare, "show", "--name-only", "--format=", "main").splitlines()
    assert f"posts/{DAYS[0]}-daily-papers-{DAYS[0]:%Y%m%d}.md" in sent
    assert {name for name in sent if name.startswith("posts/")} == {f"posts/{DAYS[0]}-daily-papers-{DAYS[0]:%Y%m%d}.md"}
