"""A blog of many days: rendering all of them, checking them, and building one more."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from bench.blog import configure
from bench.measure import Ran, digest_
from digest.sample import SAMPLE_DATE, make_papers, serve


class History(NamedTuple):
    """What a blog of so many days takes."""

    days: int
    written: Ran
    """Every post from its record, where there was none."""
    again: Ran
    """The same once more, when nothing is left to write."""
    checked: Ran
    built: Ran
    """One more day."""


@contextmanager
def sample_record() -> Iterator[str]:
    yield ""


