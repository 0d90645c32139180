"""Lines of a PDF in reading order, without what is printed on every page."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from digest.core.text import plain

STAMP = re.compile(r"arXiv:\s*(?:\d{4}\.\d{4,5}|[a-z-]+/\d{7})v(\d{1,3})\b.*", re.DOTALL)
"""What arXiv prints along the first page."""

_PAGE_NUMBER = re.compile(r"(page\s+)?[-–—]?\s*\d{1,4}\s*[-–—]?(\s*(of|/)\s*\d{1,4})?", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.\s?){5,}|…{2,}")
_ENTRY_END = re.compile(r"(?:\.\s?){5,}|…{2,}|(?:^|\s)\d{1,3}\s*$")
_FEWEST_LED = 4
"""Lines with dots in a table of contents."""
_FEWEST_NUMBERS = 15
"""Of a page's lines."""
_IMPRINT = re.compile(
    r"preprint|under review|published (as|in)|accepted|to appear|submitted to|work in progress|©|copyright|proceedings"
    r"|permission to make|\d+(st|nd|rd|th) (conference|international|annual)",
    re.IGNORECASE,
)
_NUMBER_GAP = 40.0
"""Points, at most, between a heading's number and its title."""
_MARGIN = 0.085
"""Part of a page's height in which running heads and page numbers stand."""


class PdfLine(NamedTuple):
    """A line of type; points from the upper left corner of its page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool
    font: str = ""
    page: int = 0
    column: int = 0
    """0 for a line across the page, 1 for the left column, 2 for the right one."""
    cells: int = 1
    """Pieces that wide gaps set apart, as in the row of a table."""


class PdfPage(NamedTuple):
    """A page as it was read."""

    width: float
    height: float
    lines: tuple[PdfLine, ...]

    @property
    def contents(self) -> frozenset[PdfLine]:
        """The entries of a table of contents: rows of which many have dots that lead to a page's number."""
        led = [line for line in self.lines if _LEADERS.search(line.text)]
        if len(led) < _FEWEST_LED:
            return frozenset()
        top, bottom = min(line.top for line in led) - 40, max(line.bottom for line in led) + 40
        ends = {round(line.bottom) for line in self.lines if _ENTRY_END.search(line.text)}
        return frozenset(line for line in self.lines if top < line.top < bottom and round(line.bottom) in ends)

    @property
    def numbers(self) -> frozenset[PdfLine]:
        """The line numbers in the margins of a submission: many, each one more than the one above it."""
        found: set[PdfLine] = set()
        digits = [line for line in self.lines if line.text.strip().isdigit()]
        for one, two in pairwise(digits):
            if int(two.text) in range(int(one.text) + 1, int(one.text) + 3):
                found |= {one, two}
        return frozenset(found) if len(found) >= _FEWEST_NUMBERS else frozenset()


def reading_order(pages: Sequence[PdfPage]) -> list[PdfLine]:
    """All lines, column by column, without page numbers, running heads and arXiv's stamp."""
    running = _running(pages)
    ordered: list[PdfLine] = []
    for page in pages:
        numbers = page.numbers | page.contents
        kept = [line for line in page.lines if line not in numbers and not _is_furniture(line, page, running)]
        ordered += _columns(kept, page.width)
    return ordered


def _running(pages: Sequence[PdfPage]) -> frozenset[str]:
    """Texts, without their digits, in the margins of at least three pages."""
    seen = Counter(key for page in pages for key in {_key(line.text) for line in page.lines if _in_margin(line, page)})
    return frozenset(key for key, times in seen.items() if times >= 3)


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", plain(text)).lower()


def _in_margin(line: PdfLine, page: PdfPage) -> bool:
    return line.bottom < page.height * _MARGIN or line.top > page.height * (1 - _MARGIN)


def _is_furniture(line: PdfLine, page: PdfPage, running: frozenset[str]) -> bool:
    text = line.text
    if STAMP.match(text):
        return True
    own = _PAGE_NUMBER.fullmatch(text) or _IMPRINT.match(text)
    return _in_margin(line, page) and (_key(text) in running or own is not None)


def _columns(lines: list[PdfLine], width: float) -> list[PdfLine]:
    if not _has_two_columns(lines, width):
        return _rows(lines)
    placed = _rows([line._replace(column=_column(line, width)) for line in lines])
    turns = sum(1 for one, two in pairwise(placed) if (one.column, two.column) == (2, 1))
    return _by_column(placed) if turns > 3 else placed


def _column(line: PdfLine, width: float) -> int:
    if line.right <= width * 0.53 and line.left < width * 0.47:
        return 1
    if line.left < width * 0.47:
        return 0
    return 2 if line.left + line.right > width else 1


def _has_two_columns(lines: Iterable[PdfLine], width: float) -> bool:
    """Whether most long lines keep to one half of the page, and both halves have some."""
    sides = Counter(_column(line, width) for line in lines if len(line.text) > 20)
    return min(sides[1], sides[2]) >= 4 and sides[0] < 0.5 * (sides[1] + sides[2])


def _rows(lines: Iterable[PdfLine]) -> list[PdfLine]:
    """Neighbours on one base line and in one column are one line: words set apart, or cells of a table."""
    rows: list[PdfLine] = []
    for line in lines:
        if rows and _continues(rows[-1], line):
            rows[-1] = _joined(rows[-1], line)
        else:
            rows.append(line)
    return rows


def _continues(one: PdfLine, two: PdfLine) -> bool:
    level = abs(one.bottom - two.bottom) < 0.35 * max(one.size, 1.0)
    return level and one.column == two.column and two.left >= one.right - 1


def _joined(one: PdfLine, two: PdfLine) -> PdfLine:
    top, bottom = min(one.top, two.top), max(one.bottom, two.bottom)
    wider = two if len(two.text) > len(one.text) else one
    cells = (
        one.cells + two.cells - (one.text.strip(" .").replace(".", "").isdigit() and two.left - one.right < _NUMBER_GAP)
    )
    return wider._replace(
        text=f"{one.text} {two.text}",
        left=one.left,
        right=two.right,
        top=top,
        bottom=bottom,
        cells=cells,
    )


def _by_column(lines: list[PdfLine]) -> list[PdfLine]:
    """Left column before right, between the lines that go across."""
    ordered: list[PdfLine] = []
    band: list[PdfLine] = []
    for line in sorted(lines, key=lambda line: line.top):
        if line.column:
            band.append(line)
        else:
            ordered += [*sorted(band, key=lambda line: line.column), line]
            band = []
    return ordered + sorted(band, key=lambda line: line.column)
