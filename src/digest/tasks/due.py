"""Which days are due: what the next night would build, and why."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from digest.core.clock import days, yesterday
from digest.core.errors import UsageError
from digest.core.merge import GIVEN_UP
from digest.core.record import Record
from digest.run import Run
from digest.stages.listing.port import SourceAnswer
from digest.stages.listing.union import known_answers

Reason = Literal[
    "no record",
    "not written",
    "empty so far",
    "unfinished papers",
    "missing verdicts",
    "no post",
    "the list may grow",
    "cannot be read",
]


class Due(NamedTuple):
    """A day that the next night builds."""

    day: date
    why: Reason


def due_days(run: Run) -> list[Due]:
    """The days of the last `catch_up_days`, up to yesterday, that want building, oldest first. Asks no service."""
    found = ((day, _reason(run, day)) for day in window(run))
    return [Due(day, why) for day, why in found if why is not None]


def window(run: Run) -> Iterator[date]:
    """The days that a night looks at, oldest first."""
    config = run.workspace.config
    last = yesterday(run.now, config.blog.timezone)
    return days(last - timedelta(days=config.nightly.catch_up_days - 1), last)


def is_quiet(run: Run, day: date) -> bool:
    """Whether every source listed nothing for the day when it was last asked."""
    return all(answer is not None and answer.state == "quiet" for answer in _answers(run, day))


def _reason(run: Run, day: date) -> Reason | None:
    try:
        record = run.records.read(day)
        return _without_record(run, day) if record is None else _with_record(run, record)
    except UsageError:
        return "cannot be read"  # building it says what is wrong with it


def _without_record(run: Run, day: date) -> Reason | None:
    if any(answer is not None and answer.papers for answer in _answers(run, day)):
        return "not written"
    if not is_quiet(run, day):
        return "no record"
    return None if _is_settled(run, day) else "empty so far"


def _with_record(run: Run, record: Record) -> Reason | None:
    if any(entry.status != "final" and not entry.has_fault(GIVEN_UP) for entry in record.entries):
        return "unfinished papers"
    if any(run.is_unverified(entry, record.date) for entry in record.entries):
        return "missing verdicts"
    if record.entries and not (record.post and run.workspace.post_of(record).exists()):
        return "no post"
    settled = all(source.settled for source in record.listing.sources) or _is_settled(run, record.date)
    return None if settled else "the list may grow"


def _is_settled(run: Run, day: date) -> bool:
    return all(answer is not None and answer.settled for answer in _answers(run, day))


def _answers(run: Run, day: date) -> list[SourceAnswer | None]:
    """What the sources answered last; nothing is known of one whose file cannot be read."""
    try:
        return known_answers(day, run.sources, cache=run.cache, now=run.now)
    except UsageError:
        return [None]
