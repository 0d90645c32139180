"""The union of all sources: a date's listing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from digest.core.clock import day_end
from digest.core.paper import Listing, Paper, SourceReport, State
from digest.stages.ports import Source, SourceAnswer
from digest.store.cache import Cache

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


_PRECEDENCE: tuple[State, ...] = ("ready", "error", "waiting", "quiet")
"""A listing with papers is ready; without any, the worst news of a source is the listing's."""


def list_papers(
    day: date,
    sources: Sequence[Source],
    *,
    cache: Cache,
    now: datetime,
    before: Sequence[SourceReport] = (),
    force: bool = False,
) -> Listing:
    """The papers that the sources name, in order, each once.

    `before` is what the sources answered when the day's record was last extended: it is used where the cache does not
    know. `force` asks for settled lists again too.
    """
    pairs = list(_pairs(sources, before))
    answers = [_answer(source, report, day=day, cache=cache, now=now, force=force) for source, report in pairs]
    states = {answer.state for answer in answers} or {"quiet"}
    return Listing(
        date=day,
        state=next(state for state in _PRECEDENCE if state in states),
        papers=_each_once(paper for answer in answers for paper in answer.papers),
        sources=tuple(_report(source, answer) for source, answer in zip(sources, answers, strict=True)),
        faults=tuple(fault for answer in answers for fault in answer.faults),
    )


def known_answers(day: date, sources: Sequence[Source], *, cache: Cache, now: datetime) -> list[SourceAnswer | None]:
    """What each source answered last, with nothing asked outside; None where that is not known."""
    return [_known(source, day, cache, now) for source in sources]


def _known(source: Source, day: date, cache: Cache, now: datetime) -> SourceAnswer | None:
    question = _question(source, day)
    return source.ask(day, now) if question is None else cache.peek_value(SourceAnswer, **question)


def _pairs(sources: Sequence[Source], before: Sequence[SourceReport]) -> Iterator[tuple[Source, SourceReport | None]]:
    """Each source with its own report: the one in its place, if it is of its kind."""
    for number, source in enumerate(sources):
        report = before[number] if number < len(before) else None
        yield source, report if report and report.kind == source.kind else None


def _answer(
    source: Source, report: SourceReport | None, *, day: date, cache: Cache, now: datetime, force: bool
) -> SourceAnswer:
    question = _question(source, day)
    if question is None:
        return source.ask(day, now).replace(at=now)
    before = cache.peek_value(SourceAnswer, **question)
    if before is not None and before.settled and not force:
        return cache.get_value(SourceAnswer, **question) or before
    answer = settle(source, source.ask(day, now), before or report, day=day, now=now)
    if answer.state in ("ready", "quiet"):
        cache.put(answer.as_json(), **question)
    return answer


def _question(source: Source, day: date) -> dict[str, Any] | None:
    """What an answer is kept by; None where asking costs nothing."""
    own = source.question
    return None if own is None else {"ask": "listing", "source": source.kind, "date": str(day), **own}


def _each_once(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    by_id: dict[str, Paper] = {}
    for paper in papers:
        by_id.setdefault(paper.id, paper)
    return tuple(by_id.values())


def _report(source: Source, answer: SourceAnswer) -> SourceReport:
    return SourceReport(
        kind=source.kind,
        state=answer.state,
        papers=len(answer.papers),
        settled=answer.settled,
        at=answer.at,
        since=answer.since,
        grew=answer.grew,
    )
