"""Headings of a PDF by their looks: numbered in order, well known, or in the type of those."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from digest.stages.source_text.headings import is_known, part_of, split_number
from digest.stages.source_text.pdf_lines import PdfLine
from digest.stages.source_text.pdf_paragraphs import CAPTION, Layout, ends_sentence, is_table_row

_FIRST_PAGES = 8
"""The size of the body's type is that of the prose on these."""
_MOST_LINES = 4
_SHORTEST_LINE = 20
"""Letters of a heading's first line; the line below a shorter one is not its second."""
_MOST_WORDS = 18
_MOST_LETTERS = 130
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
_FORMULA = re.compile(r"[=≤≥∈∀∃∧∨∑∏∫→←⇒≈∼∂√|{}<>]|\d+\.\d{2,}")
_STATEMENT = re.compile(
    r"(theorem|lemma|proposition|corollary|definition|remark|proof|assumption|claim|example|conjecture|observation"
    r"|question|answer|step|input|output|require|ensure|return)s?\b",
    re.IGNORECASE,
)

TypeFace = tuple[str, float]
"""A font and its size in half points."""


class PdfHeading(NamedTuple):
    """A heading and the lines in which it is printed."""

    first: int
    """Place of its first line among the lines given."""
    last: int
    words: str
    """Without its number."""
    level: int
    """1 for a section."""
    appendix: bool = False


class _Candidate(NamedTuple):
    """Lines that may be a heading."""

    first: int
    last: int
    number: str
    words: str
    whole: str
    """With the number."""
    face: TypeFace
    strong: bool
    """Bold, larger than the body, or in capitals."""
    alone: bool
    """No paragraph is cut by taking it for a heading."""
    after_end: bool
    """No sentence is."""

    @property
    def known(self) -> bool:
        return is_known(self.words)

    @property
    def depth(self) -> int:
        return self.number.count(".") + 1


def body_size(lines: Sequence[PdfLine]) -> float:
    """The size of most prose on the first pages, in points."""
    sizes: Counter[float] = Counter()
    first = lines[0].page if lines else 0
    for line in lines:
        if line.page < first + _FIRST_PAGES and len(line.text) > 30:
            sizes[round(line.size, 1)] += len(line.text)
    if not sizes:
        sizes.update(round(line.size, 1) for line in lines)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def is_strong(line: PdfLine, size: float) -> bool:
    """Whether a line is set in bold or larger than running text of that size."""
    return line.size >= 0.97 * size and (line.bold or line.size >= 1.08 * size)


def headings_of(lines: Sequence[PdfLine], layout: Layout) -> list[PdfHeading]:
    """The headings in the order of the lines."""
    candidates = list(_candidates(lines, layout))
    return list(_Finder(candidates).headings())


def known_headings(lines: Sequence[PdfLine], layout: Layout) -> list[PdfHeading]:
    """Headings that every paper may have without a number, such as `Limitations`, set apart by their type."""
    return [
        PdfHeading(each.first, each.last, each.words, 1)
        for each in _candidates(lines, layout)
        if each.strong and each.known and each.alone and not each.number
    ]


def _candidates(lines: Sequence[PdfLine], layout: Layout) -> Iterator[_Candidate]:
    size = body_size(lines)
    at, below = 0, -1
    while at < len(lines):
        last = _last_of(lines, at, size)
        found = _candidate(lines, at, last, size, layout)
        if found and at == below:
            found = found._replace(alone=True)
        if found and found.strong and found.alone:
            below = last + 1
        if found:
            yield found
        at = last + 1 if found else at + 1


def _last_of(lines: Sequence[PdfLine], at: int, size: float) -> int:
    """The last line of the heading that may begin at a place."""
    last, words = at, split_number(lines[at].text)[1]
    while last + 1 < min(len(lines), at + _MOST_LINES) and len(words) > _SHORTEST_LINE and not is_known(words):
        if not _goes_on(lines[last], lines[last + 1], size):
            break
        last += 1
        words = f"{words} {lines[last].text}"
    return last


def _goes_on(line: PdfLine, below: PdfLine, size: float) -> bool:
    alike = face_of(below) == face_of(line) and below.bold == line.bold and is_strong(below, size)
    near = (below.page, below.column) == (line.page, line.column) and 0 < below.top - line.top < 1.7 * line.size
    return alike and near and not split_number(below.text)[0]


def _candidate(lines: Sequence[PdfLine], at: int, last: int, size: float, layout: Layout) -> _Candidate | None:
    line, above = lines[at], lines[at - 1] if at else None
    whole = _joined(lines[at : last + 1])
    number, words = split_number(whole, letters=True)
    strong = is_strong(line, size) or _in_capitals(words)
    if not (strong or number or is_known(whole)) or not _may_be_heading(whole, words, numbered=bool(number)):
        return None
    if is_table_row(line.text) or line.cells > (2 if number else 1):
        return None
    begins = above is None or layout.parts([above], line) or is_strong(line, size) > is_strong(above, size)
    follows = above is None or ends_sentence(above)
    below = lines[last + 1] if last + 1 < len(lines) else None
    alone = begins and not (below is not None and _runs_on(lines[last], below))
    return _Candidate(at, last, number, words, whole, face_of(line), strong, alone, follows)


def _runs_on(line: PdfLine, below: PdfLine) -> bool:
    """Whether the next line ends a sentence that begins in this one."""
    near = (below.page, below.column) == (line.page, line.column) and 0 < below.top - line.top < 1.5 * line.size
    return near and abs(line.size - below.size) < 0.3 and below.text[:1].islower()


def face_of(line: PdfLine) -> TypeFace:
    """The font and the size of a line's type."""
    return line.font, round(line.size * 2) / 2


def _joined(lines: Sequence[PdfLine]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        more = line.text
        text = text[:-1] + more if text.endswith("-") and more[:1].islower() else f"{text} {more}"
    return text


def _may_be_heading(whole: str, words: str, *, numbered: bool) -> bool:
    letters = sum(char.isalpha() for char in words)
    if letters < 3 or letters * 2 < len(words.replace(" ", "")) or len(words) > _MOST_LETTERS:
        return False
    if len(words.split()) > _MOST_WORDS or words[-1] in ",;-" or CAPTION.match(whole) or _FORMULA.search(words):
        return False
    first = words[0]
    if not (first.isupper() or first.isdigit() or (first.isalpha() and not first.islower())):
        return numbered and first.isalpha() and letters > 8 and len(words.split()) <= _SHORT
    if words[-1] == "." and not is_known(words):
        return numbered and len(words.split()) <= _SHORT and ". " not in words
    return words[-1] not in "!" and not (_STATEMENT.match(words) and not numbered)


def _in_capitals(words: str) -> bool:
    letters = [letter for letter in words if letter.isalpha()]
    return len(letters) >= 5 and sum(letter.isupper() for letter in letters) > 0.8 * len(letters)


class _Finder:
    """Goes through the candidates in order, and knows which number comes next."""

    def __init__(self, candidates: Sequence[_Candidate]) -> None:
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

    def _find(self, each: _Candidate, in_references: bool) -> PdfHeading | None:
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

    def _numbered(self, each: _Candidate, in_references: bool) -> int:
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

    def _roman_number(self, each: _Candidate) -> int:
        value = _roman_value(each.number)
        if not each.strong or value != self._roman + 1:
            return 0
        self._roman, self._letter = value, ""
        return 1

    def _lettered(self, each: _Candidate) -> tuple[int, bool]:
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

    def _named(self, each: _Candidate, in_references: bool) -> int:
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
