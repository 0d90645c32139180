"""Where sentences end, in Korean with English mixed in, and in English source text."""

import re
from itertools import pairwise
from typing import Final

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
