"""Search: every word of the query is in a paper's title, id, abstract or summary, case aside."""

import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from digest.core.record import Entry, Record
from digest.core.summary import FIELDS
from digest.core.text import fold
from digest.preview.marking import Pieces, any_of, mark_terms

_MOST_TERMS: Final = 8
_LONGEST: Final = 200
_AROUND: Final = 90
"""Characters of an excerpt before and after what was found."""


class Hit(NamedTuple):
    """A paper that was found."""

    day: date
    anchor: str
    """Where it is on the day's page."""
    status: str
    """Of its entry, or `excluded`."""
    title: Pieces
    excerpt: Pieces


def read_terms(query: str) -> tuple[str, ...]:
    """The words of a query, each once."""
    words = unicodedata.normalize("NFC", fold(query[:_LONGEST])).split()
    return tuple(dict.fromkeys(words))[:_MOST_TERMS]


def may_hold(terms: Sequence[str]) -> Callable[[bytes], bool]:
    """A quick look at a record's bytes: False only where none of its papers can have every term.

    Words that control characters run through are not seen.
    """
    needles = [json.dumps(term.lower(), ensure_ascii=False)[1:-1].encode() for term in terms if _plain(term)]

    def look(data: bytes) -> bool:
        lowered = data.lower()
        return b"\\u" in lowered or all(needle in lowered for needle in needles)

    return look


def _plain(term: str) -> bool:
    """Whether bytes can be compared: only ASCII letters have another case."""
    return all(char.isascii() or char.lower() == char.upper() for char in term)


def find(record: Record, terms: Sequence[str]) -> Iterator[Hit]:
    """The day's papers that have every term, excluded ones by id and title."""
    patterns = [any_of([term]) for term in terms]
    for at, entry in enumerate(record.entries, start=1):
        texts = _texts(entry)
        if all(any(pattern.search(text) for text in texts) for pattern in patterns):
            yield _hit(record.date, f"paper-{at}", entry.status, texts, terms)
    for exclusion in record.excluded:
        title = fold(exclusion.title) or exclusion.id
        if all(pattern.search(f"{exclusion.id} {title}") for pattern in patterns):
            yield _hit(record.date, "excluded", "excluded", [title, exclusion.reason], terms)


def _texts(entry: Entry) -> list[str]:
    """The title first, then what an excerpt may be taken from, best first."""
    summary = [fold(entry.summary.text(field)) for field in FIELDS] if entry.summary else []
    return [entry.paper.name, *summary, fold(entry.paper.abstract), entry.paper.id]


def _hit(day: date, anchor: str, status: str, texts: Sequence[str], terms: Sequence[str]) -> Hit:
    title, *others = texts
    return Hit(day, anchor, status, mark_terms(title, terms), mark_terms(_excerpt(others, terms), terms))


def _excerpt(texts: Sequence[str], terms: Sequence[str]) -> str:
    """The words around the first find; where only the title has one, how the first text begins."""
    pattern = any_of(terms)
    text, match = next(((text, match) for text in texts if (match := pattern.search(text))), (texts[0], None))
    start = max(0, match.start() - _AROUND) if match else 0
    end = (match.end() if match else 0) + _AROUND
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"
