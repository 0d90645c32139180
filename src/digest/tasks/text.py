"""What a model would be given of a paper: its sections, their roles, and what is left out."""

from collections.abc import Iterator
from typing import NamedTuple

from digest.core.paper import Paper, SourceText
from digest.core.prompt.excerpt import Excerpt, SectionShare, count_tokens, plan_excerpt
from digest.core.prompt.sections import without_instructions
from digest.core.selection import withdrawal_of
from digest.core.text import plain
from digest.run import Run
from digest.stages.entry import describe
from digest.stages.source_text.fetch import abstract_text, fetch_text


class GivenText(NamedTuple):
    """A paper's text as a model would be given it."""

    paper: Paper
    text: SourceText
    excerpt: Excerpt
    tokens: int
    """The most that the excerpt may have."""
    missing: str
    """Why there is no metadata of arXiv's; empty if there is."""


def given_text(run: Run, paper: Paper) -> GivenText:
    """The text that `build` would give to the model; the same caches are read and filled."""
    metadata = describe([paper], api=run.api, cache=run.cache)
    text = fetch_text(paper, site=run.site, cache=run.cache)
    found, missing = metadata.of(paper)
    if text.kind == "abstract":
        text = abstract_text(found).replace(notes=text.notes)
    cleaned = found.replace(title=plain(found.title), abstract=plain(found.abstract))
    read, kept = without_instructions(cleaned.replace(version=text.version or found.version), text)
    tokens = run.workspace.config.summarizer.input_tokens
    return GivenText(read, kept, plan_excerpt(read, kept, tokens), tokens, missing.message if missing else "")


def report_text(given: GivenText) -> Iterator[str]:
    """Lines for a reader: the paper, a row for each section, and the excerpt itself."""
    paper, text = given.paper, given.text
    version = f"v{paper.version}" if paper.version else ""
    yield f"{paper.id}{version}  {paper.name}"
    yield (
        f"text: {text.kind}, {text.length:,} characters in {len(text.sections)} sections; "
        f"given: {count_tokens(given.excerpt.text):,} of at most {given.tokens:,} tokens"
    )
    if why := withdrawal_of(paper, text):
        yield f"withdrawn, so that build excludes it: {why}"
    yield from (f"note: {note}" for note in (*text.notes, given.missing) if note)
    yield ""
    yield from (_row(section) for section in given.excerpt.sections)
    yield ""
    yield given.excerpt.text


def _row(section: SectionShare) -> str:
    role = f"{section.role}, for others" if section.foreign else section.role
    if section.given == section.whole:
        share = f"all {section.whole:,} tokens"
    else:
        share = (
            f"{section.given:,} of {section.whole:,} tokens" if section.given else f"none of {section.whole:,} tokens"
        )
    return f"{role:<18}  {share:<24}  {'  ' * (section.level - 1)}{section.heading or '(no heading)'}"
