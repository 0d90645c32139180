"""What building a day came to, and how that is reported to scripts."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Literal

from digest.core.errors import Exit
from digest.core.merge import GIVEN_UP
from digest.core.paper import Listing, State
from digest.core.record import REPAIRED, Record, Tokens
from digest.core.summary import Fault
from digest.core.text import counted
from digest.core.value import Value
from digest.stages.keep import Kept
from digest.stages.summarize.budget import NOTHING_SPENT, Spent
from digest.store.workspace import Workspace

BuildState = Literal["written", "unchanged", "quiet", "waiting", "failed"]

IN_BATCH = "batch"
"""The fault of a day that is left to a batch, or may be under way in one."""


class Outcome(Value):
    """What building one day came to."""

    date: date
    state: BuildState
    exit: Exit
    post: str | None = None
    """Relative to the workspace; None where the day has no post."""
    record: str | None = None
    listed: int = 0
    excluded: int = 0
    settled: bool = True
    """Whether the day's list can no longer grow; one that can is asked for again on later nights."""
    statuses: dict[str, int] = {}
    """Entries of the day's record by status."""
    tokens: Tokens = Tokens()
    """What the model's answers took that this run asked for; those in the cache were paid before."""
    cost_usd: float | None = None
    verifier: Spent = NOTHING_SPENT
    """What verdicts took, apart from the summaries."""
    faults: tuple[Fault, ...] = ()
    repaired: tuple[str, ...] = ()
    """What the model corrected in this run, each with its paper."""
    news: tuple[str, ...] = ()
    """What was summarised anew, or would be, a line each."""


def fold(outcomes: Sequence[Outcome], more: Collection[Exit] = ()) -> Exit:
    """One exit code for several days: what holds for each of them, else the most urgent."""
    codes = {outcome.exit for outcome in outcomes} | set(more)
    if len(codes) <= 1:
        return codes.pop() if codes else Exit.DONE
    written = any(outcome.state in ("written", "unchanged") for outcome in outcomes)
    urgent = [Exit.FAULTS, Exit.USAGE] if written else [Exit.FAULTS, Exit.USAGE, Exit.NOTHING]
    return next((code for code in urgent if code in codes), Exit.PARTIAL)


def as_json(outcome: Outcome, requests: Counter[str], seconds: float) -> dict[str, Any]:
    """The object that `digest build --json` prints."""
    counts = {status: outcome.statuses.get(status, 0) for status in ("final", "draft", "failed")}
    return {
        "date": str(outcome.date),
        "state": outcome.state,
        "post": outcome.post,
        "record": outcome.record,
        "papers": {"listed": outcome.listed, "excluded": outcome.excluded, **counts},
        "requests": {name: requests[name] for name in ("huggingface", "arxiv", "model", "cached")},
        "verifier": {
            "asks": outcome.verifier.asks,
            "tokens": outcome.verifier.tokens.as_json(),
            "cost_usd": outcome.verifier.cost_usd,
        },
        "tokens": outcome.tokens.as_json(),
        "cost_usd": outcome.cost_usd,
        "seconds": round(seconds, 3),
        "faults": [fault.as_json() for fault in outcome.faults],
    }


def is_enough(record: Record, min_success: float) -> bool:
    """Whether a day is worth keeping: something was listed, and not too much of what was tried failed."""
    if not record.entries:
        return bool(record.excluded)
    tried = [entry for entry in record.entries if not entry.has_fault("budget") and not entry.has_fault(GIVEN_UP)]
    usable = sum(entry.status != "failed" for entry in record.entries)
    given_up = all(entry.has_fault(GIVEN_UP) for entry in record.entries)
    return given_up or (usable > 0 and usable >= min_success * len(tried))


def not_written(listing: Listing, record: Record, spent: Spent, verified: Spent) -> Outcome:
    """The outcome of a day of which nothing was written: nothing listed, or too little that succeeded."""
    if record.entries:
        return _outcome("failed", Exit.NOTHING, listing, record, spent, verified)
    states: dict[State, tuple[BuildState, Exit]] = {
        "quiet": ("quiet", Exit.DONE),
        "ready": ("quiet", Exit.DONE),
        "waiting": ("waiting", Exit.NOTHING),
        "error": ("failed", Exit.NOTHING),
    }
    return _outcome(*states[listing.state], listing, record, spent, verified)


def left_to_batch(day: date, papers: int) -> Outcome:
    """The outcome of a day whose papers are under way in a batch."""
    message = f"{counted(papers, 'paper')} under way in a batch; digest batch collect takes the answers"
    return Outcome(date=day, state="waiting", exit=Exit.NOTHING, faults=(Fault(name=IN_BATCH, message=message),))


def left_unread(day: date, why: str) -> Outcome:
    """The outcome of a day whose papers may be under way in a batch that cannot be read; the user has to fix that."""
    return Outcome(date=day, state="failed", exit=Exit.USAGE, faults=(Fault(name=IN_BATCH, message=why),))


def written(
    workspace: Workspace,
    listing: Listing,
    kept: Kept,
    spent: Spent,
    verified: Spent,
    *,
    faults: Sequence[Fault],
    news: Sequence[str],
    now: datetime,
) -> Outcome:
    """The outcome of a day whose record is kept, by a run that started `now`; `faults` say what waits for the next."""
    unshown = any(fault.name == "post" for fault in kept.faults)
    usable = any(entry.status != "failed" for entry in kept.record.entries)
    state: BuildState = "failed" if unshown else "quiet" if not usable else "written" if kept.changed else "unchanged"
    outcome = _outcome(state, Exit.DONE, listing, kept.record, spent, verified, (*kept.faults, *faults))
    partial = outcome.faults or listing.state == "error"
    code = Exit.FAULTS if unshown else Exit.PARTIAL if partial else Exit.DONE
    path = workspace.relative(workspace.record_path(listing.date))
    return outcome.replace(exit=code, record=path, repaired=tuple(_repaired(kept.record, now)), news=tuple(news))


def planned(workspace: Workspace, day: date, record: Record | None, news: Sequence[str]) -> Outcome:
    """The outcome of a dry run that asks nothing: the day as it is, and what would be asked."""
    if record is None:
        line = "there is no record yet; a build would list the day's papers and summarise them"
        return Outcome(date=day, state="quiet", exit=Exit.DONE, news=(line,))
    return Outcome(
        date=day,
        state="unchanged",
        exit=Exit.DONE,
        post=record.post.path if record.post else None,
        record=workspace.relative(workspace.record_path(day)),
        listed=sum(source.papers for source in record.listing.sources),
        excluded=len(record.excluded),
        statuses=Counter(entry.status for entry in record.entries),
        cost_usd=0.0,
        news=tuple(news),
    )


def _repaired(record: Record, now: datetime) -> Iterator[str]:
    for entry in record.entries:
        if entry.provenance and entry.provenance.at == now:
            notes = (note for note in entry.provenance.notes if note.startswith(REPAIRED))
            yield from (f"{entry.paper.id} {note}" for note in notes)


def _outcome(
    state: BuildState,
    code: Exit,
    listing: Listing,
    record: Record,
    spent: Spent,
    verified: Spent,
    faults: tuple[Fault, ...] = (),
) -> Outcome:
    unfinished = [entry for entry in record.entries if entry.status != "final" and not entry.has_fault(GIVEN_UP)]
    missing = (fault.replace(paper=entry.paper.id) for entry in unfinished for fault in entry.faults)
    return Outcome(
        date=listing.date,
        state=state,
        exit=code,
        post=record.post.path if record.post else None,
        listed=len(listing.papers),
        excluded=len(record.excluded),
        settled=all(source.settled for source in listing.sources),
        statuses=Counter(entry.status for entry in record.entries),
        tokens=spent.tokens,
        cost_usd=spent.cost_usd,
        verifier=verified,
        faults=(*listing.faults, *faults, *missing),
    )
