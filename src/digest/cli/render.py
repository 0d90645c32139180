"""`digest render`: posts again from their records."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from digest.cli.options import Day, common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.clock import yesterday
from digest.core.errors import UsageError
from digest.core.exits import Exit

if TYPE_CHECKING:
    from digest.core.fault import Fault
    from digest.stages.keep import Shelf


@click.command("render")
@click.option("--date", "day", type=Day(), metavar="D", help="YYYY-MM-DD. Default: yesterday in the blog's time zone.")
@click.option("--all", "all_", is_flag=True, help="Every day that has a record.")
@click.option("--force", is_flag=True, help="Write over posts that were edited by hand.")
@common
def command(day: date | None, all_: bool, force: bool, config: Path | None, talk: Talk) -> int:
    """Make posts again from their records; no network, no model.

    A post that was edited by hand is left as it is, and told, unless --force is given.

    \b
    Examples:
      digest render --date 2025-12-04
      digest render --all            after a change of templates/post.md.j2
    """
    from digest.parallel.side_by_side import side_by_side
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
        rendered = zip(chosen, side_by_side(partial(_render, shelf), chosen), strict=True)
        told = [(_tell(day, each, talk), each.problem) for day, each in rendered]
    if problems := dict.fromkeys(problem for _, problem in told if problem is not None):
        raise UsageError(*problems)
    return max((code for code, _ in told), default=Exit.DONE)


class _Rendered(NamedTuple):
    """What became of a day, small enough to go from one process to another."""

    path: str | None = None
    changed: bool = False
    faults: "Sequence[Fault]" = ()
    problem: str | None = None
    """What a person must mend before the day can be rendered."""


def _render(shelf: "Shelf", day: date) -> _Rendered:
    from digest.stages.keep import keep

    try:
        record = shelf.records.read(day)
        if record is None:
            path = shelf.records.path(day)
            return _Rendered(problem=f"{path}: no record of that day; build it with: digest build --date {day}")
        kept = keep(shelf, record, record)
    except UsageError as error:
        return _Rendered(problem=str(error))
    return _Rendered(kept.record.post.path if kept.record.post else None, kept.changed, kept.faults)


def _tell(day: date, rendered: _Rendered, talk: Talk) -> Exit:
    for fault in rendered.faults:
        talk.warn(f"{day}: {fault.message} ({fault.name})")
    if rendered.path is not None and not rendered.faults:
        talk.say(f"{day}: {'written' if rendered.changed else 'unchanged'}")
        click.echo(rendered.path)
    return Exit.FAULTS if rendered.faults else Exit.DONE
