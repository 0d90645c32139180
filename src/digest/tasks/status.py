"""How the last weeks went: days, gaps, failed papers, tokens and cost."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Any, Literal, NamedTuple

from digest.core.clock import days, yesterday
from digest.core.record import Entry, Provenance, Record
from digest.run import Run
from digest.store.batches import Batch, Unread
from digest.tasks.due import Due, Missing, due_days, find_missing, is_quiet

DayState = Literal["complete", "incomplete", "broken", "quiet", "missing", "under way"]


class DayStatus(NamedTuple):
    """One day of the calendar."""

    day: date
    state: DayState
    final: int = 0
    draft: int = 0
    failed: int = 0


class Trouble(NamedTuple):
    """A paper that is not final, and why."""

    day: date
    paper: str
    status: str
    reason: str


class Spending(NamedTuple):
    """What a month cost."""

    month: str
    papers: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    """None where the cost of some paper is unknown."""


class Status(NamedTuple):
    """The state of a blog."""

    days: tuple[DayStatus, ...]
    """The last weeks, oldest first, from a Monday to yesterday."""
    missing: tuple[Missing, ...]
    """What is missing from the days that a night looks at, and why."""
    due: tuple[Due, ...]
    """The days that the next night builds, and why."""
    troubles: tuple[Trouble, ...]
    months: tuple[Spending, ...]
    models: dict[str, int]
    """Papers by the model that summarised them."""
    verdicts: dict[str, int]
    """Fields by what the verifier says of them."""
    batches: tuple[Batch, ...] = ()
    """Those with days that are not written yet."""
    unread: tuple[Unread, ...] = ()
    """Files of batches that cannot be read."""


def read_status(run: Run, *, weeks: int = 5) -> Status:
    """The status, from the records of the last weeks; months and models too are of these alone."""
    last = yesterday(run.now, run.workspace.config.blog.timezone)
    first = last - timedelta(days=last.weekday() + 7 * (weeks - 1))
    found = {day: run.records.readable(day) for day in days(first, last)}
    present = [record for record in found.values() if record is not None]
    return Status(
        days=tuple(_day(run, day, record) for day, record in found.items()),
        missing=tuple(find_missing(run)),
        due=tuple(due_days(run)),
        troubles=tuple(trouble for record in present for trouble in _troubles(record)),
        months=tuple(_months(present)),
        verdicts=dict(Counter(verdict for record in present for verdict in _verdicts(record))),
        batches=run.batches.read().open,
        unread=run.ledger.unread,
        models=dict(Counter(model for record in present for model in _models(record))),
    )


def as_json(status: Status) -> dict[str, Any]:
    """The object that `digest status --json` prints."""
    return {
        "days": [{**day._asdict(), "day": str(day.day)} for day in status.days],
        "troubles": [{**trouble._asdict(), "day": str(trouble.day)} for trouble in status.troubles],
        "months": [month._asdict() for month in status.months],
        "models": status.models,
        "verdicts": status.verdicts,
        "missing": [{**each._asdict(), "day": str(each.day)} for each in status.missing],
        "due": [str(day) for day, _ in status.due],
        "batches": [_batch_as_json(batch) for batch in status.batches],
        "unread_batches": [str(each) for each in status.unread],
    }


def _batch_as_json(batch: Batch) -> dict[str, Any]:
    values = {key: getattr(batch, key) for key in ("name", "way", "id", "model", "state", "status", "requests")}
    costs = {"reckoned_usd": batch.reckoned_usd, "cost_usd": batch.cost_usd}
    return {**values, **costs, "days": [str(day) for day in sorted(batch.days)]}


def _day(run: Run, day: date, record: Record | None) -> DayStatus:
    if record is None:
        broken = run.records.path(day).exists()
        quiet = day.weekday() >= 5 or is_quiet(run, day)
        waiting: DayState = "under way" if run.ledger.papers(day) else "missing"
        return DayStatus(day, "broken" if broken else "quiet" if quiet else waiting)
    counts = Counter(entry.status for entry in record.entries)
    complete = counts["draft"] + counts["failed"] == 0
    state: DayState = "quiet" if not record.entries else "complete" if complete else "incomplete"
    return DayStatus(day, state, counts["final"], counts["draft"], counts["failed"])


def _troubles(record: Record) -> Iterator[Trouble]:
    for entry in record.entries:
        if entry.status != "final":
            reason = entry.faults[0].message if entry.faults else "no reason is kept"
            yield Trouble(record.date, entry.paper.id, entry.status, reason)


def _verdicts(record: Record) -> Iterator[str]:
    for entry in record.entries:
        yield from (verdict.verdict for verdict in entry.verdicts.values())


def _models(record: Record) -> Iterator[str]:
    for entry in record.entries:
        if entry.provenance is not None:
            yield entry.provenance.model or entry.provenance.summarizer


def _months(records: Iterable[Record]) -> Iterator[Spending]:
    asked: dict[str, list[Provenance]] = {}
    papers: Counter[str] = Counter()
    for record in records:
        month = f"{record.date:%Y-%m}"
        paid = [answers for entry in record.entries if (answers := list(_paid(entry)))]
        papers[month] += len(paid)
        asked.setdefault(month, []).extend(chain.from_iterable(paid))
    for month, provenances in asked.items():
        costs = [provenance.cost_usd for provenance in provenances if provenance.cost_usd is not None]
        yield Spending(
            month,
            papers[month],
            sum(provenance.tokens.input for provenance in provenances),
            sum(provenance.tokens.output for provenance in provenances),
            sum(costs) if len(costs) == len(provenances) else None,
        )


def _paid(entry: Entry) -> Iterator[Provenance]:
    """Where an entry's answers came from that a model was asked for, the older ones included."""
    for answer in (*entry.earlier, entry):
        if answer.provenance is not None and answer.provenance.attempts:
            yield answer.provenance
