"""Measure how many spoilt summaries `find_faults` catches, and how many good ones it blames."""

import sys
import time
from collections import Counter, defaultdict
from functools import cache
from typing import Final

from bench.faults.alterations import GLOSSARY, spoilt
from bench.faults.pairs import Pair, load_pairs
from bench.faults.variants import formed, good
from digest.core.fault import Fault
from digest.core.judge.faults import find_faults
from digest.core.judge.given import prepare

LEAST_CAUGHT: Final = 0.95
MOST_BLAMED: Final = 0.02
SEED: Final = 20251204
ALIKE: Final = {"number": ("name",), "name": ("number",)}
"""Names with digits are found by either rule."""


class Tally:
    """Cases and hits by kind, with the cases that went wrong."""

    def __init__(self) -> None:
        self.cases: Counter[str] = Counter()
        self.hits: Counter[str] = Counter()
        self.odd: defaultdict[str, list[str]] = defaultdict(list)

    def count(self, kind: str, *, hit: bool, odd: str | None) -> None:
        """Count one case; `odd` says what went wrong."""
        self.cases[kind] += 1
        self.hits[kind] += hit
        if odd:
            self.odd[kind].append(odd)

    @property
    def share(self) -> float:
        """Hits among all cases."""
        return self.hits.total() / self.cases.total()

    def show(self, title: str, hits: str) -> None:
        """Print the table, and below it at most three odd cases of each kind."""
        print(f"{title:<34}{'cases':>8}{hits:>8}{'%':>8}")
        for kind, cases in self.cases.items():
            print(f"{kind:<34}{cases:>8}{self.hits[kind]:>8}{100 * self.hits[kind] / cases:>8.1f}")
        print(f"{'all':<34}{self.cases.total():>8}{self.hits.total():>8}{100 * self.share:>8.1f}\n")
        for kind, odd in self.odd.items():
            print(*(f"  {kind}: {case}" for case in odd[:3]), sep="\n")


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
