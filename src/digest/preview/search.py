"""Search over all days: words of titles, abstracts and summaries, ids, and days or months as dates."""

import json
import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import astuple

from digest.core.errors import UsageError
from digest.core.record import Entry, Record
from digest.core.summary import FIELDS
from digest.core.text import NO_TEXT, fold
from digest.preview.day import Piece, Pieces, cut
from digest.store.records import read_record

_MOST_TERMS: Final = 8
_LONGEST: Final = 200
_AROUND: Final = 90
"""Characters of an excerpt before and after what was found."""
_HITS: Final = 40
"""Papers found that end a page of results, with the day they are in."""
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


class Query(NamedTuple):
    """What is searched for."""

    terms: tuple[str, ...] = ()
    """Words that a paper must have, all of them."""
    dates: tuple[str, ...] = ()
    """Days and months as `2025-10-03` and `2025-10`; a paper must be of one of them if there are any."""

    def has(self, day: date) -> bool:
        """Whether the day is one that is searched."""
        return not self.dates or str(day).startswith(self.dates)


class Hit(NamedTuple):
    """A paper that was found."""

    day: date
    anchor: str
    """Where it is on the day's page."""
    status: str
    """Of its entry, or `excluded`."""
    title: Pieces
    excerpt: Pieces


class Results(NamedTuple):
    """A page of what a search found, newest first."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    """The papers on all pages."""
    faults: tuple[str, ...] = ()
    """Records that could not be searched."""
    before: date | None = None
    """Where the next page goes on: with the days before this one; None at the end."""


def read_query(text: str) -> Query:
    """The words and the dates of a query, each once."""
    words = unicodedata.normalize("NFC", fold(text[:_LONGEST])).split()
    terms = tuple(dict.fromkeys(words))[:_MOST_TERMS]
    dates = tuple(term for term in terms if _DATE.fullmatch(term))
    return Query(tuple(term for term in terms if term not in dates), dates)


def search(days: Iterable[tuple[date, Path]], query: Query, before: date | None) -> Results:
    """A page of the papers that the query finds in the records, which come newest first.

    The records of that page are read whole; of the others as much as tells how many papers it finds in them.
    """
    hits: list[Hit] = []
    faults: list[str] = []
    look, total, seen, last = may_hold(query.terms), 0, 0, None
    for day, path in (each for each in days if query.has(each[0])):
        try:
            data = path.read_bytes()
            is_shown = (before is None or day < before) and len(hits) < _HITS
            found = list(find(read_record(data, path, day), query.terms)) if is_shown and look(data) else []
            total += len(found) if is_shown else count_finds(data, query.terms) if look(data) else 0
        except (OSError, UsageError) as error:
            faults.append(str(error))
            continue
        hits += found
        if is_shown or not hits:
            seen, last = total, day
    return Results(tuple(hits), total, tuple(faults), last if total > seen else None)


class _Paper(msgspec.Struct, frozen=True):
    id: str = ""
    title: str = ""
    abstract: str = ""


class _Entry(msgspec.Struct):
    paper: _Paper = _Paper()
    summary: dict[str, str] | None = None


class _Exclusion(msgspec.Struct):
    id: str = ""
    title: str = ""


class _Day(msgspec.Struct):
    """The part of a record that is searched; reading all of it takes ten times as long."""

    entries: list[_Entry] = []
    excluded: list[_Exclusion] = []


def count_finds(data: bytes, terms: Sequence[str]) -> int:
    """How many papers of a record `find` would find; none in one that cannot be read."""
    try:
        day = msgspec.json.decode(data.removeprefix(BOM_UTF8), type=_Day)
    except ValueError:
        return 0
    patterns = [any_of([term]) for term in terms]
    texts = ["\n".join((*astuple(each.paper), *(each.summary or {}).values())) for each in day.entries]
    texts += ["\n".join(astuple(each)) for each in day.excluded]
    return sum(all(pattern.search(NO_TEXT.sub("", text)) for pattern in patterns) for text in texts)


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


def mark_terms(text: str, terms: Sequence[str]) -> Pieces:
    """The text with everything marked that is one of the terms, case aside."""
    if not terms:
        return (Piece(text),) if text else ()
    return cut(text, (match.span() for match in any_of(terms).finditer(text)))


def any_of(terms: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds the terms, case aside, longer ones first."""
    return re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))), re.IGNORECASE)
