"""The days as a list, a month at a time, newest first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from digest.core.record import Record
from digest.preview.day import count

_TITLES: Final = 4
"""Titles of a day that its row shows."""


class DayRow(NamedTuple):
    """A day in the list."""

    day: date
    counts: tuple[tuple[str, str], ...] = ()
    titles: tuple[str, ...] = ()
    more: int = 0
    """Papers beyond the titles."""
    fault: str | None = None
    """Why its record cannot be read."""


class Month(NamedTuple):
    """A month that has days."""

    name: str
    """`2025-12`."""
    days: int


class Year(NamedTuple):
    """The months of a year, newest first."""

    name: str
    months: tuple[Month, ...]


def row_of(record: Record) -> DayRow:
    """A day's row."""
    titles = [entry.paper.name for entry in record.entries]
    return DayRow(record.date, count(record), tuple(titles[:_TITLES]), len(titles[_TITLES:]))


def years_of(days: Iterable[date]) -> tuple[Year, ...]:
    """All months that have days, by year, newest first."""
    months = Counter(month_of(day) for day in days)
    names = sorted({name[:4] for name in months}, reverse=True)
    return tuple(
        Year(year, tuple(Month(name, months[name]) for name in sorted(months, reverse=True) if name[:4] == year))
        for year in names
    )


def month_of(day: date) -> str:
    """`2025-12`."""
    return str(day)[:7]


class Neighbours(NamedTuple):
    """The one before and the one after, in time."""

    older: str | None = None
    newer: str | None = None


def neighbours(names: Sequence[str], name: str) -> Neighbours:
    """The ones next to a name in an ascending row, whether or not it is in the row itself."""
    older = [each for each in names if each < name]
    newer = [each for each in names if each > name]
    return Neighbours(older[-1] if older else None, newer[0] if newer else None)
