"""A model server on loopback with a habit: it answers as the sample model does, or as the habit says."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, NamedTuple

import httpx


class Asked(NamedTuple):
    """A request to the model."""

    body: dict[str, Any]
    nth: int
    """From 1, over all papers."""
    headers: Mapping[str, str]
    usual: Callable[..., dict[str, Any]]
    """The sample model's answer, to this request with some keys of its body changed."""

    @property
    def text(self) -> str:
        """All messages."""
        return "\n".join(message["content"] for message in self.body["messages"])

    @property
    def format(self) -> str | None:
        """The type of the response format."""
        found: str | None = (self.body.get("response_format") or {}).get("type")
        return found

    def content(self) -> str:
        """What the sample model writes."""
        written: str = self.usual()["choices"][0]["message"]["content"]
        return written

    def saying(self, content: Any, **choice: Any) -> dict[str, Any]:
        """The usual answer with another content, or other keys of its choice or message."""
        answer = self.usual()
        message = {**answer["choices"][0]["message"], "content": content, **choice.pop("message", {})}
        return {**answer, "choices": [{**answer["choices"][0], "message": message, **choice}]}


Habit = Callable[[Asked], Any]
"""None: as usual; a mapping: that JSON; text or bytes: that body; (status, body) or (status, body, headers)."""


def telling(usage: Any, paid: list[int]) -> Habit:
    """Answers with another usage, or `"absent"`; what they really took is added to `paid`."""

    def habit(asked: Asked) -> Any:
        answer = asked.usual()
        paid.append(answer["usage"]["total_tokens"])
        return {key: value for key, value in {**answer, "usage": usage}.items() if key != "usage" or usage != "absent"}

    return habit


def as_reply(said: Any) -> tuple[int, bytes, Mapping[str, str]]:
    """The status, body and headers that a habit's answer is sent as."""
    status, data, more = (*said, {})[:3] if isinstance(said, tuple) else (200, said, {})
    raw = data if isinstance(data, bytes) else data.encode() if isinstance(data, str) else json.dumps(data).encode()
    return status, raw, {"Content-Type": "application/json", **more}


class ModelServer:
    """Listens on a port of its own and asks the sample services for what is usual."""

    def __init__(self, upstream: str, habit: Habit) -> None:
        headers = {"Authorization": "Bearer upstream"}
        self._upstream = httpx.Client(base_url=upstream, headers=headers, trust_env=False, verify=False)
        self._lock = Lock()
        self.habit = habit
        self.asked: list[Asked] = []
        outer = self

        class Connection(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body are sent together: TCP would hold the second back for 40 ms

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, data, headers = outer.respond(body, {k.lower(): v for k, v in self.headers.items()})
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # a client that has gone

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Connection)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def respond(self, body: dict[str, Any], headers: Mapping[str, str]) -> tuple[int, bytes, Mapping[str, str]]:
        def usual(**changes: Any) -> dict[str, Any]:
            kept = {"response_format", "model", "messages"}
            sent = {key: value for key, value in {**body, **changes}.items() if key in kept}
            values: dict[str, Any] = self._upstream.post("/chat/completions", json=sent).json()
            return values

        with self._lock:
            asked = Asked(body, len(self.asked) + 1, headers, usual)
            self.asked.append(asked)
        said = self.habit(asked)
        return as_reply(usual() if said is None else said)

    @contextmanager
    def running(self) -> Iterator["ModelServer"]:
        """Serve inside the `with` block."""
        thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            self._upstream.close()
