"""The union of all sources: a date's listing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from digest.core.paper import Listing, Paper, SourceReport, State
from digest.stages.listing.port import Source, SourceAnswer
from digest.store.cache import Cache

_PRECEDENCE: tuple[State, ...] = ("ready", "error", "waiting", "quiet")
"""A listing with papers is ready; without any, the worst news of a source is the listing's."""


def list_papers(day: date, sources: Sequence[Source], *, cache: Cache, now: datetime, force: bool = False) -> Listing:
    """The papers that the sources name, in order, each once. `force` asks for settled lists again too."""
    answers = [(source, _answer(source, day, cache, now, force)) for source in sources]
    states = {answer.state for _, answer in answers} or {"quiet"}
    return Listing(
        date=day,
        state=next(state for state in _PRECEDENCE if state in states),
        papers=_each_once(paper for _, answer in answers for paper in answer.papers),
        sources=tuple(_report(source, answer, now) for source, answer in answers),
        faults=tuple(fault for _, answer in answers for fault in answer.faults),
    )


def is_known_quiet(day: date, sources: Sequence[Source], *, cache: Cache, now: datetime) -> bool:
    """Whether every source is known, with nothing asked outside, to list nothing for the day and never to."""
    known = [_known(source, day, cache, now) for source in sources]
    return all(answer is not None and answer.state == "quiet" and answer.settled for answer in known)


def _known(source: Source, day: date, cache: Cache, now: datetime) -> SourceAnswer | None:
    if source.question is None:
        return source.ask(day, now)
    return cache.get_value(SourceAnswer, **_question(source, source.question, day))


def _question(source: Source, question: Mapping[str, Any], day: date) -> dict[str, Any]:
    return {"ask": "listing", "source": source.kind, "date": str(day), **question}


def _answer(source: Source, day: date, cache: Cache, now: datetime, force: bool) -> SourceAnswer:
    if source.question is None:
        return source.ask(day, now)
    question = _question(source, source.question, day)
    kept = None if force else cache.get_value(SourceAnswer, **question)
    if kept is not None:
        return kept
    answer = source.ask(day, now)
    if answer.settled:
        cache.put(answer.as_json(), **question)
    return answer


def _each_once(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    by_id: dict[str, Paper] = {}
    for paper in papers:
        by_id.setdefault(paper.id, paper)
    return tuple(by_id.values())


def _report(source: Source, answer: SourceAnswer, now: datetime) -> SourceReport:
    return SourceReport(kind=source.kind, state=answer.state, papers=len(answer.papers), settled=answer.settled, at=now)
