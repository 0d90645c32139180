"""The instant and the day that Jekyll makes of a post's `date`, which are not always those it seems to say."""

import re
from datetime import UTC, date, datetime, tzinfo

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?")


def instant(text: str, *, quoted: bool, site: tzinfo) -> datetime | None:
    """When a post is dated, as a site in that time zone reads it; None for text that is no date.

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
