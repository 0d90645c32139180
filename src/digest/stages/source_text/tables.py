"""Tables of papers."""

import re
from collections.abc import Sequence

from digest.stages.source_text.pdf_lines import CAPTION, PdfLine

_STEP = re.compile(r"\d{1,2}:\s")
"""Begins a line of an algorithm."""
TABLE_MARK = "[table left out]"
ALGORITHM_MARK = "[algorithm left out]"
_FEWEST_ROWS = 2
_CELLS = 3
_BETWEEN = 2
"""Lines between two rows of a table that belong to it: parts of a cell, a line of names."""
_VALUE = re.compile(r"[-+±~≈<>≤≥$(\[]*\d[\d.,:/]*[%)×xkKMBs\]*†‡↑↓±]*")


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
