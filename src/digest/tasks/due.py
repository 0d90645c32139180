"""Which days are due: what the next night would build."""

from datetime import date, timedelta

from digest.core.clock import days, yesterday
from digest.core.errors import UsageError
from digest.core.record import Record
from digest.run import Run
from digest.stages.listing.union import is_known_quiet


def due_days(run: Run) -> list[date]:
    """The days of the last `catch_up_days`, up to yesterday, that want building, oldest first. Asks no service."""
    config = run.workspace.config
    last = yesterday(run.now, config.blog.timezone)
    first = last - timedelta(days=config.nightly.catch_up_days - 1)
    return [day for day in days(first, last) if _is_due(run, day)]


def is_quiet(run: Run, day: date) -> bool:
    """Whether a day without a record is known to need none."""
    try:
        return is_known_quiet(day, run.sources, cache=run.cache, now=run.now)
    except UsageError:
        return False  # building the day says what is wrong


def _is_due(run: Run, day: date) -> bool:
    try:
        record = run.records.read(day)
        return not is_quiet(run, day) if record is None else _is_unfinished(run, record)
    except UsageError:
        return True  # building it says what is wrong with it


def _is_unfinished(run: Run, record: Record) -> bool:
    """Whether papers or the post are missing, or the list may have grown."""
    if any(entry.status != "final" for entry in record.entries):
        return True
    if any(not source.settled for source in record.listing.sources):
        return True
    has_post = record.post is not None and run.workspace.post_of(record).exists()
    return bool(record.entries) and not has_post
