"""Source text of a PDF, whose lines are read by a process of its own."""

from functools import cache
from typing import Any

import msgspec

from digest.core.source_text import SourceText
from digest.stages.source_text.letters import hidden_notes, plain, unseen
from digest.stages.source_text.pdf_lines import STAMP, PdfLine, PdfPage, reading_order
from digest.stages.source_text.pdf_sections import sections_of
from digest.stages.source_text.worker import ReaderProcess


def read_pdf(body: bytes, *, timeout: float = 30.0) -> SourceText | None:
    """The sections of a PDF's first pages; None if it is not a PDF, is locked or broken, or has no text.

    Raises ReadingError where it takes more than `timeout` seconds or ends the process that reads it.
    """
    answer = msgspec.json.decode(_reader().ask(body, timeout=timeout))
    if answer is None:
        return None
    pages = [_page(page) for page in answer["pages"]]
    sections = sections_of(reading_order(pages))
    if not sections:
        return None
    controls = sum(unseen(line.text) for page in pages for line in page.lines)
    notes = hidden_notes(answer["hidden"], controls)
    return SourceText(kind="pdf", sections=sections, version=_version(answer["turned"], pages), notes=notes)


@cache
def _reader() -> ReaderProcess:
    """One process for all PDFs."""
    return ReaderProcess("digest.stages.source_text.pdf_worker")


def _page(page: dict[str, Any]) -> PdfPage:
    return PdfPage(page["width"], page["height"], tuple(PdfLine(*line) for line in page["lines"]))


def _version(turned: str, pages: list[PdfPage]) -> int | None:
    """The version in arXiv's stamp, which is turned by a quarter as a rule."""
    first = [line.text for line in pages[0].lines] if pages else []
    for text in (turned, turned[::-1], *first):
        if found := STAMP.search(plain(text)):
            return int(found[1])
    return None
