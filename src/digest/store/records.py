"""The records, one JSON file a day."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Set
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from digest.core.errors import UsageError
from digest.core.record import SCHEMA, Record, record_name
from digest.core.value import UnfitError
from digest.store.files import read_if_there, write_whole

_DEEPEST = 200
"""Levels of values inside values; what is nested deeper could not be written again."""
_TOO_DEEP = f"nests more than {_DEEPEST} levels deep"


class Records:
    """A folder of records."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._where: dict[str, set[date]] | None = None
        self._noted: dict[date, set[str]] = {}

    def path(self, day: date) -> Path:
        """The file of a day's record."""
        return self._folder / record_name(day)

    def days(self) -> list[date]:
        """The days that have a record, oldest first."""
        found = (_day(path.stem) for path in self._folder.glob("*.json"))
        return sorted(day for day in found if day is not None)

    def read(self, day: date) -> Record | None:
        """A day's record, None if there is none. Raises UsageError where the file is not one."""
        path = self.path(day)
        data = read_if_there(path)
        return None if data is None else read_record(data, path, day)

    def readable(self, day: date) -> Record | None:
        """A day's record; None too where the file is not one: what concerns other days is not held up by it."""
        try:
            return self.read(day)
        except UsageError:
            return None

    def write(self, record: Record) -> None:
        """Keep a record, whole. Raises UsageError where the folder cannot be written."""
        write_whole(self.path(record.date), dump(record))
        if self._where is not None:
            self._note(record)

    def remember(self) -> None:
        """Read which papers the days show once, for a run that asks it for many days and alone writes records."""
        if self._where is None:
            self._where = {}
            for record in filter(None, map(self.readable, self.days())):
                self._note(record)

    def _note(self, record: Record) -> None:
        where = self._where if self._where is not None else {}
        before, shown = self._noted.get(record.date, set()), _shown(record)
        for each in before - shown:
            where[each].discard(record.date)
        for each in shown - before:
            where.setdefault(each, set()).add(record.date)
        self._noted[record.date] = shown

    def seen(self, ids: Set[str], *, but: date) -> dict[str, date]:
        """Which of the papers other days show, or still hope to show, each with the first such day.

        Years of records are looked through for the ids as text; only those that have one are read.
        """
        if not ids:
            return {}
        if self._where is not None:
            days = {each: self._where.get(each, set()) - {but} for each in ids}
            return {each: min(found) for each, found in days.items() if found}
        needle = re.compile("|".join(re.escape(f'"{each}"') for each in ids).encode())
        found: dict[str, date] = {}
        for day in reversed(self.days()):
            if day != but and needle.search(self._bytes(day)):
                found |= dict.fromkeys(ids & self._taken(day), day)
        return found

    def _bytes(self, day: date) -> bytes:
        try:
            return self.path(day).read_bytes()
        except OSError:
            return b""

    def _taken(self, day: date) -> set[str]:
        record = self.readable(day)
        return _shown(record) if record else set()


def _shown(record: Record) -> set[str]:
    return {entry.paper.id for entry in record.entries if entry.status != "failed"}


def dump(record: Record) -> bytes:
    """A record as it is kept: UTF-8, indent 2, stable key order, one trailing newline.

    Raises UsageError for one that is nested too deep to be read again.
    """
    values = record.as_json()
    if _is_too_deep(values):
        raise UsageError(f"{record.date}: the record {_TOO_DEEP}; flatten the post's front matter")
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode()


def _is_too_deep(values: Any) -> bool:
    level: list[Any] = [[values]]
    for _ in range(_DEEPEST + 1):
        inner = chain.from_iterable(each.values() if isinstance(each, dict) else each for each in level)
        level = [each for each in inner if isinstance(each, dict | list)]
    return bool(level)


def read_record(data: bytes, path: Path, day: date | None) -> Record:
    """A record from its bytes; `path` is for the message. Raises UsageError naming the place and what to do."""
    try:
        values = msgspec.json.decode(data.removeprefix(BOM_UTF8))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not JSON: {_placed(error, data)}; fix it or restore it from git") from error
    if _is_too_deep(values):
        raise UsageError(f"{path}: {_TOO_DEEP}; fix it or restore it from git")
    schema = values.get("schema") if isinstance(values, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise UsageError(f"{path}: schema {schema} is newer than this digest knows ({SCHEMA}); update digest")
    try:
        record = Record.read(values)
    except UnfitError as error:
        raise UsageError(f"{path}: {error}; fix it or restore it from git") from error
    if day is not None and record.date != day:
        raise UsageError(f"{path}: says date {record.date}; rename the file or fix the date")
    return record


def _placed(error: Exception, data: bytes) -> str:
    """What the decoder says, which counts bytes, with the line, which is what the user looks for."""
    reason, _, place = str(error).partition(" (byte ")
    line = data.count(b"\n", 0, int(place.rstrip(")")) if place else None) + 1
    return f"{reason.removeprefix('JSON is malformed: ')} in line {line}"


def _day(text: str) -> date | None:
    """The day that a record's name says; other spellings of it are other files."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if str(day) == text else None
