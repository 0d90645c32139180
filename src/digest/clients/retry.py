"""The one home of retry policy: which failures pass, and how long they are waited for."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from digest.clients.errors import ServiceError

T = TypeVar("T")

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
"""Statuses that the same question may get past."""

THROTTLING = PASSING | {406}
"""Those of arXiv, which answers 406 where it means 429."""

ATTEMPTS = 4
TOTAL_SECONDS = 90.0
LONGEST_WAIT = 60.0
"""A service that asks for a longer rest is left for the next run."""


def persist(ask: Callable[[], T]) -> T:
    """Ask until it works or patience ends; the last ServiceError is let through."""
    try:
        return ask()
    except ServiceError as error:
        if not error.passing:
            raise
        first = [error]
    import stamina  # loaded when something has failed

    for attempt in stamina.retry_context(
        on=_backoff,
        attempts=ATTEMPTS,
        timeout=TOTAL_SECONDS,
        wait_initial=0.5,
        wait_max=15.0,
        wait_jitter=0.5,
    ):
        with attempt:
            if first:
                raise first.pop()  # which has used up one attempt
            return ask()
    raise AssertionError("unreachable: the last attempt returns or raises")


def _backoff(error: Exception) -> bool | float:
    if not isinstance(error, ServiceError) or not error.passing:
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= LONGEST_WAIT else False


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait that a `Retry-After` header asks for, in either of its forms; None if it says nothing."""
    if header is None:
        return None
    if re.fullmatch(r"\s*[0-9]{1,9}(\.[0-9]+)?\s*", header):
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
