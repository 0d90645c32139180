"""Headings of a PDF by their looks: numbered in order, well known, or in the type of those."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from digest.stages.source_text.headings import is_known, part_of
from digest.stages.source_text.pdf_candidates import Candidate, PdfHeading, TypeFace, candidates_of
from digest.stages.source_text.pdf_lines import PdfLine
from digest.stages.source_text.pdf_paragraphs import Layout

_SHORT = 8
"""Words of a heading that nothing but its number sets apart, at most."""
_ROMAN = {"I": 1, "V": 5, "X": 10}
_YEAR = re.compile(r"\b(19|20)\d\d\b")
_AFTER = re.compile(
    r"(additional|more|further|extended|full|omitted|detailed|proofs?|derivations?|details?|implementation|experiment\w*"
    r"|training|data ?sets?|hyper-?parameters?|prompts?|qualitative|quantitative|ablations?|algorithms?|notation)\b.*",
    re.IGNORECASE,
)
"""How headings of appendices begin where their type does not set them apart: `Proofs of Lemma 2`, not `Lemma 2`."""


def headings_of(lines: Sequence[PdfLine], layout: Layout) -> list[PdfHeading]:
    """The headings in the order of the lines."""
    candidates = list(candidates_of(lines, layout))
    return list(_Finder(candidates).headings())


def known_headings(lines: Sequence[PdfLine], layout: Layout) -> list[PdfHeading]:
    """Headings that every paper may have without a number, such as `Limitations`, set apart by their type."""
    return [
        PdfHeading(each.first, each.last, each.words, 1)
        for each in candidates_of(lines, layout)
        if each.strong and each.known and each.alone and not each.number
    ]


class _Finder:
    """Goes through the candidates in order, and knows which number comes next."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates
        strong = [each for each in candidates if each.strong and each.known and each.alone]
        self._styled = len(strong) >= 2
        self._known = Counter(each.face for each in strong)
        self._faces: dict[int, TypeFace] = {}
        for depth in (1, 2, 3):
            numbered = (each for each in candidates if each.number[:1].isdigit() and each.depth == depth)
            faces = Counter(each.face for each in numbered if each.strong)
            if faces:
                known = self._known if depth == 1 else Counter[TypeFace]()
                self._faces[depth] = max(faces, key=lambda face: (known[face], faces[face]))
        self._last: tuple[int, ...] = (0,)
        self._roman = 0
        self._letter = ""
        self._ended = False
        """The references or an appendix have begun."""
        self._thanks = False

    def headings(self) -> Iterator[PdfHeading]:
        """Those of the candidates that are headings."""
        in_references = checklist = False
        for each in self._candidates:
            if checklist and each.number[:1].isdigit():
                continue
            if in_references and _YEAR.search(each.words) and not each.strong:
                continue
            found = self._find(each, in_references)
            if found is None:
                continue
            part = part_of(found.words)
            in_references = part == "references"
            checklist = part == "checklist" or (checklist and not found.appendix)
            self._ended |= part in ("references", "appendix")
            yield found

    def _find(self, each: Candidate, in_references: bool) -> PdfHeading | None:
        level = 0
        appendix = False
        if each.number[:1].isdigit():
            level = self._numbered(each, in_references)
        elif each.number:
            level, appendix = self._lettered(each)
            if not level and set(each.number) <= _ROMAN.keys():
                level = self._roman_number(each)
        if level:
            return PdfHeading(each.first, each.last, each.words, level, appendix)
        level = 0 if each.number and each.number[:1].isdigit() else self._named(each, in_references)
        return PdfHeading(each.first, each.last, each.whole.strip(" .:—"), level) if level else None

    def _numbered(self, each: Candidate, in_references: bool) -> int:
        parts = tuple(int(part) for part in each.number.split("."))
        face = self._faces.get(len(parts))
        own = face is None or each.face == face
        exact = _follows(parts, self._last, skip=0)
        due = exact or ((own or each.known) and _follows(parts, self._last, skip=1))
        if each.strong or (own and face in self._known):
            fits = due and each.alone
        else:
            plainly = not self._styled and exact and len(each.words.split()) <= _SHORT
            fits = plainly and not in_references and (each.alone or (each.after_end and each.known))
        if not fits:
            return 0
        self._last = parts
        return len(parts)

    def _roman_number(self, each: Candidate) -> int:
        value = _roman_value(each.number)
        if not each.strong or value != self._roman + 1:
            return 0
        self._roman, self._letter = value, ""
        return 1

    def _lettered(self, each: Candidate) -> tuple[int, bool]:
        """`A. Datasets` is a subsection where sections have Roman numbers, and an appendix elsewhere."""
        letter, _, rest = each.number.partition(".")
        if self._roman and not self._ended:
            due = not rest and letter == chr(ord(self._letter or "@") + 1) and each.alone
            if not due or len(each.words.split()) > _SHORT:
                return 0, False
            self._letter = letter
            return 2, False
        due = letter == self._letter[:1] if rest else letter == chr(ord(self._letter[:1] or "@") + 1)
        told = self._styled or each.known or _AFTER.match(each.words) is not None
        first = self._ended or self._last > (2,) or (bool(rest) and bool(self._letter))
        if not (
            due
            and each.alone
            and told
            and first
            and (each.strong or each.face == self._faces.get(1) or (self._ended and not self._styled))
        ):
            return 0, False
        self._letter, self._ended = letter, True
        return each.depth, True

    def _named(self, each: Candidate, in_references: bool) -> int:
        if not each.alone or (not each.strong and (self._styled or not is_known(each.whole))):
            return 0
        if is_known(each.whole):
            return 1
        if each.face == self._faces.get(1):
            return 1
        if in_references or not self._styled:
            return 0
        if each.face in self._known:
            return 1 if self._last == (0,) else 2
        numbered = self._last != (0,) or self._roman
        return next((depth for depth, face in self._faces.items() if face == each.face), 0) if numbered else 2


def _follows(parts: tuple[int, ...], last: tuple[int, ...], *, skip: int) -> bool:
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


def _roman_value(number: str) -> int:
    values = [_ROMAN[digit] for digit in number]
    return sum(-value if value < following else value for value, following in pairwise([*values, 0]))
