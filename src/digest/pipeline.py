"""The pipeline: from a date to its record and its post.

listing -> metadata -> selection -> source text -> summary -> verdicts -> record -> post
"""

from collections.abc import Container, Mapping, Sequence
from concurrent.futures import Future
from datetime import date

from digest.core.merge import merge
from digest.core.paper import Listing, Paper
from digest.core.record import UNVERIFIED, Entry, Record
from digest.core.renewal import renew
from digest.core.selection import Selection, select, without_withdrawn
from digest.core.summary import Fault
from digest.outcome import Outcome, is_enough, not_written, planned, written
from digest.run import BEGUN, READY, Run
from digest.stages.entry import make_entry
from digest.stages.keep import keep
from digest.stages.listing.union import list_papers
from digest.stages.metadata import Metadata, describe, is_described


def build_day(run: Run, day: date) -> Outcome:
    """Make a day's record and post, or bring them up to date. What is final already is not touched."""
    before = run.records.read(day) or Record.empty(day, sample=run.options.sample)
    asked, give_up = before.listing.sources, run.workspace.config.nightly.give_up_after
    answered, verified = run.account.answered, run.verifier_account.answered
    listing = list_papers(day, run.sources, cache=run.cache, now=run.now, before=asked, force=run.options.force)
    anew = run.options.renewal.papers_of(before)
    papers = due(listing, before, give_up) + unverified(run, before, but=anew) + list(anew.values())
    metadata = run.start(describe, papers, api=run.api, cache=run.cache)
    chosen = choose(run, judgeable(papers, metadata), before)
    renewed = renew(before, make_entries(run, chosen.papers, metadata, before, anew), anew, run.now)
    entries, gone = without_withdrawn(renewed.entries)
    record = merge(before, listing, [*chosen.excluded, *gone], entries, give_up_after=give_up)
    spent = run.account.spent(since=answered), run.verifier_account.spent(since=verified)
    if not is_enough(record, run.options.min_success):
        return not_written(listing, record, *spent)
    kept = keep(run.shelf, record, before)
    faults = [*unverified_faults(run, kept.record), *renewed.faults]
    return written(run.workspace, listing, kept, *spent, faults=faults, news=renewed.news, now=run.now)


def plan_renewal(run: Run, day: date) -> Outcome:
    """What would be summarised anew of a day. Nothing is asked, and nothing is written."""
    record = run.records.read(day)
    model, renewal = run.workspace.config.summarizer.model, run.options.renewal
    return planned(run.workspace, day, record, tuple(renewal.plan(record, model)) if record else ())


def due(listing: Listing, before: Record, give_up_after: int) -> list[Paper]:
    """The papers that earlier runs left unfinished and did not give up, then those that are new on the listing."""
    unfinished = [entry.paper for entry in before.entries if entry.status != "final" and entry.asks < give_up_after]
    return unfinished + [paper for paper in listing.papers if paper.id not in before.ids]


def unverified(run: Run, before: Record, *, but: Container[str]) -> list[Paper]:
    """The papers whose final entries were not held against their evidence yet, and are not made anew."""
    waiting = (entry.paper for entry in before.entries if run.is_unverified(entry, before.date))
    return [paper for paper in waiting if paper.id not in but]


def unverified_faults(run: Run, record: Record) -> list[Fault]:
    """Why verdicts of a day are missing."""
    waiting = (entry for entry in record.entries if run.is_unverified(entry, record.date))
    return [f.replace(paper=entry.paper.id) for entry in waiting for f in entry.faults if f.name == UNVERIFIED]


def judgeable(papers: Sequence[Paper], metadata: Future[Metadata]) -> list[Paper]:
    """The papers with words to judge them by: the listing's where it has them, else arXiv's, which are waited for."""
    return [paper if is_described(paper) else metadata.result().papers[paper.id] for paper in papers]


def choose(run: Run, papers: Sequence[Paper], before: Record) -> Selection:
    """Select among the new papers. Those that have an entry were selected by an earlier run."""
    rules = run.workspace.config.select
    new = [paper for paper in papers if paper.id not in before.ids]
    seen = run.records.seen({paper.id for paper in new}, but=before.date) if rules.skip_seen else {}
    selected = select(new, rules, seen=seen, taken=len(before.ids))
    unfinished = tuple(paper for paper in papers if paper.id in before.ids)
    return selected._replace(papers=unfinished + selected.papers)


def make_entries(
    run: Run, papers: Sequence[Paper], metadata: Future[Metadata], before: Record, anew: Container[str]
) -> Mapping[str, Entry]:
    """The papers' entries by id, in the order of the papers, all made at the same time; final ones `anew` if due."""
    if not papers:
        return {}
    earlier = {entry.paper.id: entry for entry in before.entries}
    summarizer = run.start(run.new_summarizer)
    for paper in papers:
        run.step(paper, BEGUN)

    def make(paper: Paper) -> Entry:
        entry = make_entry(
            paper,
            earlier.get(paper.id),
            metadata=metadata,
            site=run.site,
            cache=run.cache,
            summarizer=summarizer,
            step=run.step,
            anew=paper.id in anew,
        )
        run.step(paper, READY)
        return entry

    return {entry.paper.id: entry for entry in run.each(make, papers)}
