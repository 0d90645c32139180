"""What a reader of a web page cannot see: LaTeXML writes colours and sizes as inline styles."""

import re
from typing import NamedTuple

from lxml import etree

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
_NAMED = {"white": WHITE, "snow": (255, 250, 250), "black": BLACK}
_NEAR = 5
"""A colour this close to its background, in each of 255 steps, cannot be read."""
_SMALLEST = 2 * 4 / 3
"""Pixels; two points."""
_TO_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": 16.0}

_SIZE = re.compile(r"([\d.]+)\s*(px|pt|pc|in|cm|mm|rem|em|ex|%)")
_RGB = re.compile(r"rgba?\(([^)]*)\)")
_OFF_PAGE = re.compile(r"-(?:\d{4,}|[5-9]\d\d)(?:\.\d+)?\s*(?:px|pt|em|rem|%|vw|vh)")
_SCALE = re.compile(r"scale[xy]?\(\s*(\d*\.?\d+)")
_ZERO = re.compile(r"0*\.?0*(px|pt|em|rem|%)?")


class Look(NamedTuple):
    """How text is set, inherited from element to element."""

    ink: Colour | None = BLACK
    """None: cannot be told, and is taken to be readable."""
    paper: Colour | None = WHITE
    """None: a picture or a gradient, on which every colour is taken to be readable."""
    size: float = 16.0
    """Pixels."""
    hidden: str = ""
    """Why the text cannot be seen whatever its colour and size, in words."""

    @property
    def unseen(self) -> str:
        """Why a reader cannot see the text, in words; empty if it can be seen."""
        if self.hidden:
            return self.hidden
        if self.size < _SMALLEST:
            return "in type too small to read"
        if self.ink and self.paper and all(abs(a - b) <= _NEAR for a, b in zip(self.ink, self.paper, strict=True)):
            return "in white" if self.paper == WHITE else "in the colour of its background"
        return ""


def look_of(element: etree._Element, above: Look) -> Look:
    """The look of an element whose parent looks as given."""
    style = _style(element)
    if not style and "hidden" not in element.attrib:
        return above
    ink_text = style.get("--ltx-fg-color") or style.get("color") or ""
    paper_text = style.get("--ltx-bg-color") or style.get("background-color") or style.get("background") or ""
    return Look(
        ink=_colour(ink_text, above.ink),
        paper=_colour(paper_text, above.paper),
        size=_size(style, above.size),
        hidden=above.hidden or _hidden(style, "hidden" in element.attrib),
    )


def _style(element: etree._Element) -> dict[str, str]:
    """Inline declarations, names and values in lower case; colours may be attributes in old HTML."""
    given = [(name, element.get(name)) for name in ("color", "bgcolor")]
    style = {"background-color" if name == "bgcolor" else name: value.lower() for name, value in given if value}
    for declaration in (element.get("style") or "").split(";"):
        name, _, value = declaration.partition(":")
        style[name.strip().lower()] = value.replace("!important", "").strip().lower()
    return {name: value for name, value in style.items() if value}


def _colour(text: str, above: Colour | None) -> Colour | None:
    """A CSS colour; what is inherited where the text names none, None where it cannot be told."""
    if not text or text in ("inherit", "transparent", "none", "initial", "unset"):
        return above
    if text.startswith("#"):
        return _hex(text[1:])
    if found := _RGB.match(text):
        return _rgb(found[1])
    return _NAMED.get(text)


def _hex(digits: str) -> Colour | None:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in (6, 8) or not all(digit in "0123456789abcdef" for digit in digits):
        return None
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _rgb(arguments: str) -> Colour | None:
    parts = re.findall(r"([\d.]+)(%?)", arguments)[:3]
    try:
        values = [round(float(number) * (2.55 if percent else 1)) for number, percent in parts]
    except ValueError:
        return None
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def _size(style: dict[str, str], above: float) -> float:
    """Pixels of `font-size`, times the scale that a transformation shrinks it by."""
    size, text = above, style.get("font-size", "")
    if found := _SIZE.fullmatch(text):
        number = _number(found[1])
        per_unit = {"em": above, "ex": above / 2, "%": above / 100}.get(found[2]) or _TO_PIXELS.get(found[2], 1.0)
        size = number * per_unit
    elif _ZERO.fullmatch(text) and text:
        size = 0.0
    scale = _SCALE.search(style.get("transform", ""))
    return size * min(_number(scale[1]), 1.0) if scale else size


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _hidden(style: dict[str, str], attribute: bool) -> str:
    if attribute or style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return "not displayed"
    if _is_clear(style):
        return "fully transparent"
    if any(_OFF_PAGE.match(style.get(name, "")) for name in ("left", "right", "top", "text-indent", "margin-left")):
        return "outside the page"
    clipped = style.get("overflow") == "hidden" or "clip" in style or "clip-path" in style
    if clipped and any(_is_nothing(style.get(name, "")) for name in ("width", "height", "max-width", "max-height")):
        return "not displayed"
    return ""


def _is_nothing(length: str) -> bool:
    return bool(length) and (_ZERO.fullmatch(length) is not None or length in ("1px", ".1px"))


def _is_clear(style: dict[str, str]) -> bool:
    if style.get("color") == "transparent" or style.get("--ltx-fg-color") == "transparent":
        return True
    alpha = style.get("opacity", "")
    if found := re.fullmatch(r"rgba\([^)]*[,/]\s*([\d.]+%?)\s*\)", style.get("color", "")):
        alpha = found[1] if found[0].count(",") == 3 or "/" in found[0] else alpha
    return bool(re.fullmatch(r"0*\.?0*[0-4]?%|0*(\.0[0-4]?\d*|\.0*)?", alpha)) and bool(alpha)
