"""Headings of a PDF: those that its bookmarks name, found again on its pages, else by their looks.

By their looks, headings are numbered in order, well known, or in the type of those.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from digest.core.text import plain
from digest.stages.source_text.headings import ROMAN, follows, is_known, part_of, roman_value, split_number
from digest.stages.source_text.pdf_candidates import Candidate, PdfHeading, TypeFace
from digest.stages.source_text.pdf_lines import PdfLine

_SHORT = 8
"""Words of a heading that nothing but its number sets apart, at most."""
_YEAR = re.compile(r"\b(19|20)\d\d\b")
_AFTER = re.compile(
    r"(additional|more|further|extended|full|omitted|detailed|proofs?|derivations?|details?|implementation|experiment\w*"
    r"|training|data ?sets?|hyper-?parameters?|prompts?|qualitative|quantitative|ablations?|algorithms?|notation)\b.*",
    re.IGNORECASE,
)
"""How headings of appendices begin where their type does not set them apart: `Proofs of Lemma 2`, not `Lemma 2`."""


def headings_of(candidates: Sequence[Candidate]) -> list[PdfHeading]:
    """Those of the candidates that are headings by their looks, in the order of the lines."""
    return list(_Finder(candidates).headings())


def known_headings(candidates: Sequence[Candidate]) -> list[PdfHeading]:
    """Headings that every paper may have without a number, such as `Limitations`, set apart by their type."""
    return [
        PdfHeading(each.first, each.last, each.words, 1)
        for each in candidates
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
            if not level and set(each.number) <= ROMAN.keys():
                level = self._roman_number(each)
        if level:
            return PdfHeading(each.first, each.last, each.words, level, appendix)
        level = 0 if each.number and each.number[:1].isdigit() else self._named(each, in_references)
        return PdfHeading(each.first, each.last, each.whole.strip(" .:—"), level) if level else None

    def _numbered(self, each: Candidate, in_references: bool) -> int:
        parts = tuple(int(part) for part in each.number.split("."))
        face = self._faces.get(len(parts))
        own = face is None or each.face == face
        exact = follows(parts, self._last, skip=0)
        due = exact or ((own or each.known) and follows(parts, self._last, skip=1))
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
        value = roman_value(each.number)
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


_FEWEST = 3
"""Bookmarks; fewer do not tell the outline of a paper."""
_LONGEST = 4
"""Lines of a heading."""
_ALIKE = 88
"""Percent of a title's letters, so that a formula in it may be written in another way."""
_SOMEWHAT_ALIKE = 60
"""Percent, of the title of a line that is numbered and at the bookmark's place."""
_BELOW = 16.0
"""Points between a bookmark's place and the upper edge of its heading."""
_NEXT_PAGE = 8
"""Lines at the top of the next page, where a heading is that did not fit on the page of its bookmark."""
_LETTERS = re.compile(r"[\W_]+")
_APPENDIX = re.compile(r"[A-HJ-UWYZ]")
"""Numbers of appendices; `I`, `V` and `X` are Roman as a rule."""


_DEPTH = re.compile(r"(\d+|[A-HJ-UWYZ])(\.\d+)*")
"""Numbers that tell a heading's level: `2.1`, `A.3`; not `IV`, nor `B` below it."""


class Bookmark(NamedTuple):
    """An entry of a PDF's own table of contents."""

    title: str
    level: int
    """0 for the highest."""
    page: int
    top: float | None
    """Points from the upper edge of the page; None if it names the page alone."""


def marked_headings(
    lines: Sequence[PdfLine], marks: Sequence[Bookmark], shaped: Sequence[PdfHeading] = ()
) -> list[PdfHeading]:
    """The bookmarks' headings in the order of the lines; none where most bookmarks name no heading.

    `shaped` are headings by their looks, for bookmarks that name a wrong page.
    """
    outline = [mark for mark in _own(marks) if _key(plain(mark.title))]
    by_page: dict[int, list[int]] = {}
    for at, line in enumerate(lines):
        by_page.setdefault(line.page, []).append(at)
    found: list[PdfHeading] = []
    for mark in outline:
        here, next_page = by_page.get(mark.page, []), by_page.get(mark.page + 1, [])
        heading = _by_title(mark, lines, here) or _by_place(mark, lines, here)
        heading = heading or _by_title(mark._replace(top=None), lines, next_page[:_NEXT_PAGE])
        rest = [each.first for each in shaped if not any(one.first <= each.first <= one.last for one in found)]
        heading = heading or _by_title(mark._replace(top=None), lines, rest)
        if heading:
            found.append(heading)
            _remove(heading, by_page)
    enough = len(found) >= _FEWEST and 2 * len(found) >= len(outline)
    return sorted(_levelled(found, lines)) if enough else []


def _levelled(found: Sequence[PdfHeading], lines: Sequence[PdfLine]) -> Iterator[PdfHeading]:
    """The headings with the levels that their numbers tell: some bookmarks are nested in wrong ways.

    `A` is an appendix, but a subsection where sections have Roman numbers.
    """
    numbers = [split_number(lines[heading.first].text, letters=True)[0] for heading in found]
    roman = not {"II", "III", "IV"}.isdisjoint(numbers)
    for heading, number in zip(found, numbers, strict=True):
        if _DEPTH.fullmatch(number) and (number[0].isdigit() or not roman):
            level = number.count(".") + 1
            yield heading._replace(level=level, appendix=heading.appendix or (level == 1 and number[0].isalpha()))
        else:
            yield heading


def _remove(heading: PdfHeading, by_page: dict[int, list[int]]) -> None:
    for page, places in by_page.items():
        by_page[page] = [at for at in places if not heading.first <= at <= heading.last]


def _own(marks: Sequence[Bookmark]) -> Iterator[Bookmark]:
    """The bookmarks without a title of the whole document above them all; the highest level is 1."""
    tops = [mark for mark in marks if mark.level == 0]
    alone = len(tops) == 1 and len(marks) > _FEWEST
    kept = [mark for mark in marks if not alone or mark.level > 0]
    lowest = min((mark.level for mark in kept), default=0)
    return (mark._replace(level=mark.level - lowest + 1) for mark in kept)


def _key(text: str) -> str:
    return _LETTERS.sub("", text).casefold()


def _by_title(mark: Bookmark, lines: Sequence[PdfLine], places: Sequence[int]) -> PdfHeading | None:
    """The lines that are most like a bookmark's title, near its place if it has one."""
    title = plain(mark.title)
    words = title if _is_word(title) else split_number(title, letters=True)[1]
    whole = {_key(words), _key(title)}
    best, heading = 0.0, None
    for first in places:
        far = 0.0 if mark.top is None else abs(lines[first].top - mark.top) / 10
        for last in range(first, min(first + _LONGEST, places[-1] + 1, len(lines))):
            score = _score(" ".join(line.text for line in lines[first : last + 1]), whole)
            if score >= _ALIKE and score - far > best:
                best, heading = score - far, _heading(mark, lines, first, last, words)
    return heading


def _by_place(mark: Bookmark, lines: Sequence[PdfLine], places: Sequence[int]) -> PdfHeading | None:
    """The numbered line at a bookmark's place, whose title is printed in another way, such as with a formula."""
    given = "" if _is_word(mark.title) else split_number(plain(mark.title), letters=True)[0]
    for at in places:
        number, words = split_number(lines[at].text, letters=True)
        if given and number != given:
            continue
        near = mark.top is not None and -_BELOW < lines[at].top - mark.top < _BELOW
        if near and number and words and _score(words, {_key(plain(mark.title))}) >= _SOMEWHAT_ALIKE:
            return _heading(mark, lines, at, at, words)
    return None


def _heading(mark: Bookmark, lines: Sequence[PdfLine], first: int, last: int, words: str) -> PdfHeading:
    number = split_number(lines[first].text, letters=True)[0]
    return PdfHeading(first, last, words, mark.level, mark.level == 1 and _APPENDIX.fullmatch(number) is not None)


def _is_word(title: str) -> bool:
    """Whether what looks like a number is a word of the title: `A Closer Look`, `I Know`."""
    number, _ = split_number(title, letters=True)
    return number in ("A", "I") and not split_number(title)[0]


def _score(text: str, titles: set[str]) -> float:
    number, words = split_number(text, letters=True)
    keys = {_key(text), _key(words)} if number else {_key(text)}
    return max((fuzz.ratio(key, title) for key in keys for title in titles if key), default=0.0)
