"""What one day of a run leaves for the next: the records, and nothing else."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from bench.services import make_papers, serve

from digest.pipeline import build_day
from digest.run import Options, open_run
from digest.store.config import read_config
from digest.store.workspace import Workspace

DAYS = [date(2025, 12, 3), date(2025, 12, 4)]


@pytest.mark.parametrize("kind", ["openai", "extractive"])
def test_a_day_leaves_no_work_to_the_next(tmp_path: Path, kind: str) -> None:
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
        now = datetime(2025, 12, 9, tzinfo=UTC)
        with open_run(workspace, Options(key="sample"), now=now, step=lambda *_: None) as run:
            pools = set()
            for day in DAYS:
                assert sum(build_day(run, day).statuses.values()) == 2
                assert run.aside.empty()
                pools.add(run.pool)
    assert len(pools) == 1
