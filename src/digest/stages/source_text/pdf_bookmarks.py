"""Headings that a PDF's bookmarks name, found again on its pages."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from digest.stages.source_text.headings import split_number
from digest.stages.source_text.letters import plain
from digest.stages.source_text.pdf_headings import PdfHeading
from digest.stages.source_text.pdf_lines import PdfLine

_FEWEST = 3
"""Bookmarks; fewer do not tell the outline of a paper."""
_LONGEST = 4
"""Lines of a heading."""
_ALIKE = 88
"""Percent of a title's letters, so that a formula in it may be written in another way."""
_NEAR = 60.0
"""Points between a bookmark's place and its heading."""
_LETTERS = re.compile(r"[\W_]+")
_APPENDIX = re.compile(r"[A-HJ-UWYZ]")
"""Numbers of appendices; `I`, `V` and `X` are Roman as a rule."""


class Bookmark(NamedTuple):
    """An entry of a PDF's own table of contents."""

    title: str
    level: int
    """0 for the highest."""
    page: int
    top: float | None
    """Points from the upper edge of the page; None if it names the page alone."""


def marked_headings(lines: Sequence[PdfLine], marks: Sequence[Bookmark]) -> list[PdfHeading]:
    """The bookmarks' headings in the order of the lines; none where most bookmarks name no heading."""
    outline = [mark for mark in _own(marks) if _key(plain(mark.title))]
    by_page: dict[int, list[int]] = {}
    for at, line in enumerate(lines):
        by_page.setdefault(line.page, []).append(at)
    found: list[PdfHeading] = []
    after = 0
    for mark in outline:
        heading = _find(mark, lines, by_page.get(mark.page, ()), after)
        if heading:
            found.append(heading)
            after = heading.last + 1
    enough = len(found) >= _FEWEST and 2 * len(found) >= len(outline)
    return found if enough else []


def _own(marks: Sequence[Bookmark]) -> Iterator[Bookmark]:
    """The bookmarks without a title of the whole document above them all; the highest level is 1."""
    tops = [mark for mark in marks if mark.level == 0]
    alone = len(tops) == 1 and len(marks) > _FEWEST
    kept = [mark for mark in marks if not alone or mark.level > 0]
    lowest = min((mark.level for mark in kept), default=0)
    return (mark._replace(level=mark.level - lowest + 1) for mark in kept)


def _key(text: str) -> str:
    return _LETTERS.sub("", text).casefold()


def _find(mark: Bookmark, lines: Sequence[PdfLine], places: Sequence[int], after: int) -> PdfHeading | None:
    """The lines that are most like a bookmark's title, near its place if it has one."""
    words = split_number(plain(mark.title), letters=True)[1] if not _is_word(mark.title) else plain(mark.title)
    whole = {_key(words), _key(plain(mark.title))}
    best: tuple[float, PdfHeading] | None = None
    for at in places:
        if at < after:
            continue
        for last in range(at, min(at + _LONGEST, len(lines))):
            if lines[last].page != mark.page:
                break
            score = _score(" ".join(plain(line.text) for line in lines[at : last + 1]), whole)
            if score < _ALIKE:
                continue
            far = 0.0 if mark.top is None else abs(lines[at].top - mark.top) / 10
            if best is None or score - far > best[0]:
                best = (score - far, PdfHeading(at, last, words, mark.level))
    return best[1] if best else None


def _is_word(title: str) -> bool:
    """Whether what looks like a number is a word of the title: `A Closer Look`, `I Know`."""
    number, _ = split_number(title, letters=True)
    return number in ("A", "I") and not split_number(title)[0]


def _score(text: str, titles: set[str]) -> float:
    number, words = split_number(text, letters=True)
    keys = {_key(text), _key(words)} if number else {_key(text)}
    return max((fuzz.ratio(key, title) for key in keys for title in titles if key), default=0.0)
