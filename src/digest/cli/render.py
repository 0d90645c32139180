"""`digest render`: posts again from their records."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import Day, common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.clock import yesterday
from digest.core.errors import Exit, UsageError

if TYPE_CHECKING:
    from digest.stages.keep import Kept, Shelf


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
@common
def command(day: date | None, all_: bool, force: bool, config: Path | None, talk: Talk) -> int:
    """Make posts again from their records; no network, no model.

    A post that was edited by hand is left as it is and reported, unless --force is given.

    \b
    Examples:
      digest render --date 2025-12-04
      digest render --all            after a change of templates/post.md.j2
    """
    from digest.stages.keep import Shelf
    from digest.store.cache import Cache
    from digest.store.lock import hold_lock
    from digest.store.posts import Posts
    from digest.store.records import Records
    from digest.store.templates import Templates

    if day is not None and all_:
        raise UsageError("--date and --all exclude each other; give one of them")
    workspace = open_workspace(config)
    records = Records(workspace.data)
    posts = Posts(workspace, Cache(workspace.cache))
    shelf = Shelf(records, posts, Templates(workspace.templates), workspace.config.blog, force=force)
    chosen = records.days() if all_ else [day or yesterday(now(), workspace.config.blog.timezone)]
    with hold_lock(workspace.cache):
        return _render_each(shelf, chosen, talk)


def _render_each(shelf: "Shelf", chosen: Iterable[date], talk: Talk) -> Exit:
    """Render every day, whatever is wrong with others. Raises UsageError with all that the user must fix."""
    codes: list[Exit] = []
    problems: dict[str, None] = {}
    for day in chosen:
        try:
            codes.append(_report(day, _render(shelf, day), talk))
        except UsageError as error:
            problems[str(error)] = None
    if problems:
        raise UsageError(*problems)
    return max(codes, default=Exit.DONE)


def _render(shelf: "Shelf", day: date) -> "Kept":
    from digest.stages.keep import keep

    record = shelf.records.read(day)
    if record is None:
        path = shelf.records.path(day)
        raise UsageError(f"{path}: no record of that day; build it with: digest build --date {day}")
    return keep(shelf, record, record)


def _report(day: date, kept: "Kept", talk: Talk) -> Exit:
    for fault in kept.faults:
        talk.warn(f"{day}: {fault.message} ({fault.name})")
    if kept.faults:
        return Exit.FAULTS
    if kept.record.post is not None:
        talk.say(f"{day}: {'written' if kept.changed else 'unchanged'}")
        click.echo(kept.record.post.path)
    return Exit.DONE
