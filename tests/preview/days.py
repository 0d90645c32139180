"""A workspace with days that were written by hand, and its pages."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from lxml import html

from digest.core.config import Config
from digest.core.paper import Paper, SourceReport
from digest.core.record import Entry, Exclusion, Provenance, Record, RecordListing, Tokens
from digest.core.summary import FIELDS, Summary
from digest.preview.library import Library
from digest.preview.pages import WebPage, answer
from digest.store.records import dump
from digest.store.workspace import Workspace

DAY = date(2025, 12, 4)
SAID = "본 연구는 검증 집합 820개에서 PRIS의 정확도를 63.4%로 높였다."
QUOTE = "With PRIS the accuracy on 820 held-out pairs rises to 63.4 percent."


def entry(number: int = 1, **changes: Any) -> Entry:
    """A paper's entry."""
    values: dict[str, Any] = {
        "status": "final",
        "paper": paper(number),
        "summary": Summary(
            **{field: f"{field} 항목은 {number}번 논문을 다룬다." for field in FIELDS} | {"results": SAID}
        ),
        "evidence": dict.fromkeys(FIELDS, (QUOTE,)),
        "provenance": provenance(),
    }
    return Entry(**values | changes)


def summary(number: int = 1, /, **changes: Any) -> Summary:
    """A paper's summary, with some fields as given."""
    fields: dict[str, str] = {field: f"{field} 항목은 {number}번 논문을 다룬다." for field in FIELDS}
    return Summary(**{**fields, "results": SAID, **changes})


def provenance(**changes: Any) -> Provenance:
    """Where a summary came from."""
    values: dict[str, Any] = {"summarizer": "openai", "model": "sample", "text": "html", "attempts": 2}
    return Provenance(**{**values, "tokens": Tokens(input=1200, output=900), **changes})


def paper(number: int = 1, **changes: Any) -> Paper:
    """A paper."""
    values: dict[str, Any] = {
        "id": f"2512.{number:05d}",
        "version": 2,
        "title": f"Paper Number {number}",
        "authors": ("Ada Example",),
        "abstract": f"We measure thing {number}.",
        "categories": ("cs.CV",),
        "published": "2025-12-03T03:23:24Z",
    }
    return Paper(**values | changes)


def record(*entries: Entry, day: date = DAY, **changes: Any) -> Record:
    """A day with these entries, or with one."""
    sources = (SourceReport(kind="huggingface", state="ready", papers=8, at=datetime(2025, 12, 5, tzinfo=UTC)),)
    listing = RecordListing(state="ready", sources=sources)
    return Record(date=day, listing=listing, entries=entries or (entry(),), **changes)


def excluded(number: int) -> Exclusion:
    """A paper that a rule left out."""
    return Exclusion(id=f"2512.{number:05d}", title=f"Left Out {number}", reason="limit: 30")


def library(folder: Path, *records: Record) -> Library:
    """The days of a workspace in a folder, with these records in it."""
    workspace = Workspace(folder, Config())
    workspace.data.mkdir(exist_ok=True)
    for each in records:
        workspace.record_path(each.date).write_bytes(dump(each))
    return Library(workspace)


def text_of(page: WebPage) -> str:
    """What a reader sees of a page's main part, white space folded."""
    return " ".join(tree(page).get_element_by_id("main").text_content().split())


def tree(page: WebPage) -> html.HtmlElement:
    """A page's elements."""
    return html.fromstring(page.body.decode())


def get(shelf: Library, path: str) -> WebPage:
    """A page that is there."""
    page = answer(shelf, path)
    assert page.status == 200, page
    return page
