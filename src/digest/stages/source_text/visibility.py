"""What a reader of a web page can see.

On arXiv's pages authors style text through TeX alone, which LaTeXML writes as inline styles of a few kinds. Only these
are taken to show their text: an element with any other style is hidden, whatever the style does.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
_NAMED = {
    "black": BLACK,
    "white": WHITE,
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
}
_NEAR = 32
"""A colour this close to its background, in each of 255 steps, cannot be read."""
_SMALLEST = 3.0
"""Pixels of type; a footnote in a subscript has about 5."""
_FAINTEST = 0.2
"""Of full opacity."""
_FARTHEST = 200.0
"""Pixels by which text is shifted, at most."""
_FARTHEST_OF_ALL = 600.0
"""Pixels, by all elements around it together."""
_TIGHTEST = -2.0
"""Pixels between letters, and the least height of a line; letters that are closer cover each other."""
_SHRUNK = 1_000.0
"""Pixels by which LaTeXML shifts a wide box that it shrinks to nothing; to half, half of that."""
_LARGEST = 20_000.0
"""Pixels of any length."""
_TO_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": 16.0, "": 1.0}
_LENGTH = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))(px|pt|pc|in|cm|mm|rem|em|ex|%|)")
_RGB = re.compile(r"rgba?\(([^()]*)\)")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_MOVES = re.compile(r"\s*(translate|scale|rotate)\(([^()]*)\)\s*")
_SEPARATOR = re.compile(r"[\s,]+")
_LONGEST_STYLE = 2_000
"""Characters. LaTeXML writes a few short declarations."""
_NOTHING = re.compile(r"0+(?:\.0*)?(?:px|pt|em|%|)")
_HIDING_CLASS = re.compile(r"(?<!\S)ltx_(phantom|hidden|invisible|nodisplay)(?!\S)")

_INKS = frozenset({"color", "--ltx-fg-color"})
_COLOURS = _INKS | {"background-color", "background", "--ltx-bg-color"}
_SHIFTS = frozenset({"margin-left", "margin-right", "margin-top", "margin-bottom", "margin", "text-indent", "bottom"})
_SIZES = frozenset(
    {"width", "min-width", "max-width", "height", "min-height", "padding", "padding-left", "padding-right"}
    | {"padding-top", "padding-bottom", "vertical-align", "line-height", "letter-spacing", "border-width"}
)
_WORDS = {
    "display": r"inline|block|inline-block|inline-table|table|table-row|table-cell|flex|inline-flex|list-item",
    "visibility": r"visible",
    "overflow": r"visible|auto|scroll",
    "position": r"relative|static",
    "float": r"left|right|none",
    "vertical-align": r"baseline|top|middle|bottom|sub|super|text-top|text-bottom",
    "white-space": r"normal|nowrap|pre|pre-wrap|pre-line",
    "text-align": r"left|right|center|justify|start|end",
    "text-transform": r"none|uppercase|lowercase|capitalize",
    "text-decoration": r"none|underline|overline|line-through",
    "width": r"auto|fit-content|max-content|min-content",
    "height": r"auto",
    "line-height": r"normal",
    "margin": r"auto",
    "border-collapse": r"collapse|separate",
}
"""Values that are words, of properties that decide whether text shows."""
_HARMLESS = re.compile(r"font-(?:style|weight|variant)|list-style(?:-type)?|border(?:-[a-z]+)*|--ltx-[a-z-]+")
"""Properties that never hide text, whatever their value."""


class Look(NamedTuple):
    """How text is set, inherited from element to element."""

    ink: Colour = BLACK
    paper: Colour = WHITE
    size: float = 16.0
    """Pixels."""
    opacity: float = 1.0
    shift: float = 0.0
    """Pixels, of all elements around it together."""
    hidden: str = ""
    """Why the text cannot be seen whatever its colour and size, in words."""

    @property
    def unseen(self) -> str:
        """Why a reader cannot see the text, in words; empty if it can be seen."""
        if self.hidden:
            return self.hidden
        if self.size < _SMALLEST:
            return "in type too small to read"
        if all(abs(a - b) < _NEAR for a, b in zip(self.ink, self.paper, strict=True)):
            return "in white" if self.paper == WHITE else "in the colour of its background"
        return ""


def look_of(element: etree._Element, above: Look) -> Look:
    """The look of an element whose parent looks as given."""
    if _HIDING_CLASS.search(element.get("class") or "") or _is_switched_off(element):
        return above._replace(hidden=above.hidden or "not displayed")
    look = above
    for name, value in _declarations(element):
        look = _with(look, above, name, value)
    return look


def _is_switched_off(element: etree._Element) -> bool:
    """Whether an element is hidden by its kind or by an attribute other than its style."""
    if element.tag in ("mphantom", "maction") or not {"hidden", "popover"}.isdisjoint(element.attrib):
        return True
    flat = any(_NOTHING.fullmatch((element.get(side) or "1").strip()) for side in ("width", "height"))
    return flat and (element.tag == "svg" or (element.tag == "foreignobject" and element.get("overflow") != "visible"))


def _declarations(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Properties and values in lower case, those of old and of mathematical markup first."""
    for attribute, name in _ATTRIBUTES.items():
        if value := element.get(attribute):
            yield name, value.strip().lower()
    style = element.get("style") or ""
    if len(style) > _LONGEST_STYLE:
        yield "style", "too long"
        return
    for declaration in style.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            yield name.strip(), value.replace("!important", "").strip()


_ATTRIBUTES = {
    "color": "color",
    "bgcolor": "background-color",
    "mathcolor": "color",
    "mathbackground": "background-color",
    "mathsize": "font-size",
    "opacity": "opacity",
}


def _with(look: Look, above: Look, name: str, value: str) -> Look:
    """A look with one declaration more."""
    if name in _COLOURS:
        return _coloured(look, name, value)
    if name == "font-size":
        size = _pixels(value, above.size, whole=above.size)
        return look._replace(size=size) if size is not None else _strange(look)
    if name == "opacity":
        opacity = _number(value) * look.opacity
        return _faded(look) if opacity < _FAINTEST else look._replace(opacity=min(opacity, 1.0))
    if name == "transform":
        return _moved(look, value)
    if not _shows(name, value):
        return _strange(look, name)
    return _shifted(look, value) if name in _SHIFTS else look


def _shifted(look: Look, value: str) -> Look:
    """A look that is shifted by the largest of some lengths; farther than it shows where all shifts are too far."""
    lengths = [abs(_pixels(part, 16.0, whole=100.0) or 0.0) for part in value.split()[:5]]
    shift = look.shift + max(lengths, default=0.0)
    return look._replace(shift=shift, hidden=look.hidden or ("outside the page" if shift > _FARTHEST_OF_ALL else ""))


def _faded(look: Look) -> Look:
    return look._replace(hidden=look.hidden or "fully transparent")


def _shows(name: str, value: str) -> bool:
    if _HARMLESS.fullmatch(name):
        return True
    if re.fullmatch(_WORDS.get(name, "(?!)"), value):
        return True
    if name not in _SHIFTS | _SIZES:
        return False
    lengths = [_pixels(part, 16.0, whole=100.0) for part in value.split()[:5]]
    most = _FARTHEST if name in _SHIFTS else _LARGEST
    least = {"letter-spacing": _TIGHTEST, "line-height": 0.5}.get(name, -most)
    return bool(lengths) and all(length is not None and least <= length <= most for length in lengths)


def _strange(look: Look, name: str = "") -> Look:
    """A look with a style that arXiv's pages do not have on text that shows."""
    known = {"display": "not displayed", "visibility": "not displayed", "position": "outside the page"}
    why = known.get(name) or ("outside the page" if name in _SHIFTS else "in a style that may hide it")
    return look._replace(hidden=look.hidden or why)


def _coloured(look: Look, name: str, value: str) -> Look:
    if value in ("inherit", "currentcolor", "none", "initial", "unset"):
        return look
    colour, opacity = _colour(value)
    if colour is None:
        return _strange(look)
    if name not in _INKS:
        return look._replace(paper=colour) if opacity > 0.5 else look
    if opacity < _FAINTEST:
        return _faded(look)
    return look._replace(ink=colour)


def _colour(text: str) -> tuple[Colour | None, float]:
    """A colour and its opacity; None where it cannot be told."""
    if _HEX.fullmatch(text):
        digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)), 1.0
    if found := _RGB.fullmatch(text):
        parts = [part for part in re.split(r"[\s,/]+", found[1].strip()) if part]
        values = [_number(part, whole=255.0) for part in parts[:3]]
        if len(values) == 3 and all(0 <= value <= 255 for value in values):
            red, green, blue = map(round, values)
            return (red, green, blue), _number(parts[3]) if len(parts) > 3 else 1.0
    if text == "transparent":
        return WHITE, 0.0
    return _NAMED.get(text), 1.0


def _number(text: str, *, whole: float = 1.0) -> float:
    """A number, or a percentage of `whole`; -1 where it is neither."""
    found = _LENGTH.fullmatch(text)
    if found is None or found[2] not in ("", "%"):
        return -1.0
    return float(found[1]) * (whole / 100 if found[2] else 1.0)


def _pixels(length: str, em: float, *, whole: float) -> float | None:
    """A length in pixels, where 1 em and 100 % are as given; None if it is not one."""
    found = _LENGTH.fullmatch(length)
    if found is None:
        return None
    per_unit = {"em": em, "ex": em / 2, "%": whole / 100, **_TO_PIXELS}
    return float(found[1]) * per_unit[found[2]]


def _moved(look: Look, value: str) -> Look:
    """A look within a transformation, which may shift text a little, shrink it to a readable size, or turn it."""
    if _MOVES.sub("", value) or len(value) > _LONGEST_STYLE:
        return _strange(look)
    shifts, scale = [0.0], 1.0
    for kind, arguments in _MOVES.findall(value):
        numbers = [part for part in _SEPARATOR.split(arguments.strip()) if part]
        if kind == "translate":
            shifts += [abs(_pixels(part, 16.0, whole=100.0) or 0.0) for part in numbers]
        elif kind == "scale":
            scale *= min([_number(part) for part in numbers], default=1.0)
    if max(shifts) > _FARTHEST + _SHRUNK * max(1 - scale, 0.0):
        return look._replace(hidden=look.hidden or "outside the page")
    return look._replace(size=look.size * scale)
