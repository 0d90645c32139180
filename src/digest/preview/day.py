"""A record as a page: what the post says, each field beside its evidence, with faults and provenance."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

from digest.core.paper import Paper, abs_url, alphaxiv_url
from digest.core.post.check import check_record
from digest.core.post.compare import post_text
from digest.core.post.inline import escape_url
from digest.core.record import Correction, Entry, Exclusion, Extra, Provenance, Record, Verdict
from digest.core.summary import FIELDS, NOTHING_SAID, Fault, FieldName
from digest.core.text import counted, split_sentences
from digest.stages.render import shown

_TOKEN: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z][A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
_HANGUL: Final = re.compile(r"[가-힣]")


class Piece(NamedTuple):
    """A stretch of text."""

    text: str
    marked: bool = False
    doubtful: bool = False
    """Whether it is marked as words that the evidence does not support."""


Pieces = tuple[Piece, ...]


def shared_words(korean: str, quotes: Sequence[str]) -> frozenset[str]:
    """The numbers and Latin names of a Korean text that its quotes have too; of a text without Hangul none.

    They are what an eye looks for first when it compares the two.
    """
    if not _HANGUL.search(korean):
        return frozenset()
    return _words(korean) & frozenset(word for quote in quotes for word in _words(quote))


def mark_words(text: str, words: frozenset[str]) -> Pieces:
    """The text with these words marked."""
    return _cut(text, (match.span() for match in _TOKEN.finditer(text) if _bare(match[0]) in words))


def unshared_numbers(korean: str, quotes: Sequence[str]) -> frozenset[str]:
    """The numbers of a Korean text that none of its quotes has; none where there are no quotes."""
    if not quotes or not _HANGUL.search(korean):
        return frozenset()
    numbers = {word for word in _words(korean) if word[0].isdigit()}
    return frozenset(numbers - {word for quote in quotes for word in _words(quote)})


def mark_claims(text: str, shared: frozenset[str], doubtful: frozenset[str], at_fault: str) -> Pieces:
    """The text with the words that its evidence shares, and with those in doubt: numbers, and words at fault."""
    start = text.find(at_fault) if at_fault else -1
    if start < 0:
        return tuple(
            piece._replace(doubtful=piece.marked and _bare(piece.text) in doubtful)
            for piece in mark_words(text, shared | doubtful)
        )
    end = start + len(at_fault)
    before, after = (mark_claims(part, shared, doubtful, "") for part in (text[:start], text[end:]))
    return (*before, Piece(at_fault, marked=True, doubtful=True), *after)


def mark_terms(text: str, terms: Sequence[str]) -> Pieces:
    """The text with everything marked that is one of the terms, case aside."""
    return _cut(text, (match.span() for match in any_of(terms).finditer(text)))


def any_of(terms: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds the terms, case aside, longer ones first."""
    return re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))), re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(_bare(match[0]) for match in _TOKEN.finditer(text))


def _bare(word: str) -> str:
    return word.replace(",", "").casefold()


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> Pieces:
    return tuple(piece for piece in _pieces(text, spans) if piece.text)


def _pieces(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    position = 0
    for start, end in spans:
        yield Piece(text[position:start])
        yield Piece(text[start:end], marked=True)
        position = end
    yield Piece(text[position:])


_ENDS: Final = 5
"""Words of a quote's beginning and of its end by which a browser finds it on the paper's page."""


class Quote(NamedTuple):
    """A sentence of the paper."""

    pieces: Pieces
    url: str | None
    """The paper's page at that sentence; None where what was read is no page."""
    found: bool = False
    """Whether digest found it, and not the model."""


class Statement(NamedTuple):
    """One field of a summary."""

    label: str
    """As the post has it: `Goal`, `Method`."""
    sentences: tuple[Pieces, ...]
    says_nothing: bool
    quotes: tuple[Quote, ...]
    faults: tuple[Fault, ...]
    verdict: Verdict | None = None
    """What the verifier said of it; None where it was not asked."""
    corrected: Correction | None = None
    """Who has written it, if a person has."""


class Article(NamedTuple):
    """One paper of the day."""

    anchor: str
    number: int | None
    """In the post; None where the post does not show the paper."""
    status: str
    title: str
    url: str
    alphaxiv_url: str
    paper: Paper
    statements: tuple[Statement, ...]
    faults: tuple[Fault, ...]
    """Those of no field that is shown."""
    provenance: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    extra: tuple[Extra, ...]


class DayView(NamedTuple):
    """One day."""

    counts: tuple[tuple[str, str], ...]
    articles: tuple[Article, ...]
    excluded: tuple[Exclusion, ...]
    listing: str
    extra: tuple[Extra, ...]


def view_day(record: Record, tolerated: Sequence[str] = ()) -> DayView:
    """The day's page. Beside the faults that the record keeps stand those that `digest check` finds in it now."""
    numbers = {id(entry): number for number, entry in enumerate(shown(record.entries), start=1)}
    found = [finding.fault for finding in check_record(record, (), tolerated)]
    articles = (
        _article(f"paper-{at}", numbers.get(id(entry)), entry, [f for f in found if f.paper == entry.paper.id])
        for at, entry in enumerate(record.entries, start=1)
    )
    return DayView(count(record), tuple(articles), record.excluded, _listing(record), record.extra)


def count(record: Record) -> tuple[tuple[str, str], ...]:
    """Each status that the day has, with its count in words: `("draft", "2 drafts")`."""
    statuses = Counter(entry.status for entry in record.entries)
    named = {
        "final": f"{statuses['final']} final",
        "draft": counted(statuses["draft"], "draft"),
        "failed": f"{statuses['failed']} failed",
        "excluded": f"{len(record.excluded)} excluded",
    }
    return tuple((name, words) for name, words in named.items() if not words.startswith("0 "))


def _listing(record: Record) -> str:
    sources = (f"{source.kind}: {counted(source.papers, 'paper')}, {source.state}" for source in record.listing.sources)
    return "; ".join((record.listing.state, *sources))


def _article(anchor: str, number: int | None, entry: Entry, found: Iterable[Fault]) -> Article:
    paper, provenance = entry.paper, entry.provenance
    faults = tuple(dict.fromkeys((fault.name, fault.field, fault.message) for fault in (*entry.faults, *found)))
    all_faults = tuple(Fault(name=name, field=field, message=message) for name, field, message in faults)
    shows = FIELDS if entry.summary else ()
    return Article(
        anchor=anchor,
        number=number,
        status=entry.status,
        title=paper.name,
        url=escape_url(abs_url(paper.id)),
        alphaxiv_url=escape_url(alphaxiv_url(paper.id)),
        paper=paper,
        statements=tuple(_statement(entry, field, all_faults) for field in shows),
        faults=tuple(fault for fault in all_faults if fault.field not in shows),
        provenance=tuple(_provenance(provenance)) if provenance else (),
        notes=provenance.notes if provenance else (),
        extra=entry.extra,
    )


def _statement(entry: Entry, field: FieldName, faults: Iterable[Fault]) -> Statement:
    text = post_text(entry.summary.text(field)) if entry.summary else ""
    quotes = entry.evidence.get(field, ())
    words = shared_words(text, quotes)
    page, verdict = _page(entry), entry.verdicts.get(field)
    doubtful, found = unshared_numbers(text, quotes), entry.found.get(field, ())
    at_fault = verdict.words if verdict and verdict.verdict != "supported" else ""
    return Statement(
        label=field.capitalize(),
        sentences=tuple(mark_claims(sentence, words, doubtful, at_fault) for sentence in split_sentences(text)),
        says_nothing=text.removesuffix(".") == NOTHING_SAID,
        quotes=tuple(Quote(mark_words(each, words), page and page + _fragment(each), each in found) for each in quotes),
        faults=tuple(fault for fault in faults if fault.field == field),
        verdict=verdict,
        corrected=entry.corrected.get(field),
    )


def _page(entry: Entry) -> str | None:
    """The web page that was read; None for a PDF, in which browsers find no sentence."""
    kinds = {"html": "html", "abstract": "abs"}
    kind = kinds.get(entry.provenance.text or "") if entry.provenance else None
    version = f"v{entry.paper.version}" if entry.paper.version else ""
    return escape_url(f"https://arxiv.org/{kind}/{entry.paper.id}{version}") if kind else None


def _fragment(sentence: str) -> str:
    """A text fragment: the browser scrolls to the sentence and lights it up, or shows the page's top."""
    words = sentence.split()
    ends = [words] if len(words) < 2 * _ENDS else [words[:_ENDS], words[-_ENDS:]]
    return "#:~:text=" + ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)


def _provenance(provenance: Provenance) -> Iterator[tuple[str, str]]:
    tokens, cost = provenance.tokens, provenance.cost_usd
    yield "summarizer", provenance.summarizer
    yield from [("model", provenance.model)] if provenance.model else []
    yield from [("text read", provenance.text)] if provenance.text else []
    if provenance.attempts:
        yield "attempts", str(provenance.attempts)
        yield "tokens", f"{tokens.input:,} in, {tokens.output:,} out"
        yield "cost", "unknown: no prices configured" if cost is None else f"${cost:.4f}"
    if provenance.verifier:
        tokens, cost = provenance.verifier.tokens, provenance.verifier.cost_usd
        yield "verifier", provenance.verifier.model
        yield "its tokens", f"{tokens.input:,} in, {tokens.output:,} out"
        yield "its cost", "unknown: no price known" if cost is None else f"${cost:.4f}"
    yield from [("prompt", provenance.prompt[:19])] if provenance.prompt else []
    yield from [("at", f"{provenance.at:%Y-%m-%d %H:%M %Z}".strip())] if provenance.at else []
