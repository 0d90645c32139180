"""How a service is asked and how fast, what it answers, and the secrets that no answer may repeat."""

import threading
import time
from bisect import insort
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import NamedTuple

from digest.clients.retry import PASSING


class Gate:
    """Halves what it lets through when a service throttles, and adds one again for each round that goes well."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(most)
        self._inside = 0
        self._changed = threading.Condition()

    @contextmanager
    def pass_through(self) -> Iterator[None]:
        """Wait for a place, and hold it."""
        with self._changed:
            self._changed.wait_for(lambda: self._inside < int(self._limit))
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def narrow(self) -> None:
        """The service was asked too much."""
        with self._changed:
            self._limit = max(1.0, self._limit / 2)

    def widen(self) -> None:
        """An answer came as it should."""
        with self._changed:
            self._limit = min(float(self._most), self._limit + 1 / self._limit)
            self._changed.notify_all()


_A_MOMENT = 0.005
"""Seconds: whoever is first in line and due is about to leave it."""


class Pacer:
    """Hands out start times, `interval` seconds from start to start, in the order they are asked for."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next = 0.0
        self._line: list[tuple[bool, int]] = []
        self._numbers = count()
        self._lock = threading.Lock()

    def wait(self, stopped: threading.Event, *, urgent: bool = False) -> None:
        """Return when this caller may start, or at once when all stops; an urgent one goes before all that wait."""
        with self._lock:
            if not self._interval and time.monotonic() >= self._next:
                return
            place = (not urgent, next(self._numbers))
            insort(self._line, place)
        while (delay := self._leave(place)) is not None and not stopped.wait(delay):
            pass

    def rest(self, seconds: float) -> None:
        """Let nobody start for so long."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)

    def _leave(self, place: tuple[bool, int]) -> float | None:
        """Seconds until this place's turn, as the line is now; None when it has come, and the place is left."""
        with self._lock:
            ahead, now = self._line.index(place), time.monotonic()
            delay = self._next + ahead * self._interval - now
            if ahead or delay > 0:
                return max(delay, _A_MOMENT if ahead else 0.0)
            self._line.pop(0)
            self._next = now + self._interval
            return None


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
