"""What everyone who summarises promises."""

from typing import Protocol

from digest.core.paper import Paper, SourceText
from digest.core.record import Entry


class Summarizer(Protocol):
    """Fills the schema for a paper from its source text."""

    kind: str

    def summarize(self, paper: Paper, text: SourceText, before: Entry | None, *, anew: bool = False) -> Entry:
        """The paper's entry; `before` is what an earlier run made of it, which is of no account to an answer `anew`.

        Whatever goes wrong is in its status and faults. Safe to call from many threads.
        """
