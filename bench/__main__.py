"""Measure a night, a start, a long history and a long paper, and print one table.

Ratios are taken within one run on one machine; seconds are worth no more than the machine they were measured on.
"""

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from bench.history import History, build_alone, measure_history, slope
from bench.measure import Ran
from bench.nights import Night, measure_night
from bench.start import COMMANDS, Start, bare, measure_start
from bench.table import Row, markdown, row, seconds
from bench.texts import long_paper, read_alone
from bench.tokens import measure_tokens
from digest.sample import make_papers

DAYS: Final = (90, 900, 9000)
_LONG_PAPERS: Final = 12


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"leave out the blog of {DAYS[-1]:,} days")
    days = DAYS[:-1] if parser.parse_args().quick else DAYS
    print(_machine(), end="\n\n", flush=True)
    print(markdown([*_all_rows(days)]))


def _machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}"


def _all_rows(days: Sequence[int]) -> Iterator[Row]:
    """Every row, told on stderr as it comes."""
    for each in _measure(days):
        print(f"{each.what}: {each.measured}", file=sys.stderr)
        yield each


def _measure(days: Sequence[int]) -> Iterator[Row]:
    python = bare()
    for papers in (12, 48):
        yield from night_rows(f"{papers} papers", measure_night(make_papers(papers)), python)
    long_papers = [long_paper(number=number) for number in range(1, _LONG_PAPERS + 1)]
    yield from night_rows(f"{_LONG_PAPERS} papers of 60 pages", measure_night(long_papers), python)
    yield start_row(python, python)
    yield from (start_row(measure_start(command), python) for command in COMMANDS)
    yield from history_rows(map(measure_history, days), build_alone())
    yield from text_rows(60)
    yield token_row()


def night_rows(what: str, night: Night, python: Start) -> Iterator[Row]:
    """A cold night against the chain, a warm one against bare Python."""
    share = night.start_up / night.cold.seconds
    besides = (
        f"{night.requests} requests; start-up {seconds(night.start_up)} ({share:.0%}), "
        f"after the last answer {seconds(night.ending)}"
    )
    yield row(
        f"cold night, {what}", night.cold, against=f"chain {seconds(night.chain)}", base=night.chain, besides=besides
    )
    bare_ = python.ran.seconds
    yield row(f"warm night, {what}", night.warm, against=python.command, base=bare_, besides="0 requests")


def start_row(start: Start, python: Start) -> Row:
    """A command's start against bare Python."""
    besides = f"{start.modules} modules"
    return row(f"`{start.command}`", start.ran, against=python.command, base=python.ran.seconds, besides=besides)


def history_rows(histories: Iterator[History], alone: Ran) -> Iterator[Row]:
    """Histories of growing length, each against the one before it; a build against one without history."""
    before: History | None = None
    for each in histories:
        what = f"{each.days:,} days"
        yield _growth_row(f"render {what}", each, each.written, before, before and before.written)
        yield _growth_row(f"check {what}", each, each.checked, before, before and before.checked)
        cost = each.built.seconds - alone.seconds
        besides = f"{seconds(cost)} more than in an empty blog"
        yield row(f"build a day beside {what}", each.built, against="empty blog", base=alone.seconds, besides=besides)
        before = each


def _growth_row(what: str, history: History, ran: Ran, before: History | None, ran_before: Ran | None) -> Row:
    a_day = f"{1000 * ran.seconds / history.days:.1f} ms a day"
    if before is None or ran_before is None:
        return row(what, ran, besides=a_day)
    times = history.days / before.days
    power = slope(ran_before.seconds, ran.seconds, times=times)
    besides = f"{a_day}; slope {power:.2f} (1 is linear); {ran.peak - ran_before.peak:+.0f} MB"
    return row(what, ran, against=f"{before.days:,} days", base=ran_before.seconds, besides=besides)


def text_rows(pages: int) -> Iterator[Row]:
    """A long paper in both forms."""
    for reading in read_alone(long_paper(pages)):
        megabytes, characters = reading.size / 1_000_000, reading.characters
        besides = f"{megabytes:.1f} MB, {characters:,} characters found"
        what = f"read {pages} pages of {reading.kind.upper()}"
        yield Row(what, seconds(reading.seconds), peak=f"{reading.ran.peak:.0f} MB", besides=besides)


def token_row() -> Row:
    """Tokens of the sample day's papers."""
    tokens = measure_tokens()
    besides = f"every prompt begins with the same {tokens.fixed:,} tokens; {tokens.output:,.0f} out"
    return Row(
        "tokens a paper, sample day", f"{tokens.input:,.0f} in", "the fixed part", f"{tokens.share:.2f}", "", besides
    )


if __name__ == "__main__":
    main()
