"""What every source of papers promises."""

from datetime import date, datetime, timedelta
from typing import Any, Protocol

from digest.core.paper import Paper, State
from digest.core.summary import Fault
from digest.core.value import Value


class SourceAnswer(Value):
    """What a source says of a date."""

    state: State
    papers: tuple[Paper, ...] = ()
    faults: tuple[Fault, ...] = ()
    settled: bool = False
    """Whether the date's list can no longer grow, so that it need not be asked for again."""
    at: datetime | None = None
    """When it was asked."""
    since: datetime | None = None
    """When it first answered so: with papers, or without any."""
    grew: bool = False
    """Whether it had papers that it did not have the time before."""


class Source(Protocol):
    """A place where papers are listed."""

    kind: str
    short_within: timedelta
    """How long after its day a list may still lack papers, whatever else is known of it."""

    @property
    def question(self) -> dict[str, Any] | None:
        """What, besides the date, the answer depends on; None where asking costs nothing, so that nothing is kept."""

    def ask(self, day: date, now: datetime) -> SourceAnswer:
        """The papers of a date. Failures of the service are an answer too, with state `error`."""
