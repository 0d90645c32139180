"""What each kind of source says of a date."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from bench.services import faults, make_papers, serve

from digest.clients.arxiv_api import ArxivApi
from digest.clients.http import HttpClient, Pacer
from digest.core.errors import UsageError
from digest.core.paper import Paper
from digest.stages.listing.sources import ArxivCategories, HuggingFace, ListFile, NamedPapers, read_ids_file
from digest.stages.ports import SourceAnswer

WIRE = Path(__file__).parents[4] / "shared" / "wire" / "hf"
THURSDAY, SATURDAY = date(2025, 12, 4), date(2025, 12, 6)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def http() -> Iterator[HttpClient]:
    with HttpClient() as opened:
        yield opened


def item(paper_id: str, submitted: str | None = None) -> dict[str, Any]:
    return {"paper": {"id": paper_id, "title": "T", "submittedOnDailyAt": submitted}}


def huggingface(
    http: HttpClient, items: list[Any], now: str, day: date = THURSDAY, *, open_until: str = "2026-11-22"
) -> SourceAnswer:
    with serve([], {str(day): items}, today=date.fromisoformat(open_until)) as services:
        return HuggingFace(http, services.huggingface_url).ask(day, at(now))


LISTS: dict[str, tuple[list[Any], str, date, str, bool]] = {
    "a day that is over": ([item("2512.00001")], "2025-12-05T00:00", THURSDAY, "ready", True),
    "a day that is not over": ([item("2512.00001")], "2025-12-04T23:59", THURSDAY, "ready", False),
    "nothing yet": ([], "2025-12-04T12:00", THURSDAY, "waiting", False),
    "a holiday": ([], "2025-12-05T00:00", THURSDAY, "quiet", True),
    "a weekend, on the day itself": ([], "2025-12-06T01:00", SATURDAY, "quiet", False),
    "a weekend": ([], "2025-12-08T00:00", SATURDAY, "quiet", True),
    "papers on a weekend": ([item("2512.00001")], "2025-12-08T00:00", SATURDAY, "ready", True),
    "broken items alone": ([None], "2025-12-08T00:00", THURSDAY, "error", False),
    "friday's list on a saturday": (
        [item("2512.00001", "2025-12-05T09:00:00Z")],
        "2025-12-08T00:00",
        SATURDAY,
        "error",
        False,
    ),
    "midnights tell nothing": (
        [item(f"2512.0000{n}", "2025-12-04T00:00:00.000Z") for n in range(1, 5)],
        "2025-12-05T08:00",
        THURSDAY,
        "ready",
        True,
    ),
    "a list of that morning": (
        [item(f"2512.0000{n}", f"2025-12-04T0{n}:00:00.000Z") for n in range(1, 5)],
        "2025-12-09T08:00",
        THURSDAY,
        "ready",
        False,
    ),
    "a list of that evening": (
        [item(f"2512.0000{n}", f"2025-12-04T1{n}:30:00.000Z") for n in range(1, 5)],
        "2025-12-09T08:00",
        THURSDAY,
        "ready",
        True,
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_states_of_daily_papers(http: HttpClient, name: str) -> None:
    items, now, day, state, settled = LISTS[name]
    answer = huggingface(http, items, now, day)
    assert (answer.state, answer.settled) == (state, settled)
    assert bool(answer.papers) == (state == "ready")
    assert bool(answer.faults) == (state == "error")


def test_a_day_that_is_not_open_is_waited_for(http: HttpClient) -> None:
    answer = huggingface(http, [item("2512.00001")], "2025-12-04T01:00", open_until="2025-12-03")
    assert answer == SourceAnswer(state="waiting")


@pytest.mark.skipif(not WIRE.exists(), reason="the recorded lists are not beside the project")
@pytest.mark.parametrize(("name", "count", "settled"), [("early", 14, False), ("late", 26, True)])
def test_the_recorded_lists_say_when_they_were_taken(http: HttpClient, name: str, count: int, settled: bool) -> None:
    items = json.loads((WIRE / f"2025-12-04.{name}.json").read_text("utf-8"))
    answer = huggingface(http, items, "2026-11-22T00:00")
    assert (len(answer.papers), answer.state, answer.settled) == (count, "ready", settled)


@pytest.mark.parametrize(
    "fault", [faults.reply(503), faults.reply(403), faults.html_page, faults.reply(400, body='{"error": "x"}')]
)
def test_a_list_that_cannot_be_had_is_an_answer_too(http: HttpClient, fault: faults.Fault) -> None:
    with serve() as services:
        services.fail("huggingface", fault)
        answer = HuggingFace(http, services.huggingface_url).ask(THURSDAY, at("2025-12-05T00:00"))
    assert (answer.state, answer.papers, answer.settled) == ("error", (), False)
    assert [fault.name for fault in answer.faults] == ["listing"]


def test_offline_everything_is_waited_for() -> None:
    with HttpClient(offline=True) as http, serve() as services:
        api = ArxivApi(http, services.arxiv_api_url, Pacer(0))
        for source in (HuggingFace(http, services.huggingface_url), ArxivCategories(api, ["cs.CV"])):
            assert source.ask(THURSDAY, at("2025-12-09T00:00")) == SourceAnswer(state="waiting")
        assert services.requests == ()


@pytest.mark.parametrize(
    ("now", "category", "state", "settled"),
    [
        ("2025-12-05T00:00", "cs.CV", "ready", False),
        ("2025-12-09T00:00", "cs.CV", "ready", True),
        ("2025-12-05T00:00", "math.CO", "waiting", False),
        ("2025-12-09T00:00", "math.CO", "quiet", True),
    ],
)
def test_states_of_categories(http: HttpClient, now: str, category: str, state: str, settled: bool) -> None:
    with serve(make_papers(3), {}) as services:
        source = ArxivCategories(ArxivApi(http, services.arxiv_api_url, Pacer(0)), [category])
        answer = source.ask(THURSDAY, at(now))
    assert (answer.state, answer.settled, answer.faults) == (state, settled, ())
    assert len(answer.papers) == (3 if state == "ready" else 0)


def test_a_category_query_that_fails_is_no_quiet_day(http: HttpClient) -> None:
    with serve() as services:
        services.fail("arxiv-api", faults.rate_exceeded)
        source = ArxivCategories(ArxivApi(http, services.arxiv_api_url, Pacer(0)), ["cs.CV"])
        answer = source.ask(THURSDAY, at("2025-12-09T00:00"))
    assert (answer.state, answer.settled) == ("error", False)
    assert "Rate exceeded" in answer.faults[0].message


def test_papers_that_were_submitted_another_day_are_left_out(http: HttpClient) -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        "<opensearch:totalResults>1</opensearch:totalResults><entry><id>http://arxiv.org/abs/2512.00001v1</id>"
        "<title>T</title><summary>A</summary><published>2025-12-03T10:00:00Z</published>"
        "<updated>2025-12-03T10:00:00Z</updated></entry></feed>"
    )
    with serve() as services:
        services.fail("arxiv-api", faults.reply(200, body=body))
        source = ArxivCategories(ArxivApi(http, services.arxiv_api_url, Pacer(0)), ["cs.CV"])
        answer = source.ask(THURSDAY, at("2025-12-09T00:00"))
    assert (answer.state, answer.papers, answer.settled) == ("error", (), False)
    assert [(fault.name, fault.paper) for fault in answer.faults] == [("another-day", "2512.00001")]


FILES = {
    "a list": (
        "2025-12-04: [2512.03405, 'arXiv:2512.03534v2']\n",
        "ready",
        [("2512.03405", None), ("2512.03534", 2)],
        0,
    ),
    "lines": ("2025-12-04:\n  - https://arxiv.org/abs/hep-th/9901001\n", "ready", [("hep-th/9901001", None)], 0),
    "one string": ("2025-12-04: 2512.03405 2512.03534\n", "ready", [("2512.03405", None), ("2512.03534", None)], 0),
    "trailing zeros": (
        "2025-12-04: [2512.02550, 0808.0530]\n",
        "ready",
        [("2512.02550", None), ("0808.0530", None)],
        0,
    ),
    "another day": ("2025-12-05: [2512.03405]\n", "quiet", [], 0),
    "no ids": ("2025-12-04:\n", "quiet", [], 0),
    "nothing": ("", "quiet", [], 0),
    "one that is none": ("2025-12-04: [2512.03405, abc]\n", "ready", [("2512.03405", None)], 1),
    "none at all": ("2025-12-04: [abc]\n", "error", [], 1),
}


@pytest.mark.parametrize("name", FILES)
def test_states_of_a_file(tmp_path: Path, name: str) -> None:
    text, state, papers, unread = FILES[name]
    (tmp_path / "papers.yaml").write_text(text)
    answer = ListFile(tmp_path / "papers.yaml").ask(THURSDAY, at("2025-12-05T00:00"))
    assert (answer.state, answer.settled, len(answer.faults)) == (state, True, unread)
    assert [(paper.id, paper.version) for paper in answer.papers] == papers
    assert all(paper.pinned == (paper.version is not None) for paper in answer.papers)


@pytest.mark.parametrize(
    ("text", "words"), [("- 2512.03405\n", "not a mapping of dates"), ("a: [", "not YAML"), (None, "cannot be read")]
)
def test_a_file_that_is_none(tmp_path: Path, text: str | None, words: str) -> None:
    if text is not None:
        (tmp_path / "papers.yaml").write_text(text)
    with pytest.raises(UsageError, match=rf"papers\.yaml.*{words}"):
        ListFile(tmp_path / "papers.yaml").ask(THURSDAY, at("2025-12-05T00:00"))


def test_papers_of_the_command_line() -> None:
    papers = (Paper(id="2512.03405"),)
    answer = NamedPapers(papers).ask(THURSDAY, at("2025-12-05T00:00"))
    assert answer == SourceAnswer(state="ready", papers=papers, settled=True)
    assert NamedPapers([]).ask(THURSDAY, at("2025-12-05T00:00")).state == "quiet"


def test_a_text_file_of_ids(tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text(
        "\ufeff# today\n2512.03405, arXiv:2512.03534v2 # b\n\thttps://arxiv.org/html/2512.04000#S1\t# c\n # end\n",
        encoding="utf-8",
    )
    assert [(paper.id, paper.version) for paper in read_ids_file(file)] == [
        *(("2512.03405", None), ("2512.03534", 2)),
        ("2512.04000", None),
    ]
    file.write_text("2512.03405 abc\n\nx,2512.03405")
    with pytest.raises(UsageError) as caught:
        read_ids_file(file)
    assert [line.split(" names")[0] for line in str(caught.value).splitlines()] == [
        f"{file}:1: 'abc'",
        f"{file}:3: 'x'",
    ]
    file.write_bytes("가".encode("cp949"))
    with pytest.raises(UsageError, match="cannot be read as UTF-8"):
        read_ids_file(file)
