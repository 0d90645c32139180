"""Inline Markdown: the text that a reader sees, its links, and a paper's heading."""

import html
import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote

from digest.core.paper import parse_id
from digest.core.text import fold
from digest.core.value import Value

# Matches `https://a.b/c_(d` and `http://a.b/c` of `(see http://a.b/c).`; not `ftp://a.b`.
URL: Final = r"https?://[^\s<>\"'\]|]*[^\s<>\"'\]|).,;:!?*_]"
# Matches `https://a.b/c_(d))` and `<u> "title")` as far as the last parenthesis; not `a b)`, whose target has a space.
TARGET: Final = r"""<?(?P<url>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+(?:"[^"()]*"|'[^'()]*'))?\s*\)"""
"""What follows `](`: the URL, perhaps a title, the closing parenthesis."""

# Matches `\*`, `&amp;`, `` `code` ``, `$$x$$`, `<https://a.b>`, `<br>`, `](url)`, `**` and `_`; not `<think>`, a
# bare `&` or `$5`.
_SPECIAL: Final = re.compile(
    rf"""
    \\(?P<escaped>[!-/:-@\[-`{{-~]) | \\(?P<break>\n)
    | &(?P<entity>\#[0-9]{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,30}});
    | (?P<ticks>`{{1,3}})(?!`)(?P<code>[^`\n]{{1,400}})(?P=ticks)(?!`)
    | \$\$(?P<formula>[^$\n]{{1,2000}})\$\$
    | <(?P<auto>https?://[^\s<>]*)>
    | (?P<tag></?(?:b|i|em|strong|small|sub|sup|u|br|p|span|div|code|center)[ ]?/?>)
    | \]\({TARGET}
    | (?P<mark>!?\[|\]|\*\*|__|~~|[*_])
    """,
    re.VERBOSE,
)
_LINK_PIECES: Final = 400
"""Pieces of text that a link is called by, at most: nested links would else take time beyond proportion."""
_LINE_BREAKS: Final = ("br", "p", "div", "center")
"""Tags that separate words."""
# Matches `1. `, `**3)** `, `논문 2: ` and `No. 4. ` before a title; not the number of `4 Ways to Win` or `3.5 Flash`.
_NUMBER: Final = re.compile(
    r"(?P<before>(?:\W(?<!\[))*)(?:(?:paper|논문|no\.?)\s*)?(?:\#\s*)?(?P<number>\d{1,4})(?:\\?[.)](?=[\s\[*]|$)|:(?=\s))\s*",
    re.IGNORECASE,
)
# Matches `[a title](url)` and `[![image](url)`; not `[half a link` or `[a] (url)`.
_LINK: Final = re.compile(rf"\[(?:!\[)?(?P<text>(?:\\.|[^\\\]]|\](?!\()){{0,1000}})\]\({TARGET}", re.DOTALL)
# Matches `https://a.b/c`, `arXiv:2512.03405v2` and `hep-th/9901001`; not the number of `model-2512.03405/x` or `12.5`.
_BARE: Final = re.compile(
    rf"{URL}|(?<![\w./])(?:arxiv:\s*)?(?:\d{{4}}\.\d{{4,5}}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{{2}})?/\d{{7}})(?:v\d+)?(?![\w/])",
    re.IGNORECASE,
)
_LEFT_OVER: Final = " \t-–—:|·,/"
"""Signs between a title and a URL after it."""
_FURNITURE: Final = re.compile(
    r"arxiv|alpha ?xiv|papers?|pdf|html|abs|links?|urls?|code|github|project(?: page)?|hugging ?face|hf"
    r"|논문|링크|원문|코드|출처|바로가기|프로젝트",
    re.IGNORECASE,
)
"""Words that links to a paper are called by: `arXiv`, `PDF`, `논문`; not `ArXivQA`, which is a title."""
_LONGEST: Final = 2000
"""Characters, at most, of a line of links."""


class Link(Value):
    """A link, as it is written."""

    url: str
    text: str = ""
    """What the reader sees of it; empty for a bare URL."""


class Inline(NamedTuple):
    """What a stretch of Markdown says."""

    text: str
    """One line, as a reader sees it, HTML other than plain formatting kept as it is written."""
    links: tuple[Link, ...] = ()


def read_inline(source: str) -> Inline:
    """The visible text of Markdown, and where its links lead; takes time in proportion to the text.

    Escapes and entities are decoded, pairs of emphasis signs and brackets of links are left out. It reads as
    the author meant it where CommonMark and kramdown differ: `**굵게(bold)**은` is bold, `2*3*4` is not.
    """
    scan = _Scan(source)
    position = 0
    for match in _SPECIAL.finditer(source):
        scan.pieces.append(source[position : match.start()])
        scan.take(match)
        position = match.end()
    scan.pieces.append(source[position:])
    return Inline(fold("".join(scan.pieces)), tuple(scan.links))


class _Scan:
    """The text read so far, and the marks in it that still need their partners."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.links: list[Link] = []
        self.brackets: list[int] = []
        self.open: dict[str, int] = {}

    def take(self, match: re.Match[str]) -> None:
        if match["url"] is not None:
            self._close_link(match)
        elif match["mark"]:
            self._mark(match["mark"], match)
        else:
            self.pieces.append(_plain(match))

    def _close_link(self, match: re.Match[str]) -> None:
        text = ""
        if self.brackets:
            start = self.brackets.pop()
            self.pieces[start] = ""
            text = fold("".join(self.pieces[start : start + _LINK_PIECES]))
        self.links.append(Link(url=match["url"], text=text))

    def _mark(self, mark: str, match: re.Match[str]) -> None:
        self.pieces.append(mark)
        here = len(self.pieces) - 1
        if mark.endswith("["):
            self.brackets.append(here)
        elif mark == "]":
            del self.brackets[-1:]
        elif mark in self.open and self._closes(mark, match):
            self.pieces[self.open.pop(mark)] = self.pieces[here] = ""
        elif self._opens(mark, match):
            self.open[mark] = here

    def _opens(self, mark: str, match: re.Match[str]) -> bool:
        before, after = self._around(match)
        return not after.isspace() and not (before.isalnum() and (before.isascii() or "_" in mark))

    def _closes(self, mark: str, match: re.Match[str]) -> bool:
        before, after = self._around(match)
        return not before.isspace() and not (after.isalnum() and "_" in mark)

    def _around(self, match: re.Match[str]) -> tuple[str, str]:
        return self.source[match.start() - 1 : match.start()] or " ", self.source[match.end() : match.end() + 1] or " "


def _plain(match: re.Match[str]) -> str:
    """What a sign that needs no partner means."""
    if match["tag"]:
        return " " if match["tag"].strip("</ >") in _LINE_BREAKS else ""
    if match["entity"]:
        return html.unescape(match[0])
    return match["escaped"] or match["code"] or match["auto"] or (" " if match["break"] else match[0])


class PaperHeading(NamedTuple):
    """What a heading says of a paper."""

    number: int | None
    title: str
    """As a reader sees it."""
    links: tuple[Link, ...]
    """That to the paper first, if one names an arXiv id or is the title's."""
    extra: str
    """The rest of what the heading says, as a reader sees it."""
    is_broken: bool
    """Whether it looks like half a link, or has no title."""


def read_heading(text: str) -> PaperHeading:
    """A paper's heading, of whatever form: `1. [title](url)`, `[1) title](url)`, `title (2512.03405)`."""
    number, rest = _cut_number(text.strip().strip("*_ "))
    links = sorted(_links(rest), key=lambda link: parse_id(link.url) is None)
    link = links[0] if links else None
    title, extra = _title(rest, link)
    if number is None:
        number, title = _cut_number(title)
    is_broken = not title or (not (link and link.text) and _is_half_a_link(title))
    return PaperHeading(number, title, tuple(links), extra, is_broken)


def _cut_number(text: str) -> tuple[int | None, str]:
    match = _NUMBER.match(text)
    if not match or "`" in match["before"] or "<" in match["before"]:
        return None, text
    return int(match["number"]), match["before"].strip("*_ #(") + text[match.end() :].strip("*_ ")


def _is_half_a_link(text: str) -> bool:
    return "](" in text or text.count("[") != text.count("]")


def _links(text: str) -> list[Link]:
    """Links with their text, in order, then bare URLs and ids."""
    found = [Link(url=match["url"], text=match["text"]) for match in _LINK.finditer(text)] if "](" in text else []
    return found + [Link(url=match[0]) for match in _BARE.finditer(_without_links(text))]


def _without_links(text: str) -> str:
    return _LINK.sub(" ", text) if "](" in text else text


def read_link_line(text: str) -> tuple[Link, ...]:
    """The links of a line that holds links or images and nothing else to read; none if it says anything more."""
    if len(text) > _LONGEST or not re.search(r"http|arxiv|!\[", text, re.IGNORECASE):
        return ()
    links = tuple(link.replace(text=read_inline(link.text).text) for link in _links(text))
    return links if links and is_furniture(_BARE.sub(" ", _without_links(text))) else ()


def _title(text: str, link: Link | None) -> tuple[str, str]:
    """The title, and the words around it."""
    around = _BARE.sub(" ", _without_links(text))
    around = re.sub(r"[(\[<]\s*(?:arxiv:?)?\s*[)\]>]", " ", around, flags=re.IGNORECASE).strip(_LEFT_OVER)
    outside = read_inline(around).text
    named = read_inline(link.text).text if link else ""
    if named and not (is_furniture(named) and outside):
        return named, "" if is_furniture(outside) else outside
    return outside, ""


def is_furniture(text: str) -> bool:
    """Whether words around links only say what they lead to: `arXiv: `, ` | PDF`."""
    return not re.sub(r"[\W_]+", "", _FURNITURE.sub(" ", text))


# Matches the signs of `*a*`, `[a](b)`, `{{ x }}`, `<b>`, `--`, `_c_` and a `#` that begins a line; not the star of
# `5 * 3`, the underscores of `snake_case` or the `<` of `p < 0.05`.
_BACKSLASH: Final = re.compile(
    r"""
    [*`|"'\[\]](?<!\ \*(?=\ ))                  # all but a star that stands alone, as in `5 * 3`
    | \\(?=[!-/:-@\[-`{-~])                     # where the next sign would take it for an escape
    | (?<![A-Za-z가-힣])_ | _(?![A-Za-z0-9가-힣])   # snake_case stays
    | (?<={){ | {(?=[:\#])                      # Liquid output; kramdown's attributes, extensions and ids
    | <(?=[^\s\d=-]|[^\s<]*@)                   # tags, automatic links, guillemets
    | (?<=>)> | (?<=[-+])- | (?<=\.)\.          # guillemets, dashes, plus-minus, ellipses
    | (?<=~)~ | ~(?=~) | (?<=\$)\$              # strikethrough, fences; kramdown's formulas
    | (?<=!!!)! | \((?=(?i:c|r|tm)\))           # what typographers make of `!!!!` and `(c)`
    | :(?=//)                                   # else an automatic link would show the escapes after it
    | ^[\#>=:] | ^[-+](?![^\W_])                # what starts a block
    | (?<=\ )\#(?=\#*$)                         # what ends a heading
    """,
    re.VERBOSE,
)
# Matches a backslash that ends the text, the `&` of `&amp;`, the `%` of `{%` and of `%20`, a `^` that begins the text;
# not the `&` of `R&D` or the `%` of `50%`.
_ENTITY: Final = re.compile(
    r"""
    \\$                                         # kramdown breaks the line there, even after an escape
    | &(?=\#|[^\s&]*;)                          # what looks like an entity
    | (?<={)% | %(?=[0-9A-Fa-f]{2})             # Liquid tags; signs that a linked URL would show decoded
    | ^\^                                       # block ends, and footnotes after a bracket
    | (?<=,), | (?<=\?\?\?)\?                   # shortened by typographers
    """,
    re.VERBOSE,
)
_ESCAPED: Final = re.compile(f"(?P<entity>{_ENTITY.pattern})|{_BACKSLASH.pattern}", re.VERBOSE)
# Matches all ASCII punctuation but `, ; ? ! ( ) / + =` and a full stop, hyphen or sign of those that stands alone.
_SIGNS: Final = re.compile(r"""[&<>"'{}%`*_\[\]|$~^\\#@:]|(?<=[-.,?!+=(/])[-.,?!+=(/]""")
_ORDINAL: Final = re.compile(r"^([0-9]+)([.)])(?= |$)")


@lru_cache(maxsize=4096)  # each text is written once and looked for once when the post is read back
def escape(text: str) -> str:
    """Markdown that shows `fold(text)` verbatim and nothing else.

    Holds in a heading or its link text, as a paragraph or a line of one, and as a list item or a part of
    one; read by Liquid and kramdown (GFM input), and by CommonMark with or without tables, `~~`, typography
    and automatic links. A bare URL may come out as a link that shows the same text.
    No construct is left half open, so neighbours cannot complete it; ordinary prose comes back unchanged.

    Not promised: what scripts do to the rendered page, and single tildes on github.com, which strikes out
    what is between two. A theme's MathJax pairs two dollars of one element into a formula; it reads the
    decoded text, so no spelling without a tag of its own keeps it from that, and single dollars stay bare.
    """
    return _ORDINAL.sub(r"\1\\\2", _ESCAPED.sub(_spell, fold(text)))


def _spell(match: re.Match[str]) -> str:
    if match["entity"]:
        return f"&#{ord(match['entity'])};"
    return "\\" + match[0]


def escape_html(text: str) -> str:
    """The text of an HTML element or attribute that shows `fold(text)` verbatim, within Markdown and for Liquid too.

    Every sign that HTML, Liquid, Markdown, a typographer or an automatic link could read as more is an entity.
    """
    return _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", fold(text))


def escape_url(url: str) -> str:
    """A URL that can be put between the parentheses of a link; signs that cannot are percent-encoded."""
    encoded = quote(fold(url), safe="/:?#@!$&*+,=~%")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", encoded)
