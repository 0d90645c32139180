"""The lines of a PDF. As a module of its own process, it answers PDFs with the JSON of their lines."""

import contextlib
import ctypes
import re
from collections import Counter
from typing import Any, NamedTuple

import msgspec
import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from digest.stages.source_text.worker import answer_all

MAX_PAGES = 100
MAX_CHARACTERS = 1_500_000
MAX_PAGE_CHARACTERS = 60_000
MEMORY = 1_500_000_000
"""Bytes of address space for reading a PDF."""
_SECONDS = 60.0
"""For one PDF, where the side that asks is gone. It is less patient."""

_WHITE = 250
_WHITE_RUN = 25
"""Characters. Shorter white text is a label on a coloured box as a rule; hidden prompts are longer."""
_SMALLEST = 1.0
"""Points."""
_BOLD = re.compile(r"bold|black|heavy|medi(?!um)|demi|cmbx|cmssbx|sfbx|ecbx|[a-z]TB$|[-,]B$", re.IGNORECASE)
_UPRIGHT = 0.1
"""Radians."""


class _Style(NamedTuple):
    """What is the same for all characters of a text object."""

    hidden: str
    white: bool
    upright: bool
    bold: bool
    size: float


class _Glyph(NamedTuple):
    text: str
    left: float
    bottom: float
    right: float
    top: float
    style: _Style
    hidden: str


def read(body: bytes) -> bytes:
    """JSON of a PDF's lines; null if it is not a PDF, is locked or broken.

    `{"pages": [{"width", "height", "lines"}], "hidden": {why: characters}, "turned": text}`, where `turned` is what is
    printed sideways on the first page. A line is `[text, left, top, right, bottom, size, bold]`, points from the upper
    left corner of the page.
    """
    if b"%PDF-" not in body[:1024]:
        return b"null"
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError:
        return b"null"
    hidden: Counter[str] = Counter()
    pages, turned, left = [], [], MAX_CHARACTERS
    for index in range(min(len(document), MAX_PAGES)):
        with contextlib.suppress(pypdfium2.PdfiumError):
            page, sideways, count = _page(document[index], hidden, min(left, MAX_PAGE_CHARACTERS))
            pages.append(page)
            turned.append(sideways)
            left -= count
    document.close()
    return msgspec.json.encode({"pages": pages, "hidden": hidden, "turned": " ".join(turned[:1])[:5000]})


def _page(page: Any, hidden: Counter[str], most: int) -> tuple[dict[str, Any], str, int]:
    """A page's lines, its turned text, and how many characters were read; hidden ones are counted by reason."""
    left, bottom, right, top = page.get_bbox()
    text_page = page.get_textpage()
    glyphs = _glyphs(text_page.raw, (left, bottom, right, top), min(text_page.count_chars(), most))
    seen: list[_Glyph] = []
    for glyph in _mark_white(glyphs):
        if glyph.hidden:
            hidden[glyph.hidden] += not glyph.text.isspace()
        else:
            seen.append(glyph)
    lines = [_line(run, left, top) for run in _runs([glyph for glyph in seen if glyph.style.upright])]
    sideways = "".join(glyph.text for glyph in seen if not glyph.style.upright)
    return {"width": right - left, "height": top - bottom, "lines": lines}, sideways, len(glyphs)


def _glyphs(text: Any, box: tuple[float, float, float, float], count: int) -> list[_Glyph]:
    styles: dict[int, _Style] = {}
    found = []
    rect = pdfium.FS_RECTF()
    left, bottom, right, top = box
    for index in range(count):
        char = _char(pdfium.FPDFText_GetUnicode(text, index))
        owner = pdfium.FPDFText_GetTextObject(text, index)
        key = ctypes.addressof(owner.contents) if owner else 0
        if key not in styles:
            styles[key] = _style(text, index, owner)
        style = styles[key]
        pdfium.FPDFText_GetLooseCharBox(text, index, rect)
        why = style.hidden
        outside = rect.right <= left or rect.left >= right or rect.top <= bottom or rect.bottom >= top
        if outside and key and not char.isspace():
            why = why or "outside the page"
        found.append(_Glyph(char, rect.left, rect.bottom, rect.right, rect.top, style, why))
    return found


def _char(code: int) -> str:
    """A character; a hyphen at a line's end, which pdfium gives a code of its own, as a hyphen."""
    if code in (0x02, 0xFFFE):
        return "-"
    return "" if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _style(text: Any, index: int, owner: Any) -> _Style:
    if not owner:
        return _Style("", False, True, False, 0.0)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(owner)
    inks = _inks(owner, mode)
    hidden = ""
    if mode in (3, 7):
        hidden = "in invisible type"
    elif inks and all(ink[3] == 0 for ink in inks):
        hidden = "fully transparent"
    elif _size(text, index) < _SMALLEST:
        hidden = "in type too small to read"
    white = bool(inks) and all(min(ink[:3]) >= _WHITE for ink in inks)
    angle = pdfium.FPDFText_GetCharAngle(text, index)
    upright = min(angle % 6.2832, -angle % 6.2832) < _UPRIGHT
    return _Style(hidden, white, upright, _BOLD.search(_font(text, index)) is not None, _size(text, index))


def _size(text: Any, index: int) -> float:
    """Points, as printed: the font's size times the scale of the matrix it is set with."""
    matrix = pdfium.FS_MATRIX()
    scale = 1.0
    if pdfium.FPDFText_GetMatrix(text, index, matrix):
        scale = (matrix.c**2 + matrix.d**2) ** 0.5
    return float(pdfium.FPDFText_GetFontSize(text, index)) * scale


def _inks(owner: Any, mode: int) -> list[list[int]]:
    """Red, green, blue and alpha of what a render mode paints: the inside, the outline or both."""
    getters = []
    if mode in (0, 2, 4, 6, -1):
        getters.append(pdfium.FPDFPageObj_GetFillColor)
    if mode in (1, 2, 5, 6):
        getters.append(pdfium.FPDFPageObj_GetStrokeColor)
    found = []
    for getter in getters:
        channels = [ctypes.c_uint() for _ in range(4)]
        if getter(owner, *channels):
            found.append([channel.value for channel in channels])
    return found


def _font(text: Any, index: int) -> str:
    name = ctypes.create_string_buffer(200)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text, index, name, 200, flags)
    return name.value.decode("utf-8", errors="replace") if 0 < length <= 200 else ""


def _mark_white(glyphs: list[_Glyph]) -> list[_Glyph]:
    """White text long enough to be a sentence is hidden; what stands behind it is not looked at."""
    marked: list[_Glyph] = []
    run: list[_Glyph] = []
    for glyph in [*glyphs, None]:
        if glyph is not None and (glyph.style.white or (run and not glyph.text.strip())):
            run.append(glyph)
            continue
        long = sum(1 for one in run if one.text.strip()) >= _WHITE_RUN
        marked += [one._replace(hidden=one.hidden or "in white") for one in run] if long else run
        run = []
        if glyph is not None:
            marked.append(glyph)
    return marked


def _runs(glyphs: list[_Glyph]) -> list[list[_Glyph]]:
    """Glyphs in the page's own order, cut where a line ends or a gap is wider than the type is high."""
    runs: list[list[_Glyph]] = [[]]
    last: _Glyph | None = None
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


def _breaks(last: _Glyph, glyph: _Glyph) -> bool:
    height = max(last.top - last.bottom, glyph.top - glyph.bottom, 1.0)
    apart = glyph.left - last.right
    return apart > 1.1 * height or apart < -3 * height


def _line(run: list[_Glyph], left: float, top: float) -> list[Any]:
    ink = [glyph for glyph in run if glyph.text.strip()]
    sizes = sorted(glyph.style.size for glyph in ink)
    bold = sum(glyph.style.bold for glyph in ink) * 2 > len(ink)
    edges = [min(g.left for g in ink) - left, top - max(g.top for g in ink)]
    edges += [max(g.right for g in ink) - left, top - min(g.bottom for g in ink)]
    numbers = [round(value, 1) for value in [*edges, sizes[len(sizes) // 2]]]
    return ["".join(glyph.text for glyph in run), *numbers, bold]


if __name__ == "__main__":
    answer_all(read, seconds=_SECONDS, memory=MEMORY)
