"""The lines of a PDF. As a module of its own process, it answers PDFs with the JSON of their lines."""

import contextlib
import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any, NamedTuple

import msgspec
import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from digest.stages.source_text.pdf_page import (
    Box,
    Glyph,
    GlyphStyle,
    PageInk,
    laid_upright,
    line_of,
    objects_of,
    runs_of,
)
from digest.stages.source_text.worker import answer_all

MAX_PAGES = 100
MAX_CHARACTERS = 1_500_000
MAX_PAGE_CHARACTERS = 60_000
MEMORY = 1_500_000_000
"""Bytes of address space for reading a PDF."""
_SECONDS = 60.0
"""For one PDF, where the side that asks is gone. It is less patient."""

_DEEPEST_MARK = 15
"""Levels of bookmarks."""
_WHITE = 250
_SMALLEST = 2.2
"""Points."""
_NARROWEST = 0.12
"""Width of a letter in parts of its size; narrower ones are squeezed, or more letters than are printed."""
_LONGEST_WORD = 16
"""Letters that are looked at together, in languages without spaces."""
_LEAST_NOTED = 20
"""Letters. Less hidden text is a label or an axis in a figure as a rule; hidden prompts are longer."""
_BOLD = re.compile(r"bold|black|heavy|medi(?!um)|demi|cmbx|cmssbx|sfbx|ecbx|[a-z]TB$|[-,]B$", re.IGNORECASE)
_QUARTER = 1.5708
"""Radians of a right angle."""
_STRAIGHT = 0.1
"""Radians by which type may be off a right angle."""


_TABLE = re.compile(r"\btable\s*[A-Z]?\.?\d", re.IGNORECASE)
_owner_of = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)
"""The address of the text object that a character is of, as a number, which takes a third of the time of a pointer."""


class _Font(NamedTuple):
    name: str
    bold: bool
    drawn: bool


def read(body: bytes) -> bytes:
    """JSON of a part of a PDF's pages; null if it is not a PDF or is broken, `"locked"` if it needs a password.

    The body is two bytes, which part and of how many, and the PDF. The answer is `{"pages", "count", "hidden",
    "bookmarks"}`: `count` is of all pages, `hidden` counts characters by reason, a bookmark is `[title, level, page,
    top]`, where `top` may be null. A page is `{"number", "width", "height", "lines", "turned", "picture"}`: `turned` is
    its text printed sideways, `picture` says that it has pictures. A line is `[text, left, top, right, bottom, size,
    bold, font, words]`, points from the upper left corner of the page; `words` are left and right of each word, on
    pages that speak of a table.
    """
    part, parts, data = body[0], body[1], body[2:]
    if b"%PDF-" not in data[:1024]:
        return b"null"
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        locked = pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD and b"/Encrypt" in data  # or an earlier error
        return b'"locked"' if locked else b"null"
    hidden: Counter[str] = Counter()
    pages, left = [], MAX_CHARACTERS // parts
    for number in range(part, min(len(document), MAX_PAGES), parts):
        with contextlib.suppress(pypdfium2.PdfiumError):
            page, count = _page(document[number], hidden, min(left, MAX_PAGE_CHARACTERS))
            pages.append({"number": number, **page})
            left -= count
    bookmarks = [] if part else list(_bookmarks(document))
    count = len(document)
    document.close()
    return msgspec.json.encode({"pages": pages, "count": count, "hidden": hidden, "bookmarks": bookmarks})


def _bookmarks(document: Any) -> Iterator[tuple[str, int, int, float | None]]:
    tops: dict[int, float] = {}
    for found in document.get_toc(max_depth=_DEEPEST_MARK):
        with contextlib.suppress(pypdfium2.PdfiumError):
            place = found.get_dest()
            number = place.get_index() if place else None
            if number is None:
                continue
            kind, view = place.get_view()
            y = view[1] if kind == pdfium.PDFDEST_VIEW_XYZ and len(view) > 1 else None
            if y and number not in tops:
                tops[number] = document[number].get_bbox()[3]
            yield found.get_title(), found.level, number, tops[number] - y if y else None


def _page(page: Any, hidden: Counter[str], most: int) -> tuple[dict[str, Any], int]:
    """A page, and how many characters were read; hidden ones are counted by reason."""
    left, bottom, right, top = page.get_bbox()
    text_page = page.get_textpage()
    glyphs = _glyphs(text_page.raw, min(text_page.count_chars(), most))
    texts, picture = objects_of(page)
    seen = _seen(glyphs, PageInk(page, texts), hidden) if glyphs else []
    upright, others, laid = laid_upright(seen, (left, bottom, right, top))
    words = _TABLE.search("".join([glyph.text for glyph in upright])) is not None
    text = text_page.raw if laid == (left, bottom, right, top) else None
    lines = [line_of(run, laid[0], laid[3], text, words=words) for run in runs_of(upright)]
    turned = "".join(glyph.text for glyph in others)[:5000]
    size = {"width": laid[2] - laid[0], "height": laid[3] - laid[1]}
    return {**size, "lines": lines, "turned": turned, "picture": picture}, len(glyphs)


def _glyphs(text: Any, count: int) -> list[Glyph]:
    styles: dict[int | None, GlyphStyle] = {}
    fonts: dict[int, _Font] = {}
    found = []
    rect = pdfium.FS_RECTF()
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    for index in range(count):
        code = unicode_of(text, index)
        char = chr(code) if 0x02 < code < 0xD800 else _char(code)
        owner = _owner_of(text, index)
        style = styles.get(owner)
        if style is None:
            style = styles[owner] = _style(text, index, pdfium.FPDFText_GetTextObject(text, index), fonts)
        box_of(text, index, rect)
        found.append(Glyph(char, index, rect.left, rect.bottom, rect.right, rect.top, style, style.hidden))
    return found


def _char(code: int) -> str:
    """A character; a hyphen at a line's end, which pdfium gives a code of its own, as a hyphen."""
    if code in (0x02, 0xFFFE):
        return "-"
    return "" if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _style(text: Any, index: int, owner: Any, fonts: dict[int, _Font]) -> GlyphStyle:
    if not owner:
        return GlyphStyle("", False, 0, False, 0.0, "", False)
    mode, size = pdfium.FPDFTextObj_GetTextRenderMode(owner), _size(text, index)
    inks = _inks(owner, mode)
    hidden = ""
    if mode in (3, 7):
        hidden = "in invisible type"
    elif inks and all(ink[3] == 0 for ink in inks):
        hidden = "fully transparent"
    elif size < _SMALLEST:
        hidden = "in type too small to read"
    white = bool(inks) and all(min(ink[:3]) >= _WHITE for ink in inks)
    angle = pdfium.FPDFText_GetCharAngle(text, index)
    turn = round(angle / _QUARTER) % 4 if min(angle % _QUARTER, -angle % _QUARTER) < _STRAIGHT else -1
    font = pdfium.FPDFTextObj_GetFont(owner)
    key = ctypes.addressof(font.contents) if font else 0
    if key not in fonts:
        name = _font(text, index)
        fonts[key] = _Font(name, _BOLD.search(name) is not None, pdfium.FPDFFont_GetIsEmbedded(font) == 1)
    return GlyphStyle(hidden, white, turn, fonts[key].bold, size, fonts[key].name, fonts[key].drawn)


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


def _seen(glyphs: list[Glyph], ink: PageInk, hidden: Counter[str]) -> list[Glyph]:
    """The glyphs that a reader can see; of the others, those that are more than a label are counted by reason."""
    judged: list[Glyph] = []
    for (_, spaced), group in groupby(glyphs, key=lambda glyph: (glyph.style, not glyph.text.strip())):
        while word := list(islice(group, _LONGEST_WORD)):
            why = "" if spaced else _why_hidden(word, ink)
            judged += [glyph._replace(hidden=why) for glyph in word] if why else word
    _count(judged, hidden)
    return [glyph for glyph in judged if not glyph.hidden]


def _why_hidden(word: list[Glyph], ink: PageInk) -> str:
    """Why a word cannot be seen, in words; empty if it can."""
    style = word[0].style
    text = "".join([glyph.text for glyph in word])
    if style.hidden or not style.size or not (text.isalnum() or any(map(str.isalnum, text))):
        return style.hidden
    box = _box(word)
    across = max(box[2] - box[0], box[3] - box[1] if style.turn else 0.0)
    if len(text) >= 2 and across < _NARROWEST * style.size * len(text):
        return "squeezed until it cannot be read"
    place = ink.place(box)
    if place is None:
        return "outside the page"
    if ink.shows(place) or not (style.drawn or text.isascii()):
        return ""
    if not style.font and ink.has_any(place):  # letters of a Type 3 font, whose shapes the page may draw itself
        return ""
    return "in white" if style.white else "without ink on the page"


def _box(word: list[Glyph]) -> Box:
    """Of a word from its first letter to its last one."""
    one, two = word[0], word[-1]
    left, right = min(one.left, two.left), max(one.right, two.right)
    return left, min(one.bottom, two.bottom), right, max(one.top, two.top)


def _count(glyphs: list[Glyph], hidden: Counter[str]) -> None:
    """Count hidden characters by reason, where as many as a short sentence has stand together."""
    inked = (glyph for glyph in glyphs if glyph.text.strip())
    for why, group in groupby(inked, key=lambda glyph: glyph.hidden):
        run = [glyph.text for glyph in group] if why else []
        if sum(text.isalpha() for text in run) >= _LEAST_NOTED:
            hidden[why] += len(run)


if __name__ == "__main__":
    answer_all(read, seconds=_SECONDS, memory=MEMORY)
