"""Whether an HTML page has the whole paper: a conversion can stop half way, with a banner or without."""

import re
from collections.abc import Sequence

from lxml import etree

from digest.core.source_text import Section

_BANNER = re.compile(
    r"may be (truncated|incomplete|damaged)|fatal error|exited abruptly|conversion (has |had )?(failed|errors?)",
    re.IGNORECASE,
)
"""`Conversion to HTML had a Fatal error and exited abruptly.`; only outside the paper's sections."""
_ENDING = re.compile(
    r"(conclu|discussion|summary|outlook|future (work|direction)|limitation|closing|final remarks|perspective)",
    re.IGNORECASE,
)
_MOST_BANNER = 100_000
"""Characters outside the sections in which a banner is looked for."""
_FEW_MISSING = 2
"""Entries of a table of contents that may lead nowhere."""


def why_not_whole(root: etree._Element, sections: Sequence[Section], empty: int) -> str:
    """What shows that a page lacks a part of its paper, in words; empty if nothing does.

    `empty` is the number of headings with no text below them.
    """
    body = [section for section in sections if section.level == 1 and section.heading and not section.appendix]
    if _BANNER.search(_outside_sections(root)):
        return "its conversion stopped with an error"
    if len(body) == 1 and re.search("introduction", body[0].heading, re.IGNORECASE):
        return "it has the introduction alone"
    if missing := _missing_entries(root):
        return f"{missing} sections of its table of contents are not there"
    if empty >= 2 and empty * 3 >= len([section for section in sections if section.heading]) + empty:
        return f"{empty} of its headings have no text"
    if not _has_bibliography(root) and not any(_ENDING.search(section.heading) for section in sections):
        return "it has neither a conclusion nor a bibliography"
    return ""


def _outside_sections(root: etree._Element) -> str:
    pieces: list[str] = []
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        skipped = element.tag in ("section", "script", "style", "head", "nav") or _is_abstract(element)
        if event == "start":
            if skipped:
                events.skip_subtree()
            else:
                pieces.append(element.text or "")
        else:
            pieces.append(element.tail or "")
    return " ".join(" ".join(pieces)[:_MOST_BANNER].split())


def _is_abstract(element: etree._Element) -> bool:
    return "ltx_abstract" in (element.get("class") or "") or "ltx_para" in (element.get("class") or "")


def _missing_entries(root: etree._Element) -> int:
    """How many entries of the page's table of contents lead to a place that the page does not have."""
    wanted = {
        (link.get("href") or "").partition("#")[2]
        for contents in root.iter("nav", "div", "ol", "ul")
        if "ltx_TOC" in (contents.get("class") or "") or "ltx_toclist" in (contents.get("class") or "")
        for link in contents.iter("a")
    }
    wanted = {name for name in wanted if re.match(r"(S|A|Ch|Pt)\d", name)}
    there = {element.get("id") for element in root.iter() if element.get("id")}
    missing = len(wanted - there)
    return missing if missing > _FEW_MISSING or (missing and missing * 2 >= len(wanted)) else 0


def _has_bibliography(root: etree._Element) -> bool:
    classes = ("ltx_bibliography", "ltx_biblist", "ltx_bibitem")
    return any(name in (element.get("class") or "") for element in root.iter("section", "ul", "li") for name in classes)
