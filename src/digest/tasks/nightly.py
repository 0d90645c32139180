"""A night: what is due among the last days is built, oldest first, checked and published once."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from digest.clients.git import GitError
from digest.core.errors import UsageError
from digest.core.exits import Exit
from digest.core.fault import Fault
from digest.outcome import Outcome, fold
from digest.pipeline import build_day
from digest.run import Run
from digest.tasks.check import FileFinding, check_files
from digest.tasks.due import due_days
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


def run_night(run: Run, report: Callable[[Outcome], None]) -> Night:
    """Catch up, build, check, publish. A day that fails does not stop the next one; `report` is called for each."""
    outcomes = []
    for day in due_days(run):
        outcomes.append(_build(run, day))
        report(outcomes[-1])
    built = [outcome.date for outcome in outcomes if outcome.record]
    found = check_files(list(_files(run, built)), run.workspace, run.records, now=run.now)
    faulty = frozenset(day for day in built if {each.path for each in found} & set(_files(run, [day])))
    try:
        published, refused = publish(run.workspace, run.records, but=faulty), None
    except GitError as error:
        published, refused = None, str(error)
    return Night(tuple(outcomes), tuple(found), published, refused)


def _build(run: Run, day: date) -> Outcome:
    """Build a day; what the user must fix there is its fault, and the night goes on."""
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
