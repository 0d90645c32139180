"""Measure how many errors of meaning are caught, and how many honest sentences are blamed."""

import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Final

from bench.faults.pairs import Pair
from bench.meaning.cases import honest, wrong
from bench.tally import Tally
from digest.core.judge.faults import find_faults
from digest.core.judge.given import prepare
from digest.core.summary import FieldName

MOST_BLAMED: Final = 0.02

Reader = Callable[[Pair, FieldName], str | None]
"""Says what is wrong with a field; None: nothing."""


def main() -> int:
    """Print both tables for the rules alone; 1 if too many honest sentences are blamed."""
    start = time.perf_counter()
    blamed = measure("the rules alone", read_by_rules)
    print(f"{time.perf_counter() - start:.1f} s; aim: blamed <= {MOST_BLAMED:.0%}")
    return int(blamed > MOST_BLAMED)


def measure(title: str, reader: Reader) -> float:
    """Print what a reader catches and blames, by kind; the share of honest sentences that it blames."""
    caught, blamed = Tally(), Tally()
    for kind, field, pair in wrong():
        found = reader(pair, field)
        caught.count(kind, hit=found is not None, odd=None if found else pair.texts[field])
    for kind, field, pair in honest():
        found = reader(pair, field)
        blamed.count(kind, hit=found is not None, odd=found)
    caught.show(f"{title}: wrong", "caught")
    blamed.show(f"{title}: honest", "blamed")
    return blamed.share


_prepared = cache(prepare)


def read_by_rules(pair: Pair, field: FieldName) -> str | None:
    """The first fault that the rules find in the field."""
    faults = find_faults(pair.texts, pair.evidence, _prepared(pair.text))
    return next((fault.message for fault in faults if fault.field in {field, None}), None)


if __name__ == "__main__":
    sys.exit(main())
