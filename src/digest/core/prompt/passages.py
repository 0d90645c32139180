"""The parts of a paper's text that are nearest to a quote which is not in it."""

from collections.abc import Iterable, Iterator
from typing import Final

from rapidfuzz import fuzz, process

from digest.core.sentences import split_english

_AROUND: Final = 1
"""Sentences shown before and after the nearest one."""
_NEAREST: Final = 3
"""Sentences for each quote."""
_SHORTEST: Final = 20
"""Characters; anything shorter is near to everything."""
_LONGEST: Final = 1000
"""Characters of a sentence that is compared; a longer one is a table or a formula."""


def nearest_passages(text: str, quotes: Iterable[str]) -> list[str]:
    """Passages of a few sentences, in the order of the text, among which the model finds what it meant to quote."""
    sentences = [sentence for sentence in split_english(text) if _SHORTEST <= len(sentence) <= _LONGEST]
    lowered = [sentence.lower() for sentence in sentences]
    chosen: set[int] = set()
    for quote in quotes:
        for _, _, at in process.extract(quote.lower(), lowered, scorer=fuzz.token_set_ratio, limit=_NEAREST):
            chosen |= set(range(max(0, at - _AROUND), min(len(sentences), at + _AROUND + 1)))
    return list(_runs(sentences, sorted(chosen)))


def _runs(sentences: list[str], places: list[int]) -> Iterator[str]:
    """Neighbouring sentences together."""
    run: list[str] = []
    for number, at in enumerate(places):
        if number and at != places[number - 1] + 1:
            yield " ".join(run)
            run = []
        run.append(" ".join(sentences[at].split()))
    if run:
        yield " ".join(run)
