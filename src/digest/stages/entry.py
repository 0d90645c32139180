"""One paper's way from its metadata to its entry."""

from collections.abc import Callable

from digest.core.fault import Fault
from digest.core.paper import Paper
from digest.core.record import Entry
from digest.core.source_text import SourceText
from digest.stages.source_text.fetch import ArxivSite, abstract_text, fetch_text
from digest.stages.summarize.port import Summarizer
from digest.store.cache import Cache


def make_entry(
    paper: Paper,
    before: Entry | None,
    *,
    described: Callable[[Paper], tuple[Paper, Fault | None]],
    site: ArxivSite,
    cache: Cache,
    summarizer: Callable[[], Summarizer],
    step: Callable[[Paper, str], None],
) -> Entry:
    """Fetch the paper's text and have it summarised; a failure is an entry too, with its faults.

    `before` is the entry an earlier run made. `described` gives the paper as arXiv describes it, and why it does not,
    if so. Both it and who summarises are asked for as late as can be.
    """
    if paper.metadata == "none":
        return Entry(status="failed", paper=paper, faults=(described(paper)[1] or _no_text(paper),))
    text = fetch_text(paper, site=site, cache=cache)
    step(paper, f"fetched {text.kind}")
    paper, missing = described(paper)
    if text.kind == "abstract":
        text = abstract_text(paper).replace(notes=text.notes)  # as arXiv has it by now
    if not any(section.text.strip() for section in text.sections):
        return Entry(status="failed", paper=paper, faults=(_no_text(paper),))
    noted = text if missing is None else _with_note(text, f"metadata from the listing: {missing.message}")
    read = paper.replace(version=text.version or paper.version)
    entry = summarizer().summarize(read, noted, before)
    step(paper, f"summarised: {entry.status}")
    return entry


def _with_note(text: SourceText, note: str) -> SourceText:
    return text.replace(notes=(*text.notes, note))


def _no_text(paper: Paper) -> Fault:
    message = "there is neither an abstract nor a text to summarise; the next run looks again"
    return Fault(name="no-text", message=message, paper=paper.id)
