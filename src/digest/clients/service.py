"""How a service is asked, and what it answers."""

from collections.abc import Mapping
from typing import NamedTuple

from digest.clients.gate import Gate
from digest.clients.pacer import Pacer
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
    final: str | None = None
    """A word in an error's body with which a passing status does not pass: a quota that is used up."""
    largest: int = 20 * MEGABYTE
    """Bytes of an answer, unpacked, at most."""
    seconds: float = 20.0
    """Time to connect, and between two pieces of an answer, at most."""
    total_seconds: float = 60.0
    """Time for a whole answer, at most."""
    redirects: bool = True


class Answer(NamedTuple):
    """A successful answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    """Where it came from in the end."""

    @property
    def is_whole(self) -> bool:
        """Whether its length was told, so that a connection that broke off would have been noticed."""
        return any(name.lower() in ("content-length", "transfer-encoding") for name in self.headers)
