"""Where a quote comes from: its neighbouring sentences and the heading of its section."""

from collections.abc import Sequence

from digest.core.judge.given import Given, prepare
from digest.core.judge.passages import Passage


def surround(quotes: Sequence[str], given: str | Given) -> tuple[str, ...]:
    """For each quote the heading of its section, the sentence before, its own sentence or sentences and the one after.

    As `[HEADING] BEFORE OWN AFTER` on one line; neighbours are of the same section. A quote that the text does not
    have is returned as it is.
    """
    source = prepare(given) if isinstance(given, str) else given
    return tuple(_surrounded(quote, source) for quote in quotes)


def _surrounded(quote: str, given: Given) -> str:
    span = given.locate(quote)
    own = [at for at, p in enumerate(given.passages) if span and p.start < span[1] and span[0] < p.end]
    if not own:
        return " ".join(quote.split())
    around = given.passages[max(0, own[0] - 1) : own[-1] + 2]
    heading = given.passages[own[0]].heading
    shown = [passage.text for passage in around if _belongs(passage, heading)]
    return " ".join(" ".join([f"[{heading}]" if heading else "", *shown]).split())


def _belongs(passage: Passage, heading: str) -> bool:
    return passage.heading == heading and passage.kind in {"sentence", "label"}
