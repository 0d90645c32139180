"""A paper's heading: number, title, link."""

import re
from typing import Final, NamedTuple

from digest.core.ids import parse_id
from digest.core.post.inline import TARGET, URL, Link, read_inline

_NUMBER: Final = re.compile(
    r"(?P<before>(?:\W(?<!\[))*)(?:(?:paper|논문|no\.?)\s*)?(?:\#\s*)?(?P<number>\d{1,4})(?:\\?[.)](?=[\s\[*]|$)|:(?=\s))\s*",
    re.IGNORECASE,
)
_LINK: Final = re.compile(rf"\[(?:!\[)?(?P<text>(?:\\.|[^\\\]]|\](?!\()){{0,1000}})\]\({TARGET}", re.DOTALL)
_BARE: Final = re.compile(
    rf"{URL}|(?<![\w./])(?:arxiv:\s*)?(?:\d{{4}}\.\d{{4,5}}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{{2}})?/\d{{7}})(?:v\d+)?(?![\w/])",
    re.IGNORECASE,
)
_LEFT_OVER: Final = " \t-–—:|·,/"
"""What stands between a title and a URL behind it."""
_FURNITURE: Final = re.compile(
    r"arxiv|alpha ?xiv|papers?|pdf|html|abs|links?|urls?|code|github|project(?: page)?|hugging ?face|hf"
    r"|논문|링크|원문|코드|출처|바로가기|프로젝트",
    re.IGNORECASE,
)
"""What a link to a paper is called."""
_LONGEST: Final = 2000
"""Characters of a line of links."""


class PaperHeading(NamedTuple):
    """What a heading says of a paper."""

    number: int | None
    title: str
    """As a reader sees it."""
    links: tuple[Link, ...]
    """That to the paper first, if one names an arXiv id or is the title's."""
    extra: str
    """What the heading says besides, as a reader sees it."""
    is_broken: bool
    """Whether it has the signs of a link that is none, or no title."""


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
    """The links of a line that holds links or images and nothing else to read; none if it says anything besides."""
    if len(text) > _LONGEST or not re.search(r"http|arxiv|!\[", text, re.IGNORECASE):
        return ()
    links = tuple(link.replace(text=read_inline(link.text).text) for link in _links(text))
    return links if links and is_furniture(_BARE.sub(" ", _without_links(text))) else ()


def _title(text: str, link: Link | None) -> tuple[str, str]:
    """The title, and the words that stand around it."""
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
