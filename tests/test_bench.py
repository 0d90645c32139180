"""What the bench measures is what it says it measures; how long that takes is nobody's promise."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import pypdfium2  # type: ignore[import-untyped]
import pytest
from bench import measure, texts
from bench.__main__ import history_rows, night_rows, site_rows, start_row, text_rows
from bench.history import History, make_records, measure_history, slope
from bench.jekyll import measure_jekyll
from bench.long_text import long_paper
from bench.measure import BenchError, Ran, digest_, python
from bench.nights import measure_night
from bench.services import make_papers
from bench.start import Start, bare, measure_start
from bench.table import Row, markdown, row
from bench.tokens import measure_tokens

import processes
from digest.core.record import Record
from digest.sample.arxiv_site import page, paper_pdf


@pytest.fixture(scope="module")
def start() -> Start:
    return bare(repeat=1)


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """digest is forked and not started, where the question is what it is run for and not what that takes."""
    start = measure.run

    def run(command: Sequence[str], folder: Path | None) -> Ran:
        if tuple(command[1:3]) != measure.DIGEST:
            return start(command, folder)
        begun = monotonic()
        done = processes.run(command[3:], folder or Path(), environment=measure.settings())
        assert done.code == 0, done
        return Ran(monotonic() - begun, 0.1, begun, 30.0, done.out, done.err)

    monkeypatch.setattr(measure, "run", run)


def ran(seconds: float, peak: float = 30.0) -> Ran:
    return Ran(seconds, seconds, 0.0, peak, "", "")


def test_a_command_is_measured_from_outside() -> None:
    done = python("-c", "import time; block = bytearray(80_000_000); time.sleep(0.1); print('out')", repeat=2)
    assert done.out == "out\n"
    assert done.seconds >= 0.1
    assert 80 <= done.peak < 160


def test_memory_of_the_bench_is_not_counted() -> None:
    held = bytearray(200_000_000)
    assert python("-c", "pass").peak < 100 < len(held) / 1_000_000


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="exit 2"):
        digest_("build", "--date", "tomorrow", folder=tmp_path)


def test_settings_of_the_caller_do_not_reach_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_NONSENSE", "1")
    assert digest_("render", "--all", folder=tmp_path).out == ""


def test_a_night(start: Start, forked: None) -> None:
    night = measure_night(make_papers(2), {"model": 0.5, "html": 0.02})
    assert night.chain == pytest.approx(1.02)
    assert night.requests == 1 + 1 + 2 + 2 + 2
    assert min(night.start_up, night.ending) > 0
    assert night.start_up + night.chain + night.ending <= night.cold.seconds
    assert night.warm.json["requests"]["model"] == 0
    cold, warm = night_rows("2 papers", night, start)
    assert "8 requests" in cold.besides
    assert warm.against == "python -c pass"


def test_a_start(start: Start) -> None:
    shown = measure_start("--help", repeat=1)
    assert "Usage: digest" in shown.ran.out
    assert shown.modules > start.modules > 10
    assert start_row(shown, start).besides == f"{shown.modules} modules"


def test_a_history(forked: None) -> None:
    history = measure_history(3)
    assert history.written.out.count("\n") == 3
    assert history.checked.out == ""
    assert history.built.json["papers"]["final"] == 8


def test_records_of_a_history_share_no_paper(tmp_path: Path, forked: None) -> None:
    make_records(tmp_path / "data", 3)
    records = [Record.read(json.loads(path.read_bytes())) for path in sorted(tmp_path.glob("data/*.json"))]
    assert [str(record.date) for record in records] == ["2025-12-01", "2025-12-02", "2025-12-03"]
    assert len({entry.paper.id for record in records for entry in record.entries}) == 24
    assert all(record.post and str(record.date) in record.post.path for record in records)


@pytest.mark.parametrize(("larger", "power"), [(1.0, 0.0), (10.0, 1.0), (100.0, 2.0)])
def test_growth_has_a_slope(larger: float, power: float) -> None:
    assert slope(1.0, larger, times=10) == pytest.approx(power)


def test_growth_is_told_against_the_history_before() -> None:
    short, long = (History(n, ran(n / 10, n), ran(n / 10, n), ran(1 + n / 100)) for n in (10, 100))
    rows = [*history_rows(iter((short, long)), ran(1.0))]
    assert [each.ratio for each in rows] == ["", "", "1.10", "10.00", "10.00", "2.00"]
    assert "100.0 ms a day; slope of work 1.00 (1 is linear); +90 MB" in rows[3].besides
    assert "1.00 s of work more than in an empty blog" in rows[5].besides


def test_posts_are_rendered_and_built_by_jekyll(forked: None) -> None:
    site = measure_jekyll(3, repeat=1)
    assert site is not None
    rows = list(site_rows(site))
    assert [each.what for each in rows] == [
        "render 3 days, from nothing",
        "render 3 days, unchanged",
        "Jekyll, 3 days and archive",
    ]
    assert float(rows[0].ratio) == pytest.approx(site.rendered.seconds / site.built.seconds, abs=0.006)


def test_a_long_paper_is_as_long_as_it_says_and_is_read() -> None:
    assert len(pypdfium2.PdfDocument(paper_pdf(long_paper(8), 1))) in (8, 9)
    rows = [*text_rows(8)]
    assert [each.what for each in rows] == ["read 8 pages of HTML", "read 8 pages of PDF"]
    for each in rows:
        found = re.fullmatch(r"[0-9.]+ MB, ([0-9,]+) characters found", each.besides)
        assert found, each.besides
        assert int(found[1].replace(",", "")) > 20_000


def test_any_papers_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(paper_pdf(long_paper(2), 1))
    (tmp_path / "b.html").write_text(page(long_paper(1), 1), encoding="utf-8")
    assert texts.main([str(tmp_path), "--headings"]) == 0
    out = capsys.readouterr().out
    assert "a.pdf: " in out
    assert "b.html: " in out
    assert "2 files, " in out


@pytest.mark.parametrize(
    ("headings", "titles", "score"),
    [
        (["Introduction", "Method"], ["1 Introduction", "2 Method"], texts.Score(2, 2, 2, 0)),
        (["Introduction", "A Table Row", "References"], ["1 Introduction", "2 Method"], texts.Score(2, 1, 2, 1)),
        (["The Method (Again)"], ["The Method (again)", "The Method"], texts.Score(2, 1, 1, 0)),
        ([], [], texts.Score(0, 0, 0, 0)),
    ],
)
def test_headings_are_held_against_bookmarks(headings: list[str], titles: list[str], score: texts.Score) -> None:
    assert texts.score(headings, titles) == score


def test_tokens_of_a_paper(forked: None) -> None:
    tokens = measure_tokens(make_papers(2))
    assert tokens.papers == 2
    assert 100 < tokens.fixed < tokens.input
    assert 0 < tokens.share < 1
    assert tokens.output > 10


def test_the_table_is_markdown() -> None:
    lines = markdown([row("a", ran(0.5), against="b", base=0.25), Row("tokens", "12")])
    head, rule, first, second = (line.split("|")[1:-1] for line in lines)
    assert [len(cells) for cells in (head, rule, first, second)] == [6] * 4
    assert [cell.strip() for cell in first] == ["a", "0.500 s", "b", "2.00", "30 MB", ""]
    assert [cell.strip()[-1] for cell in rule] == ["-", ":", ":", ":", ":", "-"]


def test_the_bench_runs_as_a_module() -> None:
    assert "--days" in python("-m", "bench", "--help", folder=Path(__file__).parents[1]).out
