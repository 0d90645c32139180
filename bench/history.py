"""A blog of many days: rendering all of them, checking them, and building one more."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import count
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from bench.blog import configure
from bench.measure import BenchError, Ran, digest_
from bench.services import make_papers, serve
from digest.sample import SAMPLE_DATE

_PAPERS_A_DAY: Final = 8
_BEFORE: Final = SAMPLE_DATE - timedelta(days=1)
"""The newest day of the history; the sample day is built beside it."""


class History(NamedTuple):
    """What a blog of so many days takes."""

    days: int
    written: Ran
    """All posts from their records, where there were none."""
    checked: Ran
    built: Ran
    """One more day."""


def measure_history(days: int) -> History:
    """Make a blog of so many days, render and check it, and build one day more. Raises BenchError for any fault."""
    with TemporaryDirectory() as name:
        make_records(Path(name) / "data", days)
        written = digest_("render", "--all", "--force", "-q", folder=Path(name))
        if written.out.count("\n") != days:
            raise BenchError(f"{written.out.count(chr(10))} posts of {days} days")
        checked = digest_("check", "-q", folder=Path(name))
        return History(days, written, checked, _build(Path(name)))


def build_alone() -> Ran:
    """The same day built in a blog without history."""
    with TemporaryDirectory() as name:
        return _build(Path(name))


def make_records(folder: Path, days: int) -> None:
    """Records of the days up to the one before the sample day: the sample's own, each paper with a new id."""
    folder.mkdir(parents=True)
    sample, ids = _sample_record()
    numbers = count(1)
    for back in range(days):
        day = _BEFORE - timedelta(days=back)
        new = {paper: f"2512.{next(numbers):05d}" for paper in ids}
        text = _replaced(_dated(sample, day), new)
        (folder / f"{day}.json").write_text(text, encoding="utf-8")


def slope(smaller: float, larger: float, *, times: float) -> float:
    """The power of `times` by which something has grown: 1 where growth is linear, 2 where it is quadratic."""
    return log(larger / smaller) / log(times)


@cache
def _sample_record() -> tuple[str, Sequence[str]]:
    """The record of the sample day, which must have eight papers, and their ids."""
    with TemporaryDirectory() as name:
        told = digest_("build", "--date", str(SAMPLE_DATE), "--sample", "--json", "-q", folder=Path(name)).json
        text = (Path(name) / told["record"]).read_text(encoding="utf-8")
    ids = [entry["paper"]["id"] for entry in json.loads(text)["entries"]]
    if len(ids) != _PAPERS_A_DAY:
        raise BenchError(f"the sample day has {len(ids)} papers; the bench's days are to have {_PAPERS_A_DAY}")
    return text.replace('  "sample": true,\n', ""), ids


def _dated(sample: str, day: date) -> str:
    """The record as one of another day, whose post has its own name."""
    renamed = sample.replace(f"{SAMPLE_DATE}-daily-papers-{SAMPLE_DATE:%Y%m%d}", f"{day}-daily-papers-{day:%Y%m%d}")
    return renamed.replace(f'"date": "{SAMPLE_DATE}"', f'"date": "{day}"')


def _replaced(text: str, new: Mapping[str, str]) -> str:
    """All at once: a new id may be the old one of another paper."""
    return re.sub("|".join(map(re.escape, new)), lambda found: new[found[0]], text)


def _build(folder: Path) -> Ran:
    papers = make_papers(_PAPERS_A_DAY)
    with serve(papers, {str(SAMPLE_DATE): [paper.id for paper in papers]}) as services:
        configure(folder, services)
        ran = digest_("build", "--date", str(SAMPLE_DATE), "--json", "-q", folder=folder)
    if ran.json["papers"]["final"] != _PAPERS_A_DAY:
        raise BenchError(f"the day is not final: {ran.out}")
    return ran
