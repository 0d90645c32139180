"""Days whose model's work goes through batches: submitted by file, and collected as the answers come.

Both run the pipeline as `digest build` does. A question that has no answer yet becomes a line of the next batch, and
its day is written once all of its questions are answered.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from digest.core.errors import Exit, UsageError
from digest.core.paper import Paper
from digest.core.record import Provenance, Record, Tokens
from digest.core.summary import Fault
from digest.outcome import Outcome
from digest.pipeline import build_day, due
from digest.run import Run
from digest.stages.entry import describe
from digest.stages.listing.union import list_papers
from digest.stages.ports import PendingError
from digest.stages.source_text.fetch import has_text
from digest.stages.summarize.batched import WRITTEN, Outbox, discard
from digest.store.batches import Batch, Ledger, sent_by_user
from digest.tasks.batch_desk import Desk, Received

_AT_ONCE: Final = 100
"""Papers whose metadata is asked for in one request."""
_FEW: Final = 10
"""Papers from which on earlier answers say what the next ones take."""
_ENOUGH: Final = 200
"""Papers that are enough for that."""


class Estimate(NamedTuple):
    """What a submission is reckoned to come to, with the verdicts and repairs that follow from it."""

    papers: int
    """Summaries that are asked for."""
    requests: int
    """Lines of this submission."""
    tokens: Tokens
    cost_usd: float | None
    """None where no price is known."""


class Submitted(NamedTuple):
    """What a submission came to."""

    outcomes: tuple[Outcome, ...]
    """Of the days that had nothing to ask."""
    estimate: Estimate
    batches: tuple[Batch, ...] = ()
    files: tuple[Path, ...] = ()
    """The files of lines, where the user sends them."""
    under_way: tuple[date, ...] = ()
    """Days that were under way already."""
    troubles: tuple[str, ...] = ()
    agreed: bool = True
    """Whether the user wanted it sent."""


class Collected(NamedTuple):
    """What was collected."""

    received: Received
    outcomes: tuple[Outcome, ...] = ()
    """Of the days whose answers are all there."""
    requests: int = 0
    """Questions of the next batch: repairs, verdicts, and what was not answered."""
    batches: tuple[Batch, ...] = ()
    files: tuple[Path, ...] = ()
    unsent: int = 0
    """Questions that wait for a file to be written to."""
    waiting: tuple[date, ...] = ()
    """Days that wait for answers."""
    open: tuple[Batch, ...] = ()
    """The batches that are under way now."""
    troubles: tuple[str, ...] = ()


def submit(
    run: Run,
    days: Sequence[date],
    *,
    to_file: Path | None,
    limit_usd: float | None,
    agree: Callable[[Estimate], bool],
    progress: Callable[[int, int], object],
) -> Submitted:
    """Send what a build of the days would ask of the model, as batches of one backfill.

    `progress` is called with the papers read so far, and all that are to be read. Raises UsageError, with nothing
    sent, where that is reckoned to cost more than `limit_usd`, or a limit has no price.
    """
    desk = Desk(run)
    troubles = desk.recover()
    under_way = [day for day in days if desk.ledger.papers(day)]
    outbox = desk.new_outbox(to_file)
    asking = run.by_file(outbox, outbox.ledger)
    free = [day for day in days if day not in under_way]
    is_budget = limit_usd == run.workspace.config.summarizer.budget_usd
    limit = "summarizer.budget_usd" if is_budget else "--limit-usd"
    if limit_usd is not None and asking.account.cost(Tokens()) is None:
        raise UsageError(
            f"{limit}: no price is known for {run.workspace.config.summarizer.model!r}; set summarizer.prices"
        )
    if to_file is not None and free:
        desk.check_target(to_file)
    try:
        outcomes = tuple(_read(desk, asking, outbox, free, progress))
        estimate = reckon(asking, outbox)
        _hold(estimate, limit_usd, limit)
        parcels = outbox.close()
        done = Submitted(outcomes, estimate, under_way=tuple(under_way), troubles=tuple(troubles))
        if not parcels or not agree(estimate):
            discard(parcels)
            return done._replace(agreed=not parcels)
    except BaseException:
        discard(outbox.close())
        raise
    sent, more = desk.send(parcels, to_file=to_file, limit_usd=limit_usd)
    run.ledger = Ledger(desk.open.values())
    return done._replace(batches=tuple(sent), files=desk.written, troubles=(*troubles, *more))


def _hold(estimate: Estimate, limit_usd: float | None, limit: str) -> None:
    if limit_usd is not None and (estimate.cost_usd or 0.0) > limit_usd:
        raise UsageError(
            f"{limit}: about {estimate.cost_usd:.2f} USD is more than {limit_usd:.2f}, so that nothing was sent; "
            "raise the limit or name fewer days"
        )


def _read(
    desk: Desk, run: Run, outbox: Outbox, days: Sequence[date], progress: Callable[[int, int], object]
) -> Iterator[Outcome]:
    """Note the questions of the days; the outcomes of those that have none. What was read before is not read again."""
    left = {day: sum(not has_text(paper, site=run.site, cache=run.cache) for paper in _due(run, day)) for day in days}
    total, done = sum(left.values()), 0
    progress(done, total)
    for window in _windows(run, days):
        for day in window:
            outcome = _take(desk, run, outbox, day)
            if outcome is not None:
                yield outcome
            done += left[day]
            progress(done, total)


def _windows(run: Run, days: Sequence[date]) -> Iterator[list[date]]:
    """The days in rows, once arXiv has described a row's papers: a request takes those of several days."""
    window: list[date] = []
    papers: list[Paper] = []
    for day in days:
        window.append(day)
        papers += _due(run, day)
        if len(papers) >= _AT_ONCE or day == days[-1]:
            for start in range(0, len(papers), _AT_ONCE):
                describe(papers[start : start + _AT_ONCE], api=run.api, cache=run.cache)
            yield window
            window, papers = [], []


def _due(run: Run, day: date) -> list[Paper]:
    """The papers of a day that may have to be read."""
    try:
        before = run.records.read(day) or Record.empty(day)
        listing = list_papers(day, run.sources, cache=run.cache, now=run.now, before=before.listing.sources)
    except UsageError:
        return []  # which building the day reports
    return due(listing, before, run.workspace.config.nightly.give_up_after)


def _take(desk: Desk, run: Run, outbox: Outbox, day: date) -> Outcome | None:
    """Build a day from the answers that are there; None where some are missing, whose questions are noted."""
    outbox.day = day
    try:
        return build_day(run, day)
    except PendingError as pending:
        desk.share(outbox, day, pending.lines)
        return None
    except UsageError as error:
        fault = Fault(name="usage", message=str(error))
        return Outcome(date=day, state="failed", exit=Exit.USAGE, faults=(fault,))
    finally:
        outbox.end_day()


def collect(
    run: Run,
    *,
    from_files: Sequence[Path] = (),
    to_file: Path | None = None,
    report: Callable[[Outcome], object],
) -> Collected:
    """Take the answers that have come, write the days that are complete, and send what is to be asked next.

    `report` is called for each day that is complete. Raises UsageError for a file that cannot be read.
    """
    desk = Desk(run)
    troubles = [*desk.recover(), *desk.look()]
    received, strange = desk.receive(from_files)
    days, missing = desk.ready()
    done = Collected(received=received, troubles=(*troubles, *strange, *missing))
    if to_file is not None:
        if days:
            desk.check_target(to_file)
        done = _pass(desk, days, done, to_file=to_file, sends=True, report=report)
    else:
        by_hand = sent_by_user(desk.open.values())
        by_engine, by_user = [day for day in days if day not in by_hand], [day for day in days if day in by_hand]
        done = _pass(desk, by_engine, done, to_file=None, sends=True, report=report)
        done = _pass(desk, by_user, done, to_file=None, sends=False, report=report)
    still = tuple(batch for batch in desk.open.values() if batch.is_open)
    waiting = sorted({day for batch in desk.open.values() for day in batch.days})
    run.ledger = Ledger(desk.open.values())
    return done._replace(files=desk.written, waiting=tuple(waiting), open=still)


def _pass(
    desk: Desk,
    days: Sequence[date],
    done: Collected,
    *,
    to_file: Path | None,
    sends: bool,
    report: Callable[[Outcome], object],
) -> Collected:
    """Go over the days once; what they ask next is sent, or waits until it may be."""
    outbox = desk.new_outbox(to_file, limited=True)
    run = desk.run.by_file(outbox, outbox.ledger)
    written: dict[date, Outcome] = {}
    for day in days:
        outcome = _take(desk, run, outbox, day)
        if outcome is not None:
            written[day] = outcome
            report(outcome)
    parcels = outbox.close()
    requests = sum(parcel.requests for parcel in parcels)
    done = done._replace(outcomes=(*done.outcomes, *written.values()))
    if not sends and parcels:
        discard(parcels)
        desk.settle(written, ())
        return done._replace(unsent=requests)
    sent, troubles = desk.send(parcels, to_file=to_file, before=lambda: desk.settle(written, days))
    return done._replace(
        requests=done.requests + sum(batch.requests for batch in sent),
        batches=(*done.batches, *sent),
        troubles=(*done.troubles, *troubles),
    )


class _Habits(NamedTuple):
    """What the model's answers usually take."""

    written: float = WRITTEN["summary"]
    """Tokens of an answer."""
    repairs: float = 0.1
    """Of the summaries that are asked for."""
    verdicts: Tokens = Tokens(input=2300, output=WRITTEN["verdicts"])
    """Of a paper."""


def reckon(run: Run, outbox: Outbox) -> Estimate:
    """What the noted questions will come to, with the verdicts and repairs that they lead to."""
    habits, papers = _habits(run), outbox.asked["summary"]
    read = outbox.tokens["summary"].input * (1 + habits.repairs)
    summaries = Tokens(input=round(read), output=round(papers * habits.written * (1 + habits.repairs)))
    heard = papers * run.verifies
    verdicts = outbox.tokens["verdicts"] + Tokens(
        input=heard * habits.verdicts.input, output=heard * habits.verdicts.output
    )
    costs = run.account.cost(summaries), run.verifier_account.cost(verdicts)
    cost = None if costs[0] is None or costs[1] is None else costs[0] + costs[1]
    return Estimate(papers, outbox.asked.total(), summaries + verdicts, cost)


def _habits(run: Run) -> _Habits:
    """As the last papers have it that the same model summarised; the usual ones where these are few."""
    known = list(islice(_answered(run), _ENOUGH))
    asks = sum(each.attempts for each in known)
    if len(known) < _FEW or not asks:
        return _Habits()
    heard = [each.verifier.tokens for each in known if each.verifier is not None]
    total = sum(heard, Tokens())
    return _Habits(
        sum(each.tokens.output for each in known) / asks,
        asks / len(known) - 1,
        Tokens(input=total.input // len(heard), output=total.output // len(heard)) if heard else Tokens(),
    )


def _answered(run: Run) -> Iterator[Provenance]:
    model = run.workspace.config.summarizer.model
    for day in reversed(run.records.days()):
        record = run.records.readable(day)
        made: Iterable[Provenance | None] = (entry.provenance for entry in record.entries) if record else ()
        yield from (each for each in made if each is not None and each.model == model and each.attempts)
