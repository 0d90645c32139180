"""What is due, for the next night to build, and what is missing: not listed, read, verified or published, and why."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from digest.clients.git import GitError
from digest.core.clock import days, days_of, yesterday
from digest.core.errors import UsageError
from digest.core.merge import GIVEN_UP
from digest.core.record import REPAIRED, UNVERIFIED, Entry, Record
from digest.run import Run
from digest.stages.listing.union import known_answers
from digest.stages.ports import SourceAnswer
from digest.tasks.unpublished import Survey, find_unpublished

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
    """The days of the last `catch_up_days`, up to yesterday, that want building, oldest first. Asks no service.

    Days under way in a batch are left to it, and those too that may be in a batch that cannot be read.
    """
    free = (day for day in window(run) if not run.ledger.papers(day) and run.ledger.unknown(day) is None)
    found = ((day, _reason(run, day)) for day in free)
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
    found = [*_not_built(due_days(run))]
    for day in window(run):
        record = run.records.readable(day)
        found += _of_record(run, record) if record else []
    found += _not_published(run)
    return sorted(found, key=lambda each: each.day)


def growing_lists(run: Run) -> list[date]:
    """The days whose lists may still grow; they are asked for again."""
    return [day for day, why in due_days(run) if why == "the list may grow"]


def _not_built(due: Iterable[Due]) -> Iterator[Missing]:
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
