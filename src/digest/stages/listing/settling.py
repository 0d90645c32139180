"""Whether a source's list for a date is whole, or is asked for again: what one answer says beside the one before it."""

from datetime import date, datetime, timedelta

from digest.core.clock import day_end
from digest.core.paper import SourceReport
from digest.stages.listing.port import Source, SourceAnswer

_TWO_ANSWERS = timedelta(hours=6)
"""An empty list of a weekday counts as whole after two empty answers that are so far apart."""


def settle(
    source: Source,
    answer: SourceAnswer,
    before: SourceAnswer | SourceReport | None,
    *,
    day: date,
    now: datetime,
) -> SourceAnswer:
    """The answer with its history: since when it is so, whether it grew, and whether it is settled.

    An answer that the source itself does not call settled never is.
    """
    grew = before is not None and _has_more(answer, before)
    since = _since(answer, before) or now
    settled = answer.settled and _is_whole(source, answer, day=day, now=now, since=since, grew=grew)
    return answer.replace(settled=settled, at=now, since=since, grew=grew)


def _is_whole(source: Source, answer: SourceAnswer, *, day: date, now: datetime, since: datetime, grew: bool) -> bool:
    if not answer.papers:
        return day.weekday() >= 5 or now - since >= _TWO_ANSWERS
    return not grew and since >= day_end(day) + source.short_within


def _has_more(answer: SourceAnswer, before: SourceAnswer | SourceReport) -> bool:
    """Whether there are papers that were not there before; a report knows only how many there were."""
    if isinstance(before, SourceReport):
        return len(answer.papers) > before.papers
    return bool({paper.id for paper in answer.papers} - {paper.id for paper in before.papers})


def _since(answer: SourceAnswer, before: SourceAnswer | SourceReport | None) -> datetime | None:
    """When it was first so; None where it was not so before."""
    if before is None or before.state != answer.state:
        return None
    return before.since or before.at
