"""What every source of papers promises."""

from datetime import date, datetime
from typing import Any, Protocol

from digest.core.fault import Fault
from digest.core.paper import Paper, State
from digest.core.value import Value


class SourceAnswer(Value):
    """What a source says of a date."""

    state: State
    papers: tuple[Paper, ...] = ()
    faults: tuple[Fault, ...] = ()
    settled: bool = False
    """Whether the date's list can no longer grow, so that it need not be asked for again."""


class Source(Protocol):
    """A place where papers are listed."""

    kind: str

    @property
    def question(self) -> dict[str, Any] | None:
        """What, besides the date, the answer depends on; None where asking costs nothing, so that nothing is kept."""

    def ask(self, day: date, now: datetime) -> SourceAnswer:
        """The papers of a date. Failures of the service are an answer too, with state `error`."""
