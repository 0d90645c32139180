"""The text a summary was made from, prepared once so that many look-ups in it are quick."""

import re
import unicodedata
from bisect import bisect_left
from fractions import Fraction
from typing import Final, NamedTuple

from digest.core.numbers import source_values

_DROPPED: Final = re.compile(
    r"\[[0-9]+(?:[,\s–-]+[0-9]+)*\]"  # a citation, which a quote may leave out
    r"|[\s\"'“”‘’„«»`´‐‑‒–—―−\-\u00ad\u200b\ufeff$\\{}]+"
)
_WORD: Final = re.compile(r"[a-z0-9]+(?:\.[0-9]+[a-z]*)*")
_COMPOUND: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_JOINED: Final = 4
"""As many neighbouring words may make one name: `Qwen 2.5 - VL - 7B`."""


class Given(NamedTuple):
    """What a summary may rely on."""

    text: str
    """As the model was given it."""
    squeezed: str
    """Case folded, without white space, dashes and quotation marks: where quotes are looked up."""
    words: frozenset[str]
    """Case folded words, and runs of up to four neighbours written as one."""
    ordered: tuple[str, ...]
    """The words alone, in order of the alphabet: where beginnings are looked up."""
    initials: str
    """The first letters of all words, of those that are no joints (`of`, `the`), and of hyphenated words as one."""
    values: frozenset[Fraction]
    """Every number in the text, in every reading."""
    sorted_values: tuple[Fraction, ...]

    def quotes(self, sentence: str) -> bool:
        """Whether the sentence stands in the text, up to white space, case, dashes and quotation marks."""
        return squeeze(sentence.strip().rstrip(".…")) in self.squeezed

    def has_between(self, low: Fraction, high: Fraction) -> bool:
        """Whether a number of at least `low` and below `high` stands in the text."""
        at = bisect_left(self.sorted_values, low)
        return at < len(self.sorted_values) and self.sorted_values[at] < high

    def begins(self, beginning: str) -> bool:
        """Whether a word of the text begins so."""
        at = bisect_left(self.ordered, beginning)
        return at < len(self.ordered) and self.ordered[at].startswith(beginning)


_LITTLE: Final = "a an and as at by for from in into of on or the to via with"
_JOINTS: Final = frozenset(_LITTLE.split())


def prepare(text: str) -> Given:
    """The text, ready for look-ups; some tens of milliseconds for 60 KB, to be done once a paper."""
    plain = unicodedata.normalize("NFKC", text).lower()
    words = _WORD.findall(plain)
    values = source_values(text)
    return Given(
        text=text,
        squeezed=squeeze(text),
        words=frozenset(_runs(words)),
        ordered=tuple(sorted(set(words))),
        initials=" ".join(map(_initials, (words, [w for w in words if w not in _JOINTS], _COMPOUND.findall(plain)))),
        values=values,
        sorted_values=tuple(sorted(values)),
    )


def squeeze(text: str) -> str:
    """The text with only what a word-for-word comparison looks at."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words)


def _runs(words: list[str]) -> set[str]:
    runs = set(words)
    for length in range(2, _JOINED + 1):
        runs.update(map("".join, zip(*(words[start:] for start in range(length)), strict=False)))
    return runs
