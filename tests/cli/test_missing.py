"""What is missing is reported by the night, its step summary, status and a dry run: each thing with its reason."""

import json
from datetime import timedelta
from typing import Any

import pytest
from bench.services import faults, make_papers, serve

from blog import NOW, Blog

YESTERDAY = str(NOW.date() - timedelta(days=1))
PAPERS = make_papers(1)


def edited(blog: Blog, **changes: Any) -> None:
    """Change the entry of yesterday's record."""
    path = blog.folder / "data" / f"{YESTERDAY}.json"
    values = json.loads(path.read_text("utf-8"))
    entry = values["entries"][0]
    for key, value in changes.items():
        entry[key] = {**entry[key], **value} if isinstance(value, dict) and value and entry.get(key) else value
    path.write_text(json.dumps(values, ensure_ascii=False), "utf-8")


FAULT = {"name": "ending", "message": "a sentence does not end in 다."}
HIDDEN = "hidden text left out: 3 characters off the page"
VERDICT = {"goal": {"verdict": "supported"}}
ENTRIES: dict[str, tuple[dict[str, Any], str | None, str]] = {
    "whole": ({"verdicts": VERDICT}, None, ""),
    "not verified": ({"verdicts": {}}, "not verified", "the verifier was not asked"),
    "a draft": ({"status": "draft", "faults": [FAULT]}, "draft", FAULT["message"]),
    "given up": (
        {"status": "draft", "faults": [FAULT, {"name": "given-up", "message": "given up after 9 asks"}]},
        "given up",
        "given up after 9 asks",
    ),
    "failed without a reason": ({"status": "failed", "summary": None, "faults": []}, "failed", "no reason is kept"),
    "the abstract alone": (
        {"verdicts": VERDICT, "provenance": {"text": "abstract"}},
        "read in part",
        "the abstract alone was read",
    ),
    "a form that could not be read": (
        {"verdicts": VERDICT, "provenance": {"text": "abstract", "notes": ["arXiv HTML: HTTP 503", HIDDEN]}},
        "read in part",
        "the abstract alone was read; arXiv HTML: HTTP 503",
    ),
    "half a paper": (
        {"verdicts": VERDICT, "provenance": {"notes": ["the html may not be the whole paper: no conclusion", HIDDEN]}},
        "read in part",
        "the html may not be the whole paper: no conclusion",
    ),
    "many pages": (
        {"verdicts": VERDICT, "provenance": {"notes": ["only 200 of 310 pages were read"]}},
        "read in part",
        "only 200 of 310 pages were read",
    ),
    "another form was whole": (
        {"verdicts": VERDICT, "provenance": {"notes": ["the html is not whole: it ends after the introduction"]}},
        None,
        "",
    ),
    "hidden text alone": ({"verdicts": VERDICT, "provenance": {"notes": [HIDDEN]}}, None, ""),
    "imported": ({"verdicts": {}, "provenance": {"summarizer": "import"}}, None, ""),
    "corrected": ({"corrected": {"goal": {"by": "me", "at": "2025-12-09T10:00:00Z"}}}, None, ""),
}


def test_status_lists_what_is_missing_and_why(blog: Blog) -> None:
    with serve(PAPERS, {YESTERDAY: [PAPERS[0].id]}) as services:
        blog.configure(services, nightly={"catch_up_days": 1})
        blog.digest("build", "--date", YESTERDAY)
    path = blog.folder / "data" / f"{YESTERDAY}.json"
    record = path.read_text("utf-8")
    for name, (changes, what, why) in ENTRIES.items():
        path.write_text(record, "utf-8")
        edited(blog, **{"status": "final", "faults": [], **changes})
        values = blog.digest("status", "--json").json["missing"]
        text = blog.digest("status").out
        found = [(each["day"], each["paper"], each["what"]) for each in values if each["what"] != "not published"]
        assert found == ([(YESTERDAY, PAPERS[0].id, what)] if what else []), name
        assert why in " ".join(each["why"] for each in values), name
        assert (f"{YESTERDAY} {PAPERS[0].id} {what}: " in text) == bool(what), name


def test_a_day_that_was_listed_and_not_written(blog: Blog) -> None:
    with serve(PAPERS, {YESTERDAY: [PAPERS[0].id]}) as services:
        blog.configure(services, nightly={"catch_up_days": 1})
        services.fail("model", faults.reply(400))
        ran = blog.digest("nightly")
    assert ran.code in (4, 5)
    assert f"missing: {YESTERDAY} not written: its papers are listed, and too few" in ran.err


def test_the_legend_does_not_read_as_data(blog: Blog) -> None:
    (legend,) = [line for line in blog.digest("status").out.splitlines() if "final papers" in line]
    assert legend.startswith("legend: N final papers; N+M")


def test_a_dry_night_asks_no_model_and_writes_nothing(blog: Blog) -> None:
    with serve(PAPERS, {YESTERDAY: [PAPERS[0].id]}) as services:
        blog.configure(services, nightly={"catch_up_days": 2})
        before = set(blog.folder.rglob("*"))
        ran = blog.digest("nightly", "--dry-run")
        assert services.count("model") == services.count("html") == 0
    assert set(blog.folder.rglob("*")) == before
    assert ran.code == 0
    assert f"{YESTERDAY}: no record: 1 paper listed, 1 to summarise" in ran.err
    assert "missing: " not in ran.err


def test_the_reports_begin_with_what_is_missing(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = blog.folder / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    with serve([], {}) as services:
        blog.configure(services, nightly={"catch_up_days": 1})
        ran = blog.digest("nightly")
    assert f"missing: {YESTERDAY} not listed: the list is empty so far; the next runs ask again" in ran.err
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(blog.folder))
    with serve([], {}) as services:
        blog.configure(services, nightly={"catch_up_days": 1})
        assert "cannot be written: Is a directory; the night itself is done" in blog.digest("nightly").err
    assert summary.read_text().splitlines()[2].startswith(f"- **not listed** {YESTERDAY}: the list is empty so far")
