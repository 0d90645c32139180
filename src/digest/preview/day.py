"""A record as a page: what the post says, each field beside its evidence, with faults and provenance."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, get_args
from urllib.parse import quote

from digest.core.paper import Paper, abs_url, alphaxiv_url
from digest.core.post.check import check_record
from digest.core.post.compare import post_text
from digest.core.post.inline import escape_url
from digest.core.record import (
    Correction,
    Entry,
    Exclusion,
    Extra,
    Provenance,
    Record,
    RecordListing,
    Status,
    Tokens,
    Verdict,
)
from digest.core.summary import FIELDS, NOTHING_SAID, Fault, FieldName
from digest.core.text import split_sentences
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
    return cut(text, (match.span() for match in _TOKEN.finditer(text) if _bare(match[0]) in words))


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


def _words(text: str) -> frozenset[str]:
    return frozenset(_bare(match[0]) for match in _TOKEN.finditer(text))


def _bare(word: str) -> str:
    return word.replace(",", "").casefold()


def cut(text: str, spans: Iterable[tuple[int, int]]) -> Pieces:
    """The text with these stretches of it marked."""
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


class Phrase(NamedTuple):
    """Words of the interface, which pages say in their language."""

    key: str
    """As `words.json` has it."""
    values: Mapping[str, str] = {}
    """What is put in its places."""


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
    """Who has written it, where the model has not."""

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(piece.text for sentence in self.sentences for piece in sentence)

    @property
    def is_doubted(self) -> bool:
        """Whether the verifier did not find it supported."""
        return self.verdict is not None and self.verdict.verdict != "supported"


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
    provenance: tuple[tuple[str, str | Phrase], ...]
    notes: tuple[str, ...]
    extra: tuple[Extra, ...]
    entry: Entry
    """What it was made from."""

    @property
    def unquoted(self) -> tuple[str, ...]:
        """The labels of the statements that say something and have no evidence beside them."""
        return tuple(each.label for each in self.statements if not each.quotes and not each.says_nothing)


class DayView(NamedTuple):
    """One day."""

    counts: tuple[tuple[str, int], ...]
    articles: tuple[Article, ...]
    excluded: tuple[Exclusion, ...]
    listing: RecordListing
    extra: tuple[Extra, ...]

    def narrowed(self, show: str) -> "DayView":
        """The day with the statements alone that have faults (`faults`), or that the verifier doubts (`doubted`)."""
        if show not in SHOWS:
            return self
        whole = show == "faults"
        articles = (
            each._replace(statements=tuple(filter(SHOWS[show], each.statements)), faults=each.faults * whole)
            for each in self.articles
        )
        return self._replace(articles=tuple(each for each in articles if each.statements or each.faults))

    def number_of(self, show: str) -> int:
        """How many statements, and faults of no statement, are then shown."""
        return sum(len(each.statements) + (len(each.faults) > 0) for each in self.narrowed(show).articles)


SHOWS: Final[Mapping[str, Callable[[Statement], object]]] = {
    "faults": lambda statement: statement.faults,
    "doubted": lambda statement: statement.is_doubted,
}
"""What a day's page may be narrowed to."""


def view_day(record: Record, tolerated: Sequence[str] = ()) -> DayView:
    """The day's page. Beside the faults that the record keeps stand those that `digest check` finds in it now."""
    numbers = {id(entry): number for number, entry in enumerate(shown(record.entries), start=1)}
    found = [finding.fault for finding in check_record(record, (), tolerated)]
    articles = (
        _article(f"paper-{at}", numbers.get(id(entry)), entry, [f for f in found if f.paper == entry.paper.id])
        for at, entry in enumerate(record.entries, start=1)
    )
    return DayView(count(record), tuple(articles), record.excluded, record.listing, record.extra)


def count(record: Record) -> tuple[tuple[str, int], ...]:
    """Each status that the day has, with its number of papers: `("draft", 2)`."""
    statuses = Counter(entry.status for entry in record.entries)
    numbers = {**{name: statuses[name] for name in get_args(Status)}, "excluded": len(record.excluded)}
    return tuple((name, number) for name, number in numbers.items() if number)


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
        entry=entry,
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


def _provenance(provenance: Provenance) -> Iterator[tuple[str, str | Phrase]]:
    unknown = Phrase("unknown: no prices configured")
    yield "summarizer", provenance.summarizer
    yield from [("model", provenance.model)] if provenance.model else []
    yield from [("text read", provenance.text)] if provenance.text else []
    if provenance.attempts:
        yield "attempts", str(provenance.attempts)
        yield "tokens", _tokens(provenance.tokens)
        yield "cost", unknown if provenance.cost_usd is None else f"${provenance.cost_usd:.4f}"
    if second := provenance.verifier:
        yield "verifier", second.model
        yield "its tokens", _tokens(second.tokens)
        yield "its cost", Phrase("unknown: no price known") if second.cost_usd is None else f"${second.cost_usd:.4f}"
    yield from [("prompt", provenance.prompt[:19])] if provenance.prompt else []
    yield from [("at", f"{provenance.at:%Y-%m-%d %H:%M %Z}".strip())] if provenance.at else []


def _tokens(tokens: Tokens) -> Phrase:
    return Phrase("{input} in, {output} out", {"input": f"{tokens.input:,}", "output": f"{tokens.output:,}"})
