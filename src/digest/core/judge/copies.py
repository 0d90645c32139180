"""Where a text has a quote, compared as people and models copy: by letters and digits."""

import re
import unicodedata
from bisect import bisect_left
from itertools import accumulate
from typing import Final, NamedTuple

_CITATION: Final = r"\[[0-9]+(?:[,\s–-]+[0-9]+)*\]"
_TOKEN: Final = re.compile(rf"{_CITATION}|(?P<token>[0-9]+(?:\.[0-9]+)*|[^\W\d_]+)")
_QUOTATION: Final = " \t\n\r\"'“”‘’„«»`"


class Letters(NamedTuple):
    """The letters and digits of a text, case folded, and where each run of them is in it."""

    joined: str
    starts: tuple[int, ...]
    """Where each run starts in `joined`, and where the last one ends."""
    spans: tuple[tuple[int, int], ...]
    """Where each run is in the text."""

    def find(self, quote: "Letters") -> tuple[int, int] | None:
        """Where the text has the quote: from the start of one run to the end of another."""
        if not quote.joined:
            return None
        at = self.joined.find(quote.joined)
        while at >= 0:
            first, last = bisect_left(self.starts, at), bisect_left(self.starts, at + len(quote.joined))
            if self.starts[first] == at and self.starts[last] == at + len(quote.joined):
                return self.spans[first][0], self.spans[last - 1][1]
            at = self.joined.find(quote.joined, at + 1)
        return None


def read_letters(text: str) -> Letters:
    """The letters and digits of a text; a point between digits counts, citations such as `[12]` do not."""
    matches = [match for match in _TOKEN.finditer(text) if match["token"]]
    runs = [unicodedata.normalize("NFKC", match[0]).casefold() for match in matches]
    return Letters("".join(runs), tuple(accumulate(map(len, runs), initial=0)), tuple(m.span() for m in matches))


def trim_quote(quote: str) -> str:
    """The quote without outer quotation marks."""
    return quote.strip(_QUOTATION)
