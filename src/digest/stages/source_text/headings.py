"""Headings of papers: their numbers, and which of them begin text that is not part of the argument."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from digest.core.paper import Section

Part = Literal["abstract", "references", "acknowledgements", "checklist", "contents", "appendix", "body"]

_NUMBER = re.compile(
    r"(?:(?:Section|Chapter|Appendix|SECTION|CHAPTER|APPENDIX)\s+)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-Z](?:\.\d{1,2}){0,3})"
    r"(?P<mark>[.):]?)\s+(?=\S)"
)
ROMAN = {"I": 1, "V": 5, "X": 10}
"""Digits of Roman numbers, as far as sections go."""
_PARTS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("abstract", re.compile(r"abstract")),
    ("references", re.compile(r"references?|bibliography|literature cited|references and notes")),
    ("acknowledgements", re.compile(r"ackno\w+ments?\b.*|(funding )?acknowledge?ments?|funding")),
    ("checklist", re.compile(r"(\w+ )*check ?list( for \w+)?")),
    ("contents", re.compile(r"(table of )?contents|list of (figures|tables)")),
    ("appendix", re.compile(r"(technical |online )?(appendi(x|ces)\b|supplement(s|ary|al)?\b).*")),
)
_KNOWN = re.compile(
    r"introduction|background|preliminaries|related works?|(problem (setup|statement|formulation))|motivation"
    r"|(materials and |our |the |proposed )?(methods?|methodology|approach|model|framework)|online methods"
    r"|(data ?sets?|data|implementation( details)?|experimental (setup|setting|settings|results|evaluation))"
    r"|(experiments?|evaluations?|results?|analysis|ablations?|ablation stud(y|ies)|findings)( (and|&) \w+)?"
    r"|(general )?discussions?( (and|&) \w+( \w+)?)?|(conclusions?|summary)( (and|&) \w+( \w+)?)?|concluding remarks"
    r"|(main )?contributions?|limitations?( (and|&) \w+( \w+)?)?|future works?|(broader|societal) impacts?( statement)?"
    r"|(ethics|ethical|reproducibility|impact)( \w+)?"
)


def split_number(heading: str, *, letters: bool = False) -> tuple[str, str]:
    """A heading's number (without its closing mark; empty if it has none) and its words.

    A lone letter without a mark, as in `A Proofs`, is an article or a pronoun unless `letters` says otherwise.
    """
    found = _NUMBER.match(heading)
    if found is None:
        return "", heading
    lone = found["number"] in ("A", "I") and not found["mark"] and not letters
    return ("", heading) if lone else (found["number"], heading[found.end() :])


def follows(parts: tuple[int, ...], last: tuple[int, ...], *, skip: int) -> bool:
    """Whether a number comes after another, past at most so many: 3, 2.2 and 2.1.1 come right after 2.1."""
    if len(parts) > len(last):
        return parts[: len(last)] == last and all(1 <= part <= 1 + skip for part in parts[len(last) :])
    head = len(parts) - 1
    return (parts[:head] == last[:head] and last[head] < parts[head] <= last[head] + 1 + skip) or _begins(
        parts, last, skip
    )


def _begins(parts: tuple[int, ...], last: tuple[int, ...], skip: int) -> bool:
    """Whether a subsection opens the next section, whose own heading was not found: 4.1 after 3.2."""
    return skip > 0 and len(parts) > 1 and parts[0] == last[0] + 1 and set(parts[1:]) == {1}


def roman_value(number: str) -> int:
    values = [ROMAN[digit] for digit in number]
    return sum(-value if value < following else value for value, following in pairwise([*values, 0]))


def part_of(heading: str) -> Part:
    """What the text below a heading, given without its number, is for."""
    words = _words(heading)
    return next((part for part, pattern in _PARTS if pattern.fullmatch(words)), "body")


def is_known(heading: str) -> bool:
    """Whether a heading is one that papers of every field use, such as `Limitations`."""
    return part_of(heading) != "body" or _KNOWN.fullmatch(_words(heading)) is not None


def _words(heading: str) -> str:
    return heading.strip(" .:—–-").lower()


_LONGEST: dict[Part, int] = {"abstract": 5_000, "acknowledgements": 10_000, "contents": 20_000}
"""Characters. Longer text below such a heading means that the next heading was not recognised."""

_FORM = re.compile(r"\s*(?:question|answer|justification|guidelines)\s*:", re.IGNORECASE)
_FORM_ANSWER = re.compile(r"\[\s*(?:yes|no|n/?a|todo)\s*\]", re.IGNORECASE)
_FORM_QUESTION = re.compile(
    r"\b(?:did|do|does|have|has|are|is|were|if) (?:you|the (?:main )?(?:authors?|claims|paper))\b"
    r"|guidelines:|justification:",
    re.IGNORECASE,
)
_DRAWING = re.compile(
    r"node distance|every node|/\.style|\b(?:draw|fill|anchor|align|minimum (?:width|height)|inner sep|text width)\s*="
    r"|rounded corners|[xy]shift"
)
"""Options of TikZ that a conversion printed: `[node distance=2cm, every node/.style={draw}]`."""
_THANKS = re.compile(r"acknowledge?ments?\s*[.:—–]", re.IGNORECASE)


@dataclass
class _Draft:
    heading: str = ""
    level: int = 1
    appendix: bool = False
    part: Part = "body"
    paragraphs: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    def section(self) -> Section:
        return Section(heading=self.heading, text=self.text, level=self.level, appendix=self.appendix)

    @property
    def left_out(self) -> bool:
        return self.part in ("references", "checklist") or len(self.text) <= _LONGEST.get(self.part, -1)


class Outline:
    """Headings and paragraphs, given in reading order, become sections."""

    def __init__(self) -> None:
        self.restart()
        self._past_references = self._past_appendix = False

    @property
    def part(self) -> Part:
        """The part of the paper that the open section belongs to."""
        return self._drafts[-1].part

    @property
    def empty(self) -> int:
        """Headings with no text below them, and no deeper heading."""
        after = [*self._drafts[1:], _Draft()]
        pairs = zip(self._drafts, after, strict=True)
        return sum(
            bool(one.heading) and not one.left_out and not one.text and two.level <= one.level for one, two in pairs
        )

    def restart(self) -> None:
        """Forget the text so far: it was above the title."""
        self._drafts = [_Draft()]
        self._open: list[_Draft] = []

    def open(self, heading: str, *, level: int = 1, appendix: bool = False) -> None:
        """Start a section; one below a section that is left out is left out with it."""
        part = part_of(heading)
        if self.part == "checklist" and not appendix and part not in ("references", "appendix"):
            level = self._open[0].level + 1  # the questions of the form have headings of their own
        while self._open and self._open[-1].level >= level:
            self._open.pop()
        above = self._open[-1] if self._open else None
        if above is not None and (part == "body" or above.part == "checklist"):
            part = above.part
        draft = _Draft(heading, level, appendix or self._is_appendix(heading, part, above), part)
        self._past_references |= part == "references"
        self._past_appendix |= part == "appendix"
        self._open.append(draft)
        self._drafts.append(draft)

    def _is_appendix(self, heading: str, part: Part, above: _Draft | None) -> bool:
        if above is not None:
            return above.appendix
        past = self._past_references or self._past_appendix
        return part == "appendix" or (past and not is_known(heading))

    def end_body(self) -> None:
        """Note a reference list that the page marks by other means than a heading."""
        self._past_references = True

    def add(self, paragraph: str) -> None:
        """Add a paragraph to the open section, unless it only thanks somebody."""
        if paragraph and not _THANKS.match(paragraph) and not _is_form(paragraph) and not _is_drawing(paragraph):
            self._drafts[-1].paragraphs.append(paragraph)

    def sections(self) -> tuple[Section, ...]:
        """What is kept, in order; a heading without text stays if a deeper section follows it."""
        kept: list[Section] = []
        for draft in reversed(self._drafts):
            below = bool(kept) and kept[-1].level > draft.level and bool(draft.heading)
            if not draft.left_out and (draft.text or below):
                kept.append(draft.section())
        return tuple(reversed(kept))


def _is_form(paragraph: str) -> bool:
    """Whether a paragraph is a question or an answer of a conference's checklist."""
    if _FORM.match(paragraph):
        return True
    return _FORM_ANSWER.search(paragraph) is not None and _FORM_QUESTION.search(paragraph) is not None


def _is_drawing(paragraph: str) -> bool:
    return len(_DRAWING.findall(paragraph)) >= 2 and paragraph.count("=") * 60 > len(paragraph)
