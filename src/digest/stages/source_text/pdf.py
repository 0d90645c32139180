"""Source text of a PDF, whose lines are read by processes of their own and become paragraphs and sections here."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import msgspec

from digest.core.paper import Section, SourceText
from digest.core.prompt.sections import TABLE_MARK
from digest.core.text import hidden_notes, plain, unseen
from digest.stages.source_text.headings import Outline, split_number
from digest.stages.source_text.pdf_candidates import PdfHeading, body_size, candidates_of, is_strong
from digest.stages.source_text.pdf_headings import Bookmark, headings_of, known_headings, marked_headings
from digest.stages.source_text.pdf_lines import (
    BULLET,
    CAPTION,
    STAMP,
    Layout,
    Paragraph,
    PdfLine,
    PdfPage,
    ends_sentence,
    joined_text,
    reading_order,
)
from digest.stages.source_text.tables import (
    ALGORITHM_MARK,
    caption_side,
    is_table_row,
    on_one_row,
    pdf_table,
    stands_alone,
    with_captions,
)
from digest.stages.source_text.worker import ReaderProcess, ReadingError

_PROCESSES = min(2, os.cpu_count() or 1)
"""Each reads every other page of a PDF."""
_FRONT_PAGES = 2
"""A first heading beyond these pages does not make all before it title, authors and abstract."""

_OPENING = re.compile(r"(abstract|introduction)\s*[.:]?", re.IGNORECASE)
_FIRST = re.compile(r"(1|I)\.?\s+[^\W\da-z]")
_STEP = re.compile(r"\d{1,2}:\s")
"""Begins a line of an algorithm."""
_FEWEST_ROWS = 2
_CELLS = 3
_BETWEEN = 2
"""Lines between two rows of a table that belong to it: parts of a cell, a line of names."""
_MOST_SHORT = 8
"""Words of a row with few values."""
_MOST_HEAD = 3
"""Lines with the names of columns."""
_MOST_NAMES = 24
"""Words in such a line."""
_REACH = 6
"""Paragraphs; a sentence goes on below at most so many captions and footnotes."""


def read_pdf(body: bytes, *, timeout: float = 30.0, bookmarks: bool = True) -> SourceText | None:
    """The sections of a PDF's first pages; None if it has no text.

    Without `bookmarks`, headings are found by their looks alone. Raises ReadingError where it is not a PDF, is damaged,
    needs a password, takes more than `timeout` seconds, ends a process that reads it, or shows no text to a reader.
    """
    parts = _parts(body, timeout)
    pages = sorted((page for part in parts for page in part["pages"]), key=lambda page: page["number"])
    printed = [_page(page) for page in pages]
    marks = [Bookmark(*mark) for mark in parts[0]["bookmarks"]] if bookmarks else []
    sections = sections_of(reading_order(printed), marks)
    notes = hidden_notes(
        _sum(part["hidden"] for part in parts), sum(unseen(line[0]) for page in pages for line in page["lines"])
    )
    if not sections and any(page["picture"] for page in pages):
        raise ReadingError("its pages are pictures of text, as those of a scan are")
    if not sections and notes:
        raise ReadingError(f"it has no text that can be seen; {'; '.join(notes)}")
    if not sections:
        return None
    turned = pages[0]["turned"]
    missing = _missing(pages, parts[0]["count"])
    return SourceText(kind="pdf", sections=sections, version=_version(turned, printed), notes=(*missing, *notes))


def _parts(body: bytes, timeout: float) -> list[dict[str, Any]]:
    """What each process made of its pages."""
    if b"%PDF-" not in body[:1024]:
        raise ReadingError("it is not a PDF")
    with ThreadPoolExecutor(_PROCESSES) as threads:
        asked = [
            threads.submit(reader.ask, bytes([part, _PROCESSES]) + body, timeout=timeout)
            for part, reader in enumerate(_readers())
        ]
        answers = [msgspec.json.decode(each.result()) for each in asked]
    if "locked" in answers:
        raise ReadingError("it is encrypted and needs a password")
    if None in answers:
        raise ReadingError("it is damaged and cannot be opened")
    return answers


@cache
def _readers() -> tuple[ReaderProcess, ...]:
    """The processes that read the parts of each PDF."""
    return tuple(ReaderProcess("digest.stages.source_text.pdf_worker") for _ in range(_PROCESSES))


def _page(page: Mapping[str, Any]) -> PdfPage:
    lines = (
        PdfLine(plain(text), *rest)._replace(page=page["number"], words=tuple(map(tuple, words)))
        for text, *rest, words in page["lines"]
    )
    return PdfPage(page["width"], page["height"], tuple(line for line in lines if line.text))


def _sum(counts: Iterator[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total


def _missing(pages: Sequence[Mapping[str, Any]], count: int) -> list[str]:
    """Notes on pages without text: beyond those that are read, or pictures."""
    notes = [f"only {len(pages)} of {count} pages were read"] if count > len(pages) else []
    pictures = sum(1 for page in pages if page["picture"] and not page["lines"])
    if pictures * 4 > len(pages):
        notes.append(f"{pictures} of {len(pages)} pages are pictures without text")
    return notes


def _version(turned: str, pages: Sequence[PdfPage]) -> int | None:
    """The version in arXiv's stamp, which is turned by a quarter as a rule."""
    first = [line.text for line in pages[0].lines] if pages else []
    for text in (plain(turned), plain(turned[::-1]), *first):
        if found := STAMP.search(text):
            return int(found[1])
    return None


def sections_of(lines: Sequence[PdfLine], marks: Sequence[Bookmark] = ()) -> tuple[Section, ...]:
    """Sections; title, authors and abstract are left out where the first heading is recognised.

    Headings are those of the bookmarks, where these name any, and found by their looks elsewhere.
    """
    layout = Layout(lines)
    body = lines[_start(lines) :]
    candidates = list(candidates_of(body, layout))
    shaped = headings_of(candidates)
    headings = _merged(marked_headings(body, marks, shaped), known_headings(candidates)) or shaped
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
        apart = stands_alone(line.text) or (paragraphs and stands_alone(paragraphs[-1][0].text))
        if paragraphs and not apart and not layout.parts(paragraphs[-1], line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    for text in with_captions(list(texts_of(paragraphs, layout))):
        outline.add(text)


def texts_of(paragraphs: Sequence[Paragraph], layout: Layout) -> Iterator[str]:
    """The paragraphs' texts; a sentence that a caption or a page's end had cut is whole again."""
    whole: list[Paragraph] = []
    for paragraph in paragraphs:
        cut = _cut_before(paragraph, whole)
        if cut is None:
            whole.append(list(paragraph))
        else:
            cut += paragraph
    for paragraph in whole:
        text = joined_text(paragraph, layout.words)
        if bullet := BULLET.match(text):
            text = f"- {text[bullet.end() :]}"
        if stands_alone(text) or not layout.is_aside(paragraph, text):
            yield text


def _cut_before(paragraph: Paragraph, whole: Sequence[Paragraph]) -> Paragraph | None:
    """The earlier paragraph that stops in a sentence which this one ends, if any."""
    if not paragraph[0].text[:1].islower() or stands_alone(paragraph[0].text):
        return None
    for earlier in reversed(whole[-_REACH:]):
        alike = abs(earlier[-1].size - paragraph[0].size) < 0.07 * paragraph[0].size
        last = earlier[-1].text
        if (
            alike
            and not ends_sentence(earlier[-1])
            and not stands_alone(last)
            and not CAPTION.match(earlier[0].text)
            and len(last) > 20
        ):
            return earlier
    return None


def without_tables(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """The lines with each table as one line, or a mark in its place; algorithms are left out whole and marked.

    A table is told by its rows of values; it is kept where it has a caption beside it and its columns can be told. One
    whose caption is below it ends in a line break.
    """
    kept: list[PdfLine] = []
    at = 0
    while at < len(lines):
        end = _end_of_rows(lines, at)
        if sum(map(_is_row, lines[at:end])) >= _FEWEST_ROWS:
            mark = ALGORITHM_MARK if _STEP.match(lines[at].text) else TABLE_MARK
            head = _head(kept, lines[at])
            whole = [*kept[len(kept) - head :], *lines[at:end]]
            side = caption_side(kept[: len(kept) - head], whole, lines[end:])
            text = pdf_table(whole) if side and mark == TABLE_MARK else ""
            del kept[len(kept) - head if text else len(kept) :]
            kept.append(lines[at]._replace(text=text + "\n" * (side == "below") if text else mark))
        elif end == at:
            kept.append(lines[at])
        at = max(end, at + 1)
    return kept


def _end_of_rows(lines: Sequence[PdfLine], at: int) -> int:
    """The place after the last row of a table that begins at a line; the line's own place if none does."""
    if not _is_row(lines[at]):
        return at
    end = ahead = at + 1
    while ahead < len(lines) and ahead - end <= _BETWEEN and lines[ahead].page == lines[at].page:
        if CAPTION.match(lines[ahead].text):
            break
        ahead += 1
        end = ahead if _is_row(lines[ahead - 1]) else end
    while end < len(lines) and (on_one_row(lines[end - 1], lines[end]) or _is_short_row(lines[end], lines[end - 1])):
        end += 1
    return end


def _is_row(line: PdfLine) -> bool:
    return line.cells >= _CELLS or is_table_row(line.text) or _STEP.match(line.text) is not None


def _is_short_row(line: PdfLine, row: PdfLine) -> bool:
    """Whether a line right below a row is a row too, with too few values to tell it by."""
    near = (line.page, line.column) == (row.page, row.column) and line.top - row.top < 1.9 * row.size
    few = len(line.text.split()) <= _MOST_SHORT and line.size <= 1.1 * row.size
    return bool(line.words) and near and few and not CAPTION.match(line.text) and not _ends_prose(line)


def _ends_prose(line: PdfLine) -> bool:
    """Whether a sentence ends where a line does; `96.0` and `v1.5` are no ends."""
    return ends_sentence(line) and not line.text[-1].isdigit()


def _head(above: Sequence[PdfLine], row: PdfLine) -> int:
    """How many of the lines above the first row of values belong to the table: the names of its columns."""
    count, below = 0, row
    for line in reversed(above[-_MOST_HEAD:]):
        near = (line.page, line.column) == (row.page, row.column) and below.top - line.top < 2 * row.size
        if not near or CAPTION.match(line.text) or _ends_prose(line) or stands_alone(line.text):
            break
        if abs(line.size - row.size) > 0.1 * row.size or len(line.words) > _MOST_NAMES:
            break
        count, below = count + 1, line
    return count
