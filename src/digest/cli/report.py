"""What digest reports of a day: what it came to, what is missing and why, what to do next."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from digest.cli.talk import Talk
from digest.core.errors import Exit
from digest.core.fault import Fault
from digest.core.text import counted
from digest.outcome import Outcome, as_json
from digest.run import Run

_NEXT = {
    Exit.PARTIAL: "the next run tries again what is missing",
    Exit.NOTHING: "nothing was written; the next run tries again",
}


class Reporter:
    """Reports the days of a run, each with the requests and the seconds since the day before it."""

    def __init__(self, run: Run, talk: Talk) -> None:
        self._run = run
        self._talk = talk
        self._start = time.monotonic()
        self._requests = _requests_of(run)
        self.days: dict[date, dict[str, Any]] = {}
        """The days reported so far, as `digest build --json` prints them."""

    def report(self, outcome: Outcome) -> dict[str, Any]:
        """Report a day on stderr; the object that `digest build --json` prints of it."""
        now, requests = time.monotonic(), _requests_of(self._run)
        values = as_json(outcome, requests - self._requests, now - self._start)
        self._start, self._requests = now, requests
        self.days[outcome.date] = values
        _report(self._run, outcome, values, self._talk)
        return values


def _report(run: Run, outcome: Outcome, values: dict[str, Any], talk: Talk) -> None:
    record = run.records.read(outcome.date) if outcome.excluded and talk.verbose else None
    for exclusion in record.excluded if record else ():
        talk.detail(f"{outcome.date}: excluded {exclusion.id} ({exclusion.reason}): {exclusion.title}")
    for fault in _each_once(outcome.faults):
        talk.warn(f"{outcome.date}: {_named(fault)}")
    if waiting := {fault.paper for fault in outcome.faults if fault.name == "budget"}:
        verb = "waits" if len(waiting) == 1 else "wait"
        talk.warn(f"{outcome.date}: the budget is spent: {counted(len(waiting), 'paper')} {verb} for the next run")
    for line in outcome.news:
        talk.say(f"{outcome.date}: {line}")
    talk.say(f"{outcome.date}: {outcome.state}: {_counts(values)}")
    if outcome.state == "quiet" and not outcome.listed and not outcome.settled:
        talk.say(f"{outcome.date}: the list is empty so far; the next runs ask again")
    if outcome.state == "waiting":
        offline = run.http.offline
        talk.say(f"{outcome.date}: {'the cache has no list of the day' if offline else 'the list is not out yet'}")
    if run.quotes_only and outcome.statuses.get("draft"):
        talk.warn(_no_key(run))
    elif outcome.state == "written" and outcome.exit == Exit.DONE:
        talk.say(f"next: {_next(run, outcome)}")
    elif outcome.exit in _NEXT:
        talk.say(f"{outcome.date}: {_NEXT[outcome.exit]}")


def _next(run: Run, outcome: Outcome) -> str:
    if run.options.sample:
        return f"digest preview --sample --date {outcome.date} shows it; nothing of it is ever published"
    return f"digest preview --date {outcome.date} shows it, digest publish commits it"


def _requests_of(run: Run) -> Counter[str]:
    """Requests so far by service, and answers taken from the cache."""
    return run.http.counts + Counter(cached=run.cache.hits)


def _each_once(faults: tuple[Fault, ...]) -> Iterator[Fault]:
    """One service that is down gives every paper the same fault; it is reported once, for the first of them."""
    seen: set[tuple[str, str, str | None]] = set()
    for fault in faults:
        key = (fault.name, fault.message, fault.field)
        if key not in seen:
            seen.add(key)
            yield fault


def _named(fault: Fault) -> str:
    field = None if fault.field and fault.message.startswith(f"{fault.field}:") else fault.field
    place = " ".join(part for part in (fault.paper, field) if part)
    return f"{place}: {fault.message} ({fault.name})" if place else f"{fault.message} ({fault.name})"


def _counts(values: dict[str, Any]) -> str:
    papers, requests = values["papers"], values["requests"]
    asked = sum(count for name, count in requests.items() if name != "cached")
    parts = [
        f"{papers['final']} final",
        counted(papers["draft"], "draft"),
        f"{papers['failed']} failed",
        f"{papers['excluded']} excluded",
        f"{counted(asked, 'request')} ({requests['cached']} cached)",
        f"{values['tokens']['input']} + {values['tokens']['output']} tokens",
        *([] if values["cost_usd"] is None else [f"{values['cost_usd']:.4f} USD"]),
        f"{values['seconds']:.1f} s",
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
