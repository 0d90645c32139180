"""arXiv's feeds, through the `arxiv` package, whose requests go out over our own HTTP client.

The package builds the queries, turns the pages and reads the feeds. Left alone it would wait for ever for a silent
server and read an error page as an empty feed, so the transport below its session is ours.
"""

from typing import Any

import arxiv
import requests
from lxml import etree
from requests.adapters import BaseAdapter

from digest.clients.errors import ServiceError
from digest.clients.http import HttpClient
from digest.clients.service import Answer, Service
from digest.core.ids import parse_id
from digest.core.paper import Paper
from digest.core.text import fold

_ATOM = "{http://www.w3.org/2005/Atom}"


def find_papers(
    http: HttpClient, service: Service, url: str, *, page: int, oldest_first: bool = False, **search: Any
) -> list[Paper]:
    """The papers that a search finds, in pages of so many; `search` is what `arxiv.Search` takes.

    Raises ServiceError where arXiv gives no complete answer.
    """
    if oldest_first:
        search |= {"sort_by": arxiv.SortCriterion.SubmittedDate, "sort_order": arxiv.SortOrder.Ascending}
    client = arxiv.Client(page_size=page, delay_seconds=0, num_retries=0)
    client.query_url_format = url + "?{}"
    for scheme in ("http://", "https://"):
        client._session.mount(scheme, _HttpAdapter(http, service))
    try:
        found = list(client.results(arxiv.Search(**search)))
    except arxiv.ArxivError as error:
        raise ServiceError(service.name, f"the feed ends before its last page ({error.message})") from error
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
        """Refuse what is not a whole feed: `Rate exceeded.`, HTML, nothing, half a feed, an error as a feed."""
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
    """None for an entry whose id is not one, which the API has never sent."""
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
