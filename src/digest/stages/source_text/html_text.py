"""The text of a web page, gathered into paragraphs and headings in reading order."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from lxml import etree

from digest.core.paper import Section
from digest.core.text import plain, unseen
from digest.stages.source_text.headings import Outline, split_number
from digest.stages.source_text.tables import Cell, cell_of, join_float, table_text
from digest.stages.source_text.visibility import Look, look_of

_BULLET = re.compile(r"\W*(\w{0,2}|[ivxIVX]+)\W*")


class OpenHeading(NamedTuple):
    """A heading whose words are still to come."""

    level: int
    appendix: bool
    numbered: bool = False
    """Its number was marked as such, and stays out of its words."""


class HtmlText:
    """What has been read of an article so far."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.hidden: Counter[str] = Counter()
        """Characters left out, by reason."""
        self.controls = 0
        """Unseen characters in what was kept."""
        self.titled = False
        self.heading: OpenHeading | None = None
        """The heading at hand, if it is not a paragraph."""
        self._text: list[str] = []
        self._lead = ""
        self._outer: list[list[str]] = []
        self._asides: list[str] = []
        self.rows: list[list[Cell]] = []
        """Of the table at hand."""
        self._floats = 0
        self._float: list[str] = []
        """Captions and tables of the float at hand."""

    def write(self, text: str) -> None:
        """Add text to the paragraph or heading at hand."""
        self.controls += unseen(text)
        self._text.append(text)

    def hide(self, text: str, why: str) -> None:
        """Count text that a reader cannot see."""
        if length := len(plain(text)):
            self.hidden[why] += length

    def cut(self) -> None:
        """End the paragraph or heading at hand; its footnotes follow it."""
        if self._outer:
            self._text.append(" ")
            return
        text = plain("".join(self._text))
        self._text.clear()
        if text:
            self._keep(text)

    def _keep(self, text: str) -> None:
        if self._floats and not self.heading:
            self._float.append(text)
        elif self.heading:
            words = text if self.heading.numbered else split_number(text)[1]
            self.outline.open(words, level=self.heading.level, appendix=self.heading.appendix)
            self.heading = None
        else:
            self.outline.add(self._lead + text)
            self._lead = ""
        for aside in self._asides:
            self.outline.add(aside)
        self._asides.clear()

    def begin_float(self) -> None:
        """Start a float: a figure, or a table with its caption."""
        self.cut()
        self._floats += 1

    def end_float(self, *, all_of_them: bool = False) -> None:
        """Add a float's captions and tables, a table as one paragraph with its caption above it."""
        self.cut()
        self._floats = 0 if all_of_them else max(self._floats - 1, 0)
        if not self._floats:
            for part in join_float(self._float):
                self.outline.add(part)
            self._float.clear()

    def begin_table(self) -> None:
        """Start a table that holds data."""
        self.cut()
        self.rows = [[]]

    def end_cell(self, element: etree._Element) -> None:
        """Put the text that was set aside into the row at hand."""
        self.rows[-1].append(cell_of(element, self._end_aside()))

    def end_table(self) -> None:
        """Add the table at hand, or a mark in its place."""
        self.cut()
        if text := table_text(self.rows):
            self._keep(text)

    def begin_item(self) -> None:
        """Start a list item."""
        self.cut()
        if self._outer:
            self.write("- ")
        else:
            self._lead = "- "

    def begin_aside(self) -> None:
        """Set the paragraph at hand aside while a footnote or the mark of an item is read."""
        self._outer.append(self._text)
        self._text = []

    def end_note(self) -> None:
        """Keep a footnote for the end of its paragraph."""
        self._asides.append(self._end_aside())

    def end_lead(self) -> None:
        """Put an item's mark or a theorem's title before the paragraph to come, unless it is a bullet."""
        mark = self._end_aside()
        if _BULLET.fullmatch(mark):
            return
        if self._outer:
            self.write(f"{mark} ")
        else:
            self._lead += f"{mark} "

    def _end_aside(self) -> str:
        text = plain("".join(self._text))
        self._text = self._outer.pop()
        return text


_DOLLAR = re.compile(r"(?<!\\)\$")
_TEX_BREAK = re.compile(r"%\n\s*(?![A-Za-z])|%(?=\n)")
_PHANTOM = re.compile(r"\\[hv]?phantom\s*(?=\{)")
_COMMAND = re.compile(r"\\(?:begin|end|label|ref|operatorname\*?|color)?\s*(?:\[[^\]]*\])?\{[^{}]*\}|\\[A-Za-z]+|\\.")
_NUMERAL = re.compile(r"[-−+±∼~≈<>≤≥×%.,:/()\d\s↑↓]*\d[-−+±%.,:/()\d\s×kKMBGT↑↓]*")
_WORD = re.compile(r"[A-Za-z]{4,}")
_LETTERS = re.compile(r"[^A-Za-z]+")
_MOST_LETTERS = 6
"""Letters in the TeX, beyond twice those that are printed: names of sizes and the like."""
_MOST_UNBORNE = 0.25
"""Of the words in the TeX, which may be names of commands and environments."""


def formula_of(element: etree._Element, look: Look) -> str:
    """A formula as its TeX between dollars; as its printed letters where the TeX has words that are not printed.

    Empty where there is nothing to print. `look` is that of the formula.
    """
    given = element.get("alttext") or element.get("alt") or _annotation(element)
    tex = _without_phantoms(plain(_DOLLAR.sub("", _TEX_BREAK.sub("", given))))
    printed = _printed(element, look)
    if tex and _is_borne_out(tex, printed):
        return f"${tex}$"
    return f"${plain(printed)}$" if printed.strip() else ""


def number_of(element: etree._Element, look: Look) -> str:
    """A formula that is a number as it is printed, such as `81.2±1.3`; empty where it is more than that."""
    printed = unicodedata.normalize("NFKC", plain(_printed(element, look)))
    raised = next(element.iter("msup", "msub", "msubsup", "mfrac", "mroot"), None)
    return printed if raised is None and _NUMERAL.fullmatch(printed) else ""


def _annotation(element: etree._Element) -> str:
    """The TeX that a formula carries inside; else its printed text."""
    for found in element.iter("annotation"):
        if found.get("encoding") == "application/x-tex":
            return found.text or ""
    return "".join(str(text) for text in element.itertext())


def _printed(element: etree._Element, look: Look) -> str:
    """What a reader sees of a formula, without what it carries beside."""
    shown: list[str] = []
    looks = [look]
    events = etree.iterwalk(element, events=("start", "end"))
    for event, each in events:
        if event == "start":
            looks.append(look if each is element else look_of(each, looks[-1]))
            if str(each.tag) in ("annotation", "annotation-xml"):
                events.skip_subtree()
            elif not looks[-1].unseen:
                shown.append(each.text or "")
        else:
            looks.pop()
            if each is not element and not looks[-1].unseen:
                shown.append(each.tail or "")
    return "".join(shown)


def _is_borne_out(tex: str, printed: str) -> bool:
    """Whether the letters and words of the TeX are printed, but for a few."""
    words = _WORD.findall(_COMMAND.sub(" ", tex)) + _WORD.findall(_COMMAND.sub(" ", " ".join(_texts(tex))))
    letters = _LETTERS.sub("", unicodedata.normalize("NFKC", printed)).casefold()
    if len(_LETTERS.sub("", _COMMAND.sub(" ", tex))) > 2 * len(letters) + _MOST_LETTERS:
        return False
    missing = sum(word.casefold() not in letters for word in words)
    return missing <= _MOST_UNBORNE * len(words) if words else True


def _texts(tex: str) -> list[str]:
    r"""What `\text{...}` and its like hold."""
    return re.findall(r"\\(?:text\w*|mbox|mathrm|mathbf|mathit|mathsf|mathtt|operatorname\*?)\s*\{([^{}]*)\}", tex)


def _without_phantoms(tex: str) -> str:
    r"""TeX without `\phantom{...}`, which leaves room for what it does not print."""
    while found := _PHANTOM.search(tex):
        depth, at = 0, found.end()
        while at < len(tex):
            depth += {"{": 1, "}": -1}.get(tex[at], 0)
            at += 1
            if not depth:
                break
        tex = tex[: found.start()] + tex[at:]
    return tex


_BANNER = re.compile(
    r"may be (truncated|incomplete|damaged)|fatal error|exited abruptly|conversion (has |had )?(failed|errors?)",
    re.IGNORECASE,
)
"""`Conversion to HTML had a Fatal error and exited abruptly.`; only outside the paper's sections."""
_ENDING = re.compile(
    r"(conclu|discussion|summary|outlook|future (work|direction)|limitation|closing|final remarks|perspective)",
    re.IGNORECASE,
)
_APART = re.compile("ltx_abstract|ltx_para")
_MOST_BANNER = 100_000
"""Characters outside the sections in which a banner is looked for."""
_FEW_MISSING = 2
"""Entries of a table of contents that may lead nowhere."""


def why_not_whole(root: etree._Element, sections: Sequence[Section], empty: int) -> str:
    """What shows that a page with so many empty headings lacks a part of its paper, in words; empty if nothing does."""
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
        skipped = element.tag in ("section", "script", "style", "head", "nav") or _APART.search(
            element.get("class") or ""
        )
        if event == "start":
            if skipped:
                events.skip_subtree()
            else:
                pieces.append(element.text or "")
        else:
            pieces.append(element.tail or "")
    return " ".join(" ".join(pieces)[:_MOST_BANNER].split())


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
