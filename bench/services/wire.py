"""A connection that can be cut, flooded, reset and left waiting."""

import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any

from digest.sample.server import Reply, Request, SampleConnection, SampleServer

Respond = Callable[[Request, "Wire"], None]
"""Answers a request through the wire it came by."""


class Wire(SampleConnection):
    """A client that waits for its answer."""

    server: "WireServer"

    @property
    def closing(self) -> Event:
        """Set when the services stop."""
        return self.server.closing

    def respond(self, request: Request) -> None:
        self._streaming = False
        self.server.respond(request, self)

    def cut(self, reply: Reply) -> None:
        """Send the first half of a reply and close."""
        half = Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers)
        self.send_response(half.status)
        for name, value in {**half.headers, "Content-Length": str(len(reply.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(half.body)
        self.hang_up()

    def stream(self, chunk: bytes) -> None:
        """Send a piece of an answer of unannounced length, after the headers if it is the first."""
        if not self._streaming:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Connection", "close")
            self.end_headers()
            self._streaming = True
        self.wfile.write(chunk)

    def reset(self) -> None:
        """Drop the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection after what was sent."""
        self.close_connection = True


class WireServer(SampleServer):
    """Answers through wires; when it stops, all answers in progress end and all connections close."""

    respond: Respond

    def __init__(self) -> None:
        super().__init__(Wire)
        self.closing = Event()
        self._open: set[Any] = set()

    def shutdown(self) -> None:
        self.closing.set()
        super().shutdown()

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)
