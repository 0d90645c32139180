"""`digest render`: posts again from their records."""

from contextlib import nullcontext
from datetime import date
from pathlib import Path

import click

from digest.cli.options import Day, common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.clock import yesterday
from digest.core.errors import Exit, UsageError


@click.command("render")
@click.option(
    "--date",
    "day",
    type=Day(),
    metavar="D",
    help="YYYY-MM-DD, today or yesterday, which is the default.",
)
@click.option("--all", "all_", is_flag=True, help="Every day that has a record.")
@click.option("--force", is_flag=True, help="Write over posts that were edited by hand.")
@click.option("--dry-run", is_flag=True, help="Show which posts would be written, and write nothing.")
@common
def command(day: date | None, all_: bool, force: bool, dry_run: bool, config: Path | None, talk: Talk) -> int:
    """Make posts again from their records; no network, no model.

    A post that was edited by hand is left as it is and reported, unless --force is given.

    \b
    Examples:
      digest render --date 2025-12-04
      digest render --all --dry-run
      digest render --all            after a change of templates/post.md.j2
    """
    from digest.stages.keep import Shelf, keep_again
    from digest.store.cache import Cache
    from digest.store.posts import Posts
    from digest.store.records import Records
    from digest.store.templates import Templates
    from digest.store.workspace import hold_lock

    if day is not None and all_:
        raise UsageError("--date and --all exclude each other; give one of them")
    workspace = open_workspace(config)
    records, posts = Records(workspace.data), Posts(workspace, Cache(workspace.cache))
    templates, blog = Templates(workspace.templates), workspace.config.blog
    shelf = Shelf(records, posts, templates, blog, force=force, dry_run=dry_run)
    chosen = records.days() if all_ else [day or yesterday(now(), blog.timezone)]
    written = "would be written" if dry_run else "written"
    problems: dict[str, None] = {}
    is_faulty = False
    with nullcontext() if dry_run else hold_lock(workspace.cache):
        for each in chosen:
            try:
                kept = keep_again(shelf, each)
            except UsageError as error:
                problems[str(error)] = None
                continue
            is_faulty |= bool(kept.faults)
            for fault in kept.faults:
                talk.warn(f"{each}: {fault.message} ({fault.name})")
            if kept.record.post and not kept.faults:
                talk.say(f"{each}: {written if kept.changed else 'unchanged'}")
                click.echo(kept.record.post.path)
    if problems:
        raise UsageError(*problems)
    return Exit.FAULTS if is_faulty else Exit.DONE
