"""How long a service asks to be left alone: in a header or in the words of its answer."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_RESETS: Final = ("x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "x-ratelimit-reset", "ratelimit-reset")
_UNITS: Final = {"ms": 0.001, "m": 60.0, "h": 3600.0, "분": 60.0, "시": 3600.0}
"""Seconds in a unit, by its first letter; all others are seconds."""
_DURATION: Final = (
    r"\d+(?:\.\d+)?\s*(?:milliseconds?|minutes?|seconds?|hours?|mins?|secs?|ms|[hms]\b|[hm](?=\d)|초|秒|분|시간)?"
)
_TOLD: Final = re.compile(
    # Matches `"retryDelay": "34s"`, `retry in 34.07s`, `try again after 7m12s`, `wait 30 seconds`, `retry_after_ms: 8`.
    # Does not match `retry 3 times` or `available models: 12`.
    rf"(?P<cue>retry[_ -]?(?:delay|after|in)(?P<ms>[_-]?ms)?|(?:try|available) again (?:in|after)"
    r"|wait(?: for)?(?: at least)?|resets?(?:[_ -]?(?:in|after))|available in|reset[_-]?seconds)"
    r"[\"']?\s*[:=]?\s*[\"']?(?:about |another )?"
    rf"(?P<time>(?:{_DURATION}\s*)+)",
    re.IGNORECASE,
)
_EAST: Final = re.compile(r"(?P<time>(?:\d+(?:\.\d+)?\s*(?:초|秒|분))+)\s*(?:후|뒤|后|後)")
_RATE: Final = re.compile(
    r"(\d+)\s*(?:requests?|calls?|req)\s*(?:per|/|a|every)\s*(second|minute|hour|sec|min)|(\d+)\s*rpm", re.I
)
_PIECE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+|초|秒|분|시간)?", re.IGNORECASE)
_LONGEST: Final = 40
"""Characters of a header that names a time."""
_EPOCH: Final = 1_000_000_000


def told_wait(headers: Mapping[str, str], body: str, now: datetime) -> float | None:
    """Seconds to wait as a refused request is told, in whatever spelling; None if it is told nothing."""
    if (seconds := retry_after(headers.get("retry-after"), now)) is not None:
        return seconds
    if (milliseconds := retry_after(headers.get("retry-after-ms"), now)) is not None:
        return milliseconds / 1000
    if (seconds := wait_in(body, now)) is not None:
        return seconds
    resets = [retry_after(headers.get(name), now) for name in _RESETS]
    return max((seconds for seconds in resets if seconds is not None), default=None)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds in a header: a number, a duration such as `1m2s`, a time since 1970, or a date; else None."""
    if header is None or len(header) > _LONGEST:
        return None
    if re.fullmatch(r"\s*[0-9]{1,13}(\.[0-9]+)?\s*", header):
        return _since(float(header), now)
    if re.fullmatch(rf"\s*(?:{_DURATION})+\s*", header):
        return _seconds(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def wait_in(body: str, now: datetime) -> float | None:
    """Seconds to wait that the words of an answer name; a rate such as `10 requests per minute` counts as its pace."""
    if match := _TOLD.search(body):
        seconds = _seconds(match["time"])
        return _since(seconds / 1000 if match["ms"] else seconds, now)
    if match := _EAST.search(body):
        return _seconds(match["time"])
    if match := _RATE.search(body):
        period = {"s": 1.0, "m": 60.0, "h": 3600.0}[(match[2] or "m")[0].lower()]
        return period / max(1, int(match[1] or match[3]))
    return None


def _seconds(duration: str) -> float:
    return sum(float(number) * _unit(unit) for number, unit in _PIECE.findall(duration))


def _unit(unit: str) -> float:
    name = unit.lower()
    return _UNITS["ms"] if name in ("ms",) or name.startswith("milli") else _UNITS.get(name[:1], 1.0)


def _since(seconds: float, now: datetime) -> float:
    """A time since 1970, in seconds or milliseconds, as seconds from now; a smaller number is such already."""
    if seconds < _EPOCH:
        return seconds
    moment = seconds / 1000 if seconds > 1000 * _EPOCH else seconds
    return max(0.0, moment - now.timestamp())
