"""The characters of text: white space, controls, what a reader cannot see, and one spelling for what looks the same."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
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
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Text that a terminal shows as it is: no control sequences, and nothing that moves or reorders what is shown.

    Tabs and line breaks stay.
    """
    return _UNPRINTABLE.sub("", _SEQUENCE.sub("", text))


def as_json_text(values: Any, *, indent: int | None = None) -> str:
    """JSON, on one line unless it is indented, with escapes for what a terminal would not show as it is."""
    text = json.dumps(values, ensure_ascii=False, indent=indent)
    return _UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


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


_WIDE: Final = {
    wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
"""Full-width digits and letters."""
_SIGNS: Final = {
    "，": ",",
    "。": ".",
    "．": ".",
    "｡": ".",
    "％": "%",
    "﹪": "%",
    "＋": "+",
    "－": "-",
    "（": "(",
    "）": ")",
    "＜": "<",
    "＞": ">",
}
_SPELLINGS: Final = str.maketrans({**_WIDE, **_SIGNS})
_UNSPACED: Final = re.compile(r"[。｡，](?=[가-힣A-Za-z(])")
"""Eastern stops and commas, which no space follows: `하였다。결과` becomes `하였다. 결과`."""


def normal_text(text: str) -> str:
    """A field's text: composed (NFC), digits, percent signs and full stops in ASCII, nothing invisible, one line."""
    spaced = _UNSPACED.sub(r"\g<0> ", visible(text))
    return fold(spaced.translate(_SPELLINGS))


def normal_quote(text: str) -> str:
    """A quote: composed (NFC), nothing invisible, one line. Its signs stay as the paper has them."""
    return fold(visible(text))


def visible(text: str) -> str:
    """Composed text without the signs that nobody sees."""
    return without_unseen(unicodedata.normalize("NFC", text))


_SILENT: Final = re.compile("[\u00ad\ufe00-\ufe0f\ufff9-\uffff\ud800-\udfff\ue000-\uf8ff]")
"""What a page may have without hiding anything: soft hyphens, selectors, private use. It is taken out, not counted."""
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_LIGATURES: Final = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)


def plain(text: str) -> str:
    """A page's text on one line in NFC: nothing that a reader cannot see, ligatures spelled out."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = without_unseen(_CONTROL.sub("", _SILENT.sub("", text)))
    return fold(unicodedata.normalize("NFC", seen.translate(_LIGATURES)))


def unseen(text: str) -> int:
    """How many signs that a reader cannot see are in a page's text."""
    return sum(1 for _ in find_unseen(_SILENT.sub("", text)))


def hidden_notes(hidden: Mapping[str, int], controls: int) -> tuple[str, ...]:
    """Notes in words, from characters left out by reason and the number of signs that nobody sees."""
    notes = [f"hidden text left out: {counted(number, 'character')} {why}" for why, number in sorted(hidden.items())]
    if controls:
        notes.append(f"{counted(controls, 'zero-width or direction character')} removed")
    return tuple(notes)
