"""Characters of text from outside: how they are normalised, and what is noted where a reader could not see them."""

import re
import unicodedata
from collections.abc import Mapping

from digest.core.text import counted, fold

_UNSEEN = re.compile(
    "[\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060\u2065-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
_SILENT = re.compile("[\u00ad\u2061-\u2064\ufe00-\ufe0f\ufff9-\uffff\ud800-\udfff\ue000-\uf8ff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)


def plain(text: str) -> str:
    """One line in NFC: no control, zero-width, direction or private-use characters, ligatures spelled out."""
    seen = _CONTROL.sub("", _SILENT.sub("", _UNSEEN.sub("", text)))
    return fold(unicodedata.normalize("NFC", seen.translate(_LIGATURES)))


def unseen(text: str) -> int:
    """How many zero-width, direction and tag characters are in a text."""
    return sum(1 for _ in _UNSEEN.finditer(text))


def hidden_notes(hidden: Mapping[str, int], controls: int) -> tuple[str, ...]:
    """Notes in words, from characters left out by reason and the number of unseen control characters."""
    notes = [f"hidden text left out: {counted(number, 'character')} {why}" for why, number in sorted(hidden.items())]
    if controls:
        notes.append(f"{counted(controls, 'zero-width or direction character')} removed")
    return tuple(notes)
