"""Patterns that are looked for in every sentence of a paper, and found in few."""

import re
from typing import NamedTuple


class Cue(NamedTuple):
    """A pattern, whatever its case."""

    hints: tuple[str, ...]
    """Of these, in small letters, a text has one wherever the pattern fits: they are found much faster."""
    pattern: str
    """Compiled when a hint was found: most of them never are."""

    def fits(self, text: str) -> bool:
        """Whether the pattern stands anywhere in the text."""
        small = text.casefold().replace("i̇", "i").replace("ı", "i")  # as IGNORECASE takes them
        return any(hint in small for hint in self.hints) and self.search(text) is not None

    def search(self, text: str) -> re.Match[str] | None:
        """Where the pattern stands first."""
        return re.search(self.pattern, text, re.IGNORECASE | re.DOTALL)


def cue(hints: str, pattern: str) -> Cue:
    """A cue; its hints are parted by bars."""
    return Cue(tuple(hints.split("|")), pattern)
