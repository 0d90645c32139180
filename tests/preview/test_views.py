"""From records to what pages show: pure values."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.preview.days import QUOTE, SAID, entry, excluded, paper, provenance, record, summary

from digest.core.record import Entry, Tokens, Verdict
from digest.core.summary import FIELDS, NOTHING_SAID, Fault
from digest.preview.day import count, mark_words, shared_words, view_day
from digest.preview.library import neighbours, row_of, years_of
from digest.preview.search import mark_terms

FAILED = Entry(status="failed", paper=paper(9), faults=(Fault(name="answer", message="no answer"),))


@pytest.mark.parametrize(
    ("korean", "quotes", "shared"),
    [
        (SAID, (QUOTE,), {"820", "pris", "63.4"}),
        ("3,280개 항목이다.", ("All 3280 items.",), {"3280"}),
        ("Qwen2.5-VL을 쓴다.", ("qwen2.5-vl is used",), {"qwen2.5-vl"}),
        ("모델 12개이다.", ("All 1.2 of 120",), set()),
        ("모델이다.", (), set()),
        ("An English draft of 12 models.", ("An English draft of 12 models.",), set()),
    ],
)
def test_shared_words(korean: str, quotes: tuple[str, ...], shared: set[str]) -> None:
    assert shared_words(korean, quotes) == shared


@settings(deadline=None, max_examples=150, derandomize=True)
@given(text=st.text(), terms=st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_marking_loses_no_character(text: str, terms: list[str]) -> None:
    for pieces in (mark_terms(text, terms), mark_words(text, frozenset(map(str.casefold, terms)))):
        assert "".join(piece.text for piece in pieces) == text


def test_a_statement_stands_beside_its_evidence() -> None:
    faults = (Fault(name="number", message="wrong", field="results"), Fault(name="length", message="long"))
    article = view_day(record(entry(faults=faults))).articles[0]
    results = article.statements[4]
    assert [statement.label for statement in article.statements] == [field.capitalize() for field in FIELDS]
    assert [piece.text for piece in results.sentences[0] if piece.marked] == ["820", "PRIS", "63.4"]
    assert [piece.text for piece in results.quotes[0].pieces if piece.marked] == ["PRIS", "820", "63.4"]
    assert [fault.name for fault in results.faults] == ["number"]
    assert [fault.name for fault in article.faults] == ["length"]


def test_faults_that_an_edit_brought_in_stand_there_at_once() -> None:
    edited = entry(summary=summary(goal="목표를 **굵게** 씁니다."))
    names = {fault.name for fault in view_day(record(edited)).articles[0].statements[0].faults}
    assert {"markup", "honorific"} <= names
    assert not view_day(record()).articles[0].faults


def test_nothing_said_is_known_and_needs_no_quote() -> None:
    silent = entry(summary=summary(limitations=NOTHING_SAID), evidence={})
    statement = view_day(record(silent)).articles[0].statements[5]
    assert statement.says_nothing
    assert statement.sentences[0][0].text == f"{NOTHING_SAID}."
    assert statement.quotes == ()


@pytest.mark.parametrize(
    ("text", "version", "url"),
    [
        ("html", 2, "https://arxiv.org/html/2512.00001v2#:~:text="),
        ("abstract", None, "https://arxiv.org/abs/2512.00001#:~:text="),
        ("pdf", 2, None),
    ],
)
def test_a_quote_leads_to_its_sentence(text: str, version: int | None, url: str | None) -> None:
    source = provenance(text=text)
    view = view_day(record(entry(paper=paper(version=version), provenance=source)))
    quote = view.articles[0].statements[0].quotes[0]
    assert quote.url == (url and url + "With%20PRIS%20the%20accuracy%20on,pairs%20rises%20to%2063.4%20percent.")


def test_a_fragment_spells_its_own_signs() -> None:
    quoted = entry(evidence={"goal": ("A well-known, short & odd one.",)})
    url = view_day(record(quoted)).articles[0].statements[0].quotes[0].url
    assert url is not None
    assert url.endswith("#:~:text=A%20well%2Dknown%2C%20short%20%26%20odd%20one.")


@pytest.mark.parametrize(
    ("entries", "numbers"),
    [
        ((entry(1), entry(2, status="draft"), FAILED, entry(3)), [1, None, None, 2]),
        ((entry(1, status="draft"), FAILED, entry(3, status="draft")), [1, None, 2]),
        ((FAILED,), [None]),
    ],
)
def test_numbers_are_those_of_the_post(entries: tuple[Entry, ...], numbers: list[int | None]) -> None:
    assert [article.number for article in view_day(record(*entries)).articles] == numbers


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"attempts": 0, "summarizer": "import"}, {"summarizer": "import"}),
        (
            {"attempts": 1, "tokens": Tokens(input=1200, output=9)},
            {"attempts": "1", "tokens": "1,200 in, 9 out", "cost": "unknown: no prices configured"},
        ),
        ({"attempts": 1, "cost_usd": 0.00125}, {"cost": "$0.0013"}),
        ({"at": datetime(2025, 12, 5, 1, 2, tzinfo=UTC)}, {"at": "2025-12-05 01:02 UTC"}),
    ],
)
def test_provenance(changes: dict[str, object], told: dict[str, str]) -> None:
    view = view_day(record(entry(provenance=provenance(**changes))))
    values = {
        name: said if isinstance(said, str) else said.key.format(**said.values)
        for name, said in view.articles[0].provenance
    }
    assert {key: values.get(key) for key in told} == told
    assert ("tokens" in values) == bool(changes.get("attempts", 2))


def test_counts_and_rows() -> None:
    day = record(entry(1), entry(2), entry(3, status="draft"), FAILED, entry(4), excluded=(excluded(7),))
    assert count(day) == (
        ("final", 3),
        ("draft", 1),
        ("failed", 1),
        ("excluded", 1),
    )
    row = row_of(day)
    assert row.titles == ("Paper Number 1", "Paper Number 2", "Paper Number 3", "Paper Number 9")
    assert row.more == 1


def test_years_and_neighbours() -> None:
    days = [date(2024, 2, 29), date(2025, 11, 30), date(2025, 12, 1), date(2025, 12, 4)]
    years = years_of(days)
    assert [(year.name, [(m.name, m.days) for m in year.months]) for year in years] == [
        ("2025", [("2025-12", 2), ("2025-11", 1)]),
        ("2024", [("2024-02", 1)]),
    ]
    names = [str(day) for day in days]
    for older, newer in pairwise(names):
        assert neighbours(names, older).newer == newer
        assert neighbours(names, newer).older == older
    assert neighbours(names, "2025-12-02") == ("2025-12-01", "2025-12-04")
    assert neighbours([], "2025-12-02") == (None, None)


def test_a_verdict_is_marked_with_its_words_and_so_is_a_number_that_no_quote_has() -> None:
    verdict = Verdict(verdict="contradicted", kind="direction", words="낮추었다", why="The quote says higher.")
    made = entry()
    assert made.summary is not None
    text = "PRIS는 오차를 37%만큼 낮추었다."
    made = made.replace(
        summary=made.summary.replace(results=text), verdicts={"results": verdict}, found={"results": (QUOTE,)}
    )
    results = view_day(record(made)).articles[0].statements[4]
    assert results.verdict == verdict
    assert [piece.text for piece in results.sentences[0] if piece.doubtful] == ["37", "낮추었다"]
    assert "".join(piece.text for piece in results.sentences[0]) == text
    assert [quote.found for quote in results.quotes] == [quote_ == QUOTE for quote_ in made.evidence["results"]]
