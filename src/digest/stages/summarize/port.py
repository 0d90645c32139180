"""What everyone promises who summarises, and who answers questions for that."""

from collections.abc import Callable
from typing import Any, Protocol

from digest.clients.completion import Completion
from digest.clients.form import Question
from digest.clients.retry import ServiceError
from digest.core.paper import Paper, SourceText
from digest.core.record import Entry


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
