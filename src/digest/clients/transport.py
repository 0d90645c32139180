"""One request over HTTP: sent, and its answer read whole, within bounds of time and size."""

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any
from weakref import WeakSet

import httpx

from digest import __version__
from digest.clients.errors import ServiceError
from digest.clients.retry import retry_after
from digest.clients.service import MEGABYTE, Answer, Service
from digest.core.errors import UsageError

_MOST_REDIRECTS = 5
_OURS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
"""Failures to send a request that can never be sent."""


class Transport:
    """A pool of connections for all services. Safe to use from many threads.

    Raises UsageError where the environment's settings of proxies or certificates cannot be used.
    """

    def __init__(self) -> None:
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._lock = threading.Lock()
        _check_certificates()
        try:
            self._client = httpx.Client(
                headers={"User-Agent": user_agent()},
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=8),
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(f"$SSL_CERT_FILE: {reason}; name a file of certificates or unset it") from error
        except (ValueError, ImportError) as error:
            raise UsageError(
                f"the environment's proxy: {error}; correct HTTP_PROXY, HTTPS_PROXY or ALL_PROXY"
            ) from error

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def stop(self) -> None:
        """Cut every connection, so that a thread that waits for an answer ends."""
        with self._lock:
            open_sockets = list(self._sockets)
        for each in open_sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)  # closing alone would not wake a thread that waits for an answer

    def send(
        self,
        service: Service,
        method: str,
        url: str,
        headers: Mapping[str, str],
        json: Any,
        before: Callable[[], None],
    ) -> Answer:
        """The answer, if its status is 2xx; `before` is called before each request that this takes.

        Raises ServiceError, passing where the same request may yet succeed.
        """
        trace = {"trace": self._note_connection}
        try:
            request = self._client.build_request(
                method, url, headers=headers, json=json, timeout=service.seconds, extensions=trace
            )
            return self._read(service, request, before)
        except httpx.TimeoutException as error:
            raise ServiceError(service.name, f"no answer in time from {_host(url)}", passing=True) from error
        except httpx.TooManyRedirects as error:
            raise ServiceError(service.name, f"redirects in circles at {_host(url)}") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            # What cannot be sent is not quoted: it may be a header, with the key in it.
            said = (
                "the request cannot be sent"
                if isinstance(error, httpx.LocalProtocolError)
                else str(error) or type(error).__name__
            )
            reason = f"{_host(url)}: {said}"
            passing = isinstance(error, httpx.TransportError) and not isinstance(error, _OURS)
            raise ServiceError(service.name, reason, passing=passing) from error

    def _read(self, service: Service, request: httpx.Request, before: Callable[[], None]) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            before()
            with closing(self._client.send(request, stream=True)) as response:
                if not (service.redirects and response.next_request):
                    return _answer(service, response)
            request = response.next_request
        raise httpx.TooManyRedirects("too many redirects", request=request)

    def _note_connection(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._sockets.add(info["return_value"].get_extra_info("socket"))


def _answer(service: Service, response: httpx.Response) -> Answer:
    body = _bounded(service, response, of_error=not response.is_success)
    if not response.is_success:
        raise _status_error(service, response, body)
    return Answer(response.status_code, response.headers, body, str(response.url))


def _check_certificates() -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        path = os.environ.get(name)
        if path and not os.path.exists(path):
            raise UsageError(f"${name}: there is no {path}; correct it or unset it")


def user_agent() -> str:
    """Who asks, so that an operator can tell."""
    return f"paper-digest/{__version__} (nightly paper digest; one client, paced)"


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
