"""Signs of other scripts that pass for digits and Latin letters."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

# Circled and Roman numerals, mathematical and full-width letters; `ℝ`, `½`, `10⁻³` and `H₂O` are not among them.
_SHAPES: Final = re.compile(
    "[\u2160-\u2188\u2460-\u24ff\u2776-\u2793\u3200-\u321e\u3251-\u325f\u3280-\u32b0\u32b1-\u32bf\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\U0001d400-\U0001d7ff\U0001f100-\U0001f169]+"
)
_OTHER_LETTERS: Final = re.compile(
    "[A-Za-z0-9-]*[\u0400-\u058f\u13a0-\u13ff\u2c80-\u2cff\ua640-\ua69f][\u0400-\u058fA-Za-z0-9-]*"
)
_GREEK_TWINS: Final = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲϳ"
# A Greek capital among Latin letters, as in `BERΤ`, or several of them alone; not `τ0`, `ΔE`, `μm` or a single `Χ`.
_TWINS: Final = re.compile(
    rf"(?:[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*[{_GREEK_TWINS}]|[{_GREEK_TWINS}]+[A-Za-z0-9-]*[A-Za-z]|[{_GREEK_TWINS}]{{2}})"
    rf"[A-Za-z0-9{_GREEK_TWINS}-]*"
)
_DIGIT: Final = re.compile(r"[^\W\x00-\x7f]+")


def foreign_signs(text: str) -> Iterator[str]:
    """Digits of other scripts, letters in mathematical or other shapes, and words with Cyrillic or Greek twins."""
    for pattern in (_SHAPES, _OTHER_LETTERS, _TWINS):
        yield from (match[0] for match in pattern.finditer(text))
    for match in _DIGIT.finditer(text):
        digits = [char for char in match[0] if unicodedata.category(char) == "Nd" and not _SHAPES.match(char)]
        if digits:
            yield "".join(digits)
