"""Pacing: a service is not asked more often than its interval allows."""

import threading
import time


class Pacer:
    """Hands out start times, `interval` seconds from start to start, in the order they are asked for."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, stopped: threading.Event) -> None:
        """Return when this caller may start, or at once when all stops; others queue behind meanwhile."""
        with self._lock:
            start = max(time.monotonic(), self._next)
            self._next = start + self._interval
        stopped.wait(max(0.0, start - time.monotonic()))
