"""Records on disk."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digest.core.errors import UsageError
from digest.core.paper import Paper
from digest.core.record import Entry, Exclusion, Record, RecordListing
from digest.store.records import Records, dump, read_record

DAY = date(2025, 12, 4)


def record(*ids: str, day: date = DAY, status: str = "draft") -> Record:
    entries = tuple(Entry(status=status, paper=Paper(id=each, title="가 <b>")) for each in ids)  # type: ignore[arg-type]
    return Record(date=day, listing=RecordListing(state="ready"), entries=entries)


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(tmp_path / "data")


def test_written_as_documented(records: Records) -> None:
    records.write(record("2512.03405"))
    text = records.path(DAY).read_text("utf-8")
    values = json.loads(text)
    assert text == json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    assert list(values) == ["schema", "date", "listing", "entries", "excluded", "post"]
    assert list(values["entries"][0]) == ["status", "paper", "summary", "evidence", "provenance", "faults"]
    assert (values["schema"], values["date"]) == (1, "2025-12-04")
    assert "가 <b>" in text
    assert records.read(DAY) == record("2512.03405")


def test_the_same_record_gives_the_same_bytes(records: Records) -> None:
    records.write(record("2512.03405", "2512.03534"))
    before = records.path(DAY).read_bytes()
    again = records.read(DAY)
    assert again is not None
    records.write(again)
    assert records.path(DAY).read_bytes() == before


def test_keys_that_a_person_added_survive() -> None:
    values: dict[str, Any] = json.loads(dump(record("2512.03405")))
    values["note"] = {"by": "me", "stars": [1, None]}
    values["listing"]["note"] = "a"
    values["entries"][0]["note"] = "b"
    values["entries"][0]["paper"]["note"] = "c"
    values["excluded"] = [{"id": "1", "reason": "x", "note": "d"}]
    read = read_record(json.dumps(values).encode(), Path("x.json"), DAY)
    kept = json.loads(dump(read))
    assert kept["excluded"][0] == {**Exclusion(id="1", reason="x").as_json(), "note": "d"}
    assert {**kept, "excluded": []} == {**values, "excluded": []}


def test_signs_that_json_writes_in_two_halves_are_read(tmp_path: Path) -> None:
    data = dump(record("1")).replace("가".encode(), b"\\ud83d\\ude00")
    assert read_record(data, tmp_path / "x.json", DAY).entries[0].paper.title == "😀 <b>"


def test_what_is_as_deep_as_can_be_read_can_be_written(records: Records) -> None:
    data = dump(record("1")).replace(b'"post": null', b'"post": null, "note": ' + b"[" * 199 + b"]" * 199)
    read = read_record(data, Path("x.json"), DAY)
    records.write(read)
    assert records.read(DAY) == read


def test_what_could_not_be_read_again_is_not_written(records: Records) -> None:
    records.write(record("1"))
    before = records.path(DAY).read_bytes()
    deep: Any = {}
    for _ in range(900):
        deep = {"a": deep}
    with pytest.raises(UsageError, match="2025-12-04: the record nests more than 200 levels deep; flatten"):
        records.write(record("1").replace(front_matter=deep))
    assert records.path(DAY).read_bytes() == before


def test_a_byte_order_mark_is_forgiven(tmp_path: Path) -> None:
    assert read_record(b"\xef\xbb\xbf" + dump(record()), tmp_path / "x.json", DAY) == record()


def posted(path: str) -> bytes:
    return dump(record("1")).replace(
        b'"post": null', json.dumps({"post": {"path": path, "sha256": "0"}})[1:-1].encode()
    )


def fronted(levels: int) -> bytes:
    """A record whose front matter goes so deep."""
    deep = b'{"a": ' * levels + b"1" + b"}" * levels
    return dump(record("1")).replace(b'"post": null', b'"post": null, "front_matter": ' + deep)


BROKEN = {
    "empty": (b"", "not JSON"),
    "cut off": (dump(record("2512.03405"))[:-20], "not JSON"),
    "binary": (bytes(range(128, 256)), "not JSON"),
    "merge conflict": (b"<<<<<<< HEAD\n" + dump(record()), "not JSON"),
    "a list": (b"[]", "the whole: "),
    "no listing": (
        b'{"schema": 1, "date": "2025-12-04"}',
        "the whole: object missing required field `listing`; fix it or restore it from git",
    ),
    "a newer digest's": (
        b'{"schema": 2, "anything": []}',
        r"schema 2 is newer than this digest knows \(1\); update digest",
    ),
    "another day's": (dump(record(day=date(2025, 12, 5))), "says date 2025-12-05; rename the file or fix the date"),
    "half a sign": (b'{"schema": 1,\n "note": "\\ud800"}', r"not JSON: .* in line 2; fix it"),
    "the other half": (b'{"note": "\\udc00"}', r"not JSON: .* surrogate pair in line 1"),
    "half a sign among others": (dump(record("1")).replace("가".encode(), b"\\ud83d!"), r"not JSON: .* in line \d\d+"),
    "lists without end": (b'{"note": ' + b"[" * 100_000, "not JSON: maximum recursion depth exceeded"),
    "no path": (posted(""), r"post: path is not a file's path; fix it"),
    "a path that ends early": (posted("posts/a\0.md"), r"post: path is not a file's path"),
    "a path of two lines": (posted("posts/a\n.md"), r"post: path is not a file's path"),
    "a path with DEL": (posted("posts/a\x7f.md"), r"post: path is not a file's path"),
    "a long name": (posted("posts/" + "가" * 100), r"post: path is not a file's path"),
    "a wrong status": (dump(record("1")).replace(b'"draft"', b'"done"'), r"entries\.0\.status: "),
    "no paper": (
        dump(record("1")).replace(b'"paper"', b'"note"'),
        r"entries\.0: object missing required field `paper`",
    ),
    "deep front matter": (fronted(900), "nests more than 200 levels deep; fix it"),
    "a level too deep": (fronted(200), "nests more than 200 levels deep; fix it"),
    "entries too deep": (b'{"entries": ' + b"[" * 900 + b"]" * 900 + b"}", "nests more than 200 levels deep"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_record_is_named_and_left_alone(records: Records, name: str) -> None:
    content, words = BROKEN[name]
    records.path(DAY).parent.mkdir()
    records.path(DAY).write_bytes(content)
    with pytest.raises(UsageError, match=rf"2025-12-04\.json: .*{words}") as caught:
        records.read(DAY)
    assert len(str(caught.value).splitlines()) == 1
    assert records.path(DAY).read_bytes() == content


def test_days(records: Records) -> None:
    assert records.days() == []
    assert records.read(DAY) is None
    for day in (date(2025, 12, 5), DAY, date(2024, 2, 29)):
        records.write(record(day=day))
    for name in ("notes.json", "20251206.json", "2025-W49-4.json", "2025-12-07.json.bak", "2025-12-4.json"):
        (records.path(DAY).parent / name).write_text("{}")
    assert records.days() == [date(2024, 2, 29), DAY, date(2025, 12, 5)]


def test_seen_on_other_days(records: Records) -> None:
    first, second, third = (date(2025, 12, number) for number in (3, 4, 5))
    records.write(record("a", "b", day=first))
    records.write(record("b", "c", day=second))
    records.write(record("d", day=third, status="failed"))
    assert records.seen({"a", "b", "c"}, but=second) == {"a": first, "b": first}
    assert records.seen({"a", "b", "c", "d"}, but=date(2025, 12, 6)) == {"a": first, "b": first, "c": second}


def test_seen_is_the_same_once_it_is_remembered(records: Records) -> None:
    first, second, third = (date(2025, 12, number) for number in (3, 4, 5))
    records.write(record("a", "b", day=first))
    records.remember()
    records.write(record("b", "c", day=second))
    records.write(record("d", day=third, status="failed"))
    records.write(record("c", day=third))
    records.write(record("a", day=first))
    for others in (records, Records(records.path(first).parent)):
        assert others.seen({"a", "b", "c", "d"}, but=date(2025, 12, 6)) == {"a": first, "b": second, "c": second}
        assert others.seen({"a", "b", "c", "d"}, but=second) == {"a": first, "c": third}


def test_a_record_that_cannot_be_read_is_named(records: Records) -> None:
    records.path(DAY).mkdir(parents=True)
    with pytest.raises(UsageError, match=r"2025-12-04\.json: cannot be read: Is a directory"):
        records.read(DAY)
