"""Rendering posts again from their records."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from digest.core.errors import UsageError
from digest.core.summary import Fault
from digest.stages.archive import keep_archive
from digest.stages.keep import Shelf, keep


class Rendered(NamedTuple):
    """What became of a day."""

    day: date
    path: str | None = None
    """The post's, where it shows its record."""
    changed: bool = False
    faults: tuple[Fault, ...] = ()
    """Why the post does not show its record."""
    problem: str | None = None
    """What the user must fix before the day can be rendered."""


def render_days(days: Iterable[date], shelf: Shelf) -> Iterator[Rendered]:
    """Each day rendered, whatever is wrong with others."""
    for day in days:
        try:
            yield _render(day, shelf)
        except UsageError as error:
            yield Rendered(day, problem=str(error))


def _render(day: date, shelf: Shelf) -> Rendered:
    record = shelf.records.read(day)
    if record is None:
        raise UsageError(f"{shelf.records.path(day)}: no record of that day; build it with: digest build --date {day}")
    kept = keep(shelf, record, record)
    if not shelf.dry_run:
        keep_archive(shelf.posts.workspace, kept.record)
    path = kept.record.post.path if kept.record.post and not kept.faults else None
    return Rendered(day, path, kept.changed, kept.faults)
