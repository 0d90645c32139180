"""Rules on a field's form: what its text alone shows, and markup that the paper itself may use."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from digest.core.judge import style
from digest.core.judge.evidence import FieldRule, JudgedField, shorten
from digest.core.judge.given import Given
from digest.core.judge.names import read_names
from digest.core.judge.style import find_echo, is_apology, says_nothing
from digest.core.summary import NOTHING_SAID, FieldName
from digest.core.text import find_unseen

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


def _blocks(text: str) -> Iterator[str]:
    """Signs that make a line a heading, a list item, a quotation or a table's row."""
    return (match[0].strip() for match in _BLOCK.finditer(text))


_TEX: Final = re.compile(r"\\[A-Za-z]{2,}")


def _marks(text: str) -> Iterator[str]:
    """Markdown, HTML and LaTeX markup within lines; unknown tags without attributes are tokens, not markup."""
    yield from (match[0] for match in _TEX.finditer(text))
    yield from (match[0] for match in _MARKUP.finditer(text) if not _is_code_name(match[0]))
    for match in _TAG.finditer(text):
        if match[1].lower() in _ELEMENTS or match[2].strip():
            yield match[0]


def _tokens(text: str) -> Iterator[str]:
    """Unknown tags without attributes, such as `<think>`."""
    return (m[0] for m in _TAG.finditer(text) if m[1].lower() not in _ELEMENTS and not m[2].strip())


def _is_code_name(piece: str) -> bool:
    return re.fullmatch(r"__[a-z]+(?:_[a-z]+)*__", piece) is not None


def _addresses(text: str) -> Iterator[str]:
    """URLs and mail addresses."""
    return (match[0] for match in _URL.finditer(text))


def _domains(text: str) -> Iterator[str]:
    """Names of hosts outside addresses, as in `example.com`; some are names of products, too."""
    return (match[0] for match in _BARE.finditer(_URL.sub(" ", text)))


def _handles(text: str) -> Iterator[str]:
    """Names of accounts, as `@someone`; `pass@1` and `mAP@0.5` are measures."""
    return (match[0] for match in re.finditer(r"(?<![\w@.])@[A-Za-z_][\w.-]*", text, re.ASCII))


def _label_of(sentence: str) -> str | None:
    """The label that the sentence begins with, as in `목표: `."""
    match = _LABEL.match(sentence)
    return match[0].strip() if match else None


def _controls(text: str) -> Iterator[str]:
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
_OTHER_LETTERS: Final = "\u0400-\u058f\u13a0-\u13ff\u2c80-\u2cff\ua640-\ua69f"
"""Cyrillic, Armenian, Cherokee and Coptic."""
_GREEK_TWINS: Final = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲϳ"
"""Greek letters that look like Latin ones."""
_FOREIGN: Final = re.compile(f"[{_OTHER_LETTERS}{_GREEK_TWINS}]")
_WORD: Final = re.compile(f"[A-Za-z0-9{_OTHER_LETTERS}{_GREEK_TWINS}-]+")
# A word with a letter of another script, one with Greek twins among Latin letters, as `BERΤ`, or several twins
# together; not `τ0`, `ΔE`, `μm` or a single `Χ`.
_FOREIGN_WORD: Final = re.compile(
    f"(?=.*[{_OTHER_LETTERS}])|(?=.*[{_GREEK_TWINS}])(?=.*[A-Za-z])|(?=.*[{_GREEK_TWINS}]{{2}})"
)
_OTHER_DIGITS: Final = re.compile(r"(?:(?![\uff10-\uff19\U0001d7ce-\U0001d7ff])[^\D0-9])+")


def _foreign_signs(text: str) -> Iterator[str]:
    """Digits of other scripts, letters in mathematical or other shapes, and words with Cyrillic or Greek twins."""
    yield from _SHAPES.findall(text)
    if _FOREIGN.search(text):  # hardly ever; each word of a text is looked at only then
        yield from filter(_FOREIGN_WORD.match, _WORD.findall(text))
    yield from _OTHER_DIGITS.findall(text)


_SOFT_HYPHEN: Final = "U+00AD"
"""Comes with text that is copied from a page; nothing can be hidden in it."""
MOST_SENTENCES: Final[Mapping[FieldName, int]] = {"method": 3, "results": 2}


def _missing(field: JudgedField) -> Iterator[str]:
    if not field.text.strip():
        yield f"the field is empty: write one sentence, or exactly `{NOTHING_SAID}`"


def _nothing_said(field: JudgedField) -> Iterator[str]:
    if says_nothing(field.text):
        yield f'"{field.text.strip()}" says nothing: write exactly `{NOTHING_SAID}`'


def _failure(field: JudgedField) -> Iterator[str]:
    echo = find_echo(field.text)
    if is_apology(field.text) or (echo and not (field.given and echo in field.given.text)):
        shown = shorten(field.text)
        yield f'"{shown}" is about the task, not the paper: write what the paper says, or `{NOTHING_SAID}`'


def _control(field: JudgedField) -> Iterator[str]:
    found = sorted(set(_controls(field.text)))
    if found:
        yield f"control or invisible characters {', '.join(found)}: remove them; in JSON a backslash is written twice"
    hidden = sorted({f"U+{ord(char):04X}" for quote in field.quotes for char in find_unseen(quote)} - {_SOFT_HYPHEN})
    if hidden:
        yield f"invisible characters {', '.join(hidden)} in a quote: copy what a reader sees"


def _script(field: JudgedField) -> Iterator[str]:
    for sign in dict.fromkeys(_foreign_signs(field.text)):
        if not field.given or sign not in field.given.text:
            yield f'"{shorten(sign)}" is written in signs of another script: write plain digits and Latin letters'


def _language(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences:
        if not style.is_korean(_without_names(sentence, field.given)):
            yield f'"{shorten(sentence)}" is not Korean: write it in Korean'


def _without_names(sentence: str, given: Given | None) -> str:
    """The sentence without the names in it that the paper has, as far as that is known."""
    for match in reversed(list(read_names(sentence))):
        if given is None or given.names(match[0]):
            sentence = f"{sentence[: match.start()]} {sentence[match.end() :]}"
    return sentence


def _sentences(field: JudgedField) -> Iterator[str]:
    most = MOST_SENTENCES.get(field.name, 1)
    if len(field.sentences) > most:
        limit = "one sentence" if most == 1 else f"one to {most} sentences"
        yield f"{len(field.sentences)} sentences: write {limit}"


def _ending(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences:
        if not style.ends_plainly(sentence):
            yield f'"…{sentence[-15:]}" does not end in `다.`: end every sentence in `다.`'


def _honorific(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences:
        for word in style.honorifics(sentence):
            yield f'"{word}" is a polite ending: use the plain style, as in `한다.`, `하였다.`'


def _first_person(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences:
        for word in style.first_persons(sentence):
            yield f'"{word}" speaks in the first person: write `본 연구`, `저자들` or the method\'s name'


def _imperative(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences:
        for word in style.imperatives(sentence):
            yield f'"{word}" is a command: state it, ending in `다.`'


def _emoji(field: JudgedField) -> Iterator[str]:
    for sign in dict.fromkeys(style.pictures(field.text)):
        yield f'"{sign}" is an emoji: leave it out'


def _markup(field: JudgedField) -> Iterator[str]:
    foreign = (piece for piece in _marks(field.text) if not field.given or piece not in field.given.text)
    for piece in dict.fromkeys((*_blocks(field.text), *foreign)):
        yield f'"{shorten(piece)}" is markup: write plain text in one paragraph'
    for token in dict.fromkeys(_tokens(field.text) if field.given else ()):
        if field.given and token.lower() not in field.given.text.lower():
            yield f'"{shorten(token)}" is not in the paper\'s text: leave the tag out'


def _url(field: JudgedField) -> Iterator[str]:
    given = field.given
    unknown = (domain for domain in _domains(field.text) if given and not given.names(domain))
    handles = (handle for handle in _handles(field.text) if not given or handle not in given.text)
    for address in (*_addresses(field.text), *unknown, *handles):
        yield f'"{shorten(address)}" is an address: leave it out'


def _label(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences or (field.text,):
        found = _label_of(sentence)
        if found:
            yield f'"{found}" is a label: begin with the sentence itself'


ABSENCE_RULES: Final[Mapping[str, FieldRule]] = {
    "missing": _missing,
    "nothing-said": _nothing_said,
    "failure": _failure,
}
FORM_RULES: Final[Mapping[str, FieldRule]] = {
    "control": _control,
    "script": _script,
    "language": _language,
    "sentences": _sentences,
    "ending": _ending,
    "honorific": _honorific,
    "first-person": _first_person,
    "imperative": _imperative,
    "emoji": _emoji,
    "markup": _markup,
    "url": _url,
    "label": _label,
}
