"""Patterns that are looked for in every sentence of a paper, and found in few."""

import re
from typing import NamedTuple


class Cue(NamedTuple):
    """A pattern in any case, and words that tell quickly where it cannot be."""

    hints: tuple[str, ...]
    """Lower case. Every text in which the pattern is found has one of them; looking for them is much faster."""
    pattern: str
    """Compiled at the first hint, since most never are."""

    def fits(self, text: str) -> bool:
        """Whether the pattern is anywhere in the text."""
        small = text.casefold().replace("i̇", "i").replace("ı", "i")  # as IGNORECASE takes them
        return any(hint in small for hint in self.hints) and self.search(text) is not None

    def search(self, text: str) -> re.Match[str] | None:
        """The first place of the pattern."""
        return re.search(self.pattern, text, re.IGNORECASE | re.DOTALL)


def cue(hints: str, pattern: str) -> Cue:
    """A cue whose hints are separated by bars."""
    return Cue(tuple(hints.split("|")), pattern)
