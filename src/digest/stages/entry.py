"""From a listed paper to its entry: its metadata, its text, its summary."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from digest.clients.arxiv_api import MOST_IDS, ArxivApi
from digest.clients.retry import ServiceError
from digest.core.paper import Paper, SourceText
from digest.core.record import Entry
from digest.core.selection import withdrawal_of, withdrawn_entry
from digest.core.summary import Fault
from digest.core.text import plain
from digest.stages.ports import PendingError, Summarizer
from digest.stages.source_text.fetch import ArxivSite, abstract_text, fetch_text
from digest.store.batches import Line
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
    """Ask arXiv for all papers that the cache does not have, many in a request; no paper is lost if one fails."""
    kept = {paper.id: _kept(paper, api, cache) for paper in papers}
    asked = [paper for paper in papers if kept[paper.id] is None]
    answered: dict[str, Paper] = {}
    missing: dict[str, Fault] = {}
    for start in range(0, len(asked), MOST_IDS):
        part = asked[start : start + MOST_IDS]
        try:
            answered |= api.by_ids([_versioned(paper) for paper in part])
        except ServiceError as error:
            missing |= dict.fromkeys((paper.id for paper in part), Fault(name="metadata", message=str(error)))
        for paper in part:
            if paper.id in answered:
                cache.put(answered[paper.id].as_json(), **_question(paper, api))
            else:
                missing.setdefault(paper.id, _unknown(paper))
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


def make_entry(
    paper: Paper,
    before: Entry | None,
    *,
    metadata: Future[Metadata],
    asked: Line | None = None,
    site: ArxivSite,
    cache: Cache,
    summarizer: Future[Summarizer],
    step: Callable[[Paper, str], None],
    anew: bool = False,
) -> Entry:
    """Fetch the paper's text and have it summarised. A failure is an entry too, with its faults.

    `before` is the entry that an earlier run made; a final one is only held against its evidence, unless it is to be
    made `anew`. `asked` is what a batch asked about the paper. The text is fetched while the metadata is still on its
    way. Raises PendingError where an answer is under way, or the text that was asked about cannot be had today.
    """
    if paper.metadata == "none":
        fault = metadata.result().missing.get(paper.id) or _no_text(paper)
        return Entry(status="failed", paper=paper, faults=(fault,))
    if anew and before is not None and paper.version != before.paper.version:
        fault_of_version = metadata.result().missing.get(paper.id)
        if fault_of_version is not None:  # an older version's abstract must not be read as the newer one's
            return Entry(status="failed", paper=paper, faults=(fault_of_version,))
    text = _text_of(paper, asked, site, cache)
    step(paper, f"fetched {text.kind}")
    if before is not None and _has_lost_its_text(before, text):
        return Entry(status="failed", paper=paper, faults=(_lost_text(paper, text),)) if anew else before
    paper, missing = metadata.result().of(paper)
    if text.kind == "abstract":
        text = abstract_text(paper).replace(notes=text.notes)  # in arXiv's words, where the listing's were older
    if why := withdrawal_of(paper, text):
        return withdrawn_entry(paper, why)
    paper = paper.replace(title=plain(paper.title), abstract=plain(paper.abstract))
    if not any(section.text.strip() for section in text.sections):
        return Entry(status="failed", paper=paper, faults=(_no_text(paper),))
    if missing is not None:
        text = text.replace(notes=(*text.notes, f"metadata from the listing: {missing.message}"))
    entry = summarizer.result().summarize(paper.replace(version=text.version or paper.version), text, before, anew=anew)
    step(paper, f"summarised: {entry.status}")
    return entry


def _text_of(paper: Paper, asked: Line | None, site: ArxivSite, cache: Cache) -> SourceText:
    """A paper's text; the one that a batch asked about, if one did. Raises PendingError where that cannot be had."""
    text = fetch_text(paper, site=site, cache=cache)
    if asked and asked.version and text.version not in (None, asked.version):
        text = fetch_text(paper.replace(version=asked.version, pinned=True), site=site, cache=cache)
    if asked and text.kind == "abstract" and asked.text not in (None, "abstract"):
        raise PendingError
    return text


def _has_lost_its_text(before: Entry, text: SourceText) -> bool:
    """Whether a final entry, which is to be held against its evidence, would be held against the abstract alone."""
    read = before.provenance.text if before.provenance else None
    return before.status == "final" and text.kind == "abstract" and read != "abstract"


def _lost_text(paper: Paper, text: SourceText) -> Fault:
    reasons = "; ".join(text.notes) or "arXiv has no other text of it"
    return Fault(name="no-text", message=f"only the abstract is to be had now: {reasons}", paper=paper.id)


def _no_text(paper: Paper) -> Fault:
    message = "there is neither an abstract nor a text to summarise; the next run looks again"
    return Fault(name="no-text", message=message, paper=paper.id)
