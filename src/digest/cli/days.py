"""Building days: which days and papers are meant, how far they are, and what is printed of each day."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import click

from digest.cli.talk import Talk
from digest.core.clock import days, today, yesterday
from digest.core.errors import Exit, UsageError
from digest.core.paper import Paper
from digest.core.summary import Fault
from digest.core.text import as_json_text, counted
from digest.outcome import IN_BATCH, Outcome, as_json, fold
from digest.pipeline import build_day, plan_renewal
from digest.run import BEGUN, READY, Options, Run, open_run
from digest.stages.listing.sources import no_paper, read_ids, read_ids_file
from digest.store.workspace import Workspace, hold_lock

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

Step = Callable[[Paper, str], None]


@contextmanager
def show_steps(talk: Talk) -> Iterator[Step]:
    """A function that shows each step a paper takes; safe to call from many threads.

    The live display is gone from the screen before anything else is printed: when the last paper of a day is ready,
    and at the end of the `with` block in any case.
    """
    if talk.quiet:
        yield lambda *_: None
    elif sys.stderr.isatty() and not talk.verbose:
        from rich.console import Console  # loaded where there is a terminal

        display = Display(Console(stderr=True, highlight=False))
        try:
            yield display.step
        finally:
            display.end()
    else:
        yield lambda paper, text: None if text in (BEGUN, READY) else talk.say(f"{paper.id}: {text}")


_ENOUGH: Final = 2
"""Papers that must be ready before the time left is estimated from them."""
_TITLE: Final = 50
"""Characters of a title that are shown."""


class Display:
    """The papers that are under way, a line each, below a line that counts them."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._lock = Lock()
        self._progress: Progress | None = None
        self._lines: dict[str, TaskID] = {}
        self._total = self._ready = 0
        self._began = 0.0

    def step(self, paper: Paper, text: str) -> None:
        """Show a step; the first of a day opens the display, the last one closes it."""
        with self._lock:
            progress = self._progress or self._open()
            self._total += text == BEGUN
            self._ready += text == READY
            if text == READY:
                self._drop(progress, paper)
            elif text != BEGUN:
                self._show(progress, paper, text)
            progress.update(progress.task_ids[0], description=self._count())
            if self._ready == self._total:
                self._close()

    def end(self) -> None:
        """Close the display, if it is open."""
        with self._lock:
            self._close()

    def _open(self) -> "Progress":
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        progress = Progress(
            *columns, console=self._console, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        progress.add_task("")
        progress.start()
        self._progress, self._lines, self._total, self._ready, self._began = progress, {}, 0, 0, time.monotonic()
        return progress

    def _close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _show(self, progress: "Progress", paper: Paper, text: str) -> None:
        title = paper.title if len(paper.title) <= _TITLE else f"{paper.title[: _TITLE - 1]}…"
        line = f"{paper.id}  {text:<22} {title}"
        if paper.id not in self._lines:
            self._lines[paper.id] = progress.add_task(line)
        progress.update(self._lines[paper.id], description=line)

    def _drop(self, progress: "Progress", paper: Paper) -> None:
        if paper.id in self._lines:
            progress.remove_task(self._lines.pop(paper.id))

    def _count(self) -> str:
        """`12 of 30 papers, about 1:20 left`."""
        count = f"{self._ready} of {self._total} papers"
        if self._ready < _ENOUGH or self._ready == self._total:
            return count
        left = round((time.monotonic() - self._began) / self._ready * (self._total - self._ready))
        return f"{count}, about {left // 60}:{left % 60:02} left"


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
    if not any(fault.name == IN_BATCH for fault in outcome.faults):
        _report_next(run, outcome, talk)


def _report_next(run: Run, outcome: Outcome, talk: Talk) -> None:
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


def span_of(
    day: date | None, first: date | None, last: date | None, *, default: date | None, now: datetime, zone: str
) -> list[date]:
    """The days to build; without any the default one, which is yesterday unless another is given.

    Raises UsageError for contradictions and for days in the future.
    """
    if day is not None and (first or last):
        raise UsageError("--date and --from/--to exclude each other; give one of them")
    if last is not None and first is None:
        raise UsageError("--to needs --from; name the first day of the range")
    usual = default or yesterday(now, zone)
    start = day or first or usual
    end = last or (usual if first else start)
    if end < start:
        raise UsageError(f"the range ends on {end}, before it begins on {start}; swap --from and --to")
    if end > today(now, zone):
        raise UsageError(f"{end} lies in the future; name a day up to {today(now, zone)}")
    return list(days(start, end))


def papers_of(ids: Sequence[str], file: Path | None) -> tuple[Paper, ...]:
    """The papers that the command line names, each once. Raises UsageError for what names no paper."""
    named, unread = read_ids(ids)
    if unread:
        raise UsageError(*map(no_paper, unread))
    papers = (*named, *(read_ids_file(file) if file else ()))
    if file and not papers:
        raise UsageError(f"{file}: names no paper; write an id or URL on each line")
    return tuple({paper.id: paper for paper in reversed(papers)}.values())[::-1]


def model_of(name: str | None) -> str | None:
    """The model that `--model` names. Raises UsageError for a name that no model has."""
    if name is not None and not (name.strip() and name.isprintable()):
        raise UsageError(f"--model: {name!r} is not a model's name; write one such as gpt-5.6-luna")
    return None if name is None else name.strip()


def asking(workspace: Workspace, model: str | None) -> Workspace:
    """The workspace with that model as its summarizer, if one is named."""
    config = workspace.config
    return (
        workspace
        if model is None
        else workspace._replace(config=config.replace(summarizer=config.summarizer.asking(model)))
    )


@contextmanager
def locked_run(workspace: Workspace, options: Options, talk: Talk, now: datetime) -> Iterator[Run]:
    """A run that holds the workspace's lock and shows each paper's steps."""
    with (
        hold_lock(workspace.cache),
        show_steps(talk) as step,
        open_run(workspace, options, now=now, step=step) as run,
    ):
        yield run


def build_days(run: Run, span: Sequence[date], talk: Talk, *, as_json: bool) -> Exit:
    """Build the days in order and print each: an object, or the path of its post.

    Raises UsageError where final entries are to be summarised anew, and there is no model to ask.
    """
    if run.options.renewal.is_asked_for and run.quotes_only:
        variable = run.workspace.config.summarizer.api_key_env
        raise UsageError(
            "--model and --refresh-versions ask a model, and none is configured; "
            f"set ${variable}, or summarizer.kind and base_url for a local server"
        )
    reporter = Reporter(run, talk)
    return fold([_build(run, reporter, day, as_json=as_json) for day in span])


def _build(run: Run, reporter: Reporter, day: date, *, as_json: bool) -> Outcome:
    plans = run.options.dry_run and run.options.renewal.is_asked_for
    outcome = plan_renewal(run, day) if plans else build_day(run, day)
    if run.options.sample:
        folder = run.workspace.root.name
        outcome = outcome.replace(post=_below(folder, outcome.post), record=_below(folder, outcome.record))
    values = reporter.report(outcome)
    if as_json:
        click.echo(as_json_text(values))
    elif outcome.post is not None:
        click.echo(outcome.post)
    return outcome


def _below(folder: str, path: str | None) -> str | None:
    """A path of the sample workspace as it is from the current folder."""
    return f"{folder}/{path}" if path else None
