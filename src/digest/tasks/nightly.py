"""A night: what is due among the last days is built, oldest first, checked and published once."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from digest.clients.git import GitError
from digest.core.clock import day_of
from digest.core.errors import Exit, UsageError
from digest.core.record import Record
from digest.core.summary import Fault
from digest.outcome import Outcome, fold
from digest.pipeline import build_day, due
from digest.run import Run
from digest.stages.listing.union import list_papers
from digest.store.batches import Unread
from digest.store.cache import Cache
from digest.tasks.batch import Collected, collect
from digest.tasks.check import FileFinding, check_files
from digest.tasks.due import Missing, due_days, find_missing, growing_lists, window
from digest.tasks.import_ import Imported, take_in
from digest.tasks.publish import Published, follow_remote, publish
from digest.tasks.refresh import Refreshed, days_to_refresh, refresh

_FRESH = timedelta(hours=12)
"""The age of a summary from which on its paper is looked at again."""


class Night(NamedTuple):
    """What a night came to."""

    outcomes: tuple[Outcome, ...]
    found: tuple[FileFinding, ...]
    """Faults in what was built."""
    faulty: frozenset[date]
    """The days that have them, which are not published."""
    published: Published | None
    refused: str | None
    """Why git refused."""
    missing: tuple[Missing, ...] = ()
    """What is missing from the days that a night looks at, now that it is over."""
    growing: tuple[date, ...] = ()
    """The days whose lists may still grow, and are asked for again."""
    refreshed: Refreshed = Refreshed()
    """What has become of the papers of earlier posts."""
    edits: tuple[Imported, ...] = ()
    """The posts that were edited by hand, and what of each was taken into its record."""
    collected: Collected | None = None
    """What came of batches; None where none is under way at an engine."""

    unread: tuple[Unread, ...] = ()
    """Files of batches that cannot be read."""

    @property
    def archive(self) -> list[date]:
        """Imported days that are not published; they are left to `digest publish`."""
        return [day for day in (self.published.left if self.published else ()) if day not in self.faulty]

    @property
    def exit(self) -> Exit:
        """The night's exit code: the most urgent of its parts."""
        if self.refused is not None or (self.published and self.published.held):
            return Exit.NOT_PUBLISHED
        refused = any(each.state == "refused" for each in self.edits)
        faults = {Exit.FAULTS} if self.found or refused else set()
        return fold(self.outcomes, faults | ({Exit.USAGE} if self.unread else set()))


def run_night(run: Run, report: Callable[[Outcome], object]) -> Night:
    """Take hand edits in, collect batches, catch up, build, check, publish; `report` is called for each day.

    A day that fails does not stop the next one.
    """
    with suppress(GitError):  # publishing asks again, and says what is wrong
        follow_remote(run.workspace)
    edits = tuple(take_in(run))
    collected = _collect(run, report)
    outcomes = list(collected.outcomes if collected else ())
    for day, _ in due_days(run):
        outcomes.append(_build(run, day))
        report(outcomes[-1])
    built = [outcome.date for outcome in outcomes if outcome.record]
    refreshed = _refresh(run, but=built)
    taken = [each.record.date for each in edits if each.record]
    changed = list(dict.fromkeys([*taken, *built, *refreshed.days]))
    found = check_files(list(_files(run, changed)), run.workspace, run.records, now=run.now)
    theirs = {run.workspace.root / each.path for each in edits if each.has_more}
    against = {each.path for each in found if each.path not in theirs and not _is_of_person(run, each)}
    faulty = frozenset(day for day in changed if against & set(_files(run, [day])))
    recent = frozenset([*window(run), *refreshed.days, *taken])
    try:
        leave = partial(_stays, faulty=faulty, recent=recent)
        published, refused = publish(run.workspace, run.records, leave=leave), None
    except GitError as error:
        published, refused = None, str(error)
    missing, growing = tuple(find_missing(run)), tuple(growing_lists(run))
    done = Night(tuple(outcomes), tuple(found), faulty, published, refused, missing, growing, refreshed)
    return done._replace(edits=edits, collected=collected, unread=run.ledger.unread)


def _is_of_person(run: Run, found: FileFinding) -> bool:
    """Whether a fault is in words that a person has written: it is reported, and does not keep the day back."""
    fault, day = found.finding.fault, day_of(found.path.name, "")
    record = run.records.readable(day) if day and found.path.suffix == ".json" else None
    entries = (entry for entry in (record.entries if record else ()) if entry.paper.id == fault.paper)
    return any(entry.corrected and (fault.field is None or fault.field in entry.corrected) for entry in entries)


def _collect(run: Run, report: Callable[[Outcome], object]) -> Collected | None:
    """Take the answers that engines have; files are the user's to give."""
    if not any(batch.way == "engine" for batch in run.batches.read().open):
        return None
    return collect(run, report=report)


def _refresh(run: Run, *, but: Collection[date]) -> Refreshed:
    """Look at the papers of earlier posts. Those of the last hours are what arXiv has just said they are."""
    days = days_to_refresh(run.records, run.workspace.config, run.now)
    return refresh([day for day in days if day not in but], run.shelf, run.api, now=run.now, older=_FRESH)


class DayPlan(NamedTuple):
    """What a night would do for a day."""

    day: date
    why: str
    """Why it is due."""
    listed: int = 0
    papers: int = 0
    """The papers that would be summarised, before the selection."""
    faults: tuple[Fault, ...] = ()


def plan_night(run: Run) -> Iterator[DayPlan]:
    """What a night would build, oldest day first. The lists are asked for; no model is, and nothing is written."""
    cache = Cache(run.workspace.cache, writes=False)
    for day, why in due_days(run):
        try:
            before = run.records.read(day) or Record.empty(day)
            listing = list_papers(day, run.sources, cache=cache, now=run.now, before=before.listing.sources)
            papers = due(listing, before, run.workspace.config.nightly.give_up_after)
            yield DayPlan(day, why, len(listing.papers), len(papers), listing.faults)
        except UsageError as error:
            yield DayPlan(day, why, faults=(_usage(error),))


def _usage(error: UsageError) -> Fault:
    return Fault(name="usage", message=str(error))


def _stays(record: Record, *, faulty: Collection[date], recent: Collection[date]) -> bool:
    """Whether a record is not for a night to publish: a faulty day's, or one of an archive that was imported."""
    imported = any(entry.provenance and entry.provenance.summarizer == "import" for entry in record.entries)
    return record.date in faulty or (imported and record.date not in recent)


def _build(run: Run, day: date) -> Outcome:
    """Build a day; what the user must fix there is its fault, and the night goes on."""
    try:
        return build_day(run, day)
    except UsageError as error:
        return Outcome(date=day, state="failed", exit=Exit.USAGE, faults=(_usage(error),))


def _files(run: Run, built: Sequence[date]) -> Iterator[Path]:
    for day in built:
        yield run.records.path(day)
        record = run.records.read(day)
        if record is not None and record.post is not None and run.workspace.post_of(record).exists():
            yield run.workspace.post_of(record)
