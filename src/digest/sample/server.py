"""One threaded HTTP/1.1 server on loopback, which hands each request on as a value and sends the reply."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Service = Literal["huggingface", "arxiv-api", "html", "pdf", "abs", "model", "models", "files", "batches", "other"]

_PREFIXES: tuple[tuple[str, Service], ...] = (
    ("/hf/", "huggingface"),
    ("/export/api/query", "arxiv-api"),
    ("/arxiv/html/", "html"),
    ("/arxiv/pdf/", "pdf"),
    ("/arxiv/abs/", "abs"),
    ("/v1/chat/completions", "model"),
    ("/v1/models", "models"),
    ("/v1/files", "files"),
    ("/v1/batches", "batches"),
)


def service_of(path: str) -> Service:
    """The service that a path belongs to; `other` for a path that none of them knows."""
    return next((service for prefix, service in _PREFIXES if path.startswith(prefix)), "other")


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    service: Service
    method: str
    path: str
    """Decoded, without the query: `/arxiv/html/2512.03405`."""
    query: Mapping[str, str]
    """Decoded; the last value where a name repeats."""
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    started: float
    """Seconds on the monotonic clock, when the headers had been read."""

    def json(self) -> Any:
        """The body as JSON. Raises ValueError where it is not JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """An answer; `Content-Length` is added when it is sent."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A value as a JSON answer, UTF-8, non-ASCII characters as they are."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(status, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


def html_reply(text: str, *, status: int = 200) -> Reply:
    """A page."""
    return Reply(status, text.encode(), {"Content-Type": "text/html; charset=utf-8"})


class SampleConnection(BaseHTTPRequestHandler):
    """A client's connection, on which requests come one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: "SampleServer"

    def do_GET(self) -> None:
        self.respond(self._request())

    def do_POST(self) -> None:
        self.do_GET()

    def do_HEAD(self) -> None:
        self.do_GET()

    def respond(self, request: Request) -> None:
        """Answer a request."""
        self.send(self.server.answer(request))

    def send(self, reply: Reply) -> None:
        """Send a whole reply."""
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
        """Say nothing: the terminal belongs to the run that asks."""

    def _request(self) -> Request:
        started = monotonic()
        target = urlsplit(self.path)
        path = unquote(target.path)
        return Request(
            service=service_of(path),
            method=self.command,
            path=path,
            query=dict(parse_qsl(target.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
            started=started,
        )


class SampleServer(ThreadingHTTPServer):
    """Listens from construction on, and answers while it is running."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    answer: Callable[[Request], Reply]

    def __init__(self, connection: type[SampleConnection] = SampleConnection) -> None:
        super().__init__(("127.0.0.1", 0), connection)

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.server_port}"

    @contextmanager
    def running(self, answer: Callable[[Request], Reply]) -> Iterator[None]:
        """Answer requests inside the `with` block, from a thread."""
        self.answer = answer
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield
        finally:
            self.shutdown()
            self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is not an error; anything else is a bug of ours and shows its traceback."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
