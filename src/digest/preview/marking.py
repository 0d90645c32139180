"""Texts cut into pieces, some of them marked: what two texts share, and what was searched for."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

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
