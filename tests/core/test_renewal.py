"""Which final entries are summarised anew, and what becomes of the older answers."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from digest.core.merge import Renewal, renew
from digest.core.paper import Paper
from digest.core.record import Entry, NewerVersion, Provenance, Record, RecordListing, Withdrawal
from digest.core.summary import FIELDS, Fault, Summary

NOW = datetime(2025, 12, 10, tzinfo=UTC)
ID = "2601.00001"
NEWER = NewerVersion(version=2, at=NOW)
FAULT = Fault(name="number", message="x")


def entry(text: str = "옛 문장이다.", **changes: Any) -> Entry:
    made = Provenance(summarizer=changes.pop("by", "openai"), model=changes.pop("model", "small"))
    paper = Paper(**{"id": ID, "version": 1, "title": "Old", **changes.pop("paper", {})})
    whole = Entry(status="final", paper=paper, summary=Summary(**dict.fromkeys(FIELDS, text)), provenance=made)
    return whole.replace(**changes)


def record(*entries: Entry) -> Record:
    return Record(date=date(2025, 12, 4), listing=RecordListing(state="ready"), entries=entries)


LARGE, SMALL, VERSIONS = Renewal("large"), Renewal("small"), Renewal(versions=True)
DUE: dict[str, tuple[Renewal, Entry, bool]] = {
    "nothing is asked for": (Renewal(), entry(newer=NEWER), False),
    "another model": (LARGE, entry(), True),
    "this model": (SMALL, entry(), False),
    "this model, and a newer version that is not asked for": (SMALL, entry(newer=NEWER), False),
    "this model, and a newer version that is": (Renewal("small", versions=True), entry(newer=NEWER), True),
    "a newer version": (VERSIONS, entry(newer=NEWER), True),
    "no newer version": (VERSIONS, entry(), False),
    "withdrawn": (LARGE, entry(withdrawn=Withdrawal(at=NOW)), False),
    "withdrawn, and a newer version": (VERSIONS, entry(withdrawn=Withdrawal(at=NOW), newer=NEWER), False),
    "a draft": (LARGE, entry(status="draft"), False),
    "a failure": (LARGE, entry(status="failed", summary=None), False),
    "imported": (LARGE, entry(by="import", model=None), True),
    "quoted, and made final by the user": (LARGE, entry(by="extractive", model=None), True),
    "written by the user": (LARGE, entry(provenance=None), True),
    "named": (Renewal("large", papers=frozenset({ID})), entry(), True),
    "another is named": (Renewal("large", papers=frozenset({"2601.00002"})), entry(), False),
    "an id that is none": (LARGE, entry(paper={"id": "x"}), False),
}


@pytest.mark.parametrize("name", DUE)
def test_what_is_due(name: str) -> None:
    renewal, known, is_due = DUE[name]
    assert bool(renewal.papers_of(record(known))) == is_due
    assert len(list(renewal.plan(record(known), "large"))) == is_due


@pytest.mark.parametrize(
    ("renewal", "known", "version"),
    [
        (LARGE, entry(), 1),
        (LARGE, entry(newer=NEWER), 1),
        (VERSIONS, entry(newer=NEWER), 2),
        (Renewal("large", versions=True), entry(), 1),
        (LARGE, entry(paper={"version": None}), None),
    ],
)
def test_the_version_that_is_read(renewal: Renewal, known: Entry, version: int | None) -> None:
    (paper,) = renewal.papers_of(record(known)).values()
    assert (paper.version, paper.pinned) == (version, version is not None)


def renewed(old: Entry, new: Entry) -> tuple[Entry | None, list[str], list[str]]:
    done = renew(record(old), {ID: new}, [ID], NOW)
    return done.entries.get(ID), [fault.name for fault in done.faults], list(done.news)


def test_a_new_answer_keeps_the_older_ones_whole() -> None:
    first, second = entry("첫 문장이다.", model="tiny"), entry(newer=NEWER)
    new = entry("새 문장이다.", model="large", paper={"pinned": True, "title": "Other"})
    now, faults, news = renewed(second.replace(earlier=(first,)), new)
    assert now is not None
    assert now.earlier == (first, second)
    assert (now.summary, now.changed, now.newer, faults) == (new.summary, NOW, NEWER, [])
    assert (now.paper.title, now.paper.pinned) == ("Old", False)  # the same version: what the post says of it stays
    assert news == [f"summarised anew: {ID}: by large in place of small; the older answer is kept in the record"]


def test_a_newer_version_brings_its_title_and_takes_its_mark_away() -> None:
    now, _, news = renewed(entry(newer=NEWER), entry(paper={"version": 2, "pinned": True, "title": "Other"}))
    assert now is not None
    assert (now.newer, now.paper.title, now.paper.pinned) == (None, "Other", True)
    assert news[0].startswith(f"summarised anew: {ID}: version 2 in place of 1, by small;")
    assert news[1] == f"{ID}: the title is now 'Other'; it was 'Old'"


STAYS: dict[str, tuple[Entry, list[str]]] = {
    "a draft": (entry(status="draft", faults=(FAULT,)), ["number"]),
    "a failure": (Entry(status="failed", paper=Paper(id=ID), faults=(FAULT,)), ["number"]),
    "not verified": (entry(faults=(Fault(name="unverified", message="x"),)), ["unverified"]),
    "given up": (Entry(status="failed", paper=Paper(id=ID), faults=(Fault(name="given-up", message="x"),)), []),
}


@pytest.mark.parametrize("name", STAYS)
def test_an_answer_that_is_not_fit_replaces_nothing(name: str) -> None:
    new, names = STAYS[name]
    now, faults, news = renewed(entry(), new)
    assert (now, faults, len(news)) == (None, names, not names)


def test_a_paper_that_was_withdrawn_meanwhile_is_marked() -> None:
    gone = Entry(status="failed", paper=Paper(id=ID), faults=(Fault(name="withdrawn", message="an error"),))
    now, faults, _ = renewed(entry(), gone)
    assert now == entry(withdrawn=Withdrawal(at=NOW, comment="an error"), changed=NOW)
    assert faults == []
