"""One paper's way, with everything that can be in it."""

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

import pytest
from bench.services import Services, faults, serve

from digest.clients.http import HttpClient, Pacer
from digest.core.paper import Paper
from digest.core.record import Entry, Provenance
from digest.core.summary import Fault
from digest.sample import load_papers
from digest.stages.entry import Metadata, make_entry
from digest.stages.ports import PendingError
from digest.stages.source_text.fetch import ArxivSite
from digest.stages.summarize.extractive import Extractive
from digest.store.batches import Line
from digest.store.cache import Cache

SAMPLE = next(paper for paper in load_papers() if paper.full_text == ("html", "pdf"))
PAPER = Paper(id=SAMPLE.id, title=SAMPLE.title, abstract=SAMPLE.abstract, metadata="arxiv")
T = TypeVar("T")
MISSING = Fault(name="metadata", message="arXiv API: HTTP 503")


@pytest.fixture
def services() -> Iterator[Services]:
    with serve() as running:
        yield running


def done(value: T) -> Future[T]:
    """A future that has come true."""
    future: Future[T] = Future()
    future.set_result(value)
    return future


def make(
    services: Services,
    tmp_path: Path,
    paper: Paper,
    missing: Fault | None = None,
    before: Entry | None = None,
    asked: Line | None = None,
) -> tuple[Entry, list[str]]:
    steps: list[str] = []
    with HttpClient() as http:
        entry = make_entry(
            paper,
            before,
            asked=asked,
            metadata=done(Metadata({paper.id: paper}, {paper.id: missing} if missing else {})),
            site=ArxivSite(http, services.arxiv_site_url, Pacer(0), ("html", "pdf")),
            cache=Cache(tmp_path),
            summarizer=done(Extractive(datetime(2025, 12, 5, tzinfo=UTC))),
            step=lambda paper, step: steps.append(f"{paper.id} {step}"),
        )
    return entry, steps


def test_the_whole_way(services: Services, tmp_path: Path) -> None:
    entry, steps = make(services, tmp_path, PAPER)
    assert entry.status == "draft"
    assert entry.provenance is not None
    assert (entry.provenance.text, entry.provenance.notes) == ("html", ())
    assert entry.paper.version == SAMPLE.version
    assert steps == [f"{PAPER.id} fetched html", f"{PAPER.id} summarised: draft"]


def test_metadata_from_the_listing_is_noted(services: Services, tmp_path: Path) -> None:
    entry, _ = make(services, tmp_path, PAPER, MISSING)
    assert entry.provenance is not None
    assert entry.provenance.notes == ("metadata from the listing: arXiv API: HTTP 503",)


@pytest.mark.parametrize("missing", [MISSING, Fault(name="unknown-id", message="x"), None])
def test_a_paper_that_nobody_described_is_not_fetched(
    services: Services, tmp_path: Path, missing: Fault | None
) -> None:
    entry, steps = make(services, tmp_path, Paper(id=SAMPLE.id), missing)
    assert (entry.status, entry.summary, steps) == ("failed", None, [])
    assert [fault.name for fault in entry.faults] == [missing.name if missing else "no-text"]
    assert services.requests == ()


def test_a_site_that_is_down_leaves_the_abstract_and_a_note(services: Services, tmp_path: Path) -> None:
    services.fail("html", faults.reply(503))
    services.fail("pdf", faults.reset)
    entry, steps = make(services, tmp_path, PAPER)
    assert entry.provenance is not None
    assert entry.provenance.text == "abstract"
    assert [note.split(":")[0] for note in entry.provenance.notes] == ["arXiv HTML", "arXiv PDF"]
    assert steps[0].endswith("fetched abstract")


def test_neither_text_nor_abstract_is_a_failure(services: Services, tmp_path: Path) -> None:
    entry, _ = make(services, tmp_path, Paper(id="2512.99999", title="T", metadata="listing"))
    assert (entry.status, entry.summary) == ("failed", None)
    assert [fault.name for fault in entry.faults] == ["no-text"]


def test_a_paper_without_words_on_a_bad_night_gets_them_on_the_next(services: Services, tmp_path: Path) -> None:
    listed = Paper(id="2512.99999", title="T", metadata="listing")
    entry, _ = make(services, tmp_path, listed, MISSING)
    assert [fault.name for fault in entry.faults] == ["no-text"]
    entry, _ = make(services, tmp_path, listed.replace(abstract="We try again. It works.", metadata="arxiv"))
    assert entry.status == "draft"
    assert services.count("html") == 2


@pytest.mark.parametrize("read", ["html", "abstract"])
def test_a_final_entry_is_not_held_against_less_than_was_read(
    services: Services, tmp_path: Path, read: Literal["html", "abstract"]
) -> None:
    services.fail("html", faults.reply(503))
    services.fail("pdf", faults.reset)
    before = Entry(status="final", paper=PAPER, provenance=Provenance(summarizer="openai", text=read))
    entry, _ = make(services, tmp_path, PAPER, before=before)
    assert (entry is before) == (read == "html")


def test_answers_are_held_against_the_version_that_was_asked_about(services: Services, tmp_path: Path) -> None:
    newer = next(paper for paper in load_papers() if paper.version > 1)
    paper = Paper(id=newer.id, title=newer.title, abstract=newer.abstract, metadata="arxiv")
    for version in (1, newer.version):
        asked = Line(asks="summary", version=version, text="html")
        entry, _ = make(services, tmp_path / str(version), paper, asked=asked)
        assert (entry.paper.version, entry.paper.pinned) == (version, False)
    services.fail("html", faults.reply(503))
    services.fail("pdf", faults.reply(503))
    with pytest.raises(PendingError):
        make(services, tmp_path / "down", PAPER, asked=Line(asks="summary", version=1, text="html"))
    entry, _ = make(services, tmp_path / "down", PAPER, asked=Line(asks="summary", version=1, text="abstract"))
    assert entry.status == "draft"
