"""Characters of a PDF's page become lines."""

import ctypes
import re
from collections import Counter
from itertools import groupby
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

_EXPONENT = re.compile(r"[-−–+]?\d{1,3}")
_DASHES = str.maketrans("−–", "--")
_BASE = re.compile(r"(?:(?<![A-Za-z\d.,¸´¨˜])(?:10|2|[A-Za-z]|[kcmnμ]m)|\([^()]*[-+−*/·=][^()]*\)|\([A-Za-z]\))$")
"""What an exponent may follow: `10`, `2`, `n`, `km`, `(a − b)`; not a word or `(see below)`, whose raised number is a
note's."""


class GlyphStyle(NamedTuple):
    """What is the same for all characters of a text object."""

    hidden: str
    white: bool
    upright: bool
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
    height = max(last.top - last.bottom, glyph.top - glyph.bottom, 1.0)
    apart = glyph.left - last.right
    sizes = sorted((last.style.size, glyph.style.size))
    margin = 0.4 if sizes[0] < 0.75 * sizes[1] else 1.1  # a line's number in the margin is small
    return apart > margin * height or apart < -3 * height


def line_of(run: list[Glyph], left: float, top: float, text: Any) -> list[Any]:
    """A line as `[text, left, top, right, bottom, size, bold, font]`, from the upper left corner of the page."""
    ink = [glyph for glyph in run if glyph.text.strip()]
    sizes = sorted(glyph.style.size for glyph in ink)
    size = sizes[len(sizes) // 2]
    bold = sum(glyph.style.bold for glyph in ink) * 4 > len(ink) * 3
    font = Counter(glyph.style.font for glyph in ink).most_common(1)[0][0]
    edges = [min(g.left for g in ink) - left, top - max(g.top for g in ink)]
    edges += [max(g.right for g in ink) - left, top - min(g.bottom for g in ink)]
    numbers = [round(value, 1) for value in [*edges, size]]
    return [_text(run, text), *numbers, bold, font]


def _text(run: list[Glyph], text: Any) -> str:
    """A line's text, in which a raised exponent keeps its place: `10^{-6}`."""
    whole = ""
    last: Glyph | None = None
    for style, group in groupby(run, key=lambda glyph: glyph.style):
        glyphs = list(group)
        more = "".join(glyph.text for glyph in glyphs)
        raised = last is not None and style.size < 0.85 * last.style.size and _EXPONENT.fullmatch(more.strip())
        if raised and last and _BASE.search(whole) and _is_raised(last, glyphs[0], text):
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
