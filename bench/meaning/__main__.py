"""Measure how many errors of meaning are caught, and how many honest sentences are blamed."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from bench.faults.pairs import Pair
from bench.meaning.cases import Case, honest, wrong
from bench.meaning.live import open_reader
from bench.tally import Tally
from digest.core.judge.faults import find_faults
from digest.core.judge.given import prepare
from digest.core.summary import FieldName

MOST_BLAMED: Final = 0.02

Reader = Callable[[Pair, FieldName], str | None]
"""Says what is wrong with a field; None: nothing."""
Mapper = Callable[[Callable[[Case], str | None], Sequence[Case]], Iterable[str | None]]
"""Reads each case, in order."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables for the rules alone or for the verifier; 1 if the rules blame too many honest sentences."""
    parser = argparse.ArgumentParser(prog="python -m bench.meaning", description=__doc__)
    parser.add_argument("--live", action="store_true", help="ask the verifier of config.yaml; this costs money")
    parser.add_argument("--most", type=int, help="cases of each kind, at most")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    if options.live:
        with open_reader() as reader, ThreadPoolExecutor(reader.concurrency) as pool:
            measure("the verifier", reader.read, pool.map, options.most)
            print(reader.bill)
        return 0
    blamed = measure("the rules alone", read_by_rules, map, options.most)
    print(f"{time.perf_counter() - start:.1f} s; aim: blamed <= {MOST_BLAMED:.0%}")
    return int(blamed > MOST_BLAMED)


def measure(title: str, reader: Reader, each: Mapper, most: int | None) -> float:
    """Print what a reader catches and blames, by kind; the share of honest sentences that it blames."""
    caught, blamed = Tally(), Tally()
    cases = list(_some(wrong(), most))
    for (kind, field, pair), found in zip(cases, each(lambda case: reader(case[2], case[1]), cases), strict=True):
        caught.count(kind, hit=found is not None, odd=None if found else pair.texts[field])
    cases = list(_some(honest(), most))
    for (kind, _, _), found in zip(cases, each(lambda case: reader(case[2], case[1]), cases), strict=True):
        blamed.count(kind, hit=found is not None, odd=found)
    caught.show(f"{title}: wrong", "caught")
    blamed.show(f"{title}: honest", "blamed")
    return blamed.share


def _some(cases: Iterable[Case], most: int | None) -> Iterator[Case]:
    """At most so many of each kind."""
    seen: Counter[str] = Counter()
    for case in cases:
        seen[case[0]] += 1
        if most is None or seen[case[0]] <= most:
            yield case


_prepared = cache(prepare)


def read_by_rules(pair: Pair, field: FieldName) -> str | None:
    """The first fault that the rules find in the field."""
    faults = find_faults(pair.texts, pair.evidence, _prepared(pair.text))
    return next((fault.message for fault in faults if fault.field in {field, None}), None)


if __name__ == "__main__":
    sys.exit(main())
