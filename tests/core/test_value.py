"""Values to JSON and from it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from digest.core.paper import Paper
from digest.core.record import Record
from digest.core.summary import FIELDS, Fault
from digest.core.value import UnfitError

PAPER = {
    "id": "2512.03405",
    "version": 2,
    "pinned": True,
    "title": "가 <b>",
    "authors": ["A", "B"],
    "abstract": "a",
    "categories": ["cs.CV"],
    "published": "2025-12-03T00:00:00Z",
    "updated": "2025-12-04T00:00:00Z",
    "comment": "c",
    "upvotes": 3,
    "code": "https://github.com/a/b",
    "project": "https://a.github.io",
    "metadata": "arxiv",
}
OLDER = {
    "status": "final",
    "paper": {**PAPER, "version": 1},
    "summary": dict.fromkeys(FIELDS, "옛 문장이다."),
    "evidence": {},
    "provenance": None,
    "faults": [],
}
ENTRY = {
    "status": "draft",
    "paper": PAPER,
    "summary": dict.fromkeys(FIELDS, "문장이다."),
    "evidence": {"goal": ["one", "two"], "method": []},
    "found": {"goal": ["two"]},
    "verdicts": {"goal": {"verdict": "unsaid", "kind": "scope", "words": "w", "why": "y"}},
    "provenance": {
        "summarizer": "openai",
        "model": "m",
        "prompt": "sha256:0",
        "text": "html",
        "attempts": 2,
        "tokens": {"input": 5, "output": 7},
        "cost_usd": 0.25,
        "at": "2025-12-05T08:15:00Z",
        "notes": ["n"],
        "verifier": {"model": "v", "prompt": "sha256:1", "tokens": {"input": 1, "output": 2}, "cost_usd": 0.5},
    },
    "faults": [{"name": "number", "message": "m", "field": "goal", "paper": "2512.03405"}],
    "extra": [{"line": 3, "where": "method", "text": "x"}],
    "withdrawn": {"at": "2026-01-02T00:00:00Z", "comment": "c"},
    "newer": {"version": 3, "at": "2026-01-03T00:00:00Z"},
    "earlier": [OLDER],
    "corrected": {"goal": {"by": "kim", "at": "2026-01-04T00:00:00+09:00"}},
    "changed": "2026-01-05T00:00:00Z",
}
OPTIONAL = {
    "record": ("sample", "extra", "front_matter"),
    "entry": ("found", "verdicts", "extra", "withdrawn", "newer", "earlier", "corrected", "changed"),
    "provenance": ("verifier",),
    "paper": ("code", "project"),
}
FULL: dict[str, Any] = {
    "schema": 1,
    "date": "2025-12-04",
    "sample": True,
    "listing": {
        "state": "ready",
        "sources": [
            {"kind": "list", "state": "ready", "papers": 1, "settled": False, "at": "2025-12-05T08:15:00+09:00"}
        ],
    },
    "entries": [ENTRY],
    "excluded": [{"id": "1", "title": "t", "reason": "limit: 30"}],
    "post": {"path": "posts/a.md", "sha256": "0"},
    "extra": [{"line": 1, "where": "preamble", "text": "y"}],
    "front_matter": {"a": {"b": [1, None, {"c": True}]}},
}
"""A record in which every key says something else than its default."""


def copied() -> dict[str, Any]:
    values: dict[str, Any] = json.loads(json.dumps(FULL))
    return values


def objects(values: Any) -> Iterator[dict[str, Any]]:
    """Every object of a record that is a value: not the mappings of anybody's making."""
    if isinstance(values, dict) and values not in (ENTRY["verdicts"], ENTRY["corrected"]):
        yield values
    inner = values.values() if isinstance(values, dict) else values if isinstance(values, list) else ()
    for each in inner:
        if each not in ({}, ENTRY["evidence"], ENTRY["found"], FULL["front_matter"]):
            yield from objects(each)


@pytest.mark.parametrize("added", [{}, {"note": {"by": ["me", None]}}, {"unknown": "a"}, {"unknown": {"note": 1}}])
def test_what_is_read_is_what_is_written(added: dict[str, Any]) -> None:
    values = copied()
    found = list(objects(values))
    for each in found:
        each.update(added)
    assert len(found) == 22
    written = Record.read(values).as_json()
    assert written == values
    assert json.dumps(written) == json.dumps(values)


def test_what_older_records_lack_stays_absent() -> None:
    values = copied()
    entry = values["entries"][0]
    parts = {"record": values, "entry": entry, "provenance": entry["provenance"], "paper": entry["paper"]}
    for name, part in parts.items():
        for key in OPTIONAL[name]:
            del part[key]
    assert json.dumps(Record.read(values).as_json()) == json.dumps(values)


def test_changed_values_keep_what_they_do_not_know() -> None:
    paper = Paper.read({"id": "1", "note": "a"}).replace(title="b")
    assert paper.as_json() == {**Paper(id="1", title="b").as_json(), "note": "a"}
    assert Paper.read(paper.as_json()) == paper


def test_what_anybody_has_nested_is_not_walked() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"a": deep}
    kept = Record.read(copied()).replace(front_matter=deep).as_json()
    assert kept["front_matter"]["a"] is deep["a"]


def test_equal_values_are_one_in_a_set() -> None:
    assert {Fault.read({"name": "a", "message": "b", "paper": None}), Fault(name="a", message="b")} == {
        Fault(message="b", name="a")
    }


UNFIT: list[tuple[tuple[str | int, ...], Any, str, str]] = [
    ((), None, "the whole", "expected `object`, got `null`"),
    ((), [], "the whole", "expected `object`, got `array`"),
    ((), {}, "the whole", "object missing required field `date`"),
    (("schema",), "one", "schema", "expected `int`, got `str`"),
    (("date",), "2025-12-32", "date", "invalid RFC3339 encoded date"),
    (("listing",), {}, "listing", "object missing required field `state`"),
    (("entries",), {}, "entries", "expected `array`, got `object`"),
    (("entries", 0), 3, "entries.0", "expected `object`, got `int`"),
    (("entries", 0), {"status": "final"}, "entries.0", "object missing required field `paper`"),
    (("entries", 0, "status"), "done", "entries.0.status", "invalid enum value 'done'"),
    (("entries", 0, "status"), "a - at `$.b`\nc", "entries.0.status", "invalid enum value 'a - at `$.b`\\nc'"),
    (("entries", 0, "paper", "id"), [], "entries.0.paper.id", "expected `str`, got `array`"),
    (("entries", 0, "paper", "authors", 1), None, "entries.0.paper.authors.1", "expected `str`, got `null`"),
    (("entries", 0, "evidence"), {"foo": []}, "entries.0.evidence", "invalid enum value 'foo'"),
    (("entries", 0, "evidence", "goal"), 1, "entries.0.evidence.*", "expected `array`, got `int`"),
    (("entries", 0, "evidence", "goal", 0), 1, "entries.0.evidence.*.0", "expected `str`, got `int`"),
    (("entries", 0, "summary", "goal"), None, "entries.0.summary.goal", "expected `str`, got `null`"),
    (("post", "path"), "", "post", "path is not a file's path"),
    (("front_matter",), [], "front_matter", "expected `object`, got `array`"),
    (("entries", 0, "verdicts", "goal", "verdict"), "so", "entries.0.verdicts.*.verdict", "invalid enum value 'so'"),
    (("entries", 0, "verdicts"), [], "entries.0.verdicts", "expected `object`, got `array`"),
    (("entries", 0, "withdrawn", "at"), "then", "entries.0.withdrawn.at", "invalid RFC3339 encoded datetime"),
    (("entries", 0, "earlier", 0, "status"), "so", "entries.0.earlier.0.status", "invalid enum value 'so'"),
]


@pytest.mark.parametrize(("keys", "value", "place", "reason"), UNFIT)
def test_what_is_no_value_is_named_by_its_place(
    keys: tuple[str | int, ...], value: Any, place: str, reason: str
) -> None:
    values: Any = {"record": copied()}
    inner, last = values, "record"
    for key in keys:
        inner, last = inner[last], key
    inner[last] = value
    with pytest.raises(UnfitError) as caught:
        Record.read(values["record"])
    assert (caught.value.place, caught.value.reason) == (place, reason)
