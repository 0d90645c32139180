"""The HTTP client: one pool for all services, with time-outs, retries, pacing, bounded sizes and counts."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from types import TracebackType
from typing import Any, NamedTuple, Self
from weakref import WeakSet

import httpx

from digest.clients.errors import OfflineError, ServiceDownError, ServiceError
from digest.clients.pacer import Pacer
from digest.clients.retry import PASSING, persist, retry_after

MEGABYTE = 1_000_000
_GIVE_UP_AFTER = 3
"""Questions in a row that a service left unanswered, after which it counts as down."""

_OURS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
"""Failures to send a request that can never be sent."""


class Service(NamedTuple):
    """How one service is asked."""

    name: str
    """As messages name it: `arXiv HTML`."""
    counted: str
    """The heading its requests are counted under: `arxiv`."""
    accept: str
    pacer: Pacer | None = None
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


class Web:
    """Asks services for answers. A service that left several questions unanswered is not asked any more."""

    def __init__(self, *, offline: bool = False) -> None:
        self.offline = offline
        self._stopped = threading.Event()
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._client = httpx.Client(
            headers={"User-Agent": user_agent()},
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
            max_redirects=5,
        )
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
        self._client.close()

    def stop(self) -> None:
        """End what is under way and refuse what comes: the run is being broken off."""
        self._stopped.set()
        with self._lock:
            open_sockets = list(self._sockets)
        for each in open_sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)  # closing alone would not wake a thread that waits for an answer

    def ask(
        self,
        service: Service,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        check: Callable[[Answer], None] | None = None,
    ) -> Answer:
        """The first answer with a 2xx status that `check` accepts; passing failures are retried.

        `check` refuses an answer by raising ServiceError.
        Raises ServiceError for this question, ServiceDownError where no question makes sense any more.
        """
        sent = {"Accept": service.accept, **(headers or {})}

        def once() -> Answer:
            answer = self._once(service, method, url, sent, json)
            if check is not None:
                check(answer)
            return answer

        try:
            answer = persist(once)
        except ServiceError as error:
            self._note_failure(service, error)
            raise
        with self._lock:
            self._unanswered[service.name] = 0
        return answer

    def give_up(self, service: Service, reason: str) -> None:
        """Take a service as down for the rest of the run: its failure holds for every question."""
        with self._lock:
            self._down.setdefault(service.name, reason)

    def _once(self, service: Service, method: str, url: str, headers: Mapping[str, str], json: Any) -> Answer:
        self._refuse(service)
        if service.pacer is not None:
            service.pacer.wait(self._stopped)
            self._refuse(service)
        with self._lock:
            self.counts[service.counted] += 1
        try:
            return self._read(service, method, url, headers, json)
        except httpx.TimeoutException as error:
            raise ServiceError(service.name, f"no answer in time from {_host(url)}", passing=True) from error
        except httpx.TooManyRedirects as error:
            raise ServiceError(service.name, f"redirects in circles at {_host(url)}") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            reason = f"{_host(url)}: {str(error) or type(error).__name__}"
            passing = isinstance(error, httpx.TransportError) and not isinstance(error, _OURS)
            raise ServiceError(service.name, reason, passing=passing) from error

    def _refuse(self, service: Service) -> None:
        if self._stopped.is_set():
            raise ServiceDownError(service.name, "not asked, since the run was broken off")
        if self.offline:
            raise OfflineError(service.name)
        with self._lock:
            reason = self._down.get(service.name)
        if reason is not None:
            raise ServiceDownError(service.name, reason)

    def _read(self, service: Service, method: str, url: str, headers: Mapping[str, str], json: Any) -> Answer:
        with self._client.stream(
            method,
            url,
            headers=headers,
            json=json,
            timeout=service.seconds,
            follow_redirects=service.redirects,
            extensions={"trace": self._note_connection},
        ) as response:
            body = _bounded(service, response, of_error=not response.is_success)
            if not response.is_success:
                raise _status_error(service, response, body)
            if self._stopped.is_set():
                raise ServiceError(service.name, "broken off")
            return Answer(response.status_code, response.headers, body, str(response.url))

    def _note_connection(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._sockets.add(info["return_value"].get_extra_info("socket"))

    def _note_failure(self, service: Service, error: ServiceError) -> None:
        with self._lock:
            self._unanswered[service.name] = self._unanswered[service.name] + 1 if error.passing else 0
            if self._unanswered[service.name] >= _GIVE_UP_AFTER:
                self._down.setdefault(service.name, f"down ({error.reason})")


def user_agent() -> str:
    """Who asks, so that an operator can tell."""
    return f"paper-digest/{version('paper-digest')} (nightly paper digest; one client, paced)"


def _bounded(service: Service, response: httpx.Response, *, of_error: bool) -> bytes:
    """The body, given up on when it is too large or too slow; of an error only the start is of interest."""
    largest = 64_000 if of_error else service.largest
    deadline = time.monotonic() + service.total_seconds
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > largest:
            if of_error:
                break
            raise ServiceError(service.name, f"the answer is larger than {largest // MEGABYTE} MB")
        if time.monotonic() > deadline:
            raise ServiceError(service.name, f"the answer took more than {service.total_seconds:.0f} s", passing=True)
    return bytes(body)


def _status_error(service: Service, response: httpx.Response, body: bytes) -> ServiceError:
    status = response.status_code
    text = body[:4000].decode("utf-8", "replace")
    passing = status in service.passing and not (service.final and service.final in text)
    wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC)) if passing else None
    reason = f"HTTP {status} {httpx.codes.get_reason_phrase(status)}".rstrip()
    return ServiceError(service.name, reason, passing=passing, status=status, retry_after=wait, body=text)


def _host(url: str) -> str:
    """The address without user names, passwords and paths."""
    return url.partition("//")[2].partition("/")[0].rpartition("@")[2]
