"""Tables as text: a line for each row, with ` | ` between its cells."""

import re
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from lxml import etree

from digest.core.prompt.section_roles import TABLE_MARK, is_table
from digest.stages.source_text.pdf_lines import CAPTION, PdfLine

_STEP = re.compile(r"\d{1,2}:\s")
"""Begins a line of an algorithm."""
ALGORITHM_MARK = "[algorithm left out]"
_FEWEST_ROWS = 2
_CELLS = 3
_BETWEEN = 2
"""Lines between two rows of a table that belong to it: parts of a cell, a line of names."""
_VALUE = re.compile(r"[-+±~≈<>≤≥$(\[]*\d[\d.,:/]*[%)×xkKMBs\]*†‡↑↓±]*")


_PROSE_CELL = 12
"""Words. A table whose cells hold more on average is text in a layout, not data."""

_LONGEST_SPAN = 1_000
"""Rows or columns of a cell, as in browsers."""

_MOST_CELLS = 4_000
"""Of a table, spanned places included."""
_LONGEST_TABLE = 20_000
"""Characters."""
_LEAST_MARKED = 40
"""Letters and digits; less is a label or the frame of a picture, which leaves no mark."""


class Cell(NamedTuple):
    """A cell of a table."""

    text: str
    across: int = 1
    """Columns that it spans."""
    down: int = 1
    """Rows that it spans."""


def is_cell(element: etree._Element) -> bool:
    """Whether an element is a cell of a table."""
    return element.tag in ("td", "th") or "ltx_td" in (element.get("class") or "").split()


def is_row(element: etree._Element) -> bool:
    """Whether an element is a row of a table."""
    return element.tag == "tr" or "ltx_tr" in (element.get("class") or "").split()


def holds_prose(table: etree._Element) -> bool:
    """Whether the cells of a table are text in a layout, not data."""
    cells = [cell for cell in table.iter() if is_cell(cell)]
    words = len("".join(map(str, table.itertext())).split())
    return words > _PROSE_CELL * len(cells)


def cell_of(element: etree._Element, text: str) -> Cell:
    """The cell of an element, with the text that is seen in it."""
    return Cell(text, _span(element, "colspan"), _span(element, "rowspan"))


def _span(cell: etree._Element, name: str) -> int:
    digits = (cell.get(name) or "").strip()
    return min(max(int(digits), 1), _LONGEST_SPAN) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 1


def join_float(parts: Sequence[str]) -> list[str]:
    """The paragraphs of a float: one for its tables with the first caption above them, if there are any tables."""
    if not any(part == TABLE_MARK or is_table(part) for part in parts):
        return list(parts)
    caption = next((part for part in parts if part != TABLE_MARK and not is_table(part)), None)
    ordered = sorted(parts, key=lambda part: part is not caption)
    return ["\n".join(ordered) if any(map(is_table, parts)) else " ".join(ordered)]


def table_text(rows: Sequence[Sequence[Cell]]) -> str:
    """The rows of a table, in which a cell stands in every place that it spans; empty columns and rows go.

    A mark where there are no two rows and two columns, or too much for a table; nothing where there is little text.
    """
    grid = _grid(rows)
    letters = sum(char.isalnum() for row in rows for cell in row for char in cell.text)
    columns = [column for column in zip(*grid, strict=True) if any(column)]
    lines = [_line(row) for row in zip(*columns, strict=True) if any(row)]
    text = "\n".join(lines)
    if len(lines) > 1 and len(columns) > 1 and len(text) <= _LONGEST_TABLE:
        return text
    return TABLE_MARK if letters >= _LEAST_MARKED else ""


def _grid(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """The text in each place; no rows where there are too many places."""
    if sum(max(cell.across, 1) * max(cell.down, 1) for row in rows for cell in row) > _MOST_CELLS:
        return []
    places: dict[tuple[int, int], str] = {}
    for down, row in enumerate(rows):
        across = 0
        for cell in row:
            while (down, across) in places:
                across += 1
            for below, beside in product(range(min(cell.down, len(rows) - down)), range(cell.across)):
                places.setdefault((down + below, across + beside), cell.text)
            across += cell.across
    width = 1 + max((across for _, across in places), default=-1)
    return [[places.get((down, across), "") for across in range(width)] for down in range(len(rows))]


def _line(row: Sequence[str]) -> str:
    """A row; one whose only cell spans it is a title between rows, and said once."""
    return row[0] if len(set(row)) == 1 else " | ".join(row).rstrip(" |")


def is_table_row(text: str) -> bool:
    """Whether a line is mostly numbers."""
    words = text.split()
    values = sum(1 for word in words if _VALUE.fullmatch(word))
    return values >= 3 and values * 2 >= len(words)


def without_tables(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """The lines without tables and algorithms, each of which is left out whole, and a mark in its place."""
    kept: list[PdfLine] = []
    at = 0
    while at < len(lines):
        last = _last_row(lines, at)
        if last is None:
            kept.append(lines[at])
            at += 1
            continue
        rows = [line for line in lines[at : last + 1] if _is_row(line)]
        if len(rows) >= _FEWEST_ROWS:
            mark = ALGORITHM_MARK if _STEP.match(lines[at].text) else TABLE_MARK
            kept.append(lines[at]._replace(text=mark))
        at = last + 1
    return kept


def _last_row(lines: Sequence[PdfLine], at: int) -> int | None:
    """The last row of a table that begins at a line; None if none does."""
    if not _is_row(lines[at]):
        return None
    last, ahead = at, at + 1
    while ahead < len(lines) and ahead - last <= _BETWEEN + 1 and lines[ahead].page == lines[at].page:
        if CAPTION.match(lines[ahead].text):
            break
        if _is_row(lines[ahead]):
            last = ahead
        ahead += 1
    return last


def _is_row(line: PdfLine) -> bool:
    return line.cells >= _CELLS or is_table_row(line.text) or _STEP.match(line.text) is not None
