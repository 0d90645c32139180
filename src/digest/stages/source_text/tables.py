"""Tables as text: a line for each row, with ` | ` between its cells."""

import re
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from lxml import etree

from digest.core.prompt.sections import TABLE_MARK, is_table
from digest.stages.source_text.pdf_lines import TABLE_CAPTION, PdfLine

ALGORITHM_MARK = "[algorithm left out]"
_LONGEST_CAPTION = 12
"""Lines."""
_FARTHEST = 3.5
"""Times the size of its type that a table is from its caption, at most."""
_LEAST_FILLED = 0.7
"""Of the cells in rows with values."""
_TWO_VALUES = re.compile(r"(?<![±/(\[,–~^{])\b\d+\.?\d*%?\s+\d+\.?\d*(?!\d*[)\]])")
"""`12.3 45.6`; not `12.3 ± 0.4` or `12.3 (45.6)`."""
_NAME_AND_VALUE = re.compile(r"[^\W\d].*\s\d+\.\d+$")
"""`ours (large) 45.6`; not `ours (large)` or `45.6`."""
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


class _Piece(NamedTuple):
    """Words that stand together in a row."""

    text: str
    left: float
    right: float


def pdf_table(lines: Sequence[PdfLine]) -> str:
    """The rows of a table that begins with the names of its columns; empty where columns cannot be told for sure."""
    if any(len(line.words) != len(line.text.split()) for line in lines):
        return ""
    gap = 0.4 * max(line.size for line in lines)
    whole = [_words(row) for row in _rows(lines)]
    valued = [sum(_VALUE.fullmatch(word.text) is not None for word in row) > 1 for row in whole]
    columns = _columns([word for row, values in zip(whole, valued, strict=True) if values for word in row], gap)
    if len(columns) < 2:
        return ""
    first = next((n for n, row in enumerate(whole) if valued[n] and row[0].left < columns[0][1]), 0)
    rows = [
        (values and _row(row, columns)) or _row_of_names(_joined(row, 1.5 * gap), columns, last=n >= first - 1)
        for n, (row, values) in enumerate(zip(whole, valued, strict=True))
    ]
    sure = [row for row in rows if row is not None]
    names = [[cell.text for cell in row for _ in range(cell.across)] for row in sure[:first] if len(row) > 1]
    named = [any(texts) for texts in zip(*names, strict=True)][1:]
    if len(sure) < len(rows) or not named or not all(named):
        return ""
    if not _is_sure([row for row, values in zip(sure, valued, strict=True) if values]):
        return ""
    return table_text(sure)


def _rows(lines: Sequence[PdfLine]) -> list[list[PdfLine]]:
    rows: list[list[PdfLine]] = []
    for line in lines:
        if rows and on_one_row(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _words(lines: Sequence[PdfLine]) -> list[_Piece]:
    """The words of a row from left to right."""
    words = [
        _Piece(text, left, right)
        for line in lines
        for text, (left, right) in zip(line.text.split(), line.words, strict=True)
    ]
    return sorted(words, key=lambda word: word.left)


def _joined(words: Sequence[_Piece], gap: float) -> list[_Piece]:
    """Words with less than a gap between them together."""
    pieces: list[_Piece] = []
    for word in words:
        if pieces and word.left - pieces[-1].right < gap:
            pieces[-1] = _Piece(f"{pieces[-1].text} {word.text}", pieces[-1].left, word.right)
        else:
            pieces.append(word)
    return pieces


def _columns(words: Sequence[_Piece], gap: float) -> list[tuple[float, float]]:
    """Left and right of each column: between two, no row has a word."""
    columns: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda word: word.left):
        if columns and word.left - columns[-1][1] < gap:
            columns[-1] = columns[-1][0], max(columns[-1][1], word.right)
        else:
            columns.append((word.left, word.right))
    return columns


def _row(pieces: Sequence[_Piece], columns: Sequence[tuple[float, float]]) -> list[Cell] | None:
    """A row of cells; None where a piece is in no column or in more than one."""
    cells = [""] * len(columns)
    for piece in pieces:
        over = [n for n, (left, right) in enumerate(columns) if piece.left < right and left < piece.right]
        if len(over) != 1:
            return None
        cells[over[0]] = f"{cells[over[0]]} {piece.text}".strip()
    return [Cell(text) for text in cells]


def _row_of_names(pieces: Sequence[_Piece], columns: Sequence[tuple[float, float]], *, last: bool) -> list[Cell] | None:
    """A row without values: the names of columns, or a title between rows.

    None for a row above the `last` names that leaves some columns without one: a name there may be of several.
    """
    row = _row(pieces, columns)
    if row and (last or all(cell.text for cell in row[1:])):
        return row
    return [Cell(pieces[0].text, len(columns))] if len(pieces) == 1 and last else None


def _is_sure(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether rows with values have a value in nearly every column, and none has two that belong to two columns."""
    cells = [cell.text for row in rows for cell in row[1:]]
    filled = [text for text in cells if text]
    values = sum(any(char.isdigit() for char in text) or len(text) <= 1 for text in filled)
    doubled = any(_TWO_VALUES.search(text) for text in cells)
    doubled = doubled or 2 * sum(_NAME_AND_VALUE.search(row[0].text) is not None for row in rows) > len(rows)
    full = len(filled) >= _LEAST_FILLED * len(cells) and values >= _LEAST_FILLED * len(filled)
    return bool(filled) and full and not doubled


def stands_alone(text: str) -> bool:
    """Whether a line is a whole table, or a mark in the place of one or of an algorithm."""
    return text in (TABLE_MARK, ALGORITHM_MARK) or is_table(text)


def on_one_row(one: PdfLine, two: PdfLine) -> bool:
    """Whether two lines are one row in type of different heights, such as a formula's beside a word's."""
    apart = abs(one.top + one.bottom - two.top - two.bottom) / 2
    return (one.page, one.column) == (two.page, two.column) and apart < 0.45 * min(one.size, two.size)


def caption_side(above: Sequence[PdfLine], rows: Sequence[PdfLine], below: Sequence[PdfLine]) -> str:
    """On which side of a table its caption is, `above` or `below`, whichever is nearer; empty where there is none."""
    upper, lower = _FARTHEST, _FARTHEST
    for n, line in enumerate(reversed(above[-_LONGEST_CAPTION:])):
        under = above[len(above) - n] if n else rows[0]
        if (line.page, line.column) != (rows[0].page, rows[0].column) or (n and under.top - line.top > 1.7 * line.size):
            break
        if TABLE_CAPTION.match(line.text):
            upper = (rows[0].top - above[-1].bottom) / rows[0].size if _is_beside(line, rows) else _FARTHEST
            break
    if below and TABLE_CAPTION.match(below[0].text) and _is_beside(below[0], rows):
        lower = (below[0].top - max(row.bottom for row in rows)) / rows[0].size
    return "" if min(upper, lower) >= _FARTHEST else "above" if upper <= lower else "below"


def _is_beside(caption: PdfLine, rows: Sequence[PdfLine]) -> bool:
    """Whether a caption is above or below rows, not of a table to their left or right."""
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    common = min(right, caption.right) - max(left, caption.left)
    same = (caption.page, caption.column) == (rows[0].page, rows[0].column)
    return same and common > 0.6 * min(right - left, caption.right - caption.left)


def with_captions(texts: Sequence[str]) -> list[str]:
    """The paragraphs, each table in one with its caption, and a mark in the place of a table without one."""
    joined: list[str] = []
    for text in texts:
        above = joined[-1] if joined else ""
        if is_table(text) and not text.endswith("\n") and TABLE_CAPTION.match(above) and not is_table(above):
            joined[-1] = f"{above}\n{text}"
        elif TABLE_CAPTION.match(text) and above.endswith("\n"):
            joined[-1] = f"{text}\n{above.strip()}"
        else:
            joined.append(text)
    return [text if TABLE_CAPTION.match(text) or not is_table(text) else TABLE_MARK for text in joined]
