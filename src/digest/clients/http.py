"""One HTTP client for all services: how each is asked and how fast, and secrets that no answer may repeat."""

import threading
import time
from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self

from digest.clients.retry import LONGEST_WAIT, PASSING, THROTTLED, OfflineError, ServiceDownError, ServiceError, persist


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


class Sent(NamedTuple):
    """What is sent with a request, beside its headers."""

    json: Any = None
    form: Mapping[str, str | Path] | None = None
    """The fields of a form; a path stands for its file, which is read while it is sent."""
    into: IO[bytes] | None = None
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


if TYPE_CHECKING:
    from digest.clients.transport import Transport

_GIVE_UP_AFTER = 3
"""Questions in a row that fail; after so many the service counts as down."""


class HttpClient:
    """Asks services for answers. A service that failed three questions in a row is not asked again in this run."""

    def __init__(self, *, offline: bool = False, patient: bool = True) -> None:
        self.offline = offline
        self._persist: Callable[[Callable[[], Answer]], Answer] = persist if patient else _at_once
        self._stopped = threading.Event()
        self._transport: Transport | None = None
        self._lock = threading.Lock()
        self._unanswered: Counter[str] = Counter()
        self._down: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        """Requests sent, by the service's heading; retries count."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._transport is not None:
            self._transport.close()

    def stop(self) -> None:
        """Cancel the requests under way and refuse further ones."""
        self._stopped.set()
        if self._transport is not None:
            self._transport.stop()

    def ask(
        self,
        service: Service,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        sent: Sent | None = None,
        check: Callable[[Answer], None] | None = None,
        failed: Callable[[ServiceError], None] | None = None,
    ) -> Answer:
        """The first answer with a 2xx status that `check` accepts; passing failures are retried.

        `check` refuses an answer by raising ServiceError. `failed` is called with the failure of each try;
        what it raises in its place ends the tries. `sent` says what `json` cannot.
        Raises ServiceError for this question, ServiceDownError where no question makes sense any more.
        """
        all_headers = {"Accept": service.accept, **(headers or {})}
        what = sent or Sent(json)

        def once() -> Answer:
            try:
                answer = self._once(service, method, url, all_headers, what)
                if check is not None:
                    check(answer)
            except ServiceError as error:
                self._slow_down(service, error)
                if failed is not None:
                    failed(error)
                raise
            if service.gate:
                service.gate.widen()
            return answer

        try:
            with service.gate.pass_through() if service.gate else nullcontext():
                answer = self._persist(once)
        except ServiceError as error:
            self._note_failure(service, error)
            raise
        with self._lock:
            self._unanswered[service.name] = 0
        return answer

    def give_up(self, service: Service, reason: str) -> None:
        """Ask a service nothing more in this run: its failure holds for every question."""
        with self._lock:
            self._down.setdefault(service.name, reason)

    def _once(self, service: Service, method: str, url: str, headers: Mapping[str, str], sent: Sent) -> Answer:
        self._refuse(service)
        answer = self._opened().send(service, method, url, headers, sent, partial(self._admit, service))
        if self._stopped.is_set() and not answer.is_whole:
            raise ServiceDownError(service.name, "interrupted")
        return answer

    def _admit(self, service: Service) -> None:
        """Let a request go when its turn has come."""
        if service.pacer is not None:
            service.pacer.wait(self._stopped, urgent=service.urgent)
            self._refuse(service)
        with self._lock:
            self.counts[service.counted] += 1

    def _slow_down(self, service: Service, error: ServiceError) -> None:
        """Slow down all requests to a service that throttled one of them."""
        if service.gate and error.status == THROTTLED:
            service.gate.narrow()
        if service.pacer and error.retry_after:
            service.pacer.rest(min(error.retry_after, LONGEST_WAIT))

    def _opened(self) -> "Transport":
        """The transport, made with the first request, so that a run that asks nothing loads no HTTP library."""
        with self._lock:
            if self._transport is None:
                from digest.clients.transport import Transport

                self._transport = Transport()
            return self._transport

    def _refuse(self, service: Service) -> None:
        if self._stopped.is_set():
            raise ServiceDownError(service.name, "not asked, since the run was interrupted")
        if self.offline:
            raise OfflineError(service.name)
        with self._lock:
            reason = self._down.get(service.name)
        if reason is not None:
            raise ServiceDownError(service.name, reason)

    def _note_failure(self, service: Service, error: ServiceError) -> None:
        with self._lock:
            self._unanswered[service.name] = self._unanswered[service.name] + 1 if error.passing else 0
            if self._unanswered[service.name] >= _GIVE_UP_AFTER:
                self._down.setdefault(service.name, f"down ({error.reason})")


def _at_once(ask: Callable[[], Answer]) -> Answer:
    """Ask once: `doctor` wants to know how things are now."""
    return ask()
