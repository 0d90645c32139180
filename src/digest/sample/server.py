"""One threaded HTTP/1.1 server on loopback, which hands each request on as a value and sends the reply."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from digest.sample.exchange import Reply, Request, service_of


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
