"""`digest batch`: the model's work through a batch engine."""

import sys
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from digest.cli.options import Day, api_key, common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit, UsageError
from digest.core.text import counted

if TYPE_CHECKING:
    from digest.outcome import Outcome
    from digest.run import Options
    from digest.stages.summarize.budget import Estimate
    from digest.store.workspace import Workspace
    from digest.tasks.batch import Collected, Submitted

_BETWEEN = 60.0
"""Seconds between two lines of progress where there is no terminal."""


class _File(click.Path):
    """The path of a file; not `-`, since lines on stdout or stdin would be lost with whatever reads or writes them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "-":
            name = param.opts[0] if param else "file"
            raise UsageError(f"{name} -: lines that are paid for are kept in a file; name one, such as lines.jsonl")
        return super().convert(value, param, ctx)


@click.group("batch")
def command() -> None:
    """Do the model's work through a batch engine: years at once, at half the price.

    `submit` sends what a build of the days would ask of the model, `collect` turns the answers into records and posts.
    What is under way is kept in data/batches/; digest nightly collects what is ready. docs/backfill.md has the engines.

    \b
    Examples:
      digest batch submit --from 2024-01-01 --to 2025-12-31 --limit-usd 60
      digest batch collect
    """


@command.command("submit")
@click.option("--from", "first", type=Day(), metavar="D", required=True, help="The first day.")
@click.option("--to", "last", type=Day(), metavar="D", required=True, help="The last day.")
@click.option("--limit-usd", type=click.FloatRange(min=0), metavar="X", help="Send nothing that is to cost more.")
@click.option(
    "--to-file",
    type=_File(path_type=Path, dir_okay=False),
    metavar="F",
    help="Write the lines to a file; send nothing.",
)
@common
def submit_command(
    first: date, last: date, limit_usd: float | None, to_file: Path | None, config: Path | None, talk: Talk
) -> int:
    """Send what a build of the days would ask of the model, as one batch.

    The papers are listed, described and read at arXiv's pace; interrupted, that goes on where it was. Then the
    estimate is shown, and asked about on a terminal. Nothing that is final, under way or paid for is sent. A file has
    50,000 lines and 200 MB at most; what is more goes into F-2.jsonl and so on.

    \b
    Examples:
      digest batch submit --from 2024-01-01 --to 2025-12-31 --limit-usd 60
      digest batch submit --from 2025-12-01 --to 2025-12-31 --to-file lines.jsonl
      vllm run-batch -i lines.jsonl -o answers.jsonl --model MODEL
    """
    from digest.cli.days import Reporter, locked_run, span_of
    from digest.tasks.batch import submit

    if limit_usd is not None and isnan(limit_usd):
        raise UsageError("--limit-usd: not a number: nan; name one")
    workspace = open_workspace(config)
    span = span_of(None, first, last, default=None, now=now(), zone=workspace.config.blog.timezone)
    _check_key(workspace, to_file)
    with locked_run(workspace, _options(workspace), _steps(talk), now()) as run:
        reporter = Reporter(run, talk)
        done = submit(
            run,
            span,
            to_file=to_file,
            limit_usd=limit_usd,
            agree=lambda estimate: _agree(estimate, talk, asks=to_file is None),
            progress=_Progress(talk, now(), workspace.config.blog.timezone, workspace.config.arxiv.interval),
        )
        for outcome in done.outcomes:
            reporter.report(outcome)
    return _report_submitted(done, talk)


@command.command("collect")
@click.option(
    "--from-file",
    "from_files",
    type=_File(path_type=Path, exists=True, dir_okay=False),
    metavar="G",
    multiple=True,
    help="A file of answers; may be given several times.",
)
@click.option(
    "--to-file", type=_File(path_type=Path, dir_okay=False), metavar="F", help="Write the next lines to a file."
)
@common
def collect_command(from_files: tuple[Path, ...], to_file: Path | None, config: Path | None, talk: Talk) -> int:
    """Turn the answers that have come into records and posts.

    A day is written once all of its papers are done. Repairs, verdicts and what was not answered become the next
    batch, at the engine or in a file. The exit code is 0 when nothing is under way any more, 3 where days were written
    and others wait, 4 where all wait.

    \b
    Examples:
      digest batch collect
      digest batch collect --from-file answers.jsonl --to-file next.jsonl
    """
    from digest.cli.days import Reporter, locked_run
    from digest.tasks.batch import collect

    workspace = open_workspace(config)
    with locked_run(workspace, _options(workspace), _steps(talk), now()) as run:
        reporter = Reporter(run, talk)
        done = collect(run, from_files=from_files, to_file=to_file, report=reporter.report)
    return _report_collected(done, talk)


def _options(workspace: "Workspace") -> "Options":
    from digest.run import Options

    asking = workspace.config.summarizer
    return Options(key=api_key(asking), verifier_key=api_key(workspace.config.verifier.settings(asking)))


def _steps(talk: Talk) -> Talk:
    """How each paper's steps are reported: on a terminal alone, since there may be years of them."""
    return talk if sys.stderr.isatty() or talk.verbose else Talk(quiet=True)


def _check_key(workspace: "Workspace", to_file: Path | None) -> None:
    """Raises UsageError, before hours of reading, where nobody could be asked."""
    asking = workspace.config.summarizer
    if asking.kind == "extractive":
        raise UsageError("summarizer.kind: extractive asks no model; set it to openai")
    if to_file is None and not asking.asks_model(api_key(asking)):
        raise UsageError(f"${asking.api_key_env}: there is no key for the engine; set it, or use --to-file")


class _Progress:
    """Shows how many papers are still to be read, and when that ends."""

    def __init__(self, talk: Talk, began: datetime, zone: str, interval: float) -> None:
        self._talk, self._began, self._zone, self._interval = talk, began, ZoneInfo(zone), interval
        self._start = self._shown = time.monotonic()
        self._done = -1

    def __call__(self, done: int, total: int) -> None:
        moment = time.monotonic()
        is_known = done == self._done or (0 < done < total and moment - self._shown < _BETWEEN)
        if not total or is_known:
            return
        self._shown, self._done = moment, done
        if done == total:
            self._talk.say(f"{counted(total, 'paper')} read")
            return
        each = (moment - self._start) / done if done else self._interval
        left = (total - done) * each
        ends = (self._began + timedelta(seconds=moment - self._start + left)).astimezone(self._zone)
        self._talk.say(f"{total - done:,} of {total:,} papers to read, {_span(left)}, until {ends:%Y-%m-%d %H:%M}")


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"about {minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"about {max(1, minutes)} min"


def _agree(estimate: "Estimate", talk: Talk, *, asks: bool) -> bool:
    """Show what is to be paid, and ask on a terminal whether it shall be."""
    price = "an unknown price (set summarizer.prices)" if estimate.cost_usd is None else f"{estimate.cost_usd:.4f} USD"
    tokens = f"{estimate.tokens.input:,} + {estimate.tokens.output:,} tokens"
    talk.say(
        f"estimate: {counted(estimate.papers, 'paper')}, {counted(estimate.requests, 'request')} now, {tokens} with "
        f"repairs and verdicts, for {price} at batch prices"
    )
    if asks and sys.stdin.isatty() and sys.stderr.isatty():
        return click.confirm("send it?", err=True)
    return True


def _report_submitted(done: "Submitted", talk: Talk) -> int:
    """Report what was sent; the exit code, which is the user's to change where a file of batches cannot be read."""
    code = _report_sent(done, talk)
    return Exit.USAGE if done.unread else code


def _report_sent(done: "Submitted", talk: Talk) -> int:
    for trouble in (*done.troubles, *done.unread):
        talk.warn(str(trouble))
    if done.under_way:
        talk.say(f"{counted(len(done.under_way), 'day')} under way already; digest batch collect takes the answers")
    for path in done.files:
        click.echo(path)
    for batch in done.batches:
        if batch.way == "engine":
            click.echo(batch.id or batch.name)
    if done.batches:
        step = "digest batch collect" + (" --from-file ANSWERS" if done.files else "")
        talk.say(f"{counted(sum(b.requests for b in done.batches), 'request')} under way; next: {step}")
        codes = {outcome.exit for outcome in done.outcomes}
        return Exit.USAGE if Exit.USAGE in codes else Exit.PARTIAL if any(codes) or done.troubles else Exit.DONE
    if not done.agreed:
        talk.say("nothing was sent; what was read is kept")
        return Exit.NOTHING
    if done.troubles or done.unread:
        return Exit.NOTHING
    talk.say("nothing is to be asked")
    return _folded(done.outcomes)


def _report_collected(done: "Collected", talk: Talk) -> int:
    for trouble in (*done.troubles, *done.unread):
        talk.warn(str(trouble))
    if done.received:
        talk.say("answers: " + ", ".join(f"{number} {what}" for what, number in done.received.items()))
    for outcome in done.outcomes:
        if outcome.post is not None:
            click.echo(outcome.post)
    for path in done.files:
        click.echo(path)
    _report_next(done, talk)
    if done.waiting:
        talk.say(f"{counted(len(done.waiting), 'day')} under way")
    if done.unread:
        return Exit.USAGE
    if done.waiting or done.troubles:
        return _folded(done.outcomes, Exit.PARTIAL if done.outcomes else Exit.NOTHING)
    if not done.outcomes:
        talk.say("nothing is under way")
    return _folded(done.outcomes)


def _report_next(done: "Collected", talk: Talk) -> None:
    if done.requests:
        talk.say(f"{counted(done.requests, 'request')} in the next batch")
    if done.unsent:
        talk.say(f"{counted(done.unsent, 'request')} to be asked next: digest batch collect --to-file F writes them")
    for batch in done.open:
        talk.say(str(batch))


def _folded(outcomes: "Sequence[Outcome]", *more: Exit) -> int:
    from digest.outcome import fold

    return fold(outcomes, more)
