"""One paper's way from its metadata to its entry."""

from collections.abc import Callable
from concurrent.futures import Future

from digest.core.paper import Paper, SourceText
from digest.core.record import Entry
from digest.core.selection import withdrawal_of, withdrawn_entry
from digest.core.summary import Fault
from digest.core.text import plain
from digest.stages.metadata import Metadata
from digest.stages.source_text.fetch import ArxivSite, abstract_text, fetch_text
from digest.stages.summarize.port import PendingError, Summarizer
from digest.store.batches import Line
from digest.store.cache import Cache


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
