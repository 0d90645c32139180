"""What is on a PDF's page: its characters, which become lines, and what a reader can see of them."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

_EXPONENT = re.compile(r"[-−–+]?\d{1,3}")
_DASHES = str.maketrans("−–", "--")
_BASE = re.compile(r"(?:(?<![A-Za-z\d.,¸´¨˜])(?:10|2|[A-Za-z]|[kcmnμ]m)|\([^()]*[-+−*/·=][^()]*\)|\([A-Za-z]\))$")
"""What an exponent may follow: `10`, `2`, `n`, `km`, `(a − b)`; not a word or `(see below)`, whose raised number is a
note's."""


Box = tuple[float, float, float, float]
"""Left, bottom, right and top in the coordinates of the page."""


class GlyphStyle(NamedTuple):
    """What is the same for all characters of a text object."""

    hidden: str
    white: bool
    turn: int
    """Quarters of a circle, clockwise, by which it is turned on the page; -1 for any other angle."""
    bold: bool
    size: float
    font: str
    drawn: bool
    """Its font is in the file, so that each of its letters is drawn whatever fonts this machine has."""


class Glyph(NamedTuple):
    text: str
    at: int
    """Its place in the page's text."""
    left: float
    bottom: float
    right: float
    top: float
    style: GlyphStyle
    hidden: str


def laid_upright(glyphs: list[Glyph], page: Box) -> tuple[list[Glyph], list[Glyph], Box]:
    """The glyphs in the direction that most of a page's have, as if the page were turned for them, the others, its box.

    So a table on its side is read, and a stamp along the margin is set apart.
    """
    turns = Counter(glyph.style.turn for glyph in glyphs if glyph.text.strip() and glyph.style.turn >= 0)
    turn = turns.most_common(1)[0][0] if turns else 0
    own = [glyph for glyph in glyphs if glyph.style.turn == turn]
    others = [glyph for glyph in glyphs if glyph.style.turn != turn]
    left, bottom, right, top = page
    if not turn:
        return own, others, page
    width, height = (right - left, top - bottom) if turn == 2 else (top - bottom, right - left)
    laid = []
    for glyph in own:
        sides = glyph.left - left, glyph.bottom - bottom, right - glyph.right, top - glyph.top
        new = {1: (sides[3], sides[0], sides[1], sides[2]), 2: (sides[2], sides[3], sides[0], sides[1])}.get(
            turn, (sides[1], sides[2], sides[3], sides[0])
        )
        laid.append(glyph._replace(left=new[0], bottom=new[1], right=width - new[2], top=height - new[3]))
    return laid, others, (0.0, 0.0, width, height)


def runs_of(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Glyphs in the page's own order, cut where a line ends or a gap is wider than the type is high."""
    runs: list[list[Glyph]] = [[]]
    last: Glyph | None = None
    for glyph in glyphs:
        if glyph.text in ("\r", "\n"):
            last = None
            runs.append([])
            continue
        if glyph.text.strip():
            if last is not None and _breaks(last, glyph):
                runs.append([])
            last = glyph
        runs[-1].append(glyph)
    return [run for run in runs if any(glyph.text.strip() for glyph in run)]


def _breaks(last: Glyph, glyph: Glyph) -> bool:
    apart = glyph.left - last.right
    height = max(last.top - last.bottom, glyph.top - glyph.bottom, 1.0)
    if -3 * height <= apart <= 0.4 * height:
        return False
    sizes = sorted((last.style.size, glyph.style.size))
    margin = 0.4 if sizes[0] < 0.75 * sizes[1] else 1.1  # a line's number in the margin is small
    return apart > margin * height or apart < -3 * height


def line_of(run: list[Glyph], left: float, top: float, text: Any, *, words: bool) -> list[Any]:
    """A line as `[text, left, top, right, bottom, size, bold, font, words]`, from the upper left corner of the page.

    `words` are left and right of each word, empty unless they are asked for. Without the page's text, as where type is
    turned, exponents are not told.
    """
    ink = [glyph for glyph in run if glyph.text.strip()]
    sizes = sorted(glyph.style.size for glyph in ink)
    size = sizes[len(sizes) // 2]
    bold = sum(glyph.style.bold for glyph in ink) * 4 > len(ink) * 3
    font = Counter(glyph.style.font for glyph in ink).most_common(1)[0][0]
    edges = [min(g.left for g in ink) - left, top - max(g.top for g in ink)]
    edges += [max(g.right for g in ink) - left, top - min(g.bottom for g in ink)]
    numbers = [round(value, 1) for value in [*edges, size]]
    return [_text(run, text), *numbers, bold, font, list(_words(run, left)) if words else []]


def _words(run: list[Glyph], left: float) -> Iterator[tuple[float, float]]:
    for spaced, group in groupby(run, key=lambda glyph: not glyph.text.strip()):
        if not spaced:
            word = list(group)
            yield round(min(g.left for g in word) - left, 1), round(max(g.right for g in word) - left, 1)


def _text(run: list[Glyph], text: Any) -> str:
    """A line's text, in which a raised exponent keeps its place: `10^{-6}`."""
    whole = ""
    last: Glyph | None = None
    for size, group in groupby(run, key=lambda glyph: glyph.style.size):  # a minus has a font of its own as a rule
        glyphs = list(group)
        more = "".join(glyph.text for glyph in glyphs)
        raised = last is not None and size < 0.85 * last.style.size and _EXPONENT.fullmatch(more.strip())
        if raised and last and text and _BASE.search(whole) and _is_raised(last, glyphs[0], text):
            whole += f"^{{{more.strip().translate(_DASHES)}}}" + more[len(more.rstrip()) :]
        else:
            whole += more
        last = next((glyph for glyph in reversed(glyphs) if glyph.text.strip()), last)
    return whole


def _is_raised(base: Glyph, glyph: Glyph, text: Any) -> bool:
    heights = [_base_line(each.at, text) for each in (base, glyph)]
    return heights[1] - heights[0] > 0.2 * base.style.size


def _base_line(index: int, text: Any) -> float:
    x, y = ctypes.c_double(), ctypes.c_double()
    return y.value if pdfium.FPDFText_GetCharOrigin(text, index, x, y) else 0.0


_SCALE = 1.5
"""Pixels for a point: 108 dpi."""
_LARGEST_SIDE = 3000
"""Pixels; larger pages, such as posters, are rendered in a smaller scale."""
_LEAST = 24
"""Levels of grey, of 255, by which text that can be read differs from what is behind it."""
_HIGH = 8
"""Pixels of a place; what shows in one row of pixels of such a place is a hairline."""
_DEEPEST = 8
"""Forms within forms in which text is looked for."""

Place = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the rendered page."""


def objects_of(page: Any) -> tuple[list[Any], bool]:
    """The text objects of a page and of the forms in it, and whether there is a picture among its objects."""
    count, get = pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject
    return _sorted([get(page.raw, at) for at in range(count(page.raw))], _DEEPEST)


def _sorted(objects: Iterable[Any], depth: int) -> tuple[list[Any], bool]:
    texts, picture = [], False
    for each in objects:
        kind = pdfium.FPDFPageObj_GetType(each)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append(each)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            picture = True
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth > 1:
            count = pdfium.FPDFFormObj_CountObjects(each)
            more, pictured = _sorted([pdfium.FPDFFormObj_GetObject(each, at) for at in range(count)], depth - 1)
            texts += more
            picture = picture or pictured
    return texts, picture


class PageInk:
    """A page as it is printed, held against the page without its text.

    The page's text objects are switched off for good.
    """

    def __init__(self, page: Any, texts: Iterable[Any]) -> None:
        self._page = page
        scale = min(_SCALE, _LARGEST_SIDE / max(*page.get_size(), 1.0))
        printed = page.render(scale=scale, grayscale=True)
        for shown in texts:
            pdfium.FPDFPageObj_SetIsActive(shown, False)
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
        """Whether text makes a difference in the middle of a place, in more than a hairline of it."""
        left, top, right, bottom = place
        least = 2 if bottom - top >= _HIGH else 1
        rows = (row for row in self._rows(top, bottom) if self._differs(row * self._stride + left, right - left))
        return len(list(islice(rows, least))) == least

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
