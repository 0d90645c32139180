"""Measure a night, a start, a long history and a long paper, and print one table.

Ratios are taken within one run on one machine; seconds are worth no more than the machine they were measured on.
"""

import argparse
import os
import platform
from collections.abc import Iterator, Sequence
from typing import Final

from bench.history import History, build_alone, measure_history, slope
from bench.jekyll import Site, measure_jekyll
from bench.long_text import long_paper, read_alone
from bench.measure import Ran
from bench.nights import Night, measure_night
from bench.services import make_papers
from bench.start import COMMANDS, Start, bare, measure_start
from bench.table import Row, markdown, row, seconds
from bench.tokens import measure_tokens
from digest.sample import SamplePaper

_DAYS: Final = (90, 900, 9000)
_NIGHTS: Final = 3
"""Of each kind; the quickest counts, since what else the machine does only makes one longer."""
_PAGES: Final = 60
_LONG_PAPERS: Final = 12
_SITE_DAYS: Final = 89


def main() -> None:
    """Print the table, row by row."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    lengths = " ".join(map(str, _DAYS))
    parser.add_argument("--days", type=int, nargs="+", default=_DAYS, help=f"lengths of histories, default {lengths}")
    parser.add_argument("--site-days", type=int, default=_SITE_DAYS, help=f"of Jekyll's site, default {_SITE_DAYS}")
    parsed = parser.parse_args()
    print(_machine(), end="\n\n")
    for line in markdown(_measure(parsed.days, parsed.site_days)):
        print(line, flush=True)


def _machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}"


def _measure(days: Sequence[int], site_days: int) -> Iterator[Row]:
    """Every row, the longest measurement last."""
    python = bare()
    for papers in (12, 48):
        yield from night_rows(f"{papers} papers", measure_night(make_papers(papers), repeat=_NIGHTS), python)
    long_papers = [long_paper(_PAGES, number) for number in range(1, _LONG_PAPERS + 1)]
    yield from night_rows(f"{_LONG_PAPERS} of {_PAGES} pages", measure_night(long_papers, repeat=_NIGHTS), python)
    yield from (start_row(start, python) for start in (python, *map(measure_start, COMMANDS)))
    yield from text_rows(_PAGES)
    yield token_row("sample day", None)
    yield token_row(f"{_PAGES} pages", long_papers[:2])
    yield from site_rows(measure_jekyll(site_days))
    yield from history_rows(map(measure_history, days), build_alone())


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


def site_rows(site: Site | None) -> Iterator[Row]:
    """Rendering posts against Jekyll building pages of them; nothing where there is no Jekyll."""
    if site is not None:
        against = f"Jekyll {seconds(site.built.seconds)}"
        what = f"render {site.days} days"
        yield row(f"{what}, from nothing", site.rendered, against=against, base=site.built.seconds)
        yield row(f"{what}, unchanged", site.again, against=against, base=site.built.seconds)
        yield row(f"Jekyll, {site.days} days and archive", site.archived, against=against, base=site.built.seconds)


def history_rows(histories: Iterator[History], alone: Ran) -> Iterator[Row]:
    """Histories of growing length, each against the one before it; a build against one without history."""
    before: History | None = None
    for each in histories:
        what = f"{each.days:,} days"
        yield _growth_row(f"render {what}", each, each.written, before, before and before.written)
        yield _growth_row(f"check {what}", each, each.checked, before, before and before.checked)
        besides = f"{seconds(each.built.cpu - alone.cpu)} of work more than in an empty blog"
        yield row(f"build a day beside {what}", each.built, against="empty blog", base=alone.seconds, besides=besides)
        before = each


def _growth_row(what: str, history: History, ran: Ran, before: History | None, ran_before: Ran | None) -> Row:
    a_day = f"{1000 * ran.seconds / history.days:.1f} ms a day"
    if before is None or ran_before is None:
        return row(what, ran, besides=a_day)
    power = slope(ran_before.cpu, ran.cpu, times=history.days / before.days)
    besides = f"{a_day}; slope of work {power:.2f} (1 is linear); {ran.peak - ran_before.peak:+.0f} MB"
    return row(what, ran, against=f"{before.days:,} days", base=ran_before.seconds, besides=besides)


def text_rows(pages: int) -> Iterator[Row]:
    """A long paper in both forms."""
    for reading in read_alone(long_paper(pages)):
        megabytes, characters = reading.size / 1_000_000, reading.characters
        besides = f"{megabytes:.1f} MB, {characters:,} characters found"
        what = f"read {pages} pages of {reading.kind.upper()}"
        yield Row(what, seconds(reading.seconds), peak=f"{reading.ran.peak:.0f} MB", besides=besides)


def token_row(what: str, papers: Sequence[SamplePaper] | None) -> Row:
    """Tokens of a paper; those of the sample day unless others are given."""
    tokens = measure_tokens(papers)
    besides = f"every prompt begins with the same {tokens.fixed:,} tokens; {tokens.output:,.0f} out"
    return Row(f"tokens a paper, {what}", f"{tokens.input:,.0f}", "fixed part", f"{tokens.share:.2f}", "", besides)


if __name__ == "__main__":
    main()
