"""Characters of text from outside: how they are normalised, and what is noted where a reader could not see them."""

import re
import unicodedata
from collections.abc import Mapping

from digest.core.text import counted, fold
from digest.core.unseen import find_unseen, without_unseen

_SILENT = re.compile("[\u00ad\u2061-\u2064\ufe00-\ufe0f\ufff9-\uffff\ud800-\udfff\ue000-\uf8ff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)


def plain(text: str) -> str:
    """One line in NFC: no control, zero-width, direction or private-use characters, ligatures spelled out."""
    seen = _CONTROL.sub("", _SILENT.sub("", without_unseen(text)))
    return fold(unicodedata.normalize("NFC", seen.translate(_LIGATURES)))


def unseen(text: str) -> int:
    """How many zero-width, direction and tag characters are in a text."""
    return sum(_SILENT.match(sign) is None for sign in find_unseen(text))


def hidden_notes(hidden: Mapping[str, int], controls: int) -> tuple[str, ...]:
    """Notes in words, from characters left out by reason and the number of unseen control characters."""
    notes = [f"hidden text left out: {counted(number, 'character')} {why}" for why, number in sorted(hidden.items())]
    if controls:
        notes.append(f"{counted(controls, 'zero-width or direction character')} removed")
    return tuple(notes)
