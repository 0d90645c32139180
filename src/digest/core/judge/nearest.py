"""The sentence of the paper that a quote was meant to be, and where the two differ."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from rapidfuzz import fuzz, process

_ALIKE: Final = 60
"""Per cent of equal words from which a sentence is what a quote was meant to be."""
_SHOWN: Final = 240
"""Characters of a sentence that are shown."""


def nearest(quote: str, sentences: Sequence[str]) -> str | None:
    """The sentence that shares most words with the quote; None where none is much like it."""
    lowered = [sentence.lower() for sentence in sentences]
    found = process.extractOne(quote.lower(), lowered, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE)
    return " ".join(sentences[found[2]].split()) if found else None


def describe_difference(quote: str, sentence: str) -> str:
    """The sentence, and the first words in which the quote differs from it."""
    own, written = sentence.split(), quote.split()
    for what, start, end, at, until in SequenceMatcher(None, own, written, autojunk=False).get_opcodes():
        if what != "equal":
            has, instead = " ".join(own[start:end]), " ".join(written[at:until])
            where = f'it has "{has}" where the quote has "{instead}"' if has and instead else _one_sided(has, instead)
            return f'the nearest sentence is "{_short(sentence)}": {where}'
    return f'the nearest sentence is "{_short(sentence)}"'


def _one_sided(has: str, instead: str) -> str:
    return f'the quote leaves out "{_short(has)}"' if has else f'the quote adds "{_short(instead)}"'


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
