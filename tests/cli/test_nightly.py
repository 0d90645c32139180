"""`digest nightly`: days that were missed are caught up, checked and published once."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from bench.services import Services, faults, make_papers, serve

from blog import NOW, Blog
from digest.core.clock import yesterday
from repositories import git

SEOUL = "Asia/Seoul"


def last_days(count: int) -> list[date]:
    last = yesterday(NOW, SEOUL)
    return [last - timedelta(days=back) for back in range(count - 1, -1, -1)]


def listed(days: list[date]) -> dict[str, list[str]]:
    """A paper of its own for each day."""
    return {str(day): [paper.id] for day, paper in zip(days, make_papers(len(days)), strict=True)}


def test_missed_days_are_caught_up_in_one_commit(site: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    days = last_days(7)
    missed = days[1:5]
    papers = make_papers(4)
    summary = site.folder / ".cache" / "summary.md"
    summary.parent.mkdir()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    with serve(papers, listed(missed)) as services:
        site.configure(services)
        ran = site.digest("nightly")
        assert ran.code == 0, ran.err
        assert services.count("model") == 2 * 4  # each paper is summarised, and held against its evidence
        commits = git(site.folder, "log", "--format=%s").splitlines()
        assert commits == [f"chore(posts): add daily papers {missed[0]}…{missed[-1]} (4 days)"]
        assert git(site.folder, "log", "--format=%b").split() == [str(day) for day in missed]
        assert len(ran.out.splitlines()) == 8
        services.clear()
        again = site.digest("nightly")
    assert again.code == 0
    assert services.count("model") == 0
    assert services.count("arxiv-api") == 0
    assert len(git(site.folder, "log", "--format=%s").splitlines()) == 1
    rows = [line for line in summary.read_text().splitlines() if line.startswith("| 20")]
    assert [row.split(" | ")[1] for row in rows[:7]] == ["quiet", *["written"] * 4, "quiet", "quiet"]


def test_a_day_that_fails_does_not_stop_the_next(site: Blog) -> None:
    days = last_days(3)
    papers = make_papers(3)
    lists = listed(days)
    with serve(papers, lists) as services:
        site.configure(services, nightly={"catch_up_days": 3})
        for paper_id in lists[str(days[0])]:
            services.fail("model", faults.reply(400), match=paper_id)
        (site.folder / "data").mkdir()
        (site.folder / "data" / f"{days[1]}.json").write_text("broken")
        ran = site.digest("nightly")
        assert ran.code == 2
        assert f"{days[1]}.json" in ran.err
        published = set(git(site.folder, "ls-tree", "-r", "--name-only", "HEAD").splitlines())
        assert f"data/{days[2]}.json" in published
        assert f"data/{days[0]}.json" not in published
        services.recover()
        (site.folder / "data" / f"{days[1]}.json").unlink()
        assert site.digest("nightly").code == 0
    assert len(set(git(site.folder, "ls-tree", "-r", "--name-only", "HEAD").splitlines())) == 6


def test_a_failed_paper_is_tried_again_for_some_days(site: Blog) -> None:
    day = last_days(1)[0]
    papers = make_papers(3)
    with serve(papers, {str(day): [p.id for p in papers]}) as services:
        site.configure(services, nightly={"catch_up_days": 2})
        services.fail("model", faults.reply(400), match=papers[1].id)
        assert site.digest("nightly").code == 3
        services.recover()
        services.clear()
        assert site.digest("nightly").code == 0
        assert services.count("model") == 2  # a summary and its verdicts
    record = json.loads((site.folder / "data" / f"{day}.json").read_text())
    assert [entry["paper"]["id"] for entry in record["entries"]] == [p.id for p in papers]
    assert len(git(site.folder, "log", "--format=%s").splitlines()) == 2


def test_a_service_that_is_down_is_not_asked_for_every_day(site: Blog) -> None:
    with serve([], {}) as services:
        site.configure(services)
        services.fail("huggingface", faults.reply(503))
        ran = site.digest("nightly")
    assert ran.code == 4
    assert services.count("huggingface") <= 12
    assert "503" in ran.err


def test_below_min_success_nothing_is_published(site: Blog) -> None:
    day = last_days(1)[0]
    papers = make_papers(4)
    with serve(papers, {str(day): [p.id for p in papers]}) as services:
        site.configure(services, nightly={"catch_up_days": 1, "min_success": 0.5})
        for paper in papers[:3]:
            services.fail("model", faults.reply(400), match=paper.id)
        ran = site.digest("nightly")
    assert ran.code == 4
    assert not (site.folder / "posts").exists()


def test_a_refused_push_is_told_and_made_up_for(site: Blog) -> None:
    day = last_days(1)[0]
    papers = make_papers(1)
    with serve(papers, {str(day): [p.id for p in papers]}) as services:
        site.configure(services, nightly={"catch_up_days": 1})
        git(site.folder, "remote", "set-url", "origin", str(site.folder / "nowhere.git"))
        assert site.digest("nightly").code == 5
        git(site.folder, "remote", "set-url", "origin", f"{site.folder}-remote.git")
        assert site.digest("nightly").code == 0
    assert git(Path(f"{site.folder}-remote.git"), "rev-list", "--count", "main") == "1"


def test_one_day_back_is_yesterday_alone(site: Blog) -> None:
    with serve([], {}) as services:
        site.configure(services, nightly={"catch_up_days": 1})
        ran = site.digest("nightly")
        assert [request.query["date"] for request in services.requests] == [str(last_days(1)[0])]
    assert ran.code == 0


def test_a_quiet_night_needs_no_remote(site: Blog) -> None:
    git(site.folder, "remote", "remove", "origin")
    with serve([], {}) as services:
        site.configure(services)
        assert site.digest("nightly").code == 0


def test_nothing_due(site: Blog) -> None:
    with serve([], {}) as services:
        site.configure(services, nightly={"catch_up_days": 2})
        assert site.digest("nightly").code == 0
        services.clear()
        assert site.digest("nightly").code == 0
        assert isinstance(services, Services)
        assert {request.service for request in services.requests} <= {"huggingface"}
