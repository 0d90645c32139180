"""Metadata: what arXiv says of each listed paper, else what the listing said."""

from collections.abc import Sequence
from typing import NamedTuple

from digest.clients.arxiv_api import ArxivApi
from digest.clients.retry import ServiceError
from digest.core.paper import Paper
from digest.core.summary import Fault
from digest.store.cache import Cache


class Metadata(NamedTuple):
    """Papers with the best metadata that was to be had."""

    papers: dict[str, Paper]
    """By id, in the order in which they were given."""
    missing: dict[str, Fault]
    """By id, why arXiv's own metadata is missing."""

    def of(self, paper: Paper) -> tuple[Paper, Fault | None]:
        """A paper as arXiv describes it, and why it does not, if so."""
        return self.papers[paper.id], self.missing.get(paper.id)


def is_described(paper: Paper) -> bool:
    """Whether its listing says enough of a paper to judge whether it is wanted."""
    return paper.metadata != "none" and bool(paper.title and paper.abstract)


def describe(papers: Sequence[Paper], *, api: ArxivApi, cache: Cache) -> Metadata:
    """Ask arXiv for all papers that the cache does not have, in one request; no paper is lost if it fails."""
    kept = {paper.id: _kept(paper, api, cache) for paper in papers}
    asked = [paper for paper in papers if kept[paper.id] is None]
    answered: dict[str, Paper] = {}
    fault: Fault | None = None
    try:
        answered = api.by_ids([_versioned(paper) for paper in asked])
    except ServiceError as error:
        fault = Fault(name="metadata", message=str(error))
    for paper in asked:
        if paper.id in answered:
            cache.put(answered[paper.id].as_json(), **_question(paper, api))
    missing = {paper.id: fault or _unknown(paper) for paper in asked if paper.id not in answered}
    return Metadata({paper.id: _merged(paper, answered.get(paper.id) or kept[paper.id]) for paper in papers}, missing)


def _kept(paper: Paper, api: ArxivApi, cache: Cache) -> Paper | None:
    """What was kept of a paper; of a version also where it was the latest when it was asked for."""
    known = cache.get_value(Paper, **_question(paper, api))
    if known is not None or not paper.pinned:
        return known
    latest = cache.peek_value(Paper, **_question(paper.replace(pinned=False), api))
    return latest if latest is not None and latest.version == paper.version else None


def _question(paper: Paper, api: ArxivApi) -> dict[str, str]:
    return {"ask": "metadata", "url": api.url, "id": _versioned(paper)}


def _versioned(paper: Paper) -> str:
    return f"{paper.id}v{paper.version}" if paper.pinned else paper.id


def _merged(listed: Paper, found: Paper | None) -> Paper:
    """arXiv's words with what only the listing knows."""
    if found is None:
        return listed
    known = {"upvotes": listed.upvotes, "pinned": listed.pinned, "code": listed.code, "project": listed.project}
    return found.replace(**known).keeping(listed)


def _unknown(paper: Paper) -> Fault:
    message = f"arXiv knows no paper {_versioned(paper)}; correct the id or remove it from the list"
    return Fault(name="unknown-id", message=message, paper=paper.id)
