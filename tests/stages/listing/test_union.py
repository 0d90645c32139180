"""The union of all sources."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from digest.core.paper import Paper, State
from digest.core.summary import Fault
from digest.stages.listing.union import list_papers
from digest.stages.ports import SourceAnswer
from digest.store.cache import Cache

DAY, NOW = date(2025, 12, 4), datetime(2025, 12, 5, tzinfo=UTC)


class Told:
    """A source that says what it is told to."""

    kind = "told"
    short_within = timedelta(0)
    asking_costs = True

    def __init__(self, state: State, *ids: str, settled: bool = False, name: str = "") -> None:
        self.answer = SourceAnswer(
            state=state,
            papers=tuple(Paper(id=each, title=name) for each in ids),
            faults=(Fault(name="listing", message=name),) if state == "error" else (),
            settled=settled,
        )
        self.name = name
        self.asked = 0

    @property
    def question(self) -> dict[str, Any] | None:
        return {"name": self.name} if self.asking_costs else None

    def ask(self, day: date, now: datetime) -> SourceAnswer:
        self.asked += 1
        return self.answer


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


STATES: list[tuple[Sequence[State], State]] = [
    ((), "quiet"),
    (("quiet",), "quiet"),
    (("waiting", "quiet"), "waiting"),
    (("error", "waiting", "quiet"), "error"),
    (("ready", "error", "waiting", "quiet"), "ready"),
]


@pytest.mark.parametrize(("states", "state"), STATES)
def test_the_state_of_several(cache: Cache, states: Sequence[State], state: State) -> None:
    for order in permutations(states):
        listing = list_papers(DAY, [Told(each, name=each) for each in order], cache=cache, now=NOW)
        assert listing.state == state
        assert [report.state for report in listing.sources] == list(order)
        assert len(listing.faults) == order.count("error")


def test_a_paper_named_twice_counts_once_and_the_first_says_what_it_is(cache: Cache) -> None:
    sources = [Told("ready", "b", "a", "b", name="one"), Told("ready", "c", "a", name="two")]
    listing = list_papers(DAY, sources, cache=cache, now=NOW)
    assert [(paper.id, paper.title) for paper in listing.papers] == [("b", "one"), ("a", "one"), ("c", "two")]
    assert (listing.date, [report.at for report in listing.sources]) == (DAY, [NOW, NOW])


def test_a_settled_answer_is_asked_for_once(cache: Cache) -> None:
    settled, open_ = Told("ready", "a", settled=True, name="one"), Told("ready", "b", name="two")
    first = list_papers(DAY, [settled, open_], cache=cache, now=NOW)
    assert list_papers(DAY, [settled, open_], cache=cache, now=NOW) == first
    assert (settled.asked, open_.asked) == (1, 2)
    list_papers(DAY, [settled], cache=cache, now=NOW, force=True)
    list_papers(date(2025, 12, 5), [settled], cache=cache, now=NOW)
    list_papers(DAY, [Told("ready", settled=True, name="another address")], cache=cache, now=NOW)
    assert settled.asked == 3


def test_what_costs_nothing_is_asked_for_each_time(cache: Cache) -> None:
    source = Told("ready", "a", settled=True)
    source.asking_costs = False
    for _ in range(2):
        (report,) = list_papers(DAY, [source], cache=cache, now=NOW).sources
    assert (source.asked, report.settled, report.papers) == (2, True, 1)


def test_a_broken_entry_of_the_cache_is_asked_again(cache: Cache, tmp_path: Path) -> None:
    settled = Told("ready", "a", settled=True)
    list_papers(DAY, [settled], cache=cache, now=NOW)
    (path,) = tmp_path.rglob("*.json")
    path.write_text('{"state": "perhaps"}')
    assert [paper.id for paper in list_papers(DAY, [settled], cache=cache, now=NOW).papers] == ["a"]
    assert settled.asked == 2
