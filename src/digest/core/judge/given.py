"""The text that a summary was made from, prepared once so that many look-ups in it are quick."""

import re
import unicodedata
from bisect import bisect_left
from fractions import Fraction
from typing import Final, NamedTuple

from digest.core.judge.numbers import source_values

_DROPPED: Final = re.compile(
    r"\[[0-9]+(?:[,\s–-]+[0-9]+)*\]"  # a citation, which a quote may leave out
    r"|[\s\"'“”‘’„«»`´‐‑‒–—―−\-\u00ad\u200b\ufeff$\\{}]+"
)
_TIMES: Final = re.compile(r"([0-9])x(?=[A-Z])")
"""As in `8xH100`."""
_WORD: Final = re.compile(r"[a-z0-9]*[0-9](?:\.[0-9]+[a-z]*)+|[a-z0-9]+")
_JOINED: Final = 4
"""As many neighbouring words may make one name: `Qwen 2.5 - VL - 7B`."""


class Given(NamedTuple):
    """What a summary may rely on."""

    text: str
    """As the model was given it."""
    squeezed: str
    """Case folded, without white space, dashes and quotation marks; quotes are looked up here."""
    words: frozenset[str]
    """Case folded words, and runs of up to four neighbours written as one."""
    ordered: tuple[str, ...]
    """The words alone, sorted; beginnings of words are looked up here."""
    values: frozenset[Fraction]
    """Every number in the text, in every reading."""
    sorted_values: tuple[Fraction, ...]

    def quotes(self, sentence: str) -> bool:
        """Whether the text has the sentence, up to white space, case, dashes and quotation marks."""
        return squeeze(sentence.strip().rstrip(".…")) in self.squeezed

    def has_between(self, low: Fraction, high: Fraction) -> bool:
        """Whether the text has a number of at least `low` and below `high`."""
        at = bisect_left(self.sorted_values, low)
        return at < len(self.sorted_values) and self.sorted_values[at] < high

    def names(self, name: str) -> bool:
        """Whether the text has the name, its words written apart, joined or in the plural."""
        words = words_of(name)
        if len(words) > _JOINED:
            return all("".join(words[at : at + _JOINED]) in self.words for at in range(len(words) - _JOINED + 1))
        joined = "".join(words)
        return not self.words.isdisjoint({joined, joined + "s", joined.removesuffix("s"), joined.removesuffix("es")})

    def begins(self, beginning: str) -> bool:
        """Whether a word of the text begins so."""
        at = bisect_left(self.ordered, beginning)
        return at < len(self.ordered) and self.ordered[at].startswith(beginning)


def prepare(text: str) -> Given:
    """The text, ready for look-ups; some tens of milliseconds for 60 KB; call it once a paper."""
    words = words_of(text)
    values = source_values(text)
    return Given(
        text=text,
        squeezed=squeeze(text),
        words=frozenset(_runs(words)),
        ordered=tuple(sorted(set(words))),
        values=values,
        sorted_values=tuple(sorted(values)),
    )


def words_of(text: str) -> list[str]:
    """Runs of letters and digits in lower case; decimals stay whole: `qwen2.5`, `vl`, `7b`."""
    return _WORD.findall(_TIMES.sub(r"\1 ", unicodedata.normalize("NFKC", text)).lower())


def squeeze(text: str) -> str:
    """The text with only what a word-for-word comparison looks at."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


def _runs(words: list[str]) -> set[str]:
    runs = set(words)
    for length in range(2, _JOINED + 1):
        runs.update(map("".join, zip(*(words[start:] for start in range(length)), strict=False)))
    return runs
