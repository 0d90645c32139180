"""Which lines of a PDF are headings: numbered, well known, or set apart by their type."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from digest.stages.source_text.headings import Part, is_known, split_number
from digest.stages.source_text.letters import plain
from digest.stages.source_text.pdf_lines import PdfLine

_MOST_WORDS = 14
_ROMAN = {"I": 1, "V": 5, "X": 10}
_AFTER = re.compile(
    r"(additional|more|further|extended|full|omitted|detailed|proofs?|derivations?|details?|implementation|experiment\w*"
    r"|training|data ?sets?|hyper-?parameters?|prompts?|qualitative|quantitative|ablations?|algorithms?|notation)\b.*",
    re.IGNORECASE,
)
"""How headings of appendices begin where their type does not set them apart."""
_YEAR = re.compile(r"\b(19|20)\d\d\b")


class FoundHeading(NamedTuple):
    """A heading in a line."""

    words: str
    level: int
    appendix: bool = False
    numbered: bool = False


class Type(NamedTuple):
    """What is usual in a document."""

    size: float
    """Points, of running text."""
    styled: bool
    """Headings are set apart by weight or size."""


def type_of(lines: Sequence[PdfLine]) -> Type:
    """The usual type of a document's lines."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    marked = [line for line in lines if is_strong(line, size) and is_known(split_number(plain(line.text))[1])]
    return Type(size, len(marked) >= 2)


def is_strong(line: PdfLine, size: float) -> bool:
    """Whether a line is set in bold or larger than running text."""
    return line.size >= 0.97 * size and (line.bold or line.size >= 1.08 * size)


@dataclass
class Headings:
    """Finds headings in the order of reading, and knows which number comes next."""

    type: Type
    major: int = 0
    minor: tuple[int, ...] = ()
    roman: int = 0
    letter: str = ""

    def find(
        self, line: PdfLine, *, alone: bool, after_end: bool, part: Part, past_references: bool
    ) -> FoundHeading | None:
        """The heading in a line.

        `alone` says that no paragraph is cut by taking it for one, `after_end` that no sentence is.
        """
        text = plain(line.text)
        number, words = split_number(text, letters=True)
        if not _may_be_heading(words) or (part == "references" and _YEAR.search(words)):
            return None
        strong = is_strong(line, self.type.size) or _in_capitals(words)
        marked = strong or (alone and not self.type.styled)
        if number[:1].isdigit():
            apart = marked or (after_end and not self.type.styled and is_known(words))
            return self._numbered(number, words, strong=strong, marked=apart and part != "references")
        if number and set(number) <= _ROMAN.keys() and (found := self._roman(number, words, strong)):
            return found
        if number and (found := self._lettered(number, words, strong or (past_references and marked), past_references)):
            return found
        return self._named(text, line, strong=strong, marked=marked and alone, part=part)

    def _numbered(self, number: str, words: str, *, strong: bool, marked: bool) -> FoundHeading | None:
        parts = tuple(int(part) for part in number.split("."))
        due = _is_next(parts, (self.major, *self.minor))
        if not (strong and parts[0] <= self.major + 3) and not (marked and due and len(words.split()) <= 8):
            return None
        self.major, self.minor = parts[0], parts[1:]
        return FoundHeading(words, len(parts), numbered=True)

    def _roman(self, number: str, words: str, strong: bool) -> FoundHeading | None:
        value = _roman_value(number)
        if not strong or value != self.roman + 1:
            return None
        self.roman, self.letter = value, ""
        return FoundHeading(words, 1, numbered=True)

    def _lettered(self, number: str, words: str, strong: bool, past: bool) -> FoundHeading | None:
        """`A. Datasets` is a subsection where sections have Roman numbers, and an appendix elsewhere."""
        depth = number.count(".") + 1
        due = depth > 1 or ord(number[0]) == ord(self.letter[-1:] or "@") + 1
        if self.roman and not past:
            if not due or len(words.split()) > 8:
                return None
            self.letter = number[0]
            return FoundHeading(words, 2, numbered=True)
        if not strong or not due or not (self.type.styled or is_known(words) or _AFTER.match(words)):
            return None
        self.letter = number[0]
        return FoundHeading(words, depth, appendix=True, numbered=True)

    def _named(self, text: str, line: PdfLine, *, strong: bool, marked: bool, part: Part) -> FoundHeading | None:
        if is_known(text) and (marked or strong):
            return FoundHeading(text.strip(" .:—"), 1)
        if (
            not marked
            or not self.type.styled
            or not is_strong(line, self.type.size)
            or len(re.findall(r"[^\W\d_]", text)) < 4
        ):
            return None
        if part == "references":
            return FoundHeading(text, 1) if line.size >= 1.15 * self.type.size else None
        return FoundHeading(text, 3 if self.major or self.roman else 2)


def _may_be_heading(words: str) -> bool:
    if not words or len(words) > 100 or len(words.split()) > _MOST_WORDS or words[-1] in ",;-":
        return False
    first = words[0]
    if not (first.isupper() or first.isdigit() or (first.isalpha() and not first.islower())):
        return False
    return words[-1] not in ".?!:" or is_known(words)


def _in_capitals(words: str) -> bool:
    letters = [letter for letter in words if letter.isalpha()]
    return len(letters) >= 5 and sum(letter.isupper() for letter in letters) > 0.8 * len(letters)


def _is_next(parts: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """Whether a number follows another: 3 or 2.1.1 or 2.2 after 2.1, but not 4 or 2.3."""
    if len(parts) > len(last):
        return parts == (*last, 1)
    return parts == (*last[: len(parts) - 1], last[len(parts) - 1] + 1)


def _roman_value(number: str) -> int:
    values = [_ROMAN[digit] for digit in number]
    after = [*values[1:], 0]
    return sum(-value if value < following else value for value, following in zip(values, after, strict=True))
