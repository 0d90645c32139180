"""Lines of a PDF in reading order, without what is printed on every page, and how they are laid out."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
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
    words: Sequence[tuple[float, float]] = ()
    """Left and right of each word, on pages that speak of a table."""
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
        words=(*one.words, *two.words),
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


Paragraph = list[PdfLine]


CAPTION = re.compile(r"(figure|fig\.|table|algorithm|listing)\s*[A-Z]?\.?\d+\s*[.:|–—]", re.IGNORECASE)
TABLE_CAPTION = re.compile(r"table\s*[A-Z]?\.?\d+\s*[.:|–—]", re.IGNORECASE)
BULLET = re.compile(r"[•▪‣∙●■]\s*(?=\S)|[◦–]\s+(?=\S)")
"""At the beginning of a line: `• first`, `– second`; not `–30%`, which ends a range, nor `◦C`."""
_NOTE = re.compile(
    r"[*∗†‡§¶⋆\d\s]*(equal(ly)? contribut|corresponding author|correspondence|work (was )?(done|performed)"
    r"|these authors|contributed equally|permission to make|copyright|©|proceedings of"
    r"|\d+(st|nd|rd|th) (conference|international)"
    r"|this work is licensed|project lead|joint (first|last))|[^.]{0,120}\S@\S+\.\S+",
    re.IGNORECASE,
)
"""On the first page: `∗Equal contribution. Correspondence to: a@b.org`; not `We contribute a corpus`."""
_LABEL_WORDS = 10
_LONGEST_NOTE = 600
"""Characters of a note on the first page."""
_RAREST = 50
"""A font of the body or its emphasis has at least one in so many of the letters."""
_ITEM = re.compile(r"[•▪◦‣∙●■–-]\s|\(?(\d{1,2}|[a-z]|[ivx]+)[.)]\s|\[\d+\]")
_ENDS = re.compile(r"[.!?:;。？！][\]'\"”’)\d]*$")


def ends_sentence(line: PdfLine) -> bool:
    """Whether a sentence ends where a line does."""
    return _ENDS.search(line.text) is not None


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
        if _is_label(text) or (paragraph[0].page == 0 and _NOTE.match(text) and len(text) < _LONGEST_NOTE):
            return True
        foreign = not any(line.font in self._fonts for line in paragraph)
        return foreign and len(text.split()) < _LABEL_WORDS and not _ENDS.search(text)

    def parts(self, above: Paragraph, line: PdfLine) -> bool:
        """Whether a line begins a paragraph of its own below the one given."""
        last = above[-1]
        text, ended = line.text, ends_sentence(last)
        if CAPTION.match(text) or BULLET.match(text) or abs(line.size - last.size) > 0.07 * last.size:
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


def _is_label(text: str) -> bool:
    """Whether a text is too little to say anything: a word in a figure, a piece of a formula."""
    letters = sum(letter.isalpha() for letter in text)
    return not letters or (len(text.split()) <= 3 and letters < 25 and not _ENDS.search(text))


def joined_text(paragraph: Paragraph, words: frozenset[str]) -> str:
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
