"""White space and counts in text."""

import re
from typing import Final

NO_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, lone surrogates and noncharacters. White space among the controls is for `fold`."""


def fold(text: str) -> str:
    """One line of text: white space of any kind as single spaces, none at the ends, no control characters.

    Lone surrogates and noncharacters go as well. Everything else stays, zero-width and bidirectional
    signs included.
    """
    return " ".join(NO_TEXT.sub("", text).split())


def counted(number: int, noun: str) -> str:
    """`1 paper`, `2 papers`; a noun that ends in a consonant and `y` gets `ies`."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if re.search("[^aeiou]y$", noun) else f"{noun}s"
    return f"{number} {plural}"
