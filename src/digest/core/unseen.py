"""Signs that a reader cannot see, in any text: what they are, and the text without them."""

import re
from collections.abc import Iterator
from typing import Final

_PICTURE: Final = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_MARK: Final = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_ALWAYS: Final = (
    "\u00ad\u034f\u061c"  # soft hyphen, grapheme joiner, Arabic letter mark
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"  # Arabic and Syriac signs that enclose other letters
    "\u115f\u1160\u3164\uffa0\u17b4\u17b5"  # Hangul fillers, Khmer vowels without a shape
    "\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, direction
    "\u2800"  # braille without dots
    "\ufe00-\ufe0e\ufff0-\ufffc"  # variation selectors, annotations, the place of an object
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"  # tags, which spell ASCII unseen, and more variation selectors
)
# `\u200b` anywhere, a joiner or selector that follows no emoji, and the third mark and on of a stack of accents.
# Not the joiner in a family of emoji, `\ufe0f` after a heart or in a keycap, or the two marks of Vietnamese.
_UNSEEN: Final = re.compile(
    rf"[{_ALWAYS}]|(?<![{_PICTURE}\ufe0f])\u200d|\u200d(?![{_PICTURE}])|(?<![{_PICTURE}])\ufe0f(?!\u20e3)"
    rf"|(?<=[{_MARK}][{_MARK}])[{_MARK}]"
)


def find_unseen(text: str) -> Iterator[str]:
    """Each sign that a reader cannot see, in order.

    Zero-width and direction signs, fillers, blank braille, tags, selectors and joiners where no emoji is, and
    what is more than two accents on one letter. Control characters and white space are not among them.
    """
    return (match[0] for match in _UNSEEN.finditer(text))


def without_unseen(text: str) -> str:
    """The text without the signs that a reader cannot see; composed and white space as they were."""
    return text if text.isascii() else _UNSEEN.sub("", text)
