"""The words of a text, for looking up names however they are spaced or joined."""

import re
import unicodedata
from bisect import bisect_left
from itertools import accumulate
from typing import Final, NamedTuple

_TIMES: Final = re.compile(r"([0-9])x(?=[A-Z])")
"""As in `8xH100`."""
_WORD: Final = re.compile(r"[a-z0-9]*[0-9](?:\.[0-9]+[a-z]*)+|[a-z0-9]+")


class Words(NamedTuple):
    """The words of a text in lower case; decimals stay whole: `qwen2.5`, `vl`, `7b`."""

    joined: str
    """All words, one after the other, with nothing between them."""
    starts: tuple[int, ...]
    """Where each word starts in `joined`, and where the last one ends."""
    ordered: tuple[str, ...]
    """Each word once, sorted; beginnings of words are looked up here."""

    def names(self, name: str) -> bool:
        """Whether the text has the name, its words written apart, joined or in the plural."""
        joined = "".join(read_words(name))
        return bool(joined) and any(map(self._has, {joined, f"{joined}s", joined.removesuffix("s")} - {""}))

    def begins(self, beginning: str) -> bool:
        """Whether a word of the text begins so."""
        at = bisect_left(self.ordered, beginning)
        return at < len(self.ordered) and self.ordered[at].startswith(beginning)

    def _has(self, joined: str) -> bool:
        at = self.joined.find(joined)
        while at >= 0:
            if self._is_edge(at) and self._is_edge(at + len(joined)):
                return True
            at = self.joined.find(joined, at + 1)
        return False

    def _is_edge(self, at: int) -> bool:
        """Whether a word starts or ends there."""
        return self.starts[bisect_left(self.starts, at)] == at


def prepare_words(text: str) -> Words:
    """The words of a text, ready for look-ups."""
    words = read_words(text)
    return Words("".join(words), tuple(accumulate(map(len, words), initial=0)), tuple(sorted(set(words))))


def read_words(text: str) -> list[str]:
    """Runs of letters and digits in lower case."""
    return _WORD.findall(_TIMES.sub(r"\1 ", unicodedata.normalize("NFKC", text)).lower())
