"""Building days: which days and papers are meant, and what is printed of each day."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click

from digest.cli.progress import show_steps
from digest.cli.report import Reporter
from digest.cli.talk import Talk
from digest.core.clock import days, today, yesterday
from digest.core.errors import Exit, UsageError
from digest.core.paper import Paper
from digest.core.text import as_json_text
from digest.outcome import Outcome, fold
from digest.pipeline import build_day, plan_renewal
from digest.run import Options, Run, open_run
from digest.stages.listing.named import no_paper, read_ids, read_ids_file
from digest.store.lock import hold_lock
from digest.store.workspace import Workspace


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
