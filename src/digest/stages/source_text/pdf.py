"""Source text of a PDF, whose lines are read by processes of their own."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import msgspec

from digest.core.paper import SourceText
from digest.core.text import hidden_notes, plain, unseen
from digest.stages.source_text.pdf_bookmarks import Bookmark
from digest.stages.source_text.pdf_lines import STAMP, PdfLine, PdfPage, reading_order
from digest.stages.source_text.pdf_sections import sections_of
from digest.stages.source_text.worker import ReaderProcess, ReadingError

_PROCESSES = min(2, os.cpu_count() or 1)
"""Each reads every other page of a PDF."""


def read_pdf(body: bytes, *, timeout: float = 30.0, bookmarks: bool = True) -> SourceText | None:
    """The sections of a PDF's first pages; None if it is not a PDF, is broken, or has no text.

    Without `bookmarks`, headings are found by their looks alone. Raises ReadingError where it needs a password, takes
    more than `timeout` seconds, ends a process that reads it, or has pictures of text alone.
    """
    parts = _parts(body, timeout)
    if not parts:
        return None
    pages = sorted((page for part in parts for page in part["pages"]), key=lambda page: page["number"])
    printed = [_page(page) for page in pages]
    marks = [Bookmark(*mark) for mark in parts[0]["bookmarks"]] if bookmarks else []
    sections = sections_of(reading_order(printed), marks)
    if not sections:
        if any(page["picture"] for page in pages):
            raise ReadingError("its pages are pictures of text, as those of a scan are")
        return None
    notes = hidden_notes(
        _sum(part["hidden"] for part in parts), sum(unseen(line[0]) for page in pages for line in page["lines"])
    )
    turned = pages[0]["turned"]
    missing = _missing(pages, parts[0]["count"])
    return SourceText(kind="pdf", sections=sections, version=_version(turned, printed), notes=(*missing, *notes))


def _parts(body: bytes, timeout: float) -> list[dict[str, Any]]:
    """What each process made of its pages; nothing where the body is not a PDF that can be read."""
    if b"%PDF-" not in body[:1024]:
        return []
    with ThreadPoolExecutor(_PROCESSES) as threads:
        asked = [
            threads.submit(reader.ask, bytes([part, _PROCESSES]) + body, timeout=timeout)
            for part, reader in enumerate(_readers())
        ]
        answers = [msgspec.json.decode(each.result()) for each in asked]
    if "locked" in answers:
        raise ReadingError("it is encrypted and needs a password")
    return [] if None in answers else answers


@cache
def _readers() -> tuple[ReaderProcess, ...]:
    """The processes that read the parts of each PDF."""
    return tuple(ReaderProcess("digest.stages.source_text.pdf_worker") for _ in range(_PROCESSES))


def _page(page: Mapping[str, Any]) -> PdfPage:
    lines = (PdfLine(plain(text), *rest)._replace(page=page["number"]) for text, *rest in page["lines"])
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
