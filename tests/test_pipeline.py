"""The run's threads, and what one day of a run leaves for the next: the records, and nothing else."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier, Event

import pytest
from bench.services import make_papers, serve

from digest.core.config import Config
from digest.pipeline import build_day
from digest.run import Options, Run, open_run
from digest.store.config import read_config
from digest.store.workspace import Workspace

DAYS = [date(2025, 12, 3), date(2025, 12, 4)]
NOW = datetime(2025, 12, 9, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with open_run(Workspace(tmp_path, Config()), Options(), now=NOW, step=lambda *_: None) as opened:
        yield opened


def test_each_goes_its_way_at_the_same_time_and_comes_back_in_order(run: Run) -> None:
    together = Barrier(8)

    def work(number: int) -> int:
        together.wait(timeout=10)
        return number * number

    assert run.each(work, range(8)) == [0, 1, 4, 9, 16, 25, 36, 49]
    assert run.each(work, []) == []
    assert run.start(int, "7").result() == 7


def test_more_papers_than_threads_may_wait_for_what_they_start(run: Run) -> None:
    """Each starts something once it is under way, and the others of two hundred are queued before that."""
    all_begun = Barrier(64)

    def work(number: int) -> int:
        if number < 64:
            all_begun.wait(timeout=10)
        return run.start(int, str(number)).result(timeout=10)

    assert run.each(work, range(200)) == list(range(200))


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyboardInterrupt()])
def test_after_a_failure_nothing_more_is_begun(run: Run, error: BaseException) -> None:
    begun: list[int] = []
    ended = Event()

    def work(number: int) -> None:
        begun.append(number)
        if number == 0:
            raise error
        ended.wait(timeout=10)

    with pytest.raises(type(error)):
        run.each(work, range(500))
    left = set(range(500)) - set(begun)
    ended.set()
    run.each(str, range(64))  # whatever still had a place in the queue would be begun before these
    assert left & set(begun) == set()


def test_a_failure_of_shared_work_is_every_ones_and_raised_once(run: Run) -> None:
    shared = run.start(int, "not a number")
    with pytest.raises(ValueError, match="not a number"):
        run.each(lambda number: shared.result() + number, range(8))


@pytest.mark.parametrize("kind", ["openai", "extractive"])
def test_a_day_leaves_nothing_to_the_next(tmp_path: Path, kind: str) -> None:
    papers = make_papers(4)
    listed = {str(day): [paper.id for paper in papers[number::2]] for number, day in enumerate(DAYS)}
    with serve(papers, listed) as services:
        values = {
            "sources": [{"kind": "huggingface", "url": services.huggingface_url}],
            "arxiv": {"api_url": services.arxiv_api_url, "site_url": services.arxiv_site_url, "interval": 0},
            "summarizer": {"kind": kind, "base_url": services.model_base_url, "model": "sample"},
        }
        (tmp_path / "config.yaml").write_text(json.dumps(values), encoding="utf-8")
        workspace = Workspace(tmp_path, read_config(tmp_path / "config.yaml", {}, required=True))
        with open_run(workspace, Options(key="sample"), now=NOW, step=lambda *_: None) as run:
            for day in DAYS:
                assert sum(build_day(run, day).statuses.values()) == 2
                record = run.records.read(day)
                assert record is not None
                assert [entry.paper.id for entry in record.entries] == listed[str(day)]
