"""Days whose model's work goes through batches: submitted by file, and collected as the answers come.

Both run the pipeline as `digest build` does. A question that has no answer yet becomes a line of the next batch, and
its day is written once all of its questions are answered.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from digest.clients.arxiv_api import MOST_IDS
from digest.clients.batches import read_results
from digest.core.errors import Exit, UsageError
from digest.core.paper import Paper, read_custom_id
from digest.core.record import Provenance, Record, Tokens
from digest.core.summary import Fault
from digest.outcome import Outcome
from digest.pipeline import build_day, choose, due
from digest.run import Run
from digest.stages.entry import describe
from digest.stages.listing.union import list_papers
from digest.stages.ports import PendingError
from digest.stages.source_text.fetch import fetch_text, has_text
from digest.stages.summarize.batched import Outbox, keep_result
from digest.stages.summarize.budget import Estimate, Left, Spent, habits_of, reckon
from digest.store.batches import Asks, Batch, Unread, sent_by_user
from digest.store.files import check_target
from digest.tasks.batch_desk import Desk

Received = Counter[str]
"""Lines of results: `answered`, `failed`, `again`, `unknown` and `unread`."""


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
    unread: tuple[Unread, ...] = ()
    """Files of batches that cannot be read."""
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
    unread: tuple[Unread, ...] = ()
    """Files of batches that cannot be read."""


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
    with _open_desk(run) as desk:
        troubles = desk.recover()
        under_way = [day for day in days if desk.ledger.papers(day)]
        free = [day for day in days if day not in under_way and desk.ledger.unknown(day) is None]
        outbox = desk.new_outbox()
        asking = run.by_file(outbox, outbox.ledger)
        limit = _limit(asking, limit_usd)
        if to_file is not None and free:
            check_target(to_file, desk.waited)
        _read_ahead(asking, free, progress)
        taken = (_take(desk, asking, outbox, day) for day in free)
        outcomes = tuple(outcome for outcome in taken if outcome is not None)
        estimate = _reckon(asking, outbox)
        _hold(estimate, limit)
        parcels = outbox.close()
        done = Submitted(outcomes, estimate, under_way=tuple(under_way), troubles=tuple(troubles), unread=desk.unread)
        if not parcels or not agree(estimate):
            return done._replace(agreed=not parcels)
        sent, more = desk.send(parcels, to_file=to_file, limit=limit)
        run.ledger = desk.new_ledger()
        return done._replace(batches=tuple(sent), files=desk.written, troubles=(*troubles, *more))


@contextmanager
def _open_desk(run: Run) -> Iterator[Desk]:
    """The desk; nothing that it did not send is left behind."""
    desk = Desk(run)
    desk.clear()
    try:
        yield desk
    finally:
        desk.clear()


def _limit(run: Run, limit_usd: float | None) -> Left | None:
    """The limit of a submission: the lower one of the option's and the configuration's."""
    asking = run.workspace.config.summarizer
    limits = ((asking.budget_usd, "summarizer.budget_usd"), (limit_usd, "--limit-usd"))
    limit = min((Left(usd, name) for usd, name in limits if usd is not None), default=None)
    if limit is not None and run.account.cost(Tokens()) is None:
        raise UsageError(f"{limit.limit}: no price is known for {asking.model!r}; set summarizer.prices")
    return limit


def _hold(estimate: Estimate, limit: Left | None) -> None:
    if limit is not None and (estimate.cost_usd or 0.0) > limit.usd:
        raise UsageError(
            f"{limit.limit}: about {estimate.cost_usd:.2f} USD is more than {limit.usd:.2f}, so that nothing was sent; "
            "raise the limit or name fewer days"
        )


def _read_ahead(run: Run, days: Sequence[date], progress: Callable[[int, int], object]) -> None:
    """Read the texts that the days' questions are made of. What was read before is not read again.

    Nothing else is done meanwhile, so that a run which is killed in these hours loses no more than a few papers.
    """

    def unread(papers: Iterable[Paper]) -> list[Paper]:
        return [paper for paper in papers if not has_text(paper, site=run.site, cache=run.cache)]

    papers = {day: _due(run, day) for day in days}
    left = {day: len(unread(papers[day])) for day in days}
    total, done = sum(left.values()), 0
    progress(done, total)
    for window in _windows({day: papers[day] for day in days if left[day]}):
        described = describe([p for day in window for p in papers[day]], api=run.api, cache=run.cache).papers
        for day in window:
            before = run.records.read(day) or Record.empty(day)
            chosen = choose(run, [described[paper.id] for paper in papers[day]], before).papers
            known = [paper for paper in chosen if paper.metadata != "none"]
            run.each(partial(fetch_text, site=run.site, cache=run.cache), unread(known))
            done += left[day]
            progress(done, total)


def _windows(papers: Mapping[date, Sequence[Paper]]) -> Iterator[list[date]]:
    """The days in rows of about as many papers as one request names."""
    window: list[date] = []
    for day in papers:
        if window and sum(len(papers[each]) for each in (*window, day)) > MOST_IDS:
            yield window
            window = []
        window.append(day)
    yield window


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
        outcome = build_day(run, day)
        spent, verifier = _spent(desk, day)
        return outcome.replace(tokens=spent.tokens, cost_usd=spent.cost_usd, verifier=verifier)
    except PendingError as pending:
        desk.share(outbox, day, pending.lines)
        return None
    except UsageError as error:
        fault = Fault(name="usage", message=str(error))
        return Outcome(date=day, state="failed", exit=Exit.USAGE, faults=(fault,))
    finally:
        outbox.end_day()


def _spent(desk: Desk, day: date) -> tuple[Spent, Spent]:
    """What the answers to a day's questions came to, summaries and verdicts."""
    names: dict[Asks, set[str]] = {"summary": set(), "verdicts": set()}
    for batch in desk.open.values():
        for each, line in batch.days.get(day, {}).items():
            names[line.asks].add(read_custom_id(each).name)
    return desk.price(names["summary"], is_verifier=False), desk.price(names["verdicts"], is_verifier=True)


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
    with _open_desk(run) as desk:
        troubles = [*desk.recover(), *desk.look()]
        received, strange = _receive(desk, from_files)
        days, missing = desk.ready()
        done = Collected(received=received, troubles=(*troubles, *strange, *missing), unread=desk.unread)
        if to_file is not None and days:
            check_target(to_file, desk.waited)
        by_hand = sent_by_user(desk.open.values()) if to_file is None else set()
        by_engine, by_user = [day for day in days if day not in by_hand], [day for day in days if day in by_hand]
        done = _pass(desk, by_engine, done, to_file=to_file, sends=True, report=report)
        done = _pass(desk, by_user, done, to_file=None, sends=False, report=report)
        still = tuple(batch for batch in desk.open.values() if batch.is_open)
        waiting = sorted({day for batch in desk.open.values() for day in batch.days})
        run.ledger = desk.new_ledger()
        return done._replace(files=desk.written, waiting=tuple(waiting), open=still)


def _receive(desk: Desk, files: Sequence[Path]) -> tuple[Received, list[str]]:
    """Take the answers in files of results, and say which had none. A file's batch that has an answer has ended."""
    received, touched, strange = Received(), set[str | None](), list[str]()
    owners = {each: batch.name for batch in desk.open.values() for each in batch.lines}
    for path in files:
        found = Received()
        for result in read_results(path, desk.hide):
            touched.add(owners.get(result.custom_id) if result else None)
            found[keep_result(desk.run.cache, result, owners)] += 1
        received += found
        if found.total() == found["unread"] + found["unknown"]:
            strange.append(f"{path}: answers nothing that is under way; name the engine's file of results")
    for batch in [each for each in desk.open.values() if each.name in touched and each.way == "file"]:
        strange += desk.end(batch, "answered")
    desk.ledger = desk.new_ledger()
    return received, strange


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
    outbox = desk.new_outbox(limited=True)
    run = desk.run.by_file(outbox, outbox.ledger)
    outcomes: dict[date, Outcome] = {}
    for day in days:
        outcome = _take(desk, run, outbox, day)
        if outcome is not None:
            outcomes[day] = outcome
            report(outcome)
    broken = {day for day, each in outcomes.items() if each.exit == Exit.USAGE}  # tried again once that is fixed
    written, tried = outcomes.keys() - broken, set(days) - broken
    parcels = outbox.close()
    requests = sum(parcel.requests for parcel in parcels)
    done = done._replace(outcomes=(*done.outcomes, *outcomes.values()))
    if not sends and parcels:
        desk.settle(written, ())
        return done._replace(unsent=requests)
    sent, troubles = desk.send(parcels, to_file=to_file, before=lambda: desk.settle(written, tried))
    return done._replace(
        requests=done.requests + sum(batch.requests for batch in sent),
        batches=(*done.batches, *sent),
        troubles=(*done.troubles, *troubles),
    )


def _reckon(run: Run, outbox: Outbox) -> Estimate:
    heard = outbox.asked["summary"] * run.verifies
    return reckon(outbox.asked, outbox.tokens, habits_of(_answered(run)), (run.account, run.verifier_account), heard)


def _answered(run: Run) -> Iterator[Provenance]:
    model = run.workspace.config.summarizer.model
    for day in reversed(run.records.days()):
        record = run.records.readable(day)
        made: Iterable[Provenance | None] = (entry.provenance for entry in record.entries) if record else ()
        yield from (each for each in made if each is not None and each.model == model and each.attempts)
