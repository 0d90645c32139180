"""How a service is asked, what it answers, and the secrets that no answer may repeat."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from digest.clients.pace import Gate, Pacer
from digest.clients.retry import PASSING

MEGABYTE = 1_000_000


class Service(NamedTuple):
    """How one service is asked."""

    name: str
    """As messages name it: `arXiv HTML`."""
    counted: str
    """The heading its requests are counted under: `arxiv`."""
    accept: str
    pacer: Pacer | None = None
    """From start to start."""
    urgent: bool = False
    """Whether its questions go before others that wait for the same pace: those that much else waits for."""
    gate: Gate | None = None
    """How many questions at the same time, their retries included."""
    passing: frozenset[int] = PASSING
    passes: Callable[[int, str], bool] | None = None
    """Whether an error passes, by its status and body; None: by the status alone."""
    largest: int = 20 * MEGABYTE
    """Bytes of an answer, unpacked, at most."""
    seconds: float = 20.0
    """Time to connect, and between two pieces of an answer, at most."""
    total_seconds: float = 60.0
    """Time for a whole answer, at most."""
    redirects: bool = True

    def is_passing(self, status: int, body: str) -> bool:
        """Whether the same question may be answered a moment after such an error."""
        return self.passes(status, body) if self.passes else status in self.passing


class Sent(NamedTuple):
    """What is sent with a request, beside its headers."""

    json: Any = None
    form: Mapping[str, str | Path] | None = None
    """The fields of a form; a path stands for its file, which is read while it is sent."""
    into: Path | None = None
    """The file that a successful answer is written to instead of being kept in memory."""


class Answer(NamedTuple):
    """A successful answer, read whole; without a body where that went into a file."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    """Where it came from in the end."""

    @property
    def is_whole(self) -> bool:
        """Whether its length was told, so that a connection that broke off would have been noticed."""
        return any(name.lower() in ("content-length", "transfer-encoding") for name in self.headers)
