"""arXiv's API, through the `arxiv` package, whose requests go out over our own HTTP client.

The package builds the queries, turns the pages and reads the feeds. Left alone it would wait for ever on a silent
server and read an error page as an empty feed, so the transport below its session is ours.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import arxiv
import requests
from lxml import etree
from requests.adapters import BaseAdapter

from digest.clients.errors import ServiceError
from digest.clients.http import HttpClient
from digest.clients.pacer import Pacer
from digest.clients.retry import THROTTLING
from digest.clients.service import Answer, Service
from digest.core.ids import parse_id
from digest.core.paper import Paper
from digest.core.text import fold

_ATOM = "{http://www.w3.org/2005/Atom}"
_LARGEST_QUERY = 2000
"""Papers of one category query, at most: more than any day has, and arXiv's own bound on a slice."""


class ArxivApi:
    """Metadata of papers by id or by category and day."""

    def __init__(self, http: HttpClient, url: str, pacer: Pacer) -> None:
        accept = "application/atom+xml, */*;q=0.1"
        service = Service("arXiv API", "arxiv", accept, pacer, urgent=True, passing=THROTTLING)
        self._adapter = _HttpAdapter(http, service)
        self.url = url

    def by_ids(self, ids: Iterable[str]) -> dict[str, Paper]:
        """Papers by versionless id, in one request; an id that arXiv does not know is missing. Raises ServiceError.

        Every id must have passed `parse_id`: one malformed id makes arXiv refuse all.
        """
        wanted = list(ids)
        search = arxiv.Search(id_list=wanted, max_results=len(wanted))
        papers = self._results(search, page_size=max(len(wanted), 1)) if wanted else []
        return {paper.id: paper for paper in papers}

    def submitted(self, categories: Iterable[str], day: date) -> list[Paper]:
        """Papers whose first version was submitted on the day (UTC) to any of the categories, oldest first."""
        either = " OR ".join(f"cat:{category}" for category in categories)
        query = f"({either}) AND submittedDate:[{day:%Y%m%d}0000 TO {day:%Y%m%d}2359]"
        search = arxiv.Search(
            query=query,
            max_results=_LARGEST_QUERY,
            sort_by=arxiv.SortCriterion.SubmittedDate,
            sort_order=arxiv.SortOrder.Ascending,
        )
        return self._results(search, page_size=100)

    def _results(self, search: arxiv.Search, *, page_size: int) -> list[Paper]:
        client = arxiv.Client(page_size=page_size, delay_seconds=0, num_retries=0)
        client.query_url_format = self.url + "?{}"
        client._session.mount("http://", self._adapter)
        client._session.mount("https://", self._adapter)
        try:
            found = list(client.results(search))
        except arxiv.ArxivError as error:
            raise ServiceError("arXiv API", f"the feed ends before its last page ({error.message})") from error
        return [paper for paper in map(_paper, found) if paper is not None]


class _HttpAdapter(BaseAdapter):
    """A transport for `requests` that asks through our client."""

    def __init__(self, http: HttpClient, service: Service) -> None:
        super().__init__()
        self._http = http
        self._service = service

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        answer = self._http.ask(self._service, str(request.url), check=self._check)
        response = requests.Response()
        response.status_code = answer.status
        response._content = answer.body
        response.url = answer.url
        response.request = request
        return response

    def close(self) -> None:
        """Nothing to close: the client belongs to the run."""

    def _check(self, answer: Answer) -> None:
        """Refuse what is not a complete feed: `Rate exceeded.`, HTML, nothing, half a feed, an error entry."""
        try:
            root = etree.fromstring(answer.body, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as error:
            start = fold(answer.body[:40].decode("utf-8", "replace"))
            raise self._refusal(f"no Atom feed but {start!r}") from error
        if root.tag != f"{_ATOM}feed":
            raise self._refusal(f"no Atom feed but <{root.tag}>")
        if any("/api/errors" in (each.text or "") for each in root.iterfind(f"{_ATOM}entry/{_ATOM}id")):
            raise ServiceError(self._service.name, fold(root.findtext(f".//{_ATOM}summary") or "an error feed"))

    def _refusal(self, reason: str) -> ServiceError:
        return ServiceError(self._service.name, reason, passing=True)


def _paper(result: arxiv.Result) -> Paper | None:
    """None for an entry whose id is none, which the API has never sent."""
    named = parse_id(result.entry_id)
    if named is None:
        return None
    return Paper(
        id=named.id,
        version=named.version,
        title=fold(result.title),
        authors=tuple(fold(author.name) for author in result.authors),
        abstract=fold(result.summary),
        categories=tuple(result.categories),
        published=f"{result.published:%Y-%m-%dT%H:%M:%SZ}",
        updated=f"{result.updated:%Y-%m-%dT%H:%M:%SZ}",
        comment=fold(result.comment) if result.comment else None,
        metadata="arxiv",
    )
