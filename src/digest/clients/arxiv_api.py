"""arXiv's API: papers by id, or by category and day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from digest.clients.http import HttpClient, Pacer, Service
from digest.clients.retry import THROTTLING
from digest.core.paper import Paper

LARGEST_QUERY = 10_000
"""Papers of one category query, at most: more than any day has, and where arXiv stops counting."""
MOST_IDS = 100
"""Papers that one request names, at most."""
_PAGE = 100
"""Papers of one page of a category query."""


class ArxivApi:
    """Metadata of papers, asked at arXiv's pace."""

    def __init__(self, http: HttpClient, url: str, pacer: Pacer) -> None:
        accept = "application/atom+xml, */*;q=0.1"
        self._http = http
        self._service = Service("arXiv API", "arxiv", accept, pacer, urgent=True, passing=THROTTLING)
        self.url = url

    def by_ids(self, ids: Iterable[str]) -> dict[str, Paper]:
        """Papers by versionless id, in one request; an id that arXiv does not know is missing. Raises ServiceError.

        Every id must have passed `parse_id`: one malformed id makes arXiv refuse all.
        """
        wanted = list(ids)
        found = self._find(page=len(wanted), id_list=wanted, max_results=len(wanted)) if wanted else []
        return {paper.id: paper for paper in found}

    def submitted(self, categories: Iterable[str], day: date) -> list[Paper]:
        """Papers whose first version was submitted on the day (UTC) to any of the categories, oldest first."""
        either = " OR ".join(f"cat:{category}" for category in categories)
        query = f"({either}) AND submittedDate:[{day:%Y%m%d}0000 TO {day:%Y%m%d}2359]"
        return self._find(page=_PAGE, query=query, max_results=LARGEST_QUERY, oldest_first=True)

    def _find(self, *, page: int, **search: Any) -> list[Paper]:
        from digest.clients.arxiv_feed import find_papers  # with the arxiv package, which few commands need

        return find_papers(self._http, self._service, self.url, page=page, **search)
