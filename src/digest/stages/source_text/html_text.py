"""The text of a web page, gathered into paragraphs and headings in reading order."""

import re
from collections import Counter
from typing import NamedTuple

from digest.core.letters import plain, unseen
from digest.stages.source_text.headings import split_number
from digest.stages.source_text.outline import Outline

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
        if self.heading:
            words = text if self.heading.numbered else split_number(text)[1]
            self.outline.open(words, level=self.heading.level, appendix=self.heading.appendix)
            self.heading = None
        else:
            self.outline.add(self._lead + text)
            self._lead = ""
        for aside in self._asides:
            self.outline.add(aside)
        self._asides.clear()

    def begin_item(self) -> None:
        """Start a list item."""
        self.cut()
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
        if not _BULLET.fullmatch(mark):
            self._lead += f"{mark} "

    def _end_aside(self) -> str:
        text = plain("".join(self._text))
        self._text = self._outer.pop()
        return text
