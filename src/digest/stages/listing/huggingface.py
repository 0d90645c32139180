"""Hugging Face Daily Papers as a source."""

from datetime import date, datetime, timedelta
from typing import Any

from digest.clients.http import HttpClient
from digest.clients.huggingface import DailyPapers, NotOpenError, daily_papers
from digest.clients.retry import OfflineError, ServiceError
from digest.core.clock import day_end
from digest.core.fault import Fault
from digest.core.paper import State
from digest.stages.listing.port import SourceAnswer

_LATE = timedelta(hours=12)


class HuggingFace:
    """Daily Papers of the date. A day's list grows until the day is over in UTC."""

    kind = "huggingface"
    short_within = timedelta(days=1)

    def __init__(self, http: HttpClient, url: str) -> None:
        self._http = http
        self._url = url

    @property
    def question(self) -> dict[str, Any]:
        return {"url": self._url}

    def ask(self, day: date, now: datetime) -> SourceAnswer:
        try:
            found = daily_papers(self._http, self._url, day)
        except (NotOpenError, OfflineError):
            return SourceAnswer(state="waiting")
        except ServiceError as error:
            return SourceAnswer(state="error", faults=(Fault(name="listing", message=str(error)),))
        state = _state(found, day, now)
        return SourceAnswer(
            state=state,
            papers=tuple(found.papers),
            faults=tuple(found.faults),
            settled=state != "error" and found.is_whole and now >= day_end(day) and _taken_late(found.submitted, day),
        )


def _state(found: DailyPapers, day: date, now: datetime) -> State:
    if found.papers:
        return "ready"
    if found.faults:
        return "error"
    weekend = day.weekday() >= 5
    return "quiet" if weekend or now >= day_end(day) else "waiting"


def _taken_late(submitted: list[str], day: date) -> bool:
    """Whether the list's own times do not contradict that it was taken after its day.

    A mirror or a proxy may serve the list of an earlier hour long after, and then the newest time gives it away.
    Since May 2026 all times are midnight and say nothing.
    """
    times = {moment for text in submitted if (moment := _instant(text)) is not None}
    return len(times) < 2 or max(times) > day_end(day) - _LATE


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
