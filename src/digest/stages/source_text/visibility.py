"""What a reader of a web page cannot see: LaTeXML writes colours and sizes as inline styles."""

import re
from colorsys import hls_to_rgb
from typing import NamedTuple

from lxml import etree

from digest.stages.source_text.style_sheet import Style, StyleSheet, declarations, is_for_screens

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
_NAMED = {"white": WHITE, "snow": (255, 250, 250), "black": BLACK}
_NEAR = 5
"""A colour this close to its background, in each of 255 steps, cannot be read."""
_SMALLEST = 2 * 4 / 3
"""Pixels; two points."""
_FAR = 500
"""Pixels beyond the left or upper edge."""
_FAINTEST = 0.05
"""Of full opacity."""
_SHIFTS = ("left", "right", "top", "text-indent", "margin-left")
_EXTENTS = ("width", "height", "max-width", "max-height")
_LOOKS = frozenset({"style", "hidden", "color", "bgcolor"})
_READ = frozenset(
    {*_SHIFTS, *_EXTENTS, "--ltx-bg-color", "--ltx-fg-color", "background", "background-color", "clip", "clip-path"}
    | {"color", "display", "font-size", "opacity", "overflow", "transform", "visibility"}
)
"""Properties that tell whether text can be seen."""
_TO_PIXELS = {
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 37.8,
    "mm": 3.78,
    "rem": 16.0,
    "vw": 12.8,
    "vh": 8.0,
}

_LENGTH = re.compile(r"(-?[\d.]+)\s*([a-z]*|%)")
_RGB = re.compile(r"rgba?\(([^)]*)\)")
_HSL = re.compile(r"hsla?\(([^)]*)\)")
_SEPARATOR = re.compile(r"[\s,/]+")
_SHIFT = re.compile(r"translate[xy]?\(([^)]*)\)")
_CLIPPED = re.compile(r"inset\(\s*(?:100|[5-9][0-9])%\s*\)|circle\(\s*0(?![.\d])|rect\(\s*(?:[01](?:px)?[\s,]*){4}\)")
_SCALE = re.compile(r"scale[xy]?\(\s*([\d.]+)")


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


def sheet_of(article: etree._Element) -> StyleSheet:
    """What the style sheets in the article's page say that may hide text."""
    blocks = article.getroottree().iter("style")
    return StyleSheet((block.text or "" for block in blocks if is_for_screens(block.get("media") or "")), _READ)


def look_of(element: etree._Element, above: Look, sheet: StyleSheet) -> Look:
    """The look of an element whose parent looks as given."""
    style = _style(element) if _LOOKS.intersection(element.attrib) else {}
    if sheet:
        style = sheet.style_of(element, style)
    if not style and "hidden" not in element.attrib:
        return above
    paper = style.get("--ltx-bg-color") or style.get("background-color") or style.get("background") or ""
    return Look(
        ink=_colour(_ink(style), above.ink),
        paper=_colour(paper, above.paper),
        size=_size(style, above.size),
        hidden=above.hidden or _hidden(style, "hidden" in element.attrib),
    )


def _style(element: etree._Element) -> Style:
    """Inline declarations, names and values in lower case; old HTML has attributes for colours."""
    given = {"color": element.get("color"), "background-color": element.get("bgcolor")}
    style = {name: value.lower() for name, value in given.items() if value}
    return style | {name: value for name, value, _ in declarations(element.get("style") or "")}


def _ink(style: Style) -> str:
    return style.get("--ltx-fg-color") or style.get("color") or ""


def _colour(text: str, above: Colour | None) -> Colour | None:
    """A CSS colour; what is inherited where the text names none, None where it cannot be told."""
    if not text or text in ("inherit", "transparent", "none", "initial", "unset"):
        return above
    if text.startswith("#"):
        return _hex(text[1:])
    if found := _RGB.match(text):
        values = [round(_number(part, whole=255)) for part in _SEPARATOR.split(found[1].strip())]
        return (values[0], values[1], values[2]) if len(values) >= 3 else None
    if found := _HSL.match(text):
        return _from_hsl(_SEPARATOR.split(found[1].strip()))
    return _NAMED.get(text)


def _from_hsl(parts: list[str]) -> Colour | None:
    if len(parts) < 3:
        return None
    hue = _number(parts[0].removesuffix("deg"), whole=360) / 360
    saturation, lightness = (_number(part.removesuffix("%"), whole=100) / 100 for part in parts[1:3])
    red, green, blue = hls_to_rgb(hue, lightness, saturation)
    return round(255 * red), round(255 * green), round(255 * blue)


def _hex(digits: str) -> Colour | None:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if re.fullmatch("[0-9a-f]{6}(?:[0-9a-f]{2})?", digits) is None:
        return None
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _number(text: str, *, whole: float) -> float:
    """A number or a percentage of `whole`, within 0 and `whole`; `whole` where it is neither."""
    try:
        value = float(text.removesuffix("%")) * (whole / 100 if text.endswith("%") else 1.0)
    except ValueError:
        return whole
    return min(max(value, 0.0), whole)


def _size(style: Style, above: float) -> float:
    """Pixels of `font-size`, times the scale that a transformation shrinks it by."""
    size = _pixels(style.get("font-size", ""), above, whole=above)
    scale = _SCALE.search(style.get("transform", ""))
    return (above if size is None else size) * (_number(scale[1], whole=1.0) if scale else 1.0)


def _pixels(length: str, em: float, *, whole: float = 100.0) -> float | None:
    """A CSS length in pixels, where 1 em and 100 % are as given; None if it is no length."""
    found = _LENGTH.fullmatch(length)
    per_unit = {"em": em, "ex": em / 2, "%": whole / 100, "": 1.0, **_TO_PIXELS}
    if found is None or found[2] not in per_unit:
        return None
    try:
        return float(found[1]) * per_unit[found[2]]
    except ValueError:
        return None


def _hidden(style: Style, attribute: bool) -> str:
    """Why an element is hidden whatever its type looks like; empty if it is not."""
    if attribute or style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return "not displayed"
    if _is_clear(style):
        return "fully transparent"
    if any((_pixels(length, 16.0) or 0.0) < -_FAR for length in _shifts(style)):
        return "outside the page"
    if _CLIPPED.search(style.get("clip-path", "") + style.get("clip", "")):
        return "not displayed"
    if style.get("overflow") == "hidden" and any(_is_nothing(style.get(name, "")) for name in _EXTENTS):
        return "not displayed"
    return ""


def _shifts(style: Style) -> list[str]:
    moved = _SHIFT.search(style.get("transform", ""))
    return [*(style.get(name, "") for name in _SHIFTS), *(_SEPARATOR.split(moved[1].strip()) if moved else ())]


def _is_nothing(length: str) -> bool:
    pixels = _pixels(length, 16.0)
    return pixels is not None and pixels <= 1


def _is_clear(style: Style) -> bool:
    alpha = _number(style.get("opacity", "1"), whole=1.0)
    ink = _ink(style)
    if found := _RGB.match(ink) or _HSL.match(ink):
        alpha = min([alpha, *(_number(part, whole=1.0) for part in _SEPARATOR.split(found[1].strip())[3:4])])
    elif ink.startswith("#") and len(ink) in (5, 9):
        alpha = 0.0 if ink.endswith("0" * (len(ink) // 4)) else alpha
    return ink == "transparent" or alpha < _FAINTEST
