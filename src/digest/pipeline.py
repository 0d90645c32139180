"""The pipeline: from a date to its record and its post.

listing -> metadata -> selection -> source text -> summary -> record -> post
"""

from collections.abc import Mapping, Sequence
from datetime import date
from importlib import import_module

from digest.core.extend import exclusions, extend
from digest.core.paper import Listing, Paper
from digest.core.record import Entry, Record, RecordListing
from digest.core.selection import Selection, select
from digest.outcome import Outcome, failed, finished
from digest.run import Run
from digest.stages.keep import keep
from digest.stages.listing.union import list_papers
from digest.stages.metadata import Described, describe

_MOST_AT_ONCE = 64
"""Papers on their way at once. arXiv's pace and the model's concurrency bound what is really asked."""


def build_day(run: Run, day: date) -> Outcome:
    """Make a day's record and post, or bring them up to date. What is final already is not touched."""
    known = run.records.read(day)
    listing = list_papers(day, run.sources, cache=run.cache, now=run.now, afresh=run.shelf.force)
    described = _describe(run, _due(listing, known))
    selection = _select(run, day, described.papers, known)
    made = _make_entries(run, selection.papers, described, known)
    record = _assemble(known, listing, selection, made)
    if not _is_enough(run, record):
        return failed(listing, record, made)
    return finished(run.workspace, listing, keep(run.shelf, record, known), made)


def _due(listing: Listing, known: Record | None) -> list[Paper]:
    """The papers that earlier runs left unfinished, then those that are new on the listing."""
    entries = known.entries if known else ()
    have = {entry.paper.id for entry in entries}
    unfinished = [entry.paper for entry in entries if entry.status != "final"]
    return unfinished + [paper for paper in listing.papers if paper.id not in have]


def _describe(run: Run, papers: Sequence[Paper]) -> Described:
    return describe(papers, api=run.api, cache=run.cache) if papers else Described((), {})


def _select(run: Run, day: date, papers: Sequence[Paper], known: Record | None) -> Selection:
    """Judge the new papers; those that have an entry were judged when they came."""
    have = {entry.paper.id for entry in known.entries} if known else set()
    new = [paper for paper in papers if paper.id not in have]
    rules = run.workspace.config.select
    seen = run.records.seen({paper.id for paper in new}, but=day) if rules.skip_seen else {}
    judged = select(new, rules, seen=seen, taken=len(have))
    unfinished = tuple(paper for paper in papers if paper.id in have)
    return judged._replace(papers=unfinished + judged.papers)


def _make_entries(run: Run, papers: Sequence[Paper], described: Described, known: Record | None) -> dict[str, Entry]:
    """The papers' entries by id, in the papers' order; each goes its way as fast as the services let it."""
    if not papers:
        return {}
    from concurrent.futures import ThreadPoolExecutor

    from digest.stages.entry import make_entry

    before = {entry.paper.id: entry for entry in known.entries} if known else {}
    pool = ThreadPoolExecutor(min(len(papers), _MOST_AT_ONCE) + 1, thread_name_prefix="paper")

    def make(paper: Paper) -> Entry:
        earlier, missing = before.get(paper.id), described.missing.get(paper.id)
        return make_entry(
            paper, earlier, missing, site=site, cache=run.cache, summarizer=summarizer.result, step=run.step
        )

    site = run.site
    summarizer = pool.submit(lambda: run.summarizer)  # made ready while the first texts are on their way
    try:
        entries = {paper.id: pool.submit(make, paper) for paper in papers}
        summarizer.result()
        pool.submit(_load_the_rest)  # while the model thinks
        return {paper_id: entry.result() for paper_id, entry in entries.items()}
    except BaseException:
        run.web.stop()
        pool.shutdown(wait=False, cancel_futures=True)  # what is under way must not hold up the end
        raise
    finally:
        pool.shutdown(wait=False)


def _load_the_rest() -> None:
    """What judges an answer and renders a post: a good part of a second, if it were loaded when it is needed."""
    import_module("digest.core.judge.faults")
    import_module("digest.stages.render")


def _assemble(known: Record | None, listing: Listing, selection: Selection, made: Mapping[str, Entry]) -> Record:
    """The day's record; where nothing has changed it is the known one, down to the time of asking."""
    entries = extend(known.entries if known else (), made)
    record = Record(
        date=listing.date,
        listing=RecordListing(state=listing.state, sources=listing.sources),
        entries=entries,
        excluded=exclusions(known, selection.excluded, entries),
        post=known.post if known else None,
    )
    same = known is not None and record.model_copy(update={"listing": known.listing}) == known
    return known if known is not None and same else record


def _is_enough(run: Run, record: Record) -> bool:
    """Whether the day is worth keeping: something was listed, and not too much of what was tried failed."""
    if not record.entries:
        return bool(record.excluded)
    usable = sum(entry.status != "failed" for entry in record.entries)
    untried = sum(any(fault.name == "budget" for fault in entry.faults) for entry in record.entries)
    return usable > 0 and usable >= run.options.min_success * (len(record.entries) - untried)
