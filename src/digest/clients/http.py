"""The HTTP client for all services: retries, pace, counts, and no more requests to a service that is down."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from digest.clients.retry import LONGEST_WAIT, THROTTLED, OfflineError, ServiceDownError, ServiceError, persist
from digest.clients.service import Answer, Sent, Service

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
