"""Headings that a PDF's bookmarks name, found again on its pages."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from digest.core.text import plain
from digest.stages.source_text.headings import split_number
from digest.stages.source_text.pdf_candidates import PdfHeading
from digest.stages.source_text.pdf_lines import PdfLine

_FEWEST = 3
"""Bookmarks; fewer do not tell the outline of a paper."""
_LONGEST = 4
"""Lines of a heading."""
_ALIKE = 88
"""Percent of a title's letters, so that a formula in it may be written in another way."""
_SOMEWHAT_ALIKE = 60
"""Percent, of the title of a line that is numbered and at the bookmark's place."""
_BELOW = 16.0
"""Points between a bookmark's place and the upper edge of its heading."""
_NEXT_PAGE = 8
"""Lines at the top of the next page, where a heading is that did not fit on the page of its bookmark."""
_LETTERS = re.compile(r"[\W_]+")
_APPENDIX = re.compile(r"[A-HJ-UWYZ]")
"""Numbers of appendices; `I`, `V` and `X` are Roman as a rule."""


_DEPTH = re.compile(r"(\d+|[A-HJ-UWYZ])(\.\d+)*")
"""Numbers that tell a heading's level: `2.1`, `A.3`; not `IV`, nor `B` below it."""


class Bookmark(NamedTuple):
    """An entry of a PDF's own table of contents."""

    title: str
    level: int
    """0 for the highest."""
    page: int
    top: float | None
    """Points from the upper edge of the page; None if it names the page alone."""


def marked_headings(
    lines: Sequence[PdfLine], marks: Sequence[Bookmark], shaped: Sequence[PdfHeading] = ()
) -> list[PdfHeading]:
    """The bookmarks' headings in the order of the lines; none where most bookmarks name no heading.

    `shaped` are headings by their looks, for bookmarks that name a wrong page.
    """
    outline = [mark for mark in _own(marks) if _key(plain(mark.title))]
    by_page: dict[int, list[int]] = {}
    for at, line in enumerate(lines):
        by_page.setdefault(line.page, []).append(at)
    found: list[PdfHeading] = []
    for mark in outline:
        here, next_page = by_page.get(mark.page, []), by_page.get(mark.page + 1, [])
        heading = _by_title(mark, lines, here) or _by_place(mark, lines, here)
        heading = heading or _by_title(mark._replace(top=None), lines, next_page[:_NEXT_PAGE])
        rest = [each.first for each in shaped if not any(one.first <= each.first <= one.last for one in found)]
        heading = heading or _by_title(mark._replace(top=None), lines, rest)
        if heading:
            found.append(heading)
            _remove(heading, by_page)
    enough = len(found) >= _FEWEST and 2 * len(found) >= len(outline)
    return sorted(_levelled(found, lines)) if enough else []


def _levelled(found: Sequence[PdfHeading], lines: Sequence[PdfLine]) -> Iterator[PdfHeading]:
    """The headings with the levels that their numbers tell: some bookmarks are nested in wrong ways.

    `A` is an appendix, but a subsection where sections have Roman numbers.
    """
    numbers = [split_number(lines[heading.first].text, letters=True)[0] for heading in found]
    roman = not {"II", "III", "IV"}.isdisjoint(numbers)
    for heading, number in zip(found, numbers, strict=True):
        if _DEPTH.fullmatch(number) and (number[0].isdigit() or not roman):
            level = number.count(".") + 1
            yield heading._replace(level=level, appendix=heading.appendix or (level == 1 and number[0].isalpha()))
        else:
            yield heading


def _remove(heading: PdfHeading, by_page: dict[int, list[int]]) -> None:
    for page, places in by_page.items():
        by_page[page] = [at for at in places if not heading.first <= at <= heading.last]


def _own(marks: Sequence[Bookmark]) -> Iterator[Bookmark]:
    """The bookmarks without a title of the whole document above them all; the highest level is 1."""
    tops = [mark for mark in marks if mark.level == 0]
    alone = len(tops) == 1 and len(marks) > _FEWEST
    kept = [mark for mark in marks if not alone or mark.level > 0]
    lowest = min((mark.level for mark in kept), default=0)
    return (mark._replace(level=mark.level - lowest + 1) for mark in kept)


def _key(text: str) -> str:
    return _LETTERS.sub("", text).casefold()


def _by_title(mark: Bookmark, lines: Sequence[PdfLine], places: Sequence[int]) -> PdfHeading | None:
    """The lines that are most like a bookmark's title, near its place if it has one."""
    title = plain(mark.title)
    words = title if _is_word(title) else split_number(title, letters=True)[1]
    whole = {_key(words), _key(title)}
    best, heading = 0.0, None
    for first in places:
        far = 0.0 if mark.top is None else abs(lines[first].top - mark.top) / 10
        for last in range(first, min(first + _LONGEST, places[-1] + 1, len(lines))):
            score = _score(" ".join(line.text for line in lines[first : last + 1]), whole)
            if score >= _ALIKE and score - far > best:
                best, heading = score - far, _heading(mark, lines, first, last, words)
    return heading


def _by_place(mark: Bookmark, lines: Sequence[PdfLine], places: Sequence[int]) -> PdfHeading | None:
    """The numbered line at a bookmark's place, whose title is printed in another way, such as with a formula."""
    given = "" if _is_word(mark.title) else split_number(plain(mark.title), letters=True)[0]
    for at in places:
        number, words = split_number(lines[at].text, letters=True)
        if given and number != given:
            continue
        near = mark.top is not None and -_BELOW < lines[at].top - mark.top < _BELOW
        if near and number and words and _score(words, {_key(plain(mark.title))}) >= _SOMEWHAT_ALIKE:
            return _heading(mark, lines, at, at, words)
    return None


def _heading(mark: Bookmark, lines: Sequence[PdfLine], first: int, last: int, words: str) -> PdfHeading:
    number = split_number(lines[first].text, letters=True)[0]
    return PdfHeading(first, last, words, mark.level, mark.level == 1 and _APPENDIX.fullmatch(number) is not None)


def _is_word(title: str) -> bool:
    """Whether what looks like a number is a word of the title: `A Closer Look`, `I Know`."""
    number, _ = split_number(title, letters=True)
    return number in ("A", "I") and not split_number(title)[0]


def _score(text: str, titles: set[str]) -> float:
    number, words = split_number(text, letters=True)
    keys = {_key(text), _key(words)} if number else {_key(text)}
    return max((fuzz.ratio(key, title) for key in keys for title in titles if key), default=0.0)
