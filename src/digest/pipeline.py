"""The pipeline: from a date to its record and its post.

listing -> metadata -> selection -> source text -> summary -> record -> post
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from digest.core.merge import asked_again, exclusions, extend
from digest.core.paper import Listing, Paper
from digest.core.record import Entry, Record, RecordListing
from digest.core.selection import Selection, select
from digest.outcome import Outcome, failed, finished
from digest.parallel.once import once
from digest.run import Run
from digest.stages.keep import keep
from digest.stages.listing.union import list_papers
from digest.stages.metadata import Described, describe, is_described

if TYPE_CHECKING:
    from concurrent.futures import Future
    from queue import SimpleQueue

    from digest.stages.summarize.port import Summarizer


_GRACE = 0.5
"""Seconds for keeping answers that are there when a run is broken off."""


def build_day(run: Run, day: date) -> Outcome:
    """Make a day's record and post, or bring them up to date. What is final already is not touched."""
    known, answered = run.records.read(day), run.budget.answered
    listing = list_papers(day, run.sources, cache=run.cache, now=run.now, afresh=run.shelf.force)
    due = _due(listing, known)
    described = once(lambda: describe(due, api=run.api, cache=run.cache))
    selection = _select(run, day, _judgeable(due, described), known)
    made = _make_entries(run, selection.papers, described, known)
    record = _assemble(known, listing, selection, made)
    spent = run.budget.spent(since=answered)
    if not _is_enough(run, record):
        return failed(listing, record, spent)
    return finished(run.workspace, listing, keep(run.shelf, record, known), spent)


def _due(listing: Listing, known: Record | None) -> list[Paper]:
    """The papers that earlier runs left unfinished, then those that are new on the listing."""
    entries = known.entries if known else ()
    have = {entry.paper.id for entry in entries}
    unfinished = [entry.paper for entry in entries if entry.status != "final"]
    return unfinished + [paper for paper in listing.papers if paper.id not in have]


def _judgeable(papers: Sequence[Paper], described: Callable[[], Described]) -> Sequence[Paper]:
    """The papers with words to judge them by: their listing's if it has them, else arXiv's."""
    return [paper if is_described(paper) else described().papers[paper.id] for paper in papers]


def _select(run: Run, day: date, papers: Sequence[Paper], known: Record | None) -> Selection:
    """Judge the new papers; those that have an entry were judged when they came."""
    have = {entry.paper.id for entry in known.entries} if known else set()
    new = [paper for paper in papers if paper.id not in have]
    rules = run.workspace.config.select
    seen = run.records.seen({paper.id for paper in new}, but=day) if rules.skip_seen else {}
    judged = select(new, rules, seen=seen, taken=len(have))
    unfinished = tuple(paper for paper in papers if paper.id in have)
    return judged._replace(papers=unfinished + judged.papers)


def _make_entries(
    run: Run, papers: Sequence[Paper], described: Callable[[], Described], known: Record | None
) -> dict[str, Entry]:
    """The papers' entries by id, in the papers' order; each goes its way as fast as the services let it."""
    if not papers:
        return {}
    summarizer = once(lambda: run.summarizer)
    entries = _submit(run, papers, described, known, summarizer)
    try:
        run.site.get_ready()  # while the texts are on their way
        described()
        summarizer()
        _get_ready(run, entries.values())  # while the model thinks
        return {paper_id: entry.result() for paper_id, entry in entries.items()}
    except BaseException as error:
        _break_off(run, entries.values(), at_once=not isinstance(error, Exception))
        raise
    finally:
        _empty(run.aside)


def _submit(
    run: Run,
    papers: Sequence[Paper],
    described: Callable[[], Described],
    known: Record | None,
    summarizer: "Callable[[], Summarizer]",
) -> "dict[str, Future[Entry]]":
    from digest.stages.entry import make_entry

    before = {entry.paper.id: entry for entry in known.entries} if known else {}
    make = partial(
        make_entry,
        described=lambda paper: described().of(paper),
        site=run.site,
        cache=run.cache,
        summarizer=summarizer,
        step=run.step,
    )
    return {paper.id: run.pool.submit(make, paper, before.get(paper.id)) for paper in papers}


def _get_ready(run: Run, entries: Collection["Future[Entry]"]) -> None:
    """Do aside what answers and posts will need, once every paper is with the model or at its end."""
    for entry in entries:
        entry.add_done_callback(lambda _: run.aside.put(lambda: None))
    aside = [run.aside.get() for _ in entries]
    for get_ready in (lambda: import_module("digest.stages.render"), *aside):
        get_ready()


def _break_off(run: Run, entries: Collection["Future[Entry]"], *, at_once: bool) -> None:
    """Begin no other paper; those under way have a moment to keep what they have paid for."""
    from concurrent.futures import wait

    for entry in entries:
        entry.cancel()
    if at_once:
        run.http.stop()
        wait(entries, timeout=_GRACE)


def _empty(queue: "SimpleQueue[Any]") -> None:
    while not queue.empty():
        queue.get()


def _assemble(known: Record | None, listing: Listing, selection: Selection, made: Mapping[str, Entry]) -> Record:
    """The day's record; where nothing has changed it is the known one, down to the time of asking."""
    entries = extend(known.entries if known else (), made)
    excluded = exclusions(known, selection.excluded, entries)
    if known is None:
        asked = RecordListing(state=listing.state, sources=listing.sources)
        return Record(date=listing.date, listing=asked, entries=entries, excluded=excluded)
    record = known.replace(entries=entries, excluded=excluded)
    return known if record == known else record.replace(listing=asked_again(known.listing, listing))


def _is_enough(run: Run, record: Record) -> bool:
    """Whether the day is worth keeping: something was listed, and not too much of what was tried failed."""
    if not record.entries:
        return bool(record.excluded)
    usable = sum(entry.status != "failed" for entry in record.entries)
    untried = sum(any(fault.name == "budget" for fault in entry.faults) for entry in record.entries)
    return usable > 0 and usable >= run.options.min_success * (len(record.entries) - untried)
