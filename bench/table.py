"""The bench's one table, in Markdown."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from bench.measure import Ran

_WIDTHS: Final = (33, 8, 14, 6, 11, 70)
"""Of the columns, for those who read the table in a terminal."""


class Row(NamedTuple):
    """A measurement beside what it is to be compared with."""

    what: str
    measured: str
    against: str = ""
    ratio: str = ""
    peak: str = ""
    besides: str = ""


def row(what: str, ran: Ran, *, against: str = "", base: float | None = None, besides: str = "") -> Row:
    """A row of a process: its seconds, their ratio to `base` seconds, its memory."""
    ratio = "" if base is None else f"{ran.seconds / base:.2f}"
    return Row(what, seconds(ran.seconds), against, ratio, f"{ran.peak:.0f} MB", besides)


def seconds(value: float) -> str:
    """Seconds with as many digits as they are worth."""
    return f"{value:.3f} s" if value < 1 else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def markdown(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the table, each as soon as its row is there."""
    yield _line(Row("", "measured", "against", "ratio", "peak memory", "besides"))
    yield _line(Row(*("-" * (width - 1) + end for width, end in zip(_WIDTHS, "-::::-", strict=True))))
    yield from map(_line, rows)


def _line(cells: Row) -> str:
    return f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))} |"
