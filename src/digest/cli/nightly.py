"""`digest nightly`: everything a night needs, for cron."""

import os
from pathlib import Path

import click

from digest.cli.options import api_key, common, now, open_workspace
from digest.cli.talk import Talk


@click.command("nightly")
@click.option("--dry-run", is_flag=True, help="Show what a night would do; ask no model and write nothing.")
@common
def command(dry_run: bool, config: Path | None, talk: Talk) -> int:
    """Take hand edits and batches in, catch up missed days, build, check, publish: for cron.

    First the checked-out branch is brought up to the remote's, posts that were edited by hand are taken into their
    records as corrections, and what batch engines have answered is collected.

    Among the last nightly.catch_up_days up to yesterday, each day is built that has no record, unfinished papers, no
    post, or a list that may have grown since; then what was built is checked, and published in one commit. A day that
    fails does not stop the next. The report begins with what is missing, and why. In GitHub Actions it becomes the
    step's summary.

    \b
    Examples:
      digest nightly
      digest nightly --dry-run
      15 8 * * *  cd /srv/blog && digest nightly      in a crontab
    """
    from digest.cli.days import Reporter, show_steps
    from digest.cli.night_report import report_night, report_plan, write_summary
    from digest.run import Options, open_run
    from digest.store.workspace import hold_lock
    from digest.tasks.nightly import run_night

    workspace = open_workspace(config)
    options = Options(
        min_success=workspace.config.nightly.min_success,
        key=api_key(workspace.config.summarizer),
        verifier_key=api_key(workspace.config.verifier.settings(workspace.config.summarizer)),
    )
    if dry_run:
        with open_run(workspace, options, now=now(), step=lambda *_: None) as run:
            return report_plan(run, talk)
    with (
        hold_lock(workspace.cache),
        show_steps(talk) as step,
        open_run(workspace, options, now=now(), step=step) as run,
    ):
        reporter = Reporter(run, talk)
        night = run_night(run, reporter.report)
    report_night(night, talk)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            write_summary(Path(summary), night, reporter.days)
        except OSError as error:
            talk.warn(f"$GITHUB_STEP_SUMMARY: {summary} cannot be written: {error.strerror}; the night itself is done")
    return night.exit
