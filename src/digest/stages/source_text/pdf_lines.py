"""Lines of a PDF in reading order, without what is printed on every page."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from digest.stages.source_text.letters import plain

STAMP = re.compile(r"arXiv:\s*(?:\d{4}\.\d{4,5}|[a-z-]+/\d{7})v(\d{1,3})\b.*", re.DOTALL)
"""What arXiv prints along the first page."""

_PAGE_NUMBER = re.compile(r"(page\s+)?[-–—]?\s*\d{1,4}\s*[-–—]?(\s*(of|/)\s*\d{1,4})?", re.IGNORECASE)
_IMPRINT = re.compile(
    r"preprint|under review|published (as|in)|accepted|to appear|submitted to|work in progress|©|copyright|proceedings"
    r"|permission to make|\d+(st|nd|rd|th) (conference|international|annual)",
    re.IGNORECASE,
)
_MARGIN = 0.085
"""Part of a page's height in which running heads and page numbers stand."""


class Line(NamedTuple):
    """A line of type; points from the upper left corner of its page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool
    page: int = 0
    column: int = 0
    """0 for a line across the page, 1 for the left column, 2 for the right one."""


class Sheet(NamedTuple):
    """A page as it was read."""

    width: float
    height: float
    lines: tuple[Line, ...]


def reading_order(sheets: Sequence[Sheet]) -> list[Line]:
    """All lines, column by column, without page numbers, running heads and arXiv's stamp."""
    running = _running(sheets)
    ordered: list[Line] = []
    for number, sheet in enumerate(sheets):
        kept = [line for line in sheet.lines if not _is_furniture(line, sheet, running)]
        ordered += [line._replace(page=number) for line in _columns(kept, sheet.width)]
    return ordered


def _running(sheets: Sequence[Sheet]) -> frozenset[str]:
    """Texts, without their digits, in the margins of at least three pages."""
    seen = Counter(
        key for sheet in sheets for key in {_key(line.text) for line in sheet.lines if _in_margin(line, sheet)}
    )
    return frozenset(key for key, pages in seen.items() if pages >= 3)


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", plain(text)).lower()


def _in_margin(line: Line, sheet: Sheet) -> bool:
    return line.bottom < sheet.height * _MARGIN or line.top > sheet.height * (1 - _MARGIN)


def _is_furniture(line: Line, sheet: Sheet, running: frozenset[str]) -> bool:
    text = plain(line.text)
    if STAMP.match(text) or text.isdigit():
        return True
    own = _PAGE_NUMBER.fullmatch(text) or _IMPRINT.match(text)
    return _in_margin(line, sheet) and (_key(text) in running or own is not None)


def _columns(lines: list[Line], width: float) -> list[Line]:
    if not _has_two_columns(lines, width):
        return _rows(lines)
    placed = _rows([line._replace(column=_column(line, width)) for line in lines])
    turns = sum(1 for one, two in pairwise(placed) if (one.column, two.column) == (2, 1))
    return _by_column(placed) if turns > 3 else placed


def _column(line: Line, width: float) -> int:
    if line.right <= width * 0.53:
        return 1
    return 2 if line.left >= width * 0.47 else 0


def _has_two_columns(lines: Iterable[Line], width: float) -> bool:
    """Whether most long lines keep to one half of the page, and both halves have some."""
    sides = Counter(_column(line, width) for line in lines if len(line.text) > 20)
    return min(sides[1], sides[2]) >= 4 and sides[0] < 0.5 * (sides[1] + sides[2])


def _rows(lines: Iterable[Line]) -> list[Line]:
    """Neighbours on one base line and in one column are one line: words set apart, or cells of a table."""
    rows: list[Line] = []
    for line in lines:
        if rows and _continues(rows[-1], line):
            rows[-1] = _joined(rows[-1], line)
        else:
            rows.append(line)
    return rows


def _continues(one: Line, two: Line) -> bool:
    level = abs(one.bottom - two.bottom) < 0.35 * max(one.size, 1.0)
    return level and one.column == two.column and two.left >= one.right - 1


def _joined(one: Line, two: Line) -> Line:
    top, bottom = min(one.top, two.top), max(one.bottom, two.bottom)
    text, bold = f"{one.text} {two.text}", one.bold and two.bold
    return one._replace(text=text, right=two.right, top=top, bottom=bottom, bold=bold)


def _by_column(lines: list[Line]) -> list[Line]:
    """Left column before right, between the lines that go across."""
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: line.top):
        if line.column:
            band.append(line)
        else:
            ordered += [*sorted(band, key=lambda line: line.column), line]
            band = []
    return ordered + sorted(band, key=lambda line: line.column)
