"""A gate that lets so many requests through at the same time, and fewer while a service asks for less."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Halves what it lets through when told of throttling, and comes back by one for each round that goes well."""

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
