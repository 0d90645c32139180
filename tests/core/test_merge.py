"""How a day's record grows."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

import pytest

from digest.core.merge import merge
from digest.core.paper import Listing, Paper, SourceReport
from digest.core.record import Entry, Exclusion, Provenance, Record, RecordListing, Status, Tokens
from digest.core.summary import Fault

FAULT = Fault(name="number", message="x")
DAY = date(2025, 12, 4)
LISTING = Listing(date=DAY, state="ready", sources=(SourceReport(kind="ids", state="ready", papers=3),))


def entry(paper_id: str, status: Status, *, faults: int = 0, by: str = "openai", **provenance: Any) -> Entry:
    made_by = Provenance(summarizer=by, **provenance)
    return Entry(status=status, paper=Paper(id=paper_id), provenance=made_by, faults=(FAULT,) * faults)


def grow(known: Sequence[Entry], made: Mapping[str, Entry]) -> tuple[Entry, ...]:
    before = Record(date=DAY, listing=RecordListing(state="ready"), entries=tuple(known))
    return merge(before, LISTING, [], made, give_up_after=9).entries


def test_what_is_there_keeps_its_place_and_new_ones_come_after() -> None:
    known = (entry("b", "final"), entry("a", "draft"), entry("c", "failed"))
    made = {each.paper.id: each for each in (entry("z", "final"), entry("c", "final"), entry("y", "failed"))}
    grown = grow(known, made)
    assert [(each.paper.id, each.status) for each in grown] == [
        *(("b", "final"), ("a", "draft"), ("c", "final")),
        *(("z", "final"), ("y", "failed")),
    ]
    assert grow((), made) == tuple(made.values())
    assert grow(known, {}) == known


FITNESS = [
    entry("a", "failed"),
    entry("a", "draft", by="extractive", faults=1),
    entry("a", "draft", faults=3),
    entry("a", "draft", faults=2),
    entry("a", "final", faults=1),
    entry("a", "final", faults=0),
]


@pytest.mark.parametrize(("old", "new"), list(product(range(len(FITNESS)), repeat=2)))
def test_the_fitter_of_two_tries_stays(old: int, new: int) -> None:
    (kept,) = grow([FITNESS[old]], {"a": FITNESS[new]})
    was_final, failed = FITNESS[old].status == "final", FITNESS[new].status == "failed"
    better = FITNESS[new] if (not failed if was_final else new > old) else FITNESS[old]
    assert (kept.status, len(kept.faults)) == (better.status, len(better.faults))


SPENT = Tokens(input=10, output=1)


@pytest.mark.parametrize(
    ("old_cost", "new_cost", "cost"), [(0.5, 0.25, 0.75), (None, 0.25, None), (0.5, None, None), (None, None, None)]
)
@pytest.mark.parametrize("new_status", ["final", "failed"])
def test_both_tries_were_paid_for(new_status: Status, old_cost: float, new_cost: float, cost: float | None) -> None:
    old = entry("a", "draft", attempts=3, tokens=SPENT, cost_usd=old_cost, model="old")
    new = entry("a", new_status, attempts=2, tokens=SPENT, cost_usd=new_cost, model="new")
    (kept,) = grow([old], {"a": new})
    assert kept.provenance is not None
    assert kept.provenance.model == ("new" if new_status == "final" else "old")
    assert (kept.provenance.attempts, kept.provenance.tokens) == (5, SPENT + SPENT)
    assert kept.provenance.cost_usd == cost


def test_a_try_that_asked_nothing_changes_nothing() -> None:
    old = entry("a", "draft", attempts=3, tokens=SPENT, cost_usd=0.5)
    assert grow([old], {"a": entry("a", "failed")}) == (old,)
    assert grow([old], {"a": Entry(status="failed", paper=Paper(id="a"))}) == (old,)


def test_exclusions_of_today_after_those_that_are_not_listed_any_more() -> None:
    before = Record(
        date=DAY,
        listing=RecordListing(state="ready"),
        excluded=(Exclusion(id="1", reason="old"), Exclusion(id="2", reason="old"), Exclusion(id="3", reason="old")),
    )
    now = [Exclusion(id="4", reason="new"), Exclusion(id="2", reason="new")]
    merged = merge(before, LISTING, now, {"3": entry("3", "failed")}, give_up_after=9).excluded
    assert [(each.id, each.reason) for each in merged] == [("1", "old"), ("2", "new"), ("4", "new")]
    assert merge(Record.empty(DAY), LISTING, now, {}, give_up_after=9).excluded == tuple(now)


def test_the_listing_is_that_of_the_last_change() -> None:
    note = {"kind": "ids", "state": "waiting", "note": "by a user"}
    before = Record.empty(DAY).replace(listing=RecordListing.read({"state": "waiting", "sources": [note]}))
    assert merge(before, LISTING, [], {}, give_up_after=9) is before
    (source,) = merge(before, LISTING, [], {"a": entry("a", "final")}, give_up_after=9).listing.sources
    assert (source.state, source.papers, source.unknown) == ("ready", 3, {"note": "by a user"})


@pytest.mark.parametrize(
    ("status", "asks", "given_up"), [("draft", 9, True), ("failed", 12, True), ("draft", 8, False), ("final", 9, False)]
)
def test_a_paper_whose_asks_are_used_up_is_given_up(status: Status, asks: int, given_up: bool) -> None:
    (grown,) = grow([entry("a", status, attempts=asks)], {})
    assert grown.has_fault("given-up") is given_up
    assert grow([grown], {}) == (grown,)
