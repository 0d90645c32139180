"""Search over all days."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.preview.days import DAY, entry, excluded, library, paper, record, summary

from digest.core.summary import FIELDS
from digest.preview.search import Query, count_finds, find, may_hold, read_query
from digest.store.records import dump

KOREAN = summary(2, method='확산 모델의 "노이즈" 시드를 C:\\seed 에서 읽는다.')
DAYS = record(
    entry(1, paper=paper(1, title="Straße to ÉCOLE", abstract="A Diffusion study.")),
    entry(2, summary=KOREAN),
    excluded=(excluded(7),),
)


@pytest.mark.parametrize(
    ("query", "anchors"),
    [
        ("paper number", ["paper-2"]),
        ("DIFFUSION", ["paper-1"]),
        ("확산 시드를", ["paper-2"]),
        ("2번 논문", ["paper-2"]),
        ("시드를 NUMBER", ["paper-2"]),
        ("école", ["paper-1"]),
        ("straße", ["paper-1"]),
        ('"노이즈"', ["paper-2"]),
        ("c:\\seed", ["paper-2"]),
        ("2512.00002", ["paper-2"]),
        ("left out", ["excluded"]),
        ("2512.00007", ["excluded"]),
        ("diffusion 확산", []),
        ("provenance", []),
        ("sample", []),
        (".*", []),
    ],
)
def test_find(query: str, anchors: list[str]) -> None:
    terms = read_query(query).terms
    assert [hit.anchor for hit in find(DAYS, terms)] == anchors
    assert may_hold(terms)(dump(DAYS)) or not anchors
    assert count_finds(dump(DAYS), terms) == len(anchors)


def test_what_was_found_is_marked_in_a_bounded_excerpt() -> None:
    long = summary(method=f"{'앞' * 500} 바늘을 {'뒤' * 500}")
    hit = next(find(record(entry(summary=long)), ["바늘"]))
    assert [piece.text for piece in hit.excerpt if piece.marked] == ["바늘"]
    assert sum(len(piece.text) for piece in hit.excerpt) < 220


@settings(deadline=None, max_examples=150, derandomize=True)
@given(
    text=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"], exclude_characters="\u017f\u212a"), min_size=1
    ),
    data=st.data(),
)
def test_the_quick_look_never_misses(text: str, data: st.DataObject) -> None:
    said = entry(summary=summary(goal=text))
    words = text.split()
    terms = read_query(data.draw(st.sampled_from([word.swapcase() for word in words] or ["다룬다"]))).terms
    if any(find(record(said), terms)):
        assert may_hold(terms)(dump(record(said)))


def test_escaped_records_are_searched_too(tmp_path: Path) -> None:
    shelf = library(tmp_path, DAYS)
    path = shelf.workspace.record_path(DAY)
    path.write_text(path.read_text("utf-8").replace("확산", "\\ud655\\uc0b0"), encoding="utf-8")
    assert [hit.anchor for hit in shelf.search(Query(("확산",)), None).hits] == ["paper-2"]


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("", ()),
        (" \t\n", ()),
        ("a  b a", ("a", "b")),
        ("확산", ("확산",)),
        ("x" * 10_000, ("x" * 200,)),
        (" ".join(map(str, range(50))), tuple(map(str, range(8)))),
    ],
)
def test_queries_are_bounded(query: str, terms: tuple[str, ...]) -> None:
    assert read_query(query).terms == terms


def test_results_come_newest_first_in_bounded_pages(tmp_path: Path) -> None:
    days = [DAY + timedelta(n) for n in range(12)]
    shelf = library(tmp_path, *(record(*map(entry, range(1, 11)), day=day) for day in days))
    shelf.workspace.record_path(days[3]).write_text("{", encoding="utf-8")
    found: list[date] = []
    faults: list[str] = []
    before = None
    for _ in range(len(days)):
        results = shelf.search(Query(("다룬다",)), before)
        assert len(results.hits) <= 50
        found += [hit.day for hit in results.hits]
        faults += results.faults
        assert results.total == 110
        before = results.before
        if before is None:
            break
    readable = [day for day in reversed(days) if day != days[3]]
    assert found == [day for day in readable for _ in range(10)]
    assert faults == []  # its bytes cannot hold the word: nothing is hidden by it


def test_a_broken_record_that_may_hold_the_words_is_told(tmp_path: Path) -> None:
    shelf = library(tmp_path, record(day=date(2025, 12, 5)))
    shelf.workspace.record_path(DAY).write_text('{"다룬다": ', encoding="utf-8")
    results = shelf.search(Query(("다룬다",)), None)
    assert [hit.day for hit in results.hits] == [date(2025, 12, 5)]
    assert len(results.faults) == 1
    assert "2025-12-04.json: not JSON" in results.faults[0]


def test_every_field_is_searched() -> None:
    for field in FIELDS:
        said = summary(**{str(field): "여기에 바늘이 있다."})
        assert any(find(record(entry(summary=said)), ["바늘"]))


DATES = {
    "2025-10": ["2025-10-30", "2025-10-03"],
    "2025-10-03": ["2025-10-03"],
    "2025-10-03 2025-11": ["2025-11-03", "2025-10-03"],
    "number 2025-10": ["2025-10-30", "2025-10-03"],
    "nothing 2025-10": [],
    "2025-13": [],
    "2025": [],
    "25-10": [],
    "2025-1": [],
}


@pytest.mark.parametrize("query", DATES)
def test_dates_are_search_terms(tmp_path: Path, query: str) -> None:
    days = [date(2025, 10, 3), date(2025, 10, 30), date(2025, 11, 3), date(2024, 10, 3)]
    shelf = library(tmp_path, *(record(day=day) for day in days))
    results = shelf.search(read_query(query), None)
    assert [str(hit.day) for hit in results.hits] == DATES[query]
    assert (results.total, results.before) == (len(DATES[query]), None)
