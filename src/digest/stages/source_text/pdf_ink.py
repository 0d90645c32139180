"""What a reader of a PDF page can see: the page is rendered with its text and without it, and compared."""

import ctypes
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

_SCALE = 1.5
"""Pixels for a point: 108 dpi."""
_LARGEST_SIDE = 3000
"""Pixels; larger pages, such as posters, are rendered in a smaller scale."""
_LEAST = 24
"""Levels of grey, of 255, by which text that can be read differs from what is behind it."""
_DEEPEST = 8
"""Forms within forms in which text is looked for."""

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in the coordinates of the page."""
Place = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the rendered page."""


class PageInk:
    """A page as it is printed. The page's text objects are switched off for good."""

    def __init__(self, page: Any) -> None:
        self._page = page
        scale = min(_SCALE, _LARGEST_SIDE / max(*page.get_size(), 1.0))
        printed = page.render(scale=scale, grayscale=True)
        for shown in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=_DEEPEST):
            pdfium.FPDFPageObj_SetIsActive(shown.raw, False)
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
        """Whether text makes a difference in the middle of a place."""
        left, top, right, bottom = place
        return any(self._differs(row * self._stride + left, right - left) for row in self._rows(top, bottom))

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
