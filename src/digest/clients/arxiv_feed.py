"""arXiv's feeds, through the `arxiv` package, whose requests go out over our own HTTP client.

The package builds the queries, turns the pages and reads the feeds. Left alone it would wait for ever for a silent
server and read an error page as an empty feed, so the transport below its session is ours.
"""

import re
from datetime import UTC, datetime
from typing import Any

import arxiv
import requests
from lxml import etree
from requests.adapters import BaseAdapter

from digest.clients.http import Answer, HttpClient, Service
from digest.clients.retry import ServiceError
from digest.core.paper import Paper, parse_id
from digest.core.text import counted, fold

_ATOM = "{http://www.w3.org/2005/Atom}"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_NO_DATE = "1900-01-01T00:00:00Z"
"""Written for a date that cannot be read."""


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
        response._content = _with_readable_dates(answer.body)
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
        if not root.findall(f"{_ATOM}entry") and _total(root) > _start(answer.url):
            raise self._refusal(f"the feed announces {counted(_total(root), 'paper')} and has none")
        if any("/api/errors" in (each.text or "") for each in root.iterfind(f"{_ATOM}entry/{_ATOM}id")):
            raise ServiceError(self._service.name, fold(root.findtext(f".//{_ATOM}summary") or "an error feed"))

    def _refusal(self, reason: str) -> ServiceError:
        return ServiceError(self._service.name, reason, passing=True)


def _total(root: etree._Element) -> int:
    text = root.findtext(f"{_SEARCH}totalResults") or ""
    return int(text) if text.strip().isdecimal() else 0


def _start(url: str) -> int:
    found = re.search(r"[?&]start=(\d+)", url)
    return int(found[1]) if found else 0


def _with_readable_dates(body: bytes) -> bytes:
    """The feed with a stand-in for each date that cannot be read, at which the package would stop or skip the paper."""
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    changed = False
    for entry in root.iterfind(f"{_ATOM}entry"):
        for name in ("updated", "published"):
            found = entry.find(_ATOM + name)
            if found is None or not _is_date(found.text or ""):
                element = etree.SubElement(entry, _ATOM + name) if found is None else found
                element.text, changed = _NO_DATE, True
    return etree.tostring(root) if changed else body


def _is_date(text: str) -> bool:
    """Whether the package can read a date; it does so in just this way."""
    try:
        datetime.fromisoformat(text.strip().replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


def _date(moment: datetime) -> str | None:
    text = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    return None if text == _NO_DATE else text


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
        published=_date(result.published),
        updated=_date(result.updated),
        comment=fold(result.comment) if result.comment else None,
        metadata="arxiv",
    )
