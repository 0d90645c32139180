"""`digest refresh`: withdrawn papers and new versions since the day's post."""

from pathlib import Path

import click

from digest.cli.options import common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit
from digest.core.text import counted


@click.command("refresh")
@click.option("--days", "count", type=click.IntRange(min=1), metavar="N", help="Default: nightly.refresh_days.")
@common
def command(count: int | None, config: Path | None, talk: Talk) -> int:
    """Look at what has become of the papers of the last days; arXiv is asked, no model.

    A paper that was withdrawn is marked in its record, and its post says so. A new version is noted in the record; a
    title that has changed on arXiv is reported, not changed. One request is made for a hundred papers.

    \b
    Examples:
      digest refresh
      digest refresh --days 30
    """
    from digest.cli.night_report import report_refreshed
    from digest.clients.arxiv_api import ArxivApi
    from digest.clients.http import HttpClient, Pacer
    from digest.stages.keep import Shelf
    from digest.store.cache import Cache
    from digest.store.posts import Posts
    from digest.store.records import Records
    from digest.store.templates import Templates
    from digest.store.workspace import hold_lock
    from digest.tasks.refresh import days_to_refresh, refresh

    workspace, moment = open_workspace(config), now()
    blog, settings = workspace.config.blog, workspace.config
    records = Records(workspace.data)
    shelf = Shelf(records, Posts(workspace, Cache(workspace.cache)), Templates(workspace.templates), blog)
    with hold_lock(workspace.cache), HttpClient() as http:
        api = ArxivApi(http, settings.arxiv.api_url, Pacer(settings.arxiv.interval))
        done = refresh(days_to_refresh(records, settings, moment, count), shelf, api, now=moment)
    report_refreshed(done, talk)
    for day in done.days:
        click.echo(workspace.relative(workspace.record_path(day)))
    for path in done.posts:
        click.echo(path)
    talk.say(f"{counted(done.asked, 'paper')} looked at, {counted(len(done.posts), 'post')} changed")
    if done.faults:
        return Exit.PARTIAL if done.days or not any(fault.name == "metadata" for fault in done.faults) else Exit.NOTHING
    return Exit.DONE
