"""`digest nightly`: everything a night needs, for cron."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import api_key, common, now, open_workspace
from digest.cli.talk import Talk

if TYPE_CHECKING:
    from digest.outcome import Outcome
    from digest.tasks.nightly import Night


@click.command("nightly")
@common
def command(config: Path | None, talk: Talk) -> int:
    """Catch up missed days, build, check, publish: for cron.

    Among the last nightly.catch_up_days up to yesterday, each day is built that has no record, unfinished papers, no
    post, or a list that may have grown since; then what was built is checked, and published in one commit. A day that
    fails does not stop the next. In GitHub Actions the report becomes the step's summary.

    \b
    Examples:
      digest nightly
      15 8 * * *  cd /srv/blog && digest nightly      in a crontab
    """
    from digest.cli.progress import show_steps
    from digest.cli.report import Reporter
    from digest.cli.step_summary import write_summary
    from digest.run import Options, open_run
    from digest.store.lock import hold_lock
    from digest.tasks.nightly import run_night

    workspace = open_workspace(config)
    options = Options(
        min_success=workspace.config.nightly.min_success,
        key=api_key(workspace.config.summarizer),
    )
    days = {}
    with (
        hold_lock(workspace.cache),
        show_steps(talk) as step,
        open_run(workspace, options, now=now(), step=step) as run,
    ):
        reporter = Reporter(run, talk)

        def report(outcome: "Outcome") -> None:
            days[outcome.date] = reporter.report(outcome)

        night = run_night(run, report)
    _report_night(night, talk)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        write_summary(Path(summary), night, days)
    return night.exit


def _report_night(night: "Night", talk: Talk) -> None:
    """Report what was found and published; each day was reported when it was built."""
    for found in night.found:
        talk.warn(f"{found.path}:{found.finding.line}: {found.finding.fault.message} ({found.finding.fault.name})")
    if night.refused is not None:
        talk.warn(f"not published: {night.refused}; what was written is safe, fix this and run: digest publish")
    for path in night.published.paths if night.published else ():
        click.echo(path)
    if night.published and night.published.note:
        talk.say(night.published.note)
    if not night.outcomes:
        talk.say("nothing is due")
