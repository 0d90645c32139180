"""Atom feeds in the shape that arXiv has written since November 2025."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha1
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from digest.sample.paper import SamplePaper

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
