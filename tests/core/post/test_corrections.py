"""What people change in a post of ours becomes corrections of its record; nothing else of the record changes."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from digest.core.merge import with_corrections
from digest.core.paper import Paper
from digest.core.post.import_ import Change, Edition, edition_of, find_losses, take_edits
from digest.core.post.parse import read_post
from digest.core.record import Correction, Entry, Provenance, Record, RecordListing, Verdict
from digest.core.summary import FIELDS, Fault, Summary
from digest.core.text import visible

DAY = date(2025, 12, 4)
NOW = datetime(2025, 12, 10, tzinfo=UTC)
ID = "2512.03405"
FIRST, SECOND = (NOW - timedelta(days=back) for back in (2, 1))
WAS = {field: f"{field}에 관하여 옛 문장을 적는다." for field in FIELDS}
NEW = {field: f"{field}에 관하여 새 문장을 적는다." for field in FIELDS}


def post(words: Mapping[str, str], *, title: str = "A Title", front: str = "layout: post\ntags: [a]\n") -> str:
    said = {**WAS, **words}
    labels = "".join(f"- {field.capitalize()}: {said[field]}  \n" for field in FIELDS[:3])
    sections = "".join(f"\n## {field.capitalize()}\n{said[field]}\n" for field in FIELDS[3:])
    head = f"# 1. [{title}](https://arxiv.org/abs/{ID})\n\n## Introduction\n"
    return f"---\n{front}---\n\n{head}{labels}{sections}"


def read(words: Mapping[str, str], **more: Any) -> Edition:
    return edition_of(read_post(post(words, **more)), DAY, now=NOW)


def record(**changes: Any) -> Record:
    verdicts = {field: Verdict(verdict="supported") for field in FIELDS}
    entry = Entry(
        status="final",
        paper=Paper(id=ID, title="A Title"),
        summary=Summary(**WAS),
        evidence=dict.fromkeys(FIELDS, ("A sentence.",)),
        verdicts=verdicts,
        provenance=Provenance(summarizer="openai", model="m"),
    )
    return Record(date=DAY, listing=RecordListing(state="ready"), entries=(entry.replace(**changes),))


CASES: dict[str, tuple[list[tuple[dict[str, str], dict[str, str], str]], dict[str, str]]] = {
    "nothing": ([({}, {}, "A")], {}),
    "one field": ([({}, {"goal": "G이다."}, "A")], {"goal": "A"}),
    "a field of a section": ([({}, {"results": "R이다."}, "A")], {"results": "A"}),
    "two people, two fields": (
        [({"goal": "G이다."}, {"goal": "G이다.", "method": "M이다."}, "B"), ({}, {"goal": "G이다."}, "A")],
        {"goal": "A", "method": "B"},
    ),
    "two people, one field": (
        [({"goal": "G이다."}, {"goal": "H이다."}, "B"), ({}, {"goal": "G이다."}, "A")],
        {"goal": "B"},
    ),
    "there and back": ([({"goal": "G이다."}, {}, "B"), ({}, {"goal": "G이다."}, "A")], {}),
    "back to the first of two": (
        [
            ({"goal": "H이다."}, {"goal": "G이다."}, "C"),
            ({"goal": "G이다."}, {"goal": "H이다."}, "B"),
            ({}, {"goal": "G이다."}, "A"),
        ],
        {"goal": "C"},
    ),
    "spelled otherwise": ([({}, {"goal": unicodedata.normalize("NFD", WAS["goal"])}, "A")], {}),
    "spelled otherwise later": (
        [({"goal": "G이다."}, {"goal": "G이\u200b다."}, "B"), ({}, {"goal": "G이다."}, "A")],
        {"goal": "A"},
    ),
    "nothing is said": ([({}, {"limitations": "정보 부족."}, "A")], {"limitations": "A"}),
    "beside each other, and merged": (
        [
            ({}, {"method": "M이다."}, "B"),
            ({}, {"goal": "G이다."}, "A"),
            ({"goal": "G이다."}, {"goal": "G이다.", "method": "M이다."}, "merger"),
        ],
        {"goal": "A", "method": "B"},
    ),
    "all fields": ([({}, NEW, "A")], dict.fromkeys(FIELDS, "A")),
}


@pytest.mark.parametrize("name", CASES)
def test_each_field_has_the_one_who_gave_it_its_words(name: str) -> None:
    steps, by = CASES[name]
    final = steps[-1][1] if "merged" in name else steps[0][1]
    changes = [Change(read(before), read(after), who, FIRST) for before, after, who in steps]
    (old,) = record().entries
    (entry,) = take_edits(record(), read({}), read(final), changes).entries
    assert {field: each.by for field, each in entry.corrected.items()} == by
    assert entry.summary is not None
    texts = {field: final[field].removesuffix(".") if "정보" in final[field] else final[field] for field in by}
    assert entry.summary == Summary(**{**WAS, **{field: visible(text) for field, text in texts.items()}})
    assert list(entry.verdicts) == [field for field in FIELDS if field not in by]
    assert (entry.evidence, entry.provenance, entry.status) == (old.evidence, old.provenance, "final")


def test_words_that_are_cleaned_are_corrected() -> None:
    base, edited = read({"goal": "G이\u200b다."}, title="A\u200b Title"), read({"goal": "G이다."})
    for after, fields, title in ((edited, ["goal"], "A Title"), (base, [], "x")):
        known = record(paper=Paper(id=ID, title="x"))
        (entry,) = take_edits(known, base, after, [Change(base, after, "A", FIRST)]).entries
        assert (list(entry.corrected), entry.paper.title) == (fields, title)


@pytest.mark.parametrize(
    ("edited", "kept"),
    [
        (read({"method": ""}), "a section with nothing in it"),
        (edition_of(read_post(post({}).replace("## Method", "## Metod")), DAY, now=NOW), "a heading that is no name"),
        (edition_of(read_post("---\nlayout: post\n---\n"), DAY, now=NOW), "no paper at all"),
    ],
)
def test_a_field_that_is_not_there_any_more_keeps_its_words(edited: Edition, kept: str) -> None:
    done = take_edits(record(), read({}), edited, [Change(read({}), edited, "A", FIRST)])
    assert (done.entries[0].summary, done.entries[0].corrected) == (Summary(**WAS), {}), kept


def test_a_later_correction_wins_and_others_stay() -> None:
    known = {"goal": Correction(by="A", at=FIRST), "method": Correction(by="A", at=FIRST)}
    edited = read({"goal": "G이다."})
    (entry,) = take_edits(record(corrected=known), read({}), edited, [Change(read({}), edited, "B", SECOND)]).entries
    assert entry.corrected == {"goal": Correction(by="B", at=SECOND), "method": known["method"]}


def test_front_matter_that_was_changed_is_the_owners_and_what_was_taken_out_is_reported() -> None:
    base, edited = read({}), read({}, front="layout: post\nauthor: Kim\n", title="Another")
    done = take_edits(record(), base, edited, [Change(base, edited, "A", FIRST)])
    assert (done.front_matter, done.entries[0].paper.title) == ({"author": "Kim"}, "Another")
    ours = {"layout": "post", "tags": ["a"]}
    assert [each.fault.field for each in find_losses(base, base, edited, ours)] == ["tags"]
    gone = edition_of(read_post("---\nlayout: post\ntags: [a]\n---\n"), DAY, now=NOW)
    assert [each.fault.paper for each in find_losses(base, base, gone, ours)] == [ID]


FAULT = Fault(name="ending", message="x", field="goal")
OTHER = Fault(name="ending", message="x", field="method")


@pytest.mark.parametrize(
    ("faults", "goal", "status", "left"),
    [
        ((FAULT,), NEW["goal"], "final", ()),
        ((FAULT,), "Not Korean", "draft", ()),
        ((FAULT, OTHER), NEW["goal"], "draft", (OTHER,)),
        ((OTHER,), NEW["goal"], "draft", (OTHER,)),
    ],
)
def test_a_draft_is_final_once_nothing_is_left_against_it(
    faults: tuple[Fault, ...], goal: str, status: str, left: tuple[Fault, ...]
) -> None:
    edited = read({"goal": goal})
    draft = record(status="draft", faults=faults)
    (entry,) = take_edits(draft, read({}), edited, [Change(read({}), edited, "A", FIRST)]).entries
    assert (entry.status, entry.faults, list(entry.corrected)) == (status, left, ["goal"])


def test_a_new_answer_leaves_a_persons_words_and_brings_nothing_against_them() -> None:
    (old,) = record(corrected={"goal": Correction(by="A", at=FIRST)}).entries
    new = old.replace(
        summary=Summary(**NEW),
        evidence=dict.fromkeys(FIELDS, ("Another.",)),
        corrected={},
        verdicts={field: Verdict(verdict="contradicted") for field in FIELDS},
        faults=(FAULT,),
        status="draft",
    )
    kept = with_corrections(new, old)
    assert (kept.summary, kept.corrected) == (Summary(**{**NEW, "goal": WAS["goal"]}), old.corrected)
    assert (kept.evidence["goal"], kept.evidence["method"]) == (("A sentence.",), ("Another.",))
    assert ("goal" in kept.verdicts, kept.faults, kept.status) == (False, (), "final")
    assert with_corrections(new.replace(faults=(FAULT, OTHER)), old).status == "draft"
    assert with_corrections(new, old.replace(corrected={})) == new
