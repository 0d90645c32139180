"""The inline Markdown of a post into the text that a reader sees, and its links."""

import html
import re
from typing import Final, NamedTuple

from digest.core.text import fold
from digest.core.value import Value

URL: Final = r"https?://[^\s<>\"'\]|]*[^\s<>\"'\]|).,;:!?*_]"
TARGET: Final = r"""<?(?P<url>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+(?:"[^"()]*"|'[^'()]*'))?\s*\)"""
"""What stands behind `](`: the URL, perhaps a title, the closing parenthesis."""

_SPECIAL: Final = re.compile(
    rf"""
    \\(?P<escaped>[!-/:-@\[-`{{-~]) | \\(?P<break>\n)
    | &(?P<entity>\#[0-9]{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,30}});
    | (?P<ticks>`{{1,3}})(?!`)(?P<code>[^`\n]{{1,400}})(?P=ticks)(?!`)
    | \$\$(?P<formula>[^$\n]{{1,2000}})\$\$
    | <(?P<auto>https?://[^\s<>]*)>
    | (?P<tag></?(?:b|i|em|strong|sub|sup|u|br|p|span|div|code|center)[ ]?/?>)
    | \]\({TARGET}
    | (?P<mark>!?\[|\]|\*\*|__|~~|[*_])
    """,
    re.VERBOSE,
)
_LINK_PIECES: Final = 400
"""Pieces of text that a link is called by, at most: nested links would else take time beyond proportion."""
_LINE_BREAKS: Final = ("br", "p", "div", "center")
"""Tags that part words."""


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
    """Text read so far, and the marks in it that wait for their partners."""

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
    """What a sign that needs no partner stands for."""
    if match["tag"]:
        return " " if match["tag"].strip("</ >") in _LINE_BREAKS else ""
    if match["entity"]:
        return html.unescape(match[0])
    return match["escaped"] or match["code"] or match["auto"] or (" " if match["break"] else match[0])
