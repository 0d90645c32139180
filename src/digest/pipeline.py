"""The pipeline: from a date to its record and its post.

listing -> metadata -> selection -> source text -> summary -> verdicts -> record -> post
"""

from collections.abc import Container, Mapping, Sequence
from concurrent.futures import Future
from datetime import date

from digest.core.merge import merge, renew
from digest.core.paper import Listing, Paper
from digest.core.record import UNVERIFIED, Entry, Record
from digest.core.selection import Selection, select, without_withdrawn
from digest.core.summary import Fault
from digest.outcome import Outcome, is_enough, left_to_batch, left_unread, not_written, planned, written
from digest.run import BEGUN, READY, Run
from digest.stages.entry import Metadata, describe, is_described, make_entry
from digest.stages.keep import keep
from digest.stages.listing.union import list_papers
from digest.stages.ports import PendingError


def build_day(run: Run, day: date) -> Outcome:
    """Make a day's record and post, or bring them up to date. What is final already is not touched.

    Where questions are asked by file, raises PendingError as long as an answer is missing, with nothing written. A day
    that is under way in a batch is left to the batch otherwise, and one that may be is left alone.
    """
    if run.outbox is None and (waiting := run.ledger.papers(day)):
        return left_to_batch(day, len(waiting))
    if run.outbox is None and (unread := run.ledger.unknown(day)):
        return left_unread(day, str(unread))
    before = run.records.read(day) or Record.empty(day, sample=run.options.sample)
    asked, give_up = before.listing.sources, run.workspace.config.nightly.give_up_after
    answered, verified = run.account.answered, run.verifier_account.answered
    listing = list_papers(day, run.sources, cache=run.cache, now=run.now, before=asked, force=run.options.force)
    anew = run.options.renewal.papers_of(before)
    papers = due(listing, before, give_up) + unverified(run, before, but=anew) + list(anew.values())
    papers = asked_about(run, listing, before) + without_answered(run, papers, before)
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
    """What of a day's record would be asked of the model. Nothing is asked, and nothing is written."""
    record, config = run.records.read(day), run.workspace.config
    if record is None:
        return planned(run.workspace, day, None, ())
    again = [f"would be asked again: {each.id}" for each in unfinished(record, config.nightly.give_up_after)]
    return planned(run.workspace, day, record, (*again, *run.options.renewal.plan(record, config.summarizer.model)))


def due(listing: Listing, before: Record, give_up_after: int) -> list[Paper]:
    """The papers that earlier runs left unfinished, then those that are new on the listing."""
    return unfinished(before, give_up_after) + [paper for paper in listing.papers if paper.id not in before.ids]


def unfinished(before: Record, give_up_after: int) -> list[Paper]:
    """The papers of drafts and failures that were not given up."""
    return [entry.paper for entry in before.entries if entry.status != "final" and entry.asks < give_up_after]


def asked_about(run: Run, listing: Listing, before: Record) -> list[Paper]:
    """The papers that a batch asked about and that the sources list no more."""
    known = {paper.id for paper in listing.papers} | before.ids
    return [Paper(id=each) for each in run.ledger.papers(before.date) if each not in known]


def without_answered(run: Run, papers: Sequence[Paper], before: Record) -> list[Paper]:
    """The papers less those whose answers from a batch led to what the record has: another run asks again."""
    through = set(run.ledger.through(before))
    return [paper for paper in papers if paper.id not in through]


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
    """Select among the new papers. Those that have an entry, or are asked about, were selected by an earlier run."""
    rules = run.workspace.config.select
    taken = before.ids | set(run.ledger.papers(before.date))
    new = {paper.id for paper in papers} - taken
    seen = run.ledger.seen(new, but=before.date) | run.records.seen(new, but=before.date) if rules.skip_seen else {}
    selected = select([paper for paper in papers if paper.id in new], rules, seen=seen, taken=len(taken))
    chosen = taken | {paper.id for paper in selected.papers}
    return selected._replace(papers=tuple(paper for paper in papers if paper.id in chosen))


def make_entries(
    run: Run, papers: Sequence[Paper], metadata: Future[Metadata], before: Record, anew: Container[str]
) -> Mapping[str, Entry]:
    """The papers' entries by id, in the order of the papers, all made at the same time; final ones `anew` if due.

    Raises PendingError, once all papers have been tried, where some of them wait for answers from a batch.
    """
    if not papers:
        return {}
    earlier = {entry.paper.id: entry for entry in before.entries}
    summarizer = run.start(run.new_summarizer)
    for paper in papers:
        run.step(paper, BEGUN)

    def make(paper: Paper) -> Entry | PendingError:
        try:
            return make_entry(
                paper,
                earlier.get(paper.id),
                metadata=metadata,
                asked=run.ledger.first(paper.id),
                site=run.site,
                cache=run.cache,
                summarizer=summarizer,
                step=run.step,
                anew=paper.id in anew,
            )
        except PendingError as pending:
            return PendingError(
                *pending.lines
            )  # a new one does not hold on to the frames, and the paper's text, of the old
        finally:
            run.step(paper, READY)

    made = run.each(make, papers)
    if waiting := [each for each in made if isinstance(each, PendingError)]:
        raise PendingError(*(line for each in waiting for line in each.lines))
    return {entry.paper.id: entry for entry in made if isinstance(entry, Entry)}
