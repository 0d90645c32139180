"""Hiding a key: whatever a server echoes of it reaches no file, no message and no record."""

import base64
import json
from typing import Any
from urllib.parse import quote

HIDDEN = "[key]"
_SHORTEST = 8
"""Characters of a key made of letters alone; a shorter one is a word such as `none`, which local servers are given."""
_PIECE = 12
"""Characters of a key that give it away where a text holds only a part of it."""


class Secret:
    """A key, and how to hide it in what a server says."""

    def __init__(self, key: str | None) -> None:
        is_word = key is not None and key.isalpha() and len(key) < _SHORTEST
        self._key = None if is_word else key
        self._spellings = _spellings(self._key) if self._key else ()

    def is_in(self, text: str) -> bool:
        """Whether a text holds the key."""
        return any(spelling in text for spelling in self._spellings)

    def hide(self, text: str) -> str:
        """The text with `[key]` for each spelling of the key, and for each longer piece of it."""
        for spelling in self._spellings:
            text = text.replace(spelling, HIDDEN)
        return self._without_pieces(text) if self._key else text

    def hide_within(self, value: Any) -> Any:
        """A JSON value with the key hidden in every text, keys of objects included."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, list):
            return [self.hide_within(each) for each in value]
        if isinstance(value, dict):
            return {self.hide(str(name)): self.hide_within(each) for name, each in value.items()}
        return value

    def _without_pieces(self, text: str) -> str:
        """The text without runs that are a part of the key: a server may quote it cut."""
        key = self._key or ""
        for start in range(len(key) - _PIECE + 1):
            while (at := text.find(key[start : start + _PIECE])) >= 0:
                end = at + _PIECE
                while end < len(text) and text[at : end + 1] in key:
                    end += 1
                text = f"{text[:at]}{HIDDEN}{text[end:]}"
        return text


def _spellings(key: str) -> tuple[str, ...]:
    """How a key may be written: as it is, in JSON, in a URL, in base64 as basic authentication has it."""
    encoded = base64.b64encode(key.encode()).decode().rstrip("=")
    written = (key, json.dumps(key)[1:-1], key.replace("/", "\\/"), quote(key, safe=""), encoded)
    return tuple(sorted(set(written), key=len, reverse=True))
