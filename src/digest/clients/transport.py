"""One request over HTTP: sent, and its answer read whole, within bounds of time and size."""

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from weakref import WeakSet

import httpx

from digest import __version__
from digest.clients.environment import check_environment, host_of, is_direct, proxies
from digest.clients.http import MEGABYTE, Answer, Sent, Service
from digest.clients.retry import ServiceError, TooLargeError, told_wait
from digest.core.errors import UsageError

_ALIASES = (
    frozenset({"arxiv.org", "export.arxiv.org", "browse.arxiv.org"}),
    frozenset({"huggingface.co", "hf.co"}),
)


def may_lead(asked: str, target: str) -> bool:
    """Whether a request for one URL may be answered from another."""
    here, there = _bare(asked), _bare(target)
    if asked.startswith("https:") and not target.startswith("https:"):
        return False
    family = next((aliases for aliases in _ALIASES if here in aliases), frozenset({here}))
    return there in family or there.endswith(f".{here}")


def _bare(url: str) -> str:
    return host_of(url).removeprefix("www.")


_MOST_REDIRECTS = 5
_CONNECT_SECONDS = 20.0
_LATE = frozenset({502, 504, 520, 522, 524})
"""Statuses of a server in between, behind which the work may have been done."""
_OURS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
"""Failures to send a request that can never be sent."""


class Transport:
    """A pool of connections for all services. Safe to use from many threads.

    Raises UsageError where the environment's settings of proxies or certificates cannot be used.
    """

    def __init__(self) -> None:
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._is_over = False
        self._lock = threading.Lock()
        check_environment(os.environ)
        try:
            context = httpx.create_ssl_context()
            self._direct = _client(context, {})
            self._proxied = _client(context, proxies(os.environ))
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(f"$SSL_CERT_FILE: {reason}; name a file of certificates or unset it") from error
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise UsageError(
                f"the environment's proxy: {error}; correct HTTP_PROXY, HTTPS_PROXY or ALL_PROXY"
            ) from error

    def close(self) -> None:
        """Close all connections, those too that a thread is just opening."""
        self._is_over = True
        self._direct.close()
        self._proxied.close()

    def stop(self) -> None:
        """Cut every connection, so that a thread that waits for an answer ends."""
        with self._lock:
            self._is_over = True
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
        sent: Sent,
        before: Callable[[], None],
    ) -> Answer:
        """The answer, if its status is 2xx; `before` is called before each request that this takes.

        Raises ServiceError, passing where the same request may yet succeed.
        """
        trace = {"trace": self._note_connection}
        try:
            timeout = httpx.Timeout(service.seconds, connect=min(service.seconds, _CONNECT_SECONDS))
            with ExitStack() as files:
                request = self._direct.build_request(
                    method,
                    url,
                    headers=headers,
                    timeout=timeout,
                    extensions=trace,
                    **({"json": sent.json} if sent.form is None else _fields(sent.form, files)),
                )
                return self._read(service, request, before, sent.into)
        except httpx.TimeoutException as error:
            waited = isinstance(error, httpx.ReadTimeout)
            reason = f"no answer in time from {_host(url)}"
            raise ServiceError(service.name, reason, passing=True, may_cost=waited) from error
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
            cut = isinstance(error, httpx.ReadError | httpx.RemoteProtocolError)
            raise ServiceError(service.name, reason, passing=passing, may_cost=cut) from error

    def _read(
        self, service: Service, request: httpx.Request, before: Callable[[], None], into: IO[bytes] | None
    ) -> Answer:
        asked = str(request.url)
        for _ in range(_MOST_REDIRECTS + 1):
            before()
            client = self._direct if is_direct(str(request.url), os.environ) else self._proxied
            with closing(client.send(request, stream=True)) as response:
                if not (service.redirects and response.next_request):
                    return _answer(service, response, into)
            request = response.next_request
            if request.url.scheme in ("http", "https") and not may_lead(asked, str(request.url)):
                where = f"{request.url.scheme}://{request.url.host}"
                raise ServiceError(service.name, f"{_host(asked)} redirects to {where}, which is not followed")
        raise httpx.TooManyRedirects("too many redirects", request=request)

    def _note_connection(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            opened: socket.socket = info["return_value"].get_extra_info("socket")
            with self._lock:
                self._sockets.add(opened)
            if self._is_over:
                opened.close()


def _client(context: ssl.SSLContext, through: Mapping[str, str]) -> httpx.Client:
    return httpx.Client(
        headers={"User-Agent": user_agent()},
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=8),
        trust_env=False,
        mounts={scheme: httpx.HTTPTransport(verify=context, proxy=proxy) for scheme, proxy in through.items()},
        verify=context,
    )


def _fields(form: Mapping[str, str | Path], files: ExitStack) -> dict[str, Any]:
    """A form as httpx takes it: its files are read while they are sent."""
    opened = {name: files.enter_context(each.open("rb")) for name, each in form.items() if isinstance(each, Path)}
    named = {name: (Path(file.name).name, file, "application/jsonl") for name, file in opened.items()}
    return {"data": {name: each for name, each in form.items() if isinstance(each, str)}, "files": named}


def _answer(service: Service, response: httpx.Response, into: IO[bytes] | None) -> Answer:
    if response.is_success and into is not None:
        _save(service, response, into)
        return Answer(response.status_code, response.headers, b"", str(response.url))
    body = _bounded(service, response, of_error=not response.is_success)
    if not response.is_success:
        raise _status_error(service, response, body)
    return Answer(response.status_code, response.headers, body, str(response.url))


def _save(service: Service, response: httpx.Response, file: IO[bytes]) -> None:
    """Write a body to a file, as it comes; what takes long is not cut off, since files are large."""
    file.seek(0)
    file.truncate()
    for piece in response.iter_bytes():
        file.write(piece)
        if file.tell() > service.largest:
            raise TooLargeError(service.name, f"the answer is larger than {service.largest // MEGABYTE} MB")


def user_agent() -> str:
    """Who asks, so that an operator can tell."""
    return f"daily-papers-digest/{__version__} (nightly paper digest; one client, paced)"


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
            raise TooLargeError(service.name, f"the answer is larger than {largest // MEGABYTE} MB", may_cost=True)
        if time.monotonic() > deadline:
            reason = f"the answer took more than {service.total_seconds:.0f} s"
            raise ServiceError(service.name, reason, passing=True, may_cost=True)
    return bytes(body)


def _status_error(service: Service, response: httpx.Response, body: bytes) -> ServiceError:
    status = response.status_code
    text = body.decode("utf-8", "replace")
    passing = service.is_passing(status, text)
    wait = told_wait(response.headers, text, datetime.now(UTC)) if passing else None
    reason = f"HTTP {status} {httpx.codes.get_reason_phrase(status)}".rstrip()
    return ServiceError(
        service.name,
        reason,
        passing=passing,
        status=status,
        retry_after=wait,
        body=text,
        may_cost=status in _LATE,
    )


def _host(url: str) -> str:
    """The address without user names, passwords and paths."""
    return url.partition("//")[2].partition("/")[0].rpartition("@")[2]
