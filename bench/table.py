"""The bench's one table, in Markdown."""

from collections.abc import Iterable
from typing import NamedTuple

from bench.measure import Ran


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


def markdown(rows: Iterable[Row]) -> str:
    """The table, its columns padded for those who read it in a terminal."""
    texts = [("", "measured", "against", "ratio", "peak memory", "besides"), *rows]
    widths = [max(len(text[column]) for text in texts) for column in range(len(Row._fields))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:5]), "-" * widths[5]]
    lines = [[cell.ljust(width) for cell, width in zip(text, widths, strict=True)] for text in texts]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])
