"""Sections of a PDF, which is read by a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from digest.core.source_text import SourceText
from digest.stages.source_text.letters import plain, unseen
from digest.stages.source_text.notes import notes_of
from digest.stages.source_text.pdf_lines import STAMP, Line, Sheet, reading_order
from digest.stages.source_text.pdf_sections import sections_of
from digest.stages.source_text.process import ReadingError

_WORKER = Path(__file__).with_name("pdf_worker.py")


def read_pdf(body: bytes, *, timeout: float = 30.0) -> SourceText | None:
    """The sections of a PDF's first pages; None if it is none, is locked or broken, or has no text.

    Raises ReadingError where it takes more than `timeout` seconds or ends the process that reads it.
    """
    answer = _ask_worker(body, timeout) if b"%PDF-" in body[:1024] else None
    if answer is None:
        return None
    sheets = [_sheet(page) for page in answer["pages"]]
    sections = sections_of(reading_order(sheets))
    if not sections:
        return None
    controls = sum(unseen(line.text) for sheet in sheets for line in sheet.lines)
    notes = notes_of(answer["hidden"], controls)
    return SourceText(kind="pdf", sections=sections, version=_version(answer["turned"], sheets), notes=notes)


def _ask_worker(body: bytes, timeout: float) -> dict[str, Any] | None:
    command = [sys.executable, "-P", str(_WORKER), str(timeout)]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=timeout, check=False)  # noqa: S603 (ours)
    except subprocess.TimeoutExpired as error:
        raise ReadingError(f"the PDF could not be read in {timeout:g} s") from error
    except OSError as error:
        raise ReadingError(f"the process that reads PDFs could not be started: {error.strerror}") from error
    if done.returncode < 0:
        raise ReadingError("reading the PDF ended the process")
    if done.returncode > 0:
        return None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _sheet(page: dict[str, Any]) -> Sheet:
    return Sheet(page["width"], page["height"], tuple(Line(*line) for line in page["lines"]))


def _version(turned: str, sheets: list[Sheet]) -> int | None:
    """The version in arXiv's stamp, which is turned by a quarter as a rule."""
    first = [line.text for line in sheets[0].lines] if sheets else []
    for text in (turned, turned[::-1], *first):
        if found := STAMP.search(plain(text)):
            return int(found[1])
    return None
