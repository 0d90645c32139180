"""Hugging Face's Daily Papers: the recorded lists, and the sample service in every mood."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bench.services import faults, make_papers, serve

from digest.clients.http import HttpClient
from digest.clients.huggingface import DailyPapers, NotOpenError, daily_papers
from digest.clients.retry import ServiceError
from digest.sample import load_papers
from digest.sample.server import Reply

WIRE = Path(__file__).parents[3] / "shared" / "wire" / "hf"
DAY = date(2025, 12, 4)


@pytest.fixture
def http() -> Iterator[HttpClient]:
    with HttpClient() as opened:
        yield opened


def listed(http: HttpClient, items: list[Any]) -> DailyPapers:
    with serve([], {str(DAY): items}) as services:
        return daily_papers(http, services.huggingface_url, DAY)


@pytest.mark.skipif(not WIRE.exists(), reason="the recorded lists are not beside the project")
@pytest.mark.parametrize(("name", "count"), [("early", 14), ("late", 26)])
def test_recorded_lists(http: HttpClient, name: str, count: int) -> None:
    items = json.loads((WIRE / f"2025-12-04.{name}.json").read_text("utf-8"))
    found = listed(http, items)
    assert found.faults == []
    assert [paper.id for paper in found.papers] == [item["paper"]["id"] for item in items]
    assert [paper.upvotes for paper in found.papers] == [item["paper"]["upvotes"] for item in items]
    assert len(found.papers) == len(found.submitted) == count
    for paper in found.papers:
        assert paper.metadata == "listing"
        assert paper.version is None
        assert not paper.pinned
        assert paper.authors
        assert all("\n" not in text and "  " not in text for text in (paper.title, paper.abstract))


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (8, 1), (51, 1), (99, 1), (100, 2), (101, 2), (250, 3)])
def test_a_list_is_read_to_its_end(http: HttpClient, count: int, pages: int) -> None:
    papers = make_papers(count)
    with serve(papers, {str(DAY): [paper.id for paper in papers]}) as services:
        found = daily_papers(http, services.huggingface_url, DAY)
        assert [paper.id for paper in found.papers] == [paper.id for paper in papers]
        assert [request.query for request in services.requests] == [
            {"date": str(DAY), "limit": "100", "p": str(page)} for page in range(pages)
        ]
    assert http.counts == {"huggingface": pages}


def test_a_later_page_that_fails_is_no_half_list(http: HttpClient) -> None:
    papers = make_papers(150)
    with serve(papers, {str(DAY): [paper.id for paper in papers]}) as services:
        services.fail("huggingface", faults.reply(500), match="1")
        with pytest.raises(ServiceError, match="500"):
            daily_papers(http, services.huggingface_url, DAY)


def test_a_server_that_gives_the_same_page_for_ever(http: HttpClient) -> None:
    page = json.dumps([{"paper": {"id": f"2512.{n:05}", "title": "A"}} for n in range(100)])
    with serve() as services:
        services.fail("huggingface", faults.reply(200, body=page))
        found = daily_papers(http, services.huggingface_url, DAY)
        assert services.count("huggingface") == 2
    assert (len(found.papers), found.faults, found.is_whole) == (100, [], True)


def pages_of(size: int, count: int | None, *, link: bool = False, ends_after: int | None = None) -> faults.Fault:
    """A mirror with pages of its own length, over so many papers (None: without end)."""

    def fault(wire: faults.Wire, answer: faults.Answer) -> None:
        page = asked.pop(0)
        last = count if count is not None else (page + 2) * size
        numbers = range(page * size, min((page + 1) * size, last))
        if ends_after is not None and page >= ends_after:
            numbers = range(0)
        items = [{"paper": {"id": f"2512.{n:05}", "title": "A"}} for n in numbers]
        headers = {"Link": f'<http://x/?p={page + 1}>; rel="next"'} if link and (page + 1) * size < last else {}
        wire.send(Reply(200, json.dumps(items).encode(), headers))

    asked = list(range(1000))
    return fault


MIRRORS: dict[str, tuple[faults.Fault, int, bool]] = {
    "pages of 50": (pages_of(50, 70), 70, True),
    "pages of 20": (pages_of(20, 70), 70, True),
    "pages of 7, announced": (pages_of(7, 70, link=True), 70, True),
    "pages of 3, announced": (pages_of(3, 8, link=True), 8, True),
    "just two pages of 50": (pages_of(50, 100), 100, True),
    "3,000 papers": (pages_of(100, 3_000), 3_000, True),
    "an end before the last page": (pages_of(50, 170, link=True, ends_after=2), 100, False),
    "no end": (pages_of(100, None), 20_000, False),
}


@pytest.mark.parametrize("total", [50, 70, 100, 120])
def test_a_mirror_that_gives_50_at_most_and_skips_by_what_it_is_asked_for(http: HttpClient, total: int) -> None:
    """Its second page of 100 begins at 100, so that 50 to 99 are on no page of 100."""
    items = [{"paper": {"id": f"2512.{n:05}", "title": "A"}} for n in range(total)]

    def fault(wire: faults.Wire, answer: faults.Answer) -> None:
        query = services.requests[-1].query
        start = int(query["p"]) * int(query["limit"])
        wire.send(Reply(200, json.dumps(items[start : start + min(50, int(query["limit"]))]).encode(), {}))

    with serve() as services:
        services.fail("huggingface", fault)
        found = daily_papers(http, services.huggingface_url, DAY)
    assert (len(found.papers), found.is_whole) == (total, True)


@pytest.mark.parametrize("name", MIRRORS)
def test_a_mirror_with_pages_of_its_own_is_read_whole_or_what_is_missing_is_a_fault(
    http: HttpClient, name: str
) -> None:
    fault, count, is_whole = MIRRORS[name]
    with serve() as services:
        services.fail("huggingface", fault)
        found = daily_papers(http, services.huggingface_url, DAY)
    assert (len({paper.id for paper in found.papers}), found.is_whole) == (count, is_whole)
    assert [each.name for each in found.faults] == ([] if is_whole else ["listing"])


def test_a_day_that_is_not_open(http: HttpClient) -> None:
    with serve(today=date(2025, 12, 3)) as services:
        with pytest.raises(NotOpenError):
            daily_papers(http, services.huggingface_url, DAY)
        assert services.count("huggingface") == 1


BAD = {
    "another 400": (faults.reply(400, body='{"error": "Invalid ISO date"}'), "HTTP 400", 1),
    "not found": (faults.reply(404), "HTTP 404", 1),
    "throttled": (faults.reply(429), "HTTP 429", 4),
    "down": (faults.reply(503), "HTTP 503", 4),
    "a page": (faults.html_page, "not JSON", 4),
    "nothing": (faults.empty, "not JSON", 4),
    "half a list": (faults.truncated, "Hugging Face: ", 4),
    "half a list of announced length": (faults.reply(200, body='[{"paper": {'), "not JSON", 4),
    "an error with 200": (faults.reply(200, body='{"error": "Too busy"}'), "no list but Too busy", 4),
    "null": (faults.reply(200, body="null"), "no list but None", 4),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_list_is_never_an_empty_one(http: HttpClient, name: str) -> None:
    fault, words, asks = BAD[name]
    with serve() as services:
        services.fail("huggingface", fault)
        with pytest.raises(ServiceError, match=words):
            daily_papers(http, services.huggingface_url, DAY)
        assert services.count("huggingface") == asks


GOOD = {"paper": {"id": "2512.03405", "title": "A\n  title", "summary": "B", "upvotes": 3, "authors": [{"name": "C"}]}}


def test_broken_items_are_skipped_with_a_fault_each(http: HttpClient) -> None:
    broken: list[Any] = [None, 3, [], {}, {"paper": None}, {"paper": {}}, {"paper": {"id": 2512.0}}]
    strange = [{"paper": {"id": "not an id"}}, {"paper": {"id": "2512.03405", "upvotes": "many"}}]
    found = listed(http, [*broken, GOOD, *strange])
    assert [paper.title for paper in found.papers] == ["A title"]
    assert [fault.name for fault in found.faults] == ["listing"] * (len(broken) + len(strange))
    assert all(fault.message for fault in found.faults)


def test_what_arxiv_knows_better_may_be_missing(http: HttpClient) -> None:
    nothing = {
        "id": "2512.03405",
        "title": None,
        "summary": None,
        "upvotes": None,
        "authors": None,
        "publishedAt": None,
    }
    for item in (
        {"paper": {"id": "2512.03405"}},
        {"paper": nothing},
        {"paper": {**nothing, "authors": [{"name": None}]}},
    ):
        found = listed(http, [item])
        assert found.faults == []
        (paper,) = found.papers
        assert (paper.metadata, paper.title, paper.authors, paper.upvotes) == ("none", "", (), None)


def test_hidden_authors_stay_hidden_and_versions_are_dropped(http: HttpClient) -> None:
    authors = [{"name": "A"}, {"name": "B", "hidden": True}, {"name": "C\u00a0D"}]
    (paper,) = listed(http, [{"paper": {"id": "2512.03405v2", "title": "T", "authors": authors}}]).papers
    assert (paper.id, paper.version, paper.authors) == ("2512.03405", None, ("A", "C D"))


def test_papers_of_another_day_are_left_out(http: HttpClient) -> None:
    def item(paper_id: str, submitted: str | None) -> dict[str, Any]:
        return {"paper": {"id": paper_id, "title": "T", "submittedOnDailyAt": submitted}}

    items = [
        item("2512.00001", "2025-12-04T23:59:59.999Z"),
        item("2512.00002", "2025-12-03T23:59:59.999Z"),
        item("2512.00003", "2025-12-05T00:00:00.000Z"),
        item("2512.00004", None),
    ]
    found = listed(http, items)
    assert [paper.id for paper in found.papers] == ["2512.00001", "2512.00004"]
    assert [(fault.name, fault.paper) for fault in found.faults] == [
        ("another-day", "2512.00002"),
        ("another-day", "2512.00003"),
    ]


def test_a_folded_title_is_one_line(http: HttpClient) -> None:
    with serve() as services:
        found = daily_papers(http, services.huggingface_url, DAY)
    assert {paper.title for paper in found.papers} == {paper.title for paper in load_papers()}
