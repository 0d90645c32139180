"""The characters of text, one spelling for what looks the same, and where sentences end, Korean and English."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import pairwise
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


_SHORTENED: Final = (
    "al approx cf ch dept dr ed e.g eg eq eqn eqs etc fig figs i.e ie jr mr mrs ms no nos pp prof ref refs resp sec "
    "st suppl tab u.s u.k v.s vol vs viz w.r.t"
)
_ABBREVIATIONS: Final = frozenset(_SHORTENED.split())
_END: Final = re.compile(r"""[.!?。]+["'”’)\]]*""")
_SIGN: Final = re.compile(r"\S")
_OPENING: Final = "([{“‘「『《〈"
_BRACKET: Final = re.compile(rf'["{re.escape(_OPENING + ")]}”’」』》〉")}]')
_WORD_BEFORE: Final = re.compile(r"[A-Za-z][A-Za-z.]*$")
_ITEM: Final = re.compile(r"\s*[0-9]{1,2}")
"""What goes before the full stop of a list's item, which ends no sentence."""
_KOREAN_END: Final = re.compile(r"[다요죠까음함임됨오라]$")


def split_sentences(text: str) -> list[str]:
    """The sentences of Korean text, each with its end mark, without outer white space.

    Inside brackets and quotation marks nothing ends, unless they do not close. A missing space after `다.` is forgiven.
    """
    inside = _bracketed(text)
    return _cut(text, [m.end() for m in _END.finditer(text) if not inside[m.start()] and _ends_korean(text, m)])


def split_english(text: str) -> list[str]:
    """The sentences of English source text; an empty line ends a sentence too."""
    paragraphs = re.split(r"\n\s*\n", text)
    return [sentence for paragraph in paragraphs for sentence in _cut(paragraph, _english_ends(paragraph))]


def english_spans(paragraph: str) -> list[tuple[int, int]]:
    """Where each sentence of an English paragraph starts and ends, without outer white space."""
    spans = pairwise([0, *_english_ends(paragraph), len(paragraph)])
    trimmed = (_trim(paragraph, start, end) for start, end in spans)
    return [(start, end) for start, end in trimmed if start < end]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _cut(text: str, ends: list[int]) -> list[str]:
    bounds = [0, *ends, len(text)]
    pieces = (text[start:end].strip() for start, end in pairwise(bounds))
    return [piece for piece in pieces if piece]


def _english_ends(text: str) -> list[int]:
    return [m.end() for m in _END.finditer(text) if _spaced(text, m) and not _abbreviated(text, m)]


def _ends_korean(text: str, mark: re.Match[str]) -> bool:
    before, after = text[: mark.start()], text[mark.end() : mark.end() + 1]
    korean = _KOREAN_END.search(before[-1:]) is not None
    if (mark[0].startswith("..") and not korean) or _ITEM.fullmatch(before):
        return False
    if not after or after.isspace():
        return korean or (_spaced(text, mark) and not _abbreviated(text, mark))
    return before.endswith(("다", "요")) and after.isalnum() and mark[0] == "."


def _spaced(text: str, mark: re.Match[str]) -> bool:
    """Whether white space and what may begin a sentence follow."""
    after = text[mark.end() : mark.end() + 40]
    return not after.strip() or (after[0].isspace() and not after.lstrip()[0].islower())


def _abbreviated(text: str, mark: re.Match[str]) -> bool:
    if mark[0] != ".":
        return False
    word = _WORD_BEFORE.search(text[max(0, mark.start() - 12) : mark.start()])
    if word is None or _SIGN.search(text, mark.end()) is None:
        return False
    return word[0].lower() in _ABBREVIATIONS or (len(word[0]) == 1 and word[0].isupper()) or _dotted(word[0])


def _dotted(word: str) -> bool:
    return re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word) is not None


def _bracketed(text: str) -> list[bool]:
    """For each character, whether brackets or quotation marks are open there that close later."""
    inside = [False] * len(text)
    stack: list[int] = []
    quote: int | None = None
    for match in _BRACKET.finditer(text):
        at, char = match.start(), match[0]
        if char == '"':
            if quote is not None:
                _mark(inside, quote, at)
            quote = at if quote is None else None
        elif char in _OPENING:
            stack.append(at)
        elif stack:
            _mark(inside, stack.pop(), at)
    return inside


def _mark(inside: list[bool], start: int, end: int) -> None:
    inside[start : end + 1] = [True] * (end + 1 - start)
