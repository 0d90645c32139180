"""What is missing from the days that a night looks at: not listed, read, summarised, verified or published, and why."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, NamedTuple

from digest.clients.git import GitError
from digest.core.clock import days_of
from digest.core.merge import GIVEN_UP
from digest.core.record import Entry, Record
from digest.run import Run
from digest.tasks.due import Due, due_days, window
from digest.tasks.unpublished import Survey, find_unpublished

What = Literal["not listed", "failed", "draft", "given up", "not verified", "read in part", "not published"]

_NOTHING_LOST = ("hidden text left out", "metadata from the listing")
"""How notes begin that are not about text that could not be read."""


class Missing(NamedTuple):
    """One thing that is missing, and why."""

    day: date
    what: What
    why: str
    """With the next step where the user has to take one."""
    paper: str | None = None
    """None where it is the whole day."""

    def __str__(self) -> str:
        where = f"{self.day} {self.paper}" if self.paper else str(self.day)
        return f"{where} {self.what}: {self.why}"


def find_missing(run: Run) -> list[Missing]:
    """What is missing from the days that a night looks at, oldest first. Asks no service, and no remote."""
    found = [*_not_listed(due_days(run))]
    for day in window(run):
        record = run.records.readable(day)
        found += _of_record(run, record) if record else []
    found += _not_published(run)
    return sorted(found, key=lambda each: each.day)


def growing_lists(run: Run) -> list[date]:
    """The days whose lists may still grow; they are asked for again."""
    return [day for day, why in due_days(run) if why == "the list may grow"]


def _not_listed(due: Iterable[Due]) -> Iterator[Missing]:
    whys = {
        "no record": "no list has been had yet; the next runs ask again",
        "empty so far": "the list is empty so far; the next runs ask again",
        "cannot be read": "the record or a file of the day cannot be read; digest check names the place",
    }
    for day, why in due:
        if why in whys:
            yield Missing(day, "not listed", whys[why])


def _of_record(run: Run, record: Record) -> Iterator[Missing]:
    for entry in record.entries:
        if entry.status != "final":
            yield _unfinished(record.date, entry)
            continue
        if why := _in_part(entry):
            yield Missing(record.date, "read in part", why, entry.paper.id)
        if verifies(run) and is_unverified(entry):
            yield Missing(record.date, "not verified", "the verifier was not asked; the next run asks", entry.paper.id)


def _unfinished(day: date, entry: Entry) -> Missing:
    given_up = next((fault for fault in entry.faults if fault.name == GIVEN_UP), None)
    fault = given_up or next(iter(entry.faults), None)
    why = fault.message if fault else "no reason is kept; the next run tries again"
    what: What = "given up" if given_up else "draft" if entry.status == "draft" else "failed"
    return Missing(day, what, why, entry.paper.id)


def _in_part(entry: Entry) -> str | None:
    """What of a paper's text could not be read; None if all of it was, or nobody read it."""
    provenance = entry.provenance
    if provenance is None or provenance.summarizer == "import":
        return None
    notes = [note for note in provenance.notes if not note.startswith(_NOTHING_LOST) and not note.endswith(" removed")]
    only = ["the abstract alone was read"] if provenance.text == "abstract" else []
    return "; ".join([*only, *notes]) or None


def verifies(run: Run) -> bool:
    """Whether entries are held against their evidence by a model."""
    return run.workspace.config.verifier.kind == "model" and not run.quotes_only


def is_unverified(entry: Entry) -> bool:
    """Whether a verifier is still to be asked: a model wrote it with evidence, and no user corrected it."""
    by_model = entry.provenance is not None and entry.provenance.summarizer == "openai"
    return by_model and bool(entry.evidence) and not entry.verdicts and not entry.corrected


def _not_published(run: Run) -> Iterator[Missing]:
    """Held days, and those that wait for a publication."""
    if not run.records.days():
        return
    try:
        found = find_unpublished(run.workspace, run.records)
    except GitError as error:
        yield Missing(run.records.days()[-1], "not published", f"{error}; then run digest publish")
        return
    yield from _unsent(found)
    for held in found.held:
        yield Missing(held.day, "not published", f"{held.path}: {held.reason}")
    for edited in found.edited:
        yield Missing(edited.day, "not published", f"{edited.path}: {edited.reason}")


def _unsent(found: Survey) -> Iterator[Missing]:
    """One line for all days that nothing keeps from being published: there may be years of them."""
    if found.dates:
        why = f"{days_of(found.dates)}: written here, and not at the remote when it was last asked; run digest publish"
        yield Missing(found.dates[-1], "not published", why)
