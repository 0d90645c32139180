"""Whether a quote is evidence: in the given text, a whole sentence or clause, and not a title, heading or label."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from rapidfuzz import fuzz, process

from digest.core.judge.given import Given
from digest.core.judge.passages import is_label, is_title

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


_BEGINS: Final = re.compile(r"(?:^|\n|[.!?:;)\]—•]|\b[ivx]{1,4}[.)])[\"'“”‘’*]*\s*$")
_AFTER_COMMA: Final = re.compile(r",\s*$")
# A clause after a comma is not evidence by itself where it begins as here: `and inference takes 0.4 s`.
_LEANS: Final = re.compile(
    r"(?:and|or|but|nor|yet|so|which|that|where|while|whereas|who|whose|with|than|from|as|by|for|of|in|on|at|to|a|an)\b",
    re.I,
)
_ENDED: Final = re.compile(r"[.!?:;]+[\"'”’)\]]*$")
_ENDS: Final = re.compile(r"\s*(?:\[[0-9, –-]+\]\s*)?(?:$|\n|[.!?:;,—]|[\"'”’)\]]+[.!?:;,]|\(|\[)")
_SHORTEST_CLAUSE: Final = 5
"""Words, at least, of a part of a sentence between two signs."""


def wrong_quote(quote: str, given: Given) -> str | None:
    """Why a quote is not evidence and what to do; None where it is."""
    span = given.locate(quote)
    if span is None:
        meant = nearest(quote, [passage.text for passage in given.passages])
        about = f"; {describe_difference(quote, meant)}" if meant else ""
        return f"is not in the paper's text{about}: copy a sentence word for word"
    place = _place(span, given.text)
    if place:
        return f"is {place}: quote a sentence that says it"
    if not (_begins(span[0], quote, given.text) and _ends(span[1], given.text)):
        return "is part of a sentence: copy the whole sentence"
    return None


def own_words(quote: str, given: Given) -> str:
    """The quote as the given text has it, white space folded; unchanged where the text does not have it."""
    span = given.locate(quote)
    if span is None:
        return quote
    end = span[1] + 1 if given.text[span[1] : span[1] + 1] in {".", "!", "?"} else span[1]
    return " ".join(given.text[span[0] : end].split())


def _place(span: tuple[int, int], text: str) -> str | None:
    """What the span is, where it is not part of a sentence."""
    start = text.rfind("\n", 0, span[0]) + 1
    line = text[start : max(span[1], text.find("\n", span[1]))]
    if line.startswith("#"):
        return "a heading"
    if start == 0 and is_title(line):
        return "the paper's title"
    return "a caption's label" if is_label(text[span[0] : span[1]]) else None


def _begins(start: int, quote: str, text: str) -> bool:
    before = text[max(0, start - 12) : start]
    if start == 0 or _BEGINS.search(before):
        return True
    return bool(_AFTER_COMMA.search(before)) and len(quote.split()) >= _SHORTEST_CLAUSE and not _LEANS.match(quote)


def _ends(end: int, text: str) -> bool:
    return bool(_ENDED.search(text[max(0, end - 4) : end].rstrip()) or _ENDS.match(text, end))
