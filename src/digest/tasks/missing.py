"""What is missing from the days that a night looks at: not listed, read, summarised, verified or published, and why."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, NamedTuple

from digest.clients.git import GitError
from digest.core.clock import days_of
from digest.core.merge import GIVEN_UP
from digest.core.record import REPAIRED, UNVERIFIED, Entry, Record
from digest.run import Run
from digest.tasks.due import Due, due_days, window
from digest.tasks.unpublished import Survey, find_unpublished

What = Literal[
    "not listed", "not written", "failed", "draft", "given up", "not verified", "read in part", "not published"
]

_LACKS = re.compile(r"may not be the whole paper|^only \d+ of \d+ pages|pages are pictures without text")
"""Notes about missing text: `only 80 of 120 pages were read`; not `the html is not whole`, where the PDF was read."""
_ON_PURPOSE = re.compile(
    rf"^hidden text left out|^instructions aimed at|^metadata from the listing|^{REPAIRED}| removed$"
)
_NOT_ASKED = "the verifier was not asked; the next run asks"


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
    found = [*_without_record(due_days(run))]
    for day in window(run):
        record = run.records.readable(day)
        found += _of_record(run, record) if record else []
    found += _not_published(run)
    return sorted(found, key=lambda each: each.day)


def growing_lists(run: Run) -> list[date]:
    """The days whose lists may still grow; they are asked for again."""
    return [day for day, why in due_days(run) if why == "the list may grow"]


def _without_record(due: Iterable[Due]) -> Iterator[Missing]:
    whys = {
        "not written": "its papers are listed, and too few of them could be summarised; the next runs try again",
        "no record": "no list has been had yet; the next runs ask again",
        "empty so far": "the list is empty so far; the next runs ask again",
        "cannot be read": "the record or a file of the day cannot be read; digest check names the place",
    }
    for day, why in due:
        if why in whys:
            yield Missing(day, "not written" if why == "not written" else "not listed", whys[why])


def _of_record(run: Run, record: Record) -> Iterator[Missing]:
    for entry in record.entries:
        if entry.status != "final":
            yield _unfinished(record.date, entry)
            continue
        if why := _in_part(entry):
            yield Missing(record.date, "read in part", why, entry.paper.id)
        if run.is_unverified(entry, record.date):
            why = next((fault.message for fault in entry.faults if fault.name == UNVERIFIED), _NOT_ASKED)
            yield Missing(record.date, "not verified", why, entry.paper.id)


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
    if provenance.text == "abstract":
        reasons = [note for note in provenance.notes if not _ON_PURPOSE.search(note)]
        return "; ".join(["the abstract alone was read", *reasons])
    return "; ".join(note for note in provenance.notes if _LACKS.search(note)) or None


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
