"""White space and counts in text."""

import json
import re
from typing import Any, Final

NO_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, lone surrogates and noncharacters. White space among the controls is for `fold`."""


_SEQUENCE = re.compile(
    r"""
    (?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]                      # CSI: colours and cursor moves, "\x1b[31m"; not "[31m"
    | (?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)  # OSC: "\x1b]0;a title\x07"
    | \x1b[ -/]*[0-~]                                      # any other escape, "\x1bc"
    """,
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Text that a terminal shows as it is: no control sequences, and nothing that moves or reorders what is shown.

    Tabs and line breaks stay.
    """
    return _CONTROL.sub("", _SEQUENCE.sub("", text))


def as_json_text(values: Any, *, indent: int | None = None) -> str:
    """JSON, on one line unless it is indented, with escapes for what a terminal would not show as it is."""
    text = json.dumps(values, ensure_ascii=False, indent=indent)
    return _CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


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
