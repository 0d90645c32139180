"""Cases and hits by kind, printed as a table."""

from collections import Counter, defaultdict


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
