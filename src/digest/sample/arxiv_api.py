"""The arXiv API: `/export/api/query` with `id_list` or `search_query`, by GET or POST, answered in Atom."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha1
from typing import NamedTuple
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

from digest.core.paper import parse_id
from digest.sample.paper import Catalogue, SamplePaper
from digest.sample.server import Reply, Request

_UPDATED = "2025-12-05T00:00:00Z"
_OPEN = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" \
xmlns="http://www.w3.org/2005/Atom">"""


class PaperVersion(NamedTuple):
    """A paper and the version that is asked for."""

    paper: SamplePaper
    version: int


def feed(found: Sequence[PaperVersion], params: Mapping[str, str], *, start: int, size: int, total: int) -> str:
    """A page of results; the self link has no `rel`, as on the wire."""
    search, ids = params.get("search_query", ""), params.get("id_list", "")
    asked = f"search_query={search}&id_list={ids}&start={start}&max_results={size}"
    href = f"https://arxiv.org/api/query?search_query={search}&start={start}&max_results={size}&id_list={ids}"
    key = urlsafe_b64encode(sha1(asked.encode(), usedforsecurity=False).digest()).decode().rstrip("=")
    return "\n".join(
        (
            _OPEN,
            f"  <id>https://arxiv.org/api/{key}</id>",
            f"  <title>arXiv Query: {escape(asked)}</title>",
            f"  <updated>{_UPDATED}</updated>",
            f'  <link href={quoteattr(href)} type="application/atom+xml"/>',
            *_counts(size, total, start),
            *(line for each in found for line in _entry(*each)),
            "</feed>\n",
        )
    )


def error_feed(message: str) -> str:
    """The feed that goes with HTTP 400."""
    url = escape(f"https://arxiv.org/api/errors#{message.replace(' ', '_')}")
    return "\n".join(
        (
            _OPEN,
            "  <id>https://arxiv.org/</id>",
            "  <title>arXiv Search Results</title>",
            f"  <updated>{_UPDATED}</updated>",
            *_counts(1, 1, 0),
            "  <entry>",
            f"    <id>{url}</id>",
            "    <title>Error</title>",
            f"    <updated>{_UPDATED}</updated>",
            f'    <link href={quoteattr(url)} rel="alternate" type="text/html"/>',
            f"    <summary>{escape(message)}</summary>",
            "    <author>\n      <name>arXiv api core</name>\n    </author>",
            "  </entry>",
            "</feed>\n",
        )
    )


def _counts(size: int, total: int, start: int) -> tuple[str, ...]:
    return (
        f"  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>",
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>",
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>",
    )


def _entry(paper: SamplePaper, version: int) -> list[str]:
    name = f"{paper.id}v{version}"
    newest = version == paper.version
    comment = [f"<arxiv:comment>{escape(paper.comment)}</arxiv:comment>"] if paper.comment else []
    lines = [
        f"<id>http://arxiv.org/abs/{name}</id>",
        f"<title>{escape(paper.title)}</title>",
        f"<updated>{(newest and paper.updated) or paper.published}</updated>",
        f'<link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>',
        f'<link href="https://arxiv.org/pdf/{name}" rel="related" type="application/pdf" title="pdf"/>',
        f"<summary>{escape(paper.abstract)}</summary>",
        *(f'<category term="{c}" scheme="http://arxiv.org/schemas/atom"/>' for c in paper.categories),
        f"<published>{paper.published}</published>",
        *comment,
        f'<arxiv:primary_category term="{paper.categories[0]}"/>',
        *(f"<author>\n      <name>{escape(author)}</name>\n    </author>" for author in paper.authors),
    ]
    return ["  <entry>", *(f"    {line}" for line in lines), "  </entry>"]


_DATES = re.compile(r"submittedDate:\[(\d{12}) TO (\d{12})\]")
_CATEGORY = re.compile(r"cat:([\w.*-]+)")


class _BadQueryError(ValueError):
    """The query is wrong; the message is arXiv's."""


def query(request: Request, catalogue: Catalogue) -> Reply:
    """A page of the papers that the query names; 400 with an error feed for a query it refuses."""
    params = dict(request.query)
    if request.method == "POST":
        params |= dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    try:
        start, size = _count(params, "start", 0), _count(params, "max_results", 10)
        found = _by_id(params["id_list"], catalogue) if params.get("id_list") else _all(catalogue)
        if params.get("search_query"):
            found = _matching(params["search_query"], _in_order(found, params))
    except _BadQueryError as refusal:
        return _atom(error_feed(str(refusal)), status=400)
    return _atom(feed(found[start : start + size], params, start=start, size=size, total=len(found)))


def _atom(text: str, *, status: int = 200) -> Reply:
    return Reply(status, text.encode(), {"Content-Type": "application/atom+xml; charset=utf-8"})


def _count(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name, str(default))
    if not text.isdecimal():
        raise _BadQueryError(f"{name} must be an integer")
    return int(text)


def _all(catalogue: Catalogue) -> list[PaperVersion]:
    return [PaperVersion(paper, paper.version) for paper in catalogue.papers.values()]


def _by_id(id_list: str, catalogue: Catalogue) -> list[PaperVersion]:
    """In another order than the request has them, which arXiv does not promise to keep."""
    ids = [text.strip() for text in id_list.split(",") if text.strip()]
    for text in ids:
        if parse_id(text) is None:
            raise _BadQueryError(f"incorrect id format for {text}")
    return [PaperVersion(*found) for text in reversed(ids) if (found := catalogue.find(text))]


def _in_order(found: Sequence[PaperVersion], params: Mapping[str, str]) -> list[PaperVersion]:
    newest_first = params.get("sortOrder", "descending") == "descending"
    return sorted(found, key=lambda each: (each.paper.published, each.paper.id), reverse=newest_first)


def _matching(search: str, found: Sequence[PaperVersion]) -> list[PaperVersion]:
    rest = _CATEGORY.sub("", _DATES.sub("", search))
    if re.sub(r"\b(AND|OR)\b|[\s()]", "", rest):
        raise _BadQueryError(f"sample service knows cat: and submittedDate: only, not {rest.strip()}")
    return [each for each in found if _matches(each.paper, search)]


def _matches(paper: SamplePaper, search: str) -> bool:
    submitted = re.sub(r"\D", "", paper.published)[:12]
    dates = all(first <= submitted <= last for first, last in _DATES.findall(search))
    wanted = _CATEGORY.findall(search)
    patterns = [re.escape(category).replace(r"\*", ".*") for category in wanted]
    return dates and (not wanted or any(re.fullmatch(p, c) for p in patterns for c in paper.categories))
