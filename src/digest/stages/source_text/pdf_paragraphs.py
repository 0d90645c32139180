"""Lines of a PDF in reading order become paragraphs."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from digest.stages.source_text.pdf_lines import PdfLine

Paragraph = list[PdfLine]

CAPTION = re.compile(r"(figure|fig\.|table|algorithm|listing)\s*[A-Z]?\.?\d+\s*[.:|–—]", re.IGNORECASE)
_BULLET = re.compile(r"[•▪‣∙●■]\s*(?=\S)|[◦–]\s+(?=\S)")
"""At the beginning of a line: `• first`, `– second`; not `–30%`, which ends a range, nor `◦C`."""
_STEP = re.compile(r"\d{1,2}:\s")
"""Begins a line of an algorithm."""
_NOTE = re.compile(
    r"[*∗†‡§¶⋆\d\s]*(equal(ly)? contribut|corresponding author|correspondence|work (was )?(done|performed)"
    r"|these authors|contributed equally|permission to make|copyright|©|proceedings of"
    r"|\d+(st|nd|rd|th) (conference|international)"
    r"|this work is licensed|project lead|joint (first|last))|[^.]{0,120}\S@\S+\.\S+",
    re.IGNORECASE,
)
"""On the first page: `∗Equal contribution. Correspondence to: a@b.org`; not `We contribute a corpus`."""
TABLE_MARK = "[table left out]"
ALGORITHM_MARK = "[algorithm left out]"
_FEWEST_ROWS = 2
_CELLS = 3
_BETWEEN = 2
"""Lines between two rows of a table that belong to it: parts of a cell, a line of names."""
_LABEL_WORDS = 10
_LONGEST_NOTE = 600
"""Characters of a note on the first page."""
_RAREST = 50
"""A font of the body or its emphasis has at least one in so many of the letters."""
_ITEM = re.compile(r"[•▪◦‣∙●■–-]\s|\(?(\d{1,2}|[a-z]|[ivx]+)[.)]\s|\[\d+\]")
_VALUE = re.compile(r"[-+±~≈<>≤≥$(\[]*\d[\d.,:/]*[%)×xkKMBs\]*†‡↑↓±]*")
_ENDS = re.compile(r"[.!?:;。？！][\]'\"”’)\d]*$")
_REACH = 6
"""Paragraphs; a sentence goes on below at most so many captions and footnotes."""


def is_table_row(text: str) -> bool:
    """Whether a line is mostly numbers."""
    words = text.split()
    values = sum(1 for word in words if _VALUE.fullmatch(word))
    return values >= 3 and values * 2 >= len(words)


def ends_sentence(line: PdfLine) -> bool:
    """Whether a sentence ends where a line does."""
    return _ENDS.search(line.text) is not None


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


class Layout:
    """Where columns begin and end, how far lines stand apart, and how words are spelled."""

    def __init__(self, lines: Sequence[PdfLine]) -> None:
        self._edges = _edges(lines)
        fonts = Counter[str]()
        for line in lines:
            fonts[line.font] += len(line.text)
        self._fonts = {font for font, letters in fonts.items() if letters * _RAREST >= fonts.total()}
        self._pitch = _pitch(lines)
        words = [word for line in lines for word in re.findall(r"\w+(?:-\w+)*", line.text.lower())]
        self.words = frozenset(words)

    def is_aside(self, paragraph: Paragraph, text: str) -> bool:
        """Whether a paragraph is a label in a figure, or a note on authors and rights on the first page."""
        if text in (TABLE_MARK, ALGORITHM_MARK):
            return False
        if _is_label(text) or (paragraph[0].page == 0 and _NOTE.match(text) and len(text) < _LONGEST_NOTE):
            return True
        foreign = not any(line.font in self._fonts for line in paragraph)
        return foreign and len(text.split()) < _LABEL_WORDS and not _ENDS.search(text)

    def parts(self, above: Paragraph, line: PdfLine) -> bool:
        """Whether a line begins a paragraph of its own below the one given."""
        last = above[-1]
        text, ended = line.text, ends_sentence(last)
        if CAPTION.match(text) or _BULLET.match(text) or abs(line.size - last.size) > 0.07 * last.size:
            return True
        if (line.page, line.column) != (last.page, last.column):
            return ended
        down = line.top - last.top
        if down < -0.5 * line.size or down > self._pitch * (1.25 if ended else 1.7):
            return True
        return self._is_indented(above, line, ended) or (ended and self._is_short(last))

    def _is_indented(self, above: Paragraph, line: PdfLine, ended: bool) -> bool:
        left, _ = self._edges[line.page, line.column]
        if not 0.6 * line.size < line.left - left < 4 * line.size or _ITEM.match(above[0].text):
            return False
        return ended or above[-1].left - left < 0.3 * line.size

    def _is_short(self, line: PdfLine) -> bool:
        _, right = self._edges[line.page, line.column]
        return line.right < right - 4 * line.size


def _edges(lines: Iterable[PdfLine]) -> dict[tuple[int, int], tuple[float, float]]:
    """Left and right edge of each column, without a tenth of its lines that stick out."""
    columns: dict[tuple[int, int], list[PdfLine]] = defaultdict(list)
    for line in lines:
        columns[line.page, line.column].append(line)
    return {
        place: (
            sorted(line.left for line in column)[len(column) // 10],
            sorted(line.right for line in column)[-1 - len(column) // 10],
        )
        for place, column in columns.items()
    }


def _pitch(lines: Sequence[PdfLine]) -> float:
    """The usual distance from line to line, in points."""
    steps = [two.top - one.top for one, two in pairwise(lines) if (one.page, one.column) == (two.page, two.column)]
    return median([step for step in steps if 2 < step < 40] or [12.0])


def texts_of(paragraphs: Sequence[Paragraph], layout: Layout) -> Iterator[str]:
    """The paragraphs' texts; a sentence that a caption or a page's end had cut is whole again."""
    whole: list[Paragraph] = []
    for paragraph in paragraphs:
        cut = _cut_before(paragraph, whole)
        if cut is None:
            whole.append(list(paragraph))
        else:
            cut += paragraph
    for paragraph in whole:
        text = _joined(paragraph, layout.words)
        if bullet := _BULLET.match(text):
            text = f"- {text[bullet.end() :]}"
        if not layout.is_aside(paragraph, text):
            yield text


def _cut_before(paragraph: Paragraph, whole: Sequence[Paragraph]) -> Paragraph | None:
    """The earlier paragraph that stops in a sentence which this one ends, if any."""
    if not paragraph[0].text[:1].islower():
        return None
    for earlier in reversed(whole[-_REACH:]):
        alike = abs(earlier[-1].size - paragraph[0].size) < 0.07 * paragraph[0].size
        last = earlier[-1].text
        if alike and not _ENDS.search(last) and not CAPTION.match(earlier[0].text) and len(last) > 20:
            return earlier
    return None


def _joined(paragraph: Paragraph, words: frozenset[str]) -> str:
    """One line of text; a word that a line's end divided is whole again."""
    text = paragraph[0].text
    for line in paragraph[1:]:
        text = _append(text, line.text, words)
    return text


def _append(text: str, more: str, words: frozenset[str]) -> str:
    if not (text.endswith("-") and text[-2:-1].isalnum() and more):
        return f"{text} {more}".strip()
    if not more[0].islower():
        return text + more
    head = re.search(r"[\w-]*$", text[:-1])
    tail = re.match(r"\w*", more)
    first, second = (head[0] if head else "").lower(), (tail[0] if tail else "").lower()
    kept = "-" in first or (f"{first}-{second}" in words and first + second not in words)
    return text + more if kept else text[:-1] + more


def _is_label(text: str) -> bool:
    """Whether a text is too little to say anything: a word in a figure, a piece of a formula."""
    letters = sum(letter.isalpha() for letter in text)
    return not letters or (len(text.split()) <= 3 and letters < 25 and not _ENDS.search(text))
