"""arXiv categories as a source: what was submitted to them on the date."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from digest.clients.arxiv_api import LARGEST_QUERY, ArxivApi
from digest.clients.retry import OfflineError, ServiceError
from digest.core.clock import day_end
from digest.core.fault import Fault
from digest.core.paper import Paper, State
from digest.stages.listing.port import SourceAnswer

_ANNOUNCED = timedelta(days=4)
"""A Friday's submissions are announced on Monday evening in New York; a holiday adds a day."""


class ArxivCategories:
    """Papers by the day of their first version, in UTC."""

    kind = "arxiv"
    short_within = timedelta(0)

    def __init__(self, api: ArxivApi, categories: Sequence[str]) -> None:
        self._api = api
        self._categories = tuple(categories)

    @property
    def question(self) -> dict[str, Any]:
        return {"url": self._api.url, "categories": self._categories}

    def ask(self, day: date, now: datetime) -> SourceAnswer:
        try:
            found = self._api.submitted(self._categories, day)
        except OfflineError:
            return SourceAnswer(state="waiting")
        except ServiceError as error:
            return SourceAnswer(state="error", faults=(Fault(name="listing", message=str(error)),))
        papers = tuple(paper for paper in found if _is_of(paper, day))
        settled = now >= day_end(day) + _ANNOUNCED
        state: State = "ready" if papers else "error" if found else "quiet" if settled else "waiting"
        faults = [_fault(paper, day) for paper in found if not _is_of(paper, day)]
        if len(found) >= LARGEST_QUERY:
            message = f"the categories have more than {LARGEST_QUERY} papers, the rest is missing; name fewer of them"
            faults.append(Fault(name="listing", message=message))
        return SourceAnswer(state=state, papers=papers, faults=tuple(faults), settled=settled and state != "error")


def _is_of(paper: Paper, day: date) -> bool:
    """Whether a paper is of the day; one whose date cannot be read is, since only the day was asked for."""
    return paper.published is None or paper.published.startswith(str(day))


def _fault(paper: Paper, day: date) -> Fault:
    message = f"the answer for {day} holds a paper submitted at {paper.published}; it is left out"
    return Fault(name="another-day", message=message, paper=paper.id)
