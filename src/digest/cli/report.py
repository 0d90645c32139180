"""What a person is told of a day: what it came to, what is missing and why, what to do next."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from digest.cli.talk import Talk
from digest.core.exits import Exit
from digest.core.fault import Fault
from digest.core.text import counted
from digest.outcome import Outcome
from digest.run import Run

_NEXT = {
    Exit.PARTIAL: "the next run tries again what is missing",
    Exit.NOTHING: "nothing was written; the next run tries again",
}


def report(run: Run, outcome: Outcome, told: dict[str, Any], talk: Talk) -> None:
    """Tell a day's outcome on stderr."""
    record = run.records.read(outcome.date) if outcome.excluded and talk.verbose else None
    for exclusion in record.excluded if record else ():
        talk.detail(f"{outcome.date}: excluded {exclusion.id} ({exclusion.reason}): {exclusion.title}")
    for fault in _each_once(outcome.faults):
        talk.warn(f"{outcome.date}: {_named(fault)}")
    talk.say(f"{outcome.date}: {outcome.state}: {_counts(told)}")
    if outcome.state == "waiting":
        offline = run.http.offline
        talk.say(f"{outcome.date}: {'the cache has no list of the day' if offline else 'the list is not out yet'}")
    if run.quotes_only and outcome.statuses.get("draft"):
        talk.warn(_no_key(run))
    elif outcome.state == "written" and outcome.exit == Exit.DONE:
        talk.say(f"next: digest preview --date {outcome.date} shows it, digest publish commits it")
    elif outcome.exit in _NEXT:
        talk.say(f"{outcome.date}: {_NEXT[outcome.exit]}")


def requests_of(run: Run) -> Counter[str]:
    """Requests so far by service, and answers taken from the cache."""
    return run.http.counts + Counter(cached=run.cache.hits)


def _each_once(faults: tuple[Fault, ...]) -> Iterator[Fault]:
    """One service that is down gives every paper the same fault; it is told once, for the first of them."""
    seen: set[tuple[str, str, str | None]] = set()
    for fault in faults:
        key = (fault.name, fault.message, fault.field)
        if key not in seen:
            seen.add(key)
            yield fault


def _named(fault: Fault) -> str:
    place = " ".join(part for part in (fault.paper, fault.field) if part)
    return f"{place}: {fault.message} ({fault.name})" if place else f"{fault.message} ({fault.name})"


def _counts(told: dict[str, Any]) -> str:
    papers, requests = told["papers"], told["requests"]
    asked = sum(count for name, count in requests.items() if name != "cached")
    parts = [
        f"{papers['final']} final",
        counted(papers["draft"], "draft"),
        f"{papers['failed']} failed",
        f"{papers['excluded']} excluded",
        f"{counted(asked, 'request')} ({requests['cached']} cached)",
        f"{told['tokens']['input']} + {told['tokens']['output']} tokens",
        *([] if told["cost_usd"] is None else [f"{told['cost_usd']:.4f} USD"]),
        f"{told['seconds']:.1f} s",
    ]
    return ", ".join(parts)


def _no_key(run: Run) -> str:
    config = run.workspace.config.summarizer
    why = (
        "summarizer.kind is extractive" if config.kind == "extractive" else f"there is no key in ${config.api_key_env}"
    )
    return (
        f"drafts: {why}, so the post quotes the papers' own English and is not published (published: false); "
        f"set ${config.api_key_env}, or summarizer.kind and base_url for a local server, and build again"
    )
