"""Text as it is judged and kept: one spelling for what looks the same, and nothing that nobody sees."""

import re
import unicodedata
from typing import Final

from digest.core.text import fold
from digest.core.unseen import without_unseen

_WIDE: Final = {
    wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
"""Full-width digits and letters."""
_SIGNS: Final = {
    "，": ",",
    "。": ".",
    "．": ".",
    "｡": ".",
    "％": "%",
    "﹪": "%",
    "＋": "+",
    "－": "-",
    "（": "(",
    "）": ")",
    "＜": "<",
    "＞": ">",
}
_SPELLINGS: Final = str.maketrans({**_WIDE, **_SIGNS})
_UNSPACED: Final = re.compile(r"[。｡，](?=[가-힣A-Za-z(])")
"""Eastern stops and commas, which no space follows: `하였다。결과` becomes `하였다. 결과`."""


def normal_text(text: str) -> str:
    """A field's text: composed (NFC), digits, percent signs and full stops in ASCII, nothing invisible, one line."""
    spaced = _UNSPACED.sub(r"\g<0> ", visible(text))
    return fold(spaced.translate(_SPELLINGS))


def normal_quote(text: str) -> str:
    """A quote: composed (NFC), nothing invisible, one line. Its signs stay as the paper has them."""
    return fold(visible(text))


def visible(text: str) -> str:
    """Composed text without the signs that nobody sees."""
    return without_unseen(unicodedata.normalize("NFC", text))
