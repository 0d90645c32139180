"""The arXiv API: `/export/api/query` with `id_list` or `search_query`, by GET or POST, answered in Atom."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from digest.core.ids import parse_id
from digest.sample.atom import PaperVersion, error_feed, feed
from digest.sample.catalogue import Catalogue
from digest.sample.exchange import Reply, Request
from digest.sample.paper import SamplePaper

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
