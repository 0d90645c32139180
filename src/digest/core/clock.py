"""Days and instants; the clock itself is an argument everywhere."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def yesterday(now: datetime, zone: str) -> date:
    """The day before today, where the blog is."""
    return now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)


def today(now: datetime, zone: str) -> date:
    """The day it is where the blog is."""
    return now.astimezone(ZoneInfo(zone)).date()


def day_end(day: date) -> datetime:
    """The first instant after the day, in UTC: Hugging Face and arXiv count days so."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def days_of(dates: Sequence[date]) -> str:
    """Days in a few words: one or two by name, more as `2025-08-29…2025-11-25 (61 days)`."""
    if len(dates) <= 2:
        return ", ".join(map(str, dates))
    return f"{dates[0]}…{dates[-1]} ({len(dates)} days)"


def days(first: date, last: date) -> Iterator[date]:
    """Each day from first to last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
