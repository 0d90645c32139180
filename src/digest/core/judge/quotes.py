"""Whether a quote is evidence: in the given text, a whole sentence or clause, and not a title, heading or label."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Final, NamedTuple

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


_NUMBERED: Final = r"\[[0-9]+(?:[,;\s–-]+[0-9]+)*\]"
# `(Kim et al., 2024)`, `(Reiter and Dale, 1997; Gatt, 2018)`, `[Kim 2024]`; not `(in 2024)` or `(2024)`.
_NAMED: Final = r"[(\[](?:e\.g\.,?\s|see\s)?[A-Z][^()\[\]]{1,200}?\b(?:19|20)[0-9]{2}[a-z]?[^()\[\]]{0,100}[)\]]"
_TIMES: Final = r"(?<=[0-9])\s?[x×](?![A-Za-z])"
_THOUSANDS: Final = r"[0-9]{1,3}(?:(?:,|\{,\})[0-9]{3})+(?![0-9])(?:\.[0-9]+)?"
_TOKEN: Final = re.compile(
    rf"{_NUMBERED}|{_NAMED}|{_TIMES}|\\(?P<command>[A-Za-z]+)|(?P<run>{_THOUSANDS}|[0-9]+(?:\.[0-9]+)*|[^\W\d_]+|[^\W_])"
)
_NAMES: Final = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega sigma epsilon phi"
)
_GREEK: Final = dict(zip("αβγδεζηθικλμνξοπρστυφχψωςϵϕ", _NAMES.split(), strict=True))
_LIGATURE: Final = re.compile("ff[il]?|f[il]")
_QUOTATION: Final = " \t\n\r\"'“”‘’„«»`"


class Letters(NamedTuple):
    """The letters and digits of a text, folded, and where each run of them is in it."""

    runs: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """Where each run is in the text."""

    def find(self, quote: "Letters") -> tuple[int, int] | None:
        """Where the text has the quote, from the start of one run to the end of another; None: nowhere.

        Ligatures that a PDF lost, as in `e cient`, are passed over where nothing else is found.
        """
        for runs, wanted in ((self.runs, quote.runs), (_broken(self.runs), _broken(quote.runs))):
            found = _find(runs, "".join(wanted))
            if found:
                return self.spans[found[0]][0], self.spans[found[1] - 1][1]
        return None


def _find(runs: tuple[str, ...], wanted: str) -> tuple[int, int] | None:
    """The first run of those that make the wanted text, and the one after the last."""
    joined, starts = "".join(runs), list(accumulate(map(len, runs), initial=0))
    at = joined.find(wanted) if wanted else -1
    while at >= 0:
        first, last = bisect_left(starts, at), bisect_left(starts, at + len(wanted))
        if starts[first] == at and starts[last] == at + len(wanted):
            return first, last
        at = joined.find(wanted, at + 1)
    return None


def _broken(runs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_LIGATURE.sub("", run) for run in runs)


def read_letters(text: str) -> Letters:
    """The letters and digits of a text, without accents, TeX commands and citations.

    A point between digits counts; Greek letters are their names, however they are written.
    """
    found = list(_runs(text))
    return Letters(tuple(run for run, _ in found), tuple(span for _, span in found))


def _runs(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each run and its place; a space goes before a number that follows another, so that `3-5` is not `35`."""
    after_number = False
    for match in _TOKEN.finditer(text):
        if match["run"]:
            run = re.sub("[,{}]", "", _fold(match[0]))
            yield (f" {run}" if after_number and run[:1].isdigit() else run), match.span()
            after_number = run[-1:].isdigit()
        elif match["command"] and match["command"].lower().removeprefix("var") in _GREEK.values():
            yield match["command"].lower().removeprefix("var"), match.span()


def _fold(run: str) -> str:
    if run.isascii():
        return run.lower()
    plain = "".join(char for char in unicodedata.normalize("NFKD", run) if not unicodedata.combining(char)).casefold()
    return "".join(_GREEK.get(char, char) for char in plain)


def trim_quote(quote: str) -> str:
    """The quote without outer quotation marks."""
    return quote.strip(_QUOTATION)
