"""A night: what is due among the last days is built, oldest first, checked and published once."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from digest.clients.git import GitError
from digest.core.clock import days, yesterday
from digest.core.errors import UsageError
from digest.core.exits import Exit
from digest.core.fault import Fault
from digest.outcome import Outcome, fold
from digest.pipeline import build_day
from digest.run import Run
from digest.store.records import Records
from digest.store.workspace import Workspace
from digest.tasks.check import FileFinding, check_files
from digest.tasks.publish import Published, publish


class Night(NamedTuple):
    """What a night came to."""

    outcomes: tuple[Outcome, ...]
    found: tuple[FileFinding, ...]
    """Faults in what was built; such a day is not published."""
    published: Published | None
    refused: str | None
    """Why git refused."""

    @property
    def exit(self) -> Exit:
        """The night's exit code: the most urgent of its parts."""
        if self.refused is not None:
            return Exit.NOT_PUBLISHED
        return fold(self.outcomes, {Exit.FAULTS} if self.found else ())


def run_night(run: Run, tell: Callable[[Outcome], None]) -> Night:
    """Catch up, build, check, publish. A day that fails does not stop the next one; `tell` hears of each."""
    outcomes = []
    for day in due_days(run.workspace, run.records, run.now):
        outcomes.append(_build(run, day))
        tell(outcomes[-1])
    built = [outcome.date for outcome in outcomes if outcome.record]
    found = check_files(list(_files(run, built)), run.workspace, run.records, now=run.now)
    faulty = frozenset(day for day in built if {each.path for each in found} & set(_files(run, [day])))
    try:
        published, refused = publish(run.workspace, run.records, but=faulty), None
    except GitError as error:
        published, refused = None, str(error)
    return Night(tuple(outcomes), tuple(found), published, refused)


def due_days(workspace: Workspace, records: Records, now: datetime) -> list[date]:
    """The days of the last `catch_up_days`, up to yesterday, that want building, oldest first."""
    last = yesterday(now, workspace.config.blog.timezone)
    first = last - timedelta(days=workspace.config.nightly.catch_up_days - 1)
    return [day for day in days(first, last) if _is_due(day, workspace, records)]


def _is_due(day: date, workspace: Workspace, records: Records) -> bool:
    try:
        record = records.read(day)
        has_post = record is not None and record.post is not None and workspace.post_of(record).exists()
    except UsageError:
        return True  # building it says what is wrong with it
    if record is None or any(entry.status != "final" for entry in record.entries):
        return True
    may_have_grown = any(not source.settled for source in record.listing.sources)
    return may_have_grown or bool(record.entries and not has_post)


def _build(run: Run, day: date) -> Outcome:
    """Build a day; what a person must mend there is told as its fault, and the night goes on."""
    try:
        return build_day(run, day)
    except UsageError as error:
        faults = (Fault(name="usage", message=str(error)),)
        return Outcome(date=day, state="failed", exit=Exit.USAGE, faults=faults)


def _files(run: Run, built: Sequence[date]) -> Iterator[Path]:
    for day in built:
        yield run.records.path(day)
        record = run.records.read(day)
        if record is not None and record.post is not None and run.workspace.post_of(record).exists():
            yield run.workspace.post_of(record)
