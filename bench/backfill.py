"""Simulate years through a batch engine: memory, seconds of our own work, requests, files, and a kill every 50 days.

The services answer at once, so that what is measured is digest. It runs on Linux, where /proc names the processes.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from bench.blog import configure
from bench.history import slope
from bench.measure import LAUNCHER, BenchError, settings
from bench.services import Services, make_papers, serve

_SPANS: Final = (75, 225)
_EACH: Final = 25
_LAST: Final = date(2025, 12, 3)
_KILL_EVERY: Final = 50
"""Days that are read, or written, between two kills."""
_POLL: Final = 0.2
_MOST_STEPS: Final = 200
_MEGABYTE: Final = 1_000_000


class Backfill(NamedTuple):
    """What a span of days took, all its processes together."""

    days: int
    papers: int
    seconds: float
    """Wall clock, the services' own work on the same machine included."""
    cpu: float
    """Seconds that a processor worked for digest."""
    peak: float
    """The most memory that one of its processes held, in MB."""
    requests: Counter[str]
    files: int
    """In the cache."""
    cached: float
    """Their size in MB."""
    kills: int
    twice: int
    """Questions that were billed more than once."""


def main() -> None:
    """Print the table, span by span."""
    parser = argparse.ArgumentParser(prog="python -m bench.backfill", description=__doc__)
    spans = " ".join(map(str, _SPANS))
    parser.add_argument("--days", type=int, nargs="+", default=_SPANS, help=f"lengths of spans, default {spans}")
    parser.add_argument("--papers", type=int, default=_EACH, help=f"papers a day, default {_EACH}")
    chosen = parser.parse_args()
    for line in _table(measure_backfill(days, chosen.papers) for days in chosen.days):
        print(line, flush=True)


def measure_backfill(days: int, each: int, *, kill_every: int = _KILL_EVERY) -> Backfill:
    """Submit and collect so many days, with kills on the way. Raises BenchError where they do not all become posts."""
    papers = make_papers(days * each)
    span = [_LAST - timedelta(days=back) for back in range(days - 1, -1, -1)]
    lists = {str(day): [paper.id for paper in papers[n * each : (n + 1) * each]] for n, day in enumerate(span)}
    with serve(papers, lists) as services, TemporaryDirectory() as name:
        services.engine.keeps = False
        folder, began = Path(name), time.monotonic()
        configure(folder, services)
        run = _Run(folder, services)
        submit = ("batch", "submit", "--from", str(span[0]), "--to", str(span[-1]), "-q")
        run.until_done(submit, _steps(kill_every * each, days * each, run.read), good=(0,))
        run.until_done(("batch", "collect", "-q"), _steps(kill_every, days, run.written), good=(0,))
        written = len(list(folder.glob("posts/*.md")))
        if written != days or services.engine.asked.total() < 2 * len(papers):
            raise BenchError(f"{written} posts of {days} days")
        kept = [path.stat().st_size for path in folder.glob(".cache/*/*") if path.is_file()]
        twice = sum(number > 1 for number in services.engine.asked.values())
        seconds = time.monotonic() - began
        kept_size = sum(kept) / _MEGABYTE
        return Backfill(
            days, len(papers), seconds, run.cpu, run.peak, run.requests, len(kept), kept_size, run.kills, twice
        )


def _steps(every: int, total: int, count: Callable[[], int]) -> Iterator[Callable[[], bool]]:
    """For each kill, whether its moment has come."""
    for moment in range(every, total, every):
        yield partial(_has_come, moment, count)


def _has_come(moment: int, count: Callable[[], int]) -> bool:
    return count() >= moment


class _Run:
    """The processes of one span."""

    def __init__(self, folder: Path, services: Services) -> None:
        self._folder = folder
        self._services = services
        self.requests: Counter[str] = Counter()
        self.cpu = self.peak = 0.0
        self.kills = 0

    def read(self) -> int:
        """Papers whose text was asked for."""
        self._count()
        return self.requests["html"]

    def written(self) -> int:
        """Days that have a record."""
        return len(list(self._folder.glob("data/*.json")))

    def until_done(self, command: Sequence[str], kills: Iterator[Callable[[], bool]], good: Sequence[int]) -> None:
        """Run a command until it ends as it should, killed at each of the moments."""
        moment = next(kills, None)
        for _ in range(_MOST_STEPS):
            code, said = self._step(command, moment)
            if code == -signal.SIGKILL:
                self.kills += 1
                moment = next(kills, None)
            elif code in good:
                return
            elif code not in (3, 4):
                raise BenchError(f"{' '.join(command)}: exit {code}\n{said[-3000:]}")
        raise BenchError(f"{' '.join(command)}: not done after {_MOST_STEPS} runs")

    def _step(self, command: Sequence[str], moment: Callable[[], bool] | None) -> tuple[int, str]:
        launch = [sys.executable, "-I", "-S", str(LAUNCHER), sys.executable, "-m", "digest", *command]
        with subprocess.Popen(launch, cwd=self._folder, env=settings(), stdout=subprocess.PIPE, text=True) as process:
            while process.poll() is None and moment is not None and not moment():
                time.sleep(_POLL)
            if process.poll() is None and moment is not None:
                _kill_child(process.pid)
            told = json.loads(process.communicate()[0])
        self._count()
        self.cpu += told["cpu"]
        self.peak = max(self.peak, told["peak"] * 1024 / _MEGABYTE)
        return told["code"], told["err"]

    def _count(self) -> None:
        """Add the requests since the last look, which are forgotten: they hold whole files of lines."""
        self.requests += Counter(request.service for request in self._services.requests)
        self._services.clear()


def _kill_child(launcher: int) -> None:
    children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text(encoding="ascii").split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)


def _table(spans: Iterable[Backfill]) -> Iterator[str]:
    """The lines of the table, each as soon as its span is measured."""
    yield "| days | papers | kills | billed twice | own work a paper | peak memory | requests | files, cache | growth |"
    yield "|--:|--:|--:|--:|--:|--:|---|---|---|"
    first: Backfill | None = None
    for span in spans:
        requests = ", ".join(f"{number:,} {name}" for name, number in sorted(span.requests.items()))
        work, files = f"{1000 * span.cpu / span.papers:.0f} ms", f"{span.files:,}, {span.cached:.1f} MB"
        growth = _growth(first, span) if first else ""
        first = first or span
        cells = (span.days, f"{span.papers:,}", span.kills, span.twice, work, f"{span.peak:.0f} MB", requests, files)
        yield f"| {' | '.join(map(str, (*cells, growth)))} |"


def _growth(first: Backfill, last: Backfill) -> str:
    """The powers of the number of days by which work and memory have grown since the first span."""
    times = last.days / first.days
    work, peak = slope(first.cpu, last.cpu, times=times), slope(first.peak, last.peak, times=times)
    return f"work {work:.2f}, memory {peak:.2f}"


if __name__ == "__main__":
    main()
