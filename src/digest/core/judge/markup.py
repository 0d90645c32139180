"""What is not plain text in a summary field: markup, labels, addresses, invisible characters."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from digest.core.characters import find_unseen

# Markdown, HTML and LaTeX in a line: `**연료**`, `[크게](#x)`, `&nbsp;`; not `A* 탐색`, `snake_case` or `a < b`.
_MARKUP: Final = re.compile(
    r"```|~~~"
    r"|(?<!\\)`[^`\n]+`"
    r"|\*\*[^\s*][^*\n]*\*\*|__(?=[^\s_])[^\n]*?[^\s_]__|~~[^\s~][^~\n]*~~"
    r"|(?<![A-Za-z0-9*)])\*(?=[^\s*])[^*\n]*(?<=[^\s*])\*(?![A-Za-z0-9*])"
    r"|(?<![\w\\$])_(?=[^\s_])[^_\n]*[^\s_]_(?![A-Za-z0-9_])"
    r"|!?\[[^\[\]\n]*\]\([^()\s]*\)"
    r"|\\(?:textbf|textit|emph|cite[pt]?|ref|begin|end|item|section)\b"
    r"|<!--|&(?:[a-z]{2,8}|#[0-9]{2,5}|#x[0-9a-f]{2,4});"
)
_BLOCK: Final = re.compile(r"^[ \t]*(?:#{1,6}[ \t]|[-*+•·●▪–][ \t]+|[0-9]{1,2}[.)][ \t]+|>[ \t]|\|.*\|)", re.MULTILINE)
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9_-]*)((?:\s[^<>]*)?)/?>")
_HTML: Final = (
    "a abbr article aside audio b blockquote body br button center cite code dd del details div dl dt em embed "
    "figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label li link "
    "main mark meta nav object ol option p pre q s samp script section select small source span strike strong style "
    "sub summary sup svg table tbody td textarea tfoot th thead title tr tt u ul var video"
)
_ELEMENTS: Final = frozenset(_HTML.split())
_DOMAIN: Final = (
    r"(?<![\w@./-])(?:[a-z0-9][a-z0-9-]*\.)+"
    r"(?:com|org|net|edu|gov|io|ai|co|dev|app|info|xyz|me|site|online|cloud|tech|kr|cn|jp|uk|de|fr|eu|ru|zip|mov|ly|gg|tv"
    r"|biz|pro|link|click|top|club|live|shop|store|page|blog|news|icu|vip|fun|win|space|world|wiki|art|moe|lol|ws|cc|su|tk"
    r"|ir|tw|hk|sg|vn|th|br|mx|pl|ch|nl|ca|au)(?![\w-]|\.\w)"
)
_BARE: Final = re.compile(_DOMAIN, re.IGNORECASE | re.ASCII)
_URL: Final = re.compile(
    r"(?:https?|ftp)://\S+|\bwww\.[a-z0-9]\S+"
    rf"|\b[\w.+-]+@[\w-]+\.[a-z]{{2,}}\b|{_DOMAIN}/[^\s가-힣]*",
    re.IGNORECASE | re.ASCII,
)
# A field's name and a sign before its text: `결과: …`, `[한계] …`, `**방법**: …`; not `결과는 …`.
_LABEL: Final = re.compile(
    r"^[\s*_#\[【<(]*(?:goals?|motivations?|contributions?|methods?|methodology|results?|limitations?|conclusions?"
    r"|introduction|abstract|summary|(?:연구\s?)?(?:목표|목적|동기|배경|기여|방법|방법론|결과|한계|한계점|제한점|결론|요약|서론))"
    r"[\s*_\]】>)]*(?:[:：]|\s[-–—]\s|[\]】])",
    re.IGNORECASE,
)
_EATEN: Final = re.compile(r"\n(?=(?:abla|eq|eg|u|otin|i)\b)")
"""What is left of `\\nabla` and its like when JSON reads `\\n` as a line break."""


def blocks(text: str) -> Iterator[str]:
    """Signs that make a line a heading, a list item, a quotation or a table's row."""
    return (match[0].strip() for match in _BLOCK.finditer(text))


_TEX: Final = re.compile(r"\\[A-Za-z]{2,}")


def marks(text: str) -> Iterator[str]:
    """Markdown, HTML and LaTeX markup within lines; unknown tags without attributes are tokens, not markup."""
    yield from (match[0] for match in _TEX.finditer(text))
    yield from (match[0] for match in _MARKUP.finditer(text) if not _is_code_name(match[0]))
    for match in _TAG.finditer(text):
        if match[1].lower() in _ELEMENTS or match[2].strip():
            yield match[0]


def tokens(text: str) -> Iterator[str]:
    """Unknown tags without attributes, such as `<think>`."""
    return (m[0] for m in _TAG.finditer(text) if m[1].lower() not in _ELEMENTS and not m[2].strip())


def _is_code_name(piece: str) -> bool:
    return re.fullmatch(r"__[a-z]+(?:_[a-z]+)*__", piece) is not None


def addresses(text: str) -> Iterator[str]:
    """URLs and mail addresses."""
    return (match[0] for match in _URL.finditer(text))


def domains(text: str) -> Iterator[str]:
    """Names of hosts outside addresses, as in `example.com`; some are names of products, too."""
    return (match[0] for match in _BARE.finditer(_URL.sub(" ", text)))


def handles(text: str) -> Iterator[str]:
    """Names of accounts, as `@someone`; `pass@1` and `mAP@0.5` are measures."""
    return (match[0] for match in re.finditer(r"(?<![\w@.])@[A-Za-z_][\w.-]*", text, re.ASCII))


def label(sentence: str) -> str | None:
    """The label that the sentence begins with, as in `목표: `."""
    match = _LABEL.match(sentence)
    return match[0].strip() if match else None


def controls(text: str) -> Iterator[str]:
    """Control, unseen and unassigned characters as code points; a line break alone is white space."""
    yield from (f"U+{ord(char):04X}" for char in text if _is_control(char))
    yield from (f"U+{ord(char):04X}" for char in find_unseen(text))
    yield from ("U+000A" for _ in _EATEN.finditer(text))


@cache
def _is_control(char: str) -> bool:
    return char != "\n" and (unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} or char == "\ufffd")


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
