"""Days and instants, as the blog and as Jekyll read them; the clock itself is an argument everywhere."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
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


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_POST_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-.+\.(?:md|markdown)")
# Matches `2025-12-04`, `2025-12-04 8:15:00 +0900` and `2025-12-04T08:15Z`; not `2025-12-4` or `04.12.2025`.
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?")


def named_day(name: str) -> str | None:
    """The day that a post's file name begins with, as written; None for a name that Jekyll does not take for a post."""
    found = _POST_NAME.fullmatch(name)
    return found[1] if found else None


def day_of(name: str, written: str) -> date | None:
    """A post's day: that of its `date`, as written, which Jekyll goes by, else the one its file name begins with."""
    for text in (written, name):
        if _DAY.match(text):
            try:
                return date.fromisoformat(text[:10])
            except ValueError:
                continue
    return None


def instant(text: str, *, quoted: bool, site: tzinfo) -> datetime | None:
    """When a post is dated, as a site in that time zone reads it; None for text that is not a date.

    Jekyll's YAML takes a time without a zone for UTC, unless the date is quoted: then the site's zone is meant, as it
    is for a date without a time.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    day, clock, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{_padded(clock or '00:00:00')}{_colon(zone)}")
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC if clock and not quoted else site)


def shown_day(moment: datetime, site: tzinfo) -> date:
    """The day in the post's URL."""
    return moment.astimezone(site).date()


def _padded(clock: str) -> str:
    parts = clock.split(":")
    return ":".join(part.zfill(2) for part in [*parts, "00"][:3])


def _colon(zone: str | None) -> str:
    if zone is None:
        return ""
    return "+00:00" if zone == "Z" else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
