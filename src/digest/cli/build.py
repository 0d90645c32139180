"""`digest build`: one day's post, or a range of them."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import Day, api_key, common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.clock import days, today, yesterday
from digest.core.errors import UsageError

if TYPE_CHECKING:
    from digest.cli.report import Reporter
    from digest.core.paper import Paper
    from digest.outcome import Outcome
    from digest.run import Options, Run
    from digest.store.workspace import Workspace


@click.command("build")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--date", "day", type=Day(), metavar="D", help="YYYY-MM-DD. Default: yesterday in the blog's time zone.")
@click.option("--from", "first", type=Day(), metavar="D", help="The first day of a range.")
@click.option("--to", "last", type=Day(), metavar="D", help="The last day of a range.")
@click.option(
    "--papers", metavar="FILE", type=click.Path(path_type=Path), help="Papers to take: ids or URLs, a line each."
)
@click.option(
    "--sample", is_flag=True, help="Ask sample services on loopback: no key, no network. They have 2025-12-04."
)
@click.option("--offline", is_flag=True, help="Ask nothing: cache and records only.")
@click.option("--force", is_flag=True, help="Ask for listings again; write over posts that were edited by hand.")
@click.option("--dry-run", is_flag=True, help="Do everything but write posts and records.")
@click.option("--json", "as_json_", is_flag=True, help="Print a JSON object for each day instead of paths.")
@common
def command(
    ids: tuple[str, ...],
    day: date | None,
    first: date | None,
    last: date | None,
    papers: Path | None,
    sample: bool,
    offline: bool,
    force: bool,
    dry_run: bool,
    as_json_: bool,
    config: Path | None,
    talk: Talk,
) -> int:
    """Make a day's record and post, or bring them up to date.

    Without ID or --papers the papers are those that the configured sources list for the date. What is final already
    is not asked for again: a second run costs nothing and finishes what the first could not.

    \b
    Examples:
      digest build                                yesterday's papers
      digest build --date 2025-12-04 --sample     a first look, without network or key
      digest build --from 2025-12-01 --to 2025-12-05
      digest build --date 2025-12-04 2512.03405 https://arxiv.org/abs/2512.03534v2
    """
    from digest.cli.report import Reporter
    from digest.outcome import fold
    from digest.run import Options

    workspace = open_workspace(config)
    span = _span(workspace, day, first, last, sample=sample)
    options = Options(
        papers=_papers(ids, papers),
        offline=offline,
        force=force,
        dry_run=dry_run,
        key=api_key(workspace.config.summarizer),
    )
    with _services(workspace, options, sample=sample) as (workspace, options), _open(workspace, options, talk) as run:
        reporter = Reporter(run, talk)
        return fold([_build(run, reporter, day, as_json_) for day in span])


def _span(
    workspace: "Workspace", day: date | None, first: date | None, last: date | None, *, sample: bool
) -> list[date]:
    """The days to build. Raises UsageError for contradictions and for days that lie ahead."""
    if day is not None and (first or last):
        raise UsageError("--date and --from/--to exclude each other; give one of them")
    if last is not None and first is None:
        raise UsageError("--to needs --from; name the first day of the range")
    zone = workspace.config.blog.timezone
    default = _sample_date() if sample else yesterday(now(), zone)
    start = day or first or default
    end = last or (default if first else start)
    if end < start:
        raise UsageError(f"the range ends on {end}, before it begins on {start}; swap --from and --to")
    if end > today(now(), zone):
        raise UsageError(f"{end} lies in the future; name a day up to {today(now(), zone)}")
    return list(days(start, end))


def _sample_date() -> date:
    from digest.sample import SAMPLE_DATE

    return SAMPLE_DATE


def _papers(ids: Sequence[str], file: Path | None) -> "tuple[Paper, ...]":
    from digest.stages.listing.named import no_paper, read_ids, read_ids_file

    named, unread = read_ids(ids)
    if unread:
        raise UsageError(*map(no_paper, unread))
    papers = (*named, *(read_ids_file(file) if file else ()))
    if file and not papers:
        raise UsageError(f"{file}: names no paper; write an id or URL on each line")
    return tuple({paper.id: paper for paper in reversed(papers)}.values())[::-1]


@contextmanager
def _services(workspace: "Workspace", options: "Options", *, sample: bool) -> "Iterator[tuple[Workspace, Options]]":
    """The workspace and options with the sample services in the place of the real ones, if they are wanted."""
    if not sample:
        yield workspace, options
        return
    from digest.cli.sample import sample_config
    from digest.sample import serve

    with serve(today=now().date()) as services:
        config = sample_config(workspace.config, services)
        yield workspace._replace(config=config), options._replace(key="sample")


@contextmanager
def _open(workspace: "Workspace", options: "Options", talk: Talk) -> Iterator["Run"]:
    from digest.cli.progress import show_steps
    from digest.run import open_run
    from digest.store.lock import hold_lock

    with (
        hold_lock(workspace.cache),
        show_steps(talk) as step,
        open_run(workspace, options, now=now(), step=step) as run,
    ):
        yield run


def _build(run: "Run", reporter: "Reporter", day: date, as_json_: bool) -> "Outcome":
    from digest.pipeline import build_day

    outcome = build_day(run, day)
    values = reporter.report(outcome)
    if as_json_:
        click.echo(json.dumps(values, ensure_ascii=False))
    elif outcome.post is not None:
        click.echo(outcome.post)
    return outcome
