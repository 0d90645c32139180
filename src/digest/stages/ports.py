"""What those promise who list papers, who summarise, and who answer questions for that."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from digest.clients.completion import Completion
from digest.clients.form import Question
from digest.clients.retry import ServiceError
from digest.core.paper import Paper, SourceText, State
from digest.core.record import Entry
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


class Summarizer(Protocol):
    """Fills the schema for a paper from its source text."""

    kind: str

    def summarize(self, paper: Paper, text: SourceText, before: Entry | None, *, anew: bool = False) -> Entry:
        """The paper's entry; `before` is what an earlier run made of it, which is of no account to an answer `anew`.

        Whatever goes wrong is in its status and faults. Safe to call from many threads.
        """


class PendingError(Exception):
    """A question is left to a batch: what depends on its answer is made once the answer is there."""

    def __init__(self, *lines: str) -> None:
        super().__init__("questions are under way in a batch; digest batch collect takes the answers")
        self.lines = frozenset(lines)
        """The ids of the batch's lines."""


class Asker(Protocol):
    """Answers questions: a model that is asked at once, or one that is asked by file."""

    pays: bool
    """Whether an answer is paid when it is asked for, and so must be kept."""

    def question(self, question: Question) -> dict[str, Any]:
        """What an answer depends on."""

    def ask(self, question: Question, failed: Callable[[ServiceError], None] | None = None) -> Completion:
        """The answer. Raises ServiceError, and PendingError where it is not there yet."""
