"""Lines of a PDF in reading order become sections."""

import re
from collections.abc import Sequence

from digest.core.paper import Section
from digest.stages.source_text.headings import Outline, split_number
from digest.stages.source_text.pdf_bookmarks import Bookmark, marked_headings
from digest.stages.source_text.pdf_candidates import PdfHeading, body_size, is_strong
from digest.stages.source_text.pdf_headings import headings_of, known_headings
from digest.stages.source_text.pdf_lines import PdfLine
from digest.stages.source_text.pdf_paragraphs import Layout, Paragraph, texts_of, without_tables

_FRONT_PAGES = 2
"""A first heading beyond these pages does not make all before it title, authors and abstract."""

_OPENING = re.compile(r"(abstract|introduction)\s*[.:]?", re.IGNORECASE)
_FIRST = re.compile(r"(1|I)\.?\s+[^\W\da-z]")


def sections_of(lines: Sequence[PdfLine], marks: Sequence[Bookmark] = ()) -> tuple[Section, ...]:
    """Sections; title, authors and abstract are left out where the first heading is recognised.

    Headings are those of the bookmarks, where these name any, and found by their looks elsewhere.
    """
    layout = Layout(lines)
    body = lines[_start(lines) :]
    shaped = headings_of(body, layout)
    headings = _merged(marked_headings(body, marks, shaped), known_headings(body, layout)) or shaped
    return _outline(body, headings, layout).sections()


def _merged(marked: Sequence[PdfHeading], known: Sequence[PdfHeading]) -> list[PdfHeading]:
    """The headings of the bookmarks and, if there are any, those that never have a bookmark."""
    taken = {at for heading in marked for at in range(heading.first, heading.last + 1)}
    more = [heading for heading in known if not taken & {*range(heading.first, heading.last + 1)}]
    return sorted([*marked, *more], key=lambda heading: heading.first) if marked else []


def _start(lines: Sequence[PdfLine]) -> int:
    """The place of the first heading after the front matter; 0 if there is none."""
    front = [line for line in lines if line.page < _FRONT_PAGES]
    size = body_size(lines)
    named = (at for at, line in enumerate(front) if _OPENING.fullmatch(split_number(line.text)[1]))
    first = (at for at, line in enumerate(front) if _FIRST.match(line.text) and is_strong(line, size))
    return next(named, next(first, 0))


def _outline(body: Sequence[PdfLine], headings: Sequence[PdfHeading], layout: Layout) -> Outline:
    outline = Outline()
    at = 0
    for heading in headings:
        _add(outline, body[at : heading.first], layout)
        outline.open(heading.words, level=heading.level, appendix=heading.appendix)
        at = heading.last + 1
    _add(outline, body[at:], layout)
    return outline


def _add(outline: Outline, lines: Sequence[PdfLine], layout: Layout) -> None:
    paragraphs: list[Paragraph] = []
    for line in without_tables(lines):
        if paragraphs and not layout.parts(paragraphs[-1], line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    for text in texts_of(paragraphs, layout):
        outline.add(text)
