"""Lines of a PDF in reading order become paragraphs and sections."""

import re
from collections.abc import Sequence

from digest.core.source_text import Section
from digest.stages.source_text.headings import part_of, split_number
from digest.stages.source_text.letters import plain
from digest.stages.source_text.outline import Outline
from digest.stages.source_text.pdf_headings import FoundHeading, Headings, is_strong, type_of
from digest.stages.source_text.pdf_lines import PdfLine
from digest.stages.source_text.pdf_paragraphs import Layout, Paragraph, ends_sentence, is_table_row, texts_of

_FRONT_PAGES = 2
"""A first heading beyond these pages does not make all before it title, authors and abstract."""

_OPENING = re.compile(r"(abstract|introduction)\s*[.:]?", re.IGNORECASE)
_FIRST = re.compile(r"(1|I)\.?\s+[^\W\da-z]")


def sections_of(lines: Sequence[PdfLine]) -> tuple[Section, ...]:
    """Sections; title, authors and abstract are left out where the first heading is recognised."""
    body = [line for line in lines[_start(lines) :] if not is_table_row(line.text)]
    reader = _Reader(body, Layout(lines))
    for line in body:
        reader.read(line)
    return reader.sections()


def _start(lines: Sequence[PdfLine]) -> int:
    """The place of the first heading after the front matter; 0 if there is none."""
    front = [line for line in lines if line.page < _FRONT_PAGES]
    size = type_of(lines).size
    named = (at for at, line in enumerate(front) if _OPENING.fullmatch(split_number(plain(line.text))[1]))
    first = (at for at, line in enumerate(front) if _FIRST.match(plain(line.text)) and is_strong(line, size))
    return next(named, next(first, 0))


class _Reader:
    """Lines read so far: the heading at hand, and the paragraphs below it."""

    def __init__(self, body: Sequence[PdfLine], layout: Layout) -> None:
        self._layout = layout
        self._outline = Outline()
        self._headings = Headings(type_of(body))
        self._heading: FoundHeading | None = None
        self._paragraphs: list[Paragraph] = []
        self._last: PdfLine | None = None

    def read(self, line: PdfLine) -> None:
        """Put a line where it belongs."""
        if self._heading and self._last and self._goes_on(self._heading, self._last, line):
            self._heading = self._heading._replace(words=f"{self._heading.words} {plain(line.text)}")
        else:
            self._open()
            self._place(line)
        self._last = line

    def sections(self) -> tuple[Section, ...]:
        """Everything read."""
        self._open()
        self._close()
        return self._outline.sections()

    def _place(self, line: PdfLine) -> None:
        above = self._paragraphs[-1] if self._paragraphs else None
        begins = above is None or self._layout.parts(above, line)
        after_end = above is None or ends_sentence(above[-1])
        part, past = self._outline.part, self._outline.past_references
        found = self._headings.find(line, alone=begins, after_end=after_end, part=part, past_references=past)
        if found:
            self._close()
            self._heading = found
        elif begins:
            self._paragraphs.append([line])
        else:
            self._paragraphs[-1].append(line)

    def _goes_on(self, found: FoundHeading, last: PdfLine, line: PdfLine) -> bool:
        """Whether a line is the second one of the heading above it."""
        alike = (
            line.bold == last.bold and abs(line.size - last.size) < 0.3 and is_strong(line, self._headings.type.size)
        )
        near = (line.page, line.column) == (last.page, last.column) and 0 < line.top - last.top < 1.6 * line.size
        plain_words = not split_number(plain(line.text))[0] and part_of(found.words) == "body"
        return alike and near and plain_words and len(last.text) > 20

    def _open(self) -> None:
        if self._heading:
            self._outline.open(self._heading.words, level=self._heading.level, appendix=self._heading.appendix)
        self._heading = None

    def _close(self) -> None:
        for text in texts_of(self._paragraphs, self._layout):
            self._outline.add(text)
        self._paragraphs = []
