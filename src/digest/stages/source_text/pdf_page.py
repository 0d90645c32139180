"""What one page of a PDF shows, and what its bookmarks name."""

import ctypes
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]
from rapidfuzz import fuzz

from digest.core.characters import plain
from digest.stages.source_text.headings import split_number
from digest.stages.source_text.pdf_candidates import PdfHeading
from digest.stages.source_text.pdf_lines import PdfLine

_SCALE = 1.5
"""Pixels for a point: 108 dpi."""
_LARGEST_SIDE = 3000
"""Pixels; larger pages, such as posters, are rendered in a smaller scale."""
_LEAST = 24
"""Levels of grey, of 255, by which text that can be read differs from what is behind it."""
_DEEPEST = 8
"""Forms within forms in which text is looked for."""

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in the coordinates of the page."""
Place = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the rendered page."""


class PageInk:
    """A page as it is printed. The page's text objects are switched off for good."""

    def __init__(self, page: Any) -> None:
        self._page = page
        scale = min(_SCALE, _LARGEST_SIDE / max(*page.get_size(), 1.0))
        printed = page.render(scale=scale, grayscale=True)
        for shown in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=_DEEPEST):
            pdfium.FPDFPageObj_SetIsActive(shown.raw, False)
        behind = page.render(scale=scale, grayscale=True)
        self._stride, self._width, self._height = printed.stride, printed.width, printed.height
        self._printed, self._behind = bytes(printed.buffer), bytes(behind.buffer)
        self._origin, right, up = self._device(0, 0), self._device(1000, 0), self._device(0, 1000)
        self._right = tuple((a - b) / 1000 for a, b in zip(right, self._origin, strict=True))
        self._up = tuple((a - b) / 1000 for a, b in zip(up, self._origin, strict=True))

    def place(self, box: Box) -> Place | None:
        """Where a box is on the rendered page, which may be turned; None for a box outside."""
        (x1, y1), (x2, y2) = self._pixel(box[0], box[1]), self._pixel(box[2], box[3])
        left, right = (x1, x2) if x1 < x2 else (x2, x1)
        top, bottom = (y1, y2) if y1 < y2 else (y2, y1)
        if right < 0 or bottom < 0 or left >= self._width or top >= self._height:
            return None
        left = max(left, 0)
        return left, top, min(max(right, left + 1), self._width), bottom

    def shows(self, place: Place) -> bool:
        """Whether text makes a difference in the middle of a place."""
        left, top, right, bottom = place
        return any(self._differs(row * self._stride + left, right - left) for row in self._rows(top, bottom))

    def has_any(self, place: Place) -> bool:
        """Whether anything is printed in the middle of a place, text or not."""
        left, top, right, bottom = place
        rows = (self._printed[row * self._stride + left :][: right - left] for row in self._rows(top, bottom))
        return any(row and max(row) - min(row) >= _LEAST for row in rows)

    def _rows(self, top: int, bottom: int) -> Iterator[int]:
        """Rows from the middle of a box outwards, without its edges, which neighbours may touch."""
        height = bottom - top
        first, last = top + height // 5, max(bottom - height // 5, top + 1)
        middle = (first + last) // 2
        return (row for row in chain(range(middle, last), range(middle - 1, first - 1, -1)) if 0 <= row < self._height)

    def _differs(self, start: int, length: int) -> bool:
        one, two = self._printed[start : start + length], self._behind[start : start + length]
        return one != two and any(abs(a - b) >= _LEAST for a, b in zip(one, two, strict=True))

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        right, up, origin = self._right, self._up, self._origin
        return int(origin[0] + x * right[0] + y * up[0]), int(origin[1] + x * right[1] + y * up[1])

    def _device(self, x: float, y: float) -> tuple[int, int]:
        column, row = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(self._page.raw, 0, 0, self._width, self._height, 0, x, y, column, row)
        return column.value, row.value


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
