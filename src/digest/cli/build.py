"""`digest build`: one day's post, or a range of them."""

from contextlib import nullcontext
from datetime import date
from pathlib import Path

import click

from digest.cli.options import Day, api_key, common, now, open_workspace
from digest.cli.talk import Talk


@click.command("build")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--date",
    "day",
    type=Day(),
    metavar="D",
    help="YYYY-MM-DD, today or yesterday, which is the default.",
)
@click.option("--from", "first", type=Day(), metavar="D", help="The first day of a range.")
@click.option("--to", "last", type=Day(), metavar="D", help="The last day of a range.")
@click.option(
    "--papers", metavar="FILE", type=click.Path(path_type=Path), help="Papers to take: ids or URLs, a line each."
)
@click.option(
    "--sample", is_flag=True, help="In ./sample, ask sample services: no key, no network. They have 2025-12-04."
)
@click.option("--offline", is_flag=True, help="Ask nothing: cache and records only.")
@click.option("--force", is_flag=True, help="Ask for listings again; write over posts that were edited by hand.")
@click.option("--dry-run", is_flag=True, help="Do everything but write posts and records.")
@click.option("--model", metavar="NAME", help="Ask this model; also for what is final and by another one.")
@click.option("--refresh-versions", is_flag=True, help="Summarise anew what has a newer version on arXiv.")
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
    model: str | None,
    refresh_versions: bool,
    as_json_: bool,
    config: Path | None,
    talk: Talk,
) -> int:
    """Make a day's record and post, or bring them up to date.

    Without ID or --papers the papers are those that the configured sources list for the date. What is final already
    is not asked for again: a second run costs nothing and finishes what the first could not.

    --model and --refresh-versions summarise anew what is final: all papers of the day, or the IDs that you name. The
    older answer is kept whole in the record. A new one takes its place only if it is final and verified; else the
    older one stays, and the exit code is 3. New versions are those that digest refresh has noted. With --dry-run, what
    would be asked is reported, and no model is asked.

    \b
    Examples:
      digest build                                yesterday's papers
      digest build --date 2025-12-04 --sample     a first look, without network or key
      digest build --from 2025-12-01 --to 2025-12-05
      digest build --date 2025-12-04 2512.03405 https://arxiv.org/abs/2512.03534v2
      digest build --from 2025-11-01 --to 2025-11-30 --model gpt-5.6 --dry-run
    """
    from digest.cli.days import asking, build_days, locked_run, model_of, papers_of, span_of
    from digest.core.merge import Renewal
    from digest.run import Options

    blog = open_workspace(config)
    default = None
    if sample:
        from digest.cli.sample import SAMPLE_DATE, sample_services

        default = SAMPLE_DATE
    span = span_of(day, first, last, default=default, now=now(), zone=blog.config.blog.timezone)
    named = papers_of(ids, papers)
    model = model_of(model)
    options = Options(
        papers=named,
        offline=offline,
        force=force,
        dry_run=dry_run,
        renewal=Renewal(model, refresh_versions, frozenset(paper.id for paper in named)),
        key=api_key(blog.config.summarizer),
        verifier_key=api_key(blog.config.verifier.settings(blog.config.summarizer)),
    )
    services = sample_services(blog, options, now()) if sample else nullcontext((blog, options))
    with services as (workspace, options), locked_run(asking(workspace, model), options, talk, now()) as run:
        return build_days(run, span, talk, as_json=as_json_)
