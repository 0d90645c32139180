"""Lines of a PDF that may be headings, by their words and their type."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from digest.stages.source_text.headings import is_known, split_number
from digest.stages.source_text.pdf_lines import CAPTION, Layout, PdfLine, ends_sentence
from digest.stages.source_text.tables import is_table_row

_FIRST_PAGES = 8
"""The size of the body's type is that of the prose on these."""
_MOST_LINES = 4
_SHORTEST_LINE = 20
"""Letters of a heading's first line; the line below a shorter one is not its second."""
_MOST_WORDS = 18
_MOST_LETTERS = 130
_SHORT = 8
"""Words of a heading that nothing but its number sets apart, at most."""
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


class Candidate(NamedTuple):
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


def candidates_of(lines: Sequence[PdfLine], layout: Layout) -> Iterator[Candidate]:
    """What may be a heading, in the order of the lines."""
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


def _candidate(lines: Sequence[PdfLine], at: int, last: int, size: float, layout: Layout) -> Candidate | None:
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
    return Candidate(at, last, number, words, whole, face_of(line), strong, alone, follows)


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
