"""Measure how many spoilt summaries `find_faults` catches, and how many good ones it blames."""

import sys
import time
from functools import cache
from typing import Final

from bench.faults.alterations import GLOSSARY, spoilt
from bench.faults.pairs import Pair, load_pairs
from bench.faults.variants import formed, good, kinds
from bench.tally import Tally
from digest.core.judge.faults import find_faults
from digest.core.judge.given import prepare
from digest.core.summary import Fault

LEAST_CAUGHT: Final = 0.95
MOST_BLAMED: Final = 0.02
SEED: Final = 20251204
ALIKE: Final = {"number": ("name",), "name": ("number",)}
"""Names with digits are found by either rule."""


def main() -> int:
    """Print both tables; 1 if too few are caught or too many blamed."""
    start = time.perf_counter()
    pairs = load_pairs()
    caught, blamed = Tally(), Tally()
    for rule, alteration, pair in spoilt(pairs, SEED):
        hit = not {rule, *ALIKE.get(rule, ())}.isdisjoint(fault.name for fault in _judge(pair))
        caught.count(f"{rule}: {alteration}", hit=hit, odd=None if hit else _difference(pair, pairs))
    for name, pair in good(pairs):
        faults = _judge(pair)
        blamed.count(name, hit=bool(faults), odd=faults[0].message if faults else None)
    for piece, pair, is_good in formed():
        faults = _judge(pair)
        if is_good:
            blamed.count("number and name forms", hit=bool(faults), odd=faults[0].message if faults else None)
        else:
            caught.count("number, name: other forms", hit=bool(faults), odd=None if faults else piece)
    for kind, piece, pair, is_good in kinds():
        faults = _judge(pair)
        if is_good:
            blamed.count(f"kind: {kind}", hit=bool(faults), odd=faults[0].message if faults else None)
        else:
            caught.count(f"kind: {kind}", hit=bool(faults), odd=None if faults else piece)
    caught.show("spoilt summaries", "caught")
    blamed.show("good summaries", "blamed")
    print(f"{time.perf_counter() - start:.1f} s; aim: caught >= {LEAST_CAUGHT:.0%}, blamed <= {MOST_BLAMED:.0%}")
    return int(caught.share < LEAST_CAUGHT or blamed.share > MOST_BLAMED)


_prepared = cache(prepare)


def _judge(pair: Pair) -> tuple[Fault, ...]:
    return find_faults(pair.texts, pair.evidence, _prepared(pair.text), glossary=GLOSSARY)


def _difference(pair: Pair, pairs: list[Pair]) -> str:
    """The text or the quote by which a spoilt pair differs."""
    known = {text for other in pairs for text in (*other.texts.values(), *map(str, other.evidence.values()))}
    return next((t for t in (*pair.texts.values(), *map(str, pair.evidence.values())) if t not in known), "?")


if __name__ == "__main__":
    sys.exit(main())
