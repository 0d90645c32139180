"""Ways in which a service fails: each takes the wire and the right answer, and does what the real world does."""

from collections.abc import Callable, Mapping

from bench.services.wire import Wire
from digest.sample.server import Reply, html_reply, json_reply

Answer = Callable[[], Reply]
"""Works out what the service would say."""
Fault = Callable[[Wire, Answer], None]


def reply(status: int, *, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> Fault:
    """That status, body and headers (`{"Retry-After": "2"}`) in place of the answer."""
    raw = body.encode() if isinstance(body, str) else body
    return lambda wire, _: wire.send(Reply(status, raw, headers or {}))


def redirect(url: str, *, status: int = 302) -> Fault:
    """To another address."""
    return reply(status, headers={"Location": url})


def delay(seconds: float) -> Fault:
    """The right answer, late."""

    def fault(wire: Wire, answer: Answer) -> None:
        wire.closing.wait(seconds)
        wire.send(answer())

    return fault


def flood(megabytes: float | None = None) -> Fault:
    """A body of that many megabytes; None: one that never ends."""

    def fault(wire: Wire, _: Answer) -> None:
        chunk, sent = b"<p>flood</p>\n" * 5000, 0
        while not wire.closing.is_set() and (megabytes is None or sent < megabytes * 1e6):
            wire.stream(chunk)
            sent += len(chunk)
        wire.hang_up()

    return fault


def reset(wire: Wire, _: Answer) -> None:
    """The connection is reset before any answer."""
    wire.reset()


def truncated(wire: Wire, answer: Answer) -> None:
    """The right answer, of which only the first half arrives."""
    wire.cut(answer())


def hang(wire: Wire, _: Answer) -> None:
    """No answer until the services stop."""
    wire.closing.wait()
    wire.hang_up()


def garbage(wire: Wire, answer: Answer) -> None:
    """Bytes that mean nothing, with the right content type."""
    wire.send(Reply(200, bytes(range(256)) * 8, answer().headers))


def empty(wire: Wire, answer: Answer) -> None:
    """200 with an empty body."""
    wire.send(Reply(200, b"", answer().headers))


def html_page(wire: Wire, _: Answer) -> None:
    """200 with a page, as proxies and captive portals answer."""
    wire.send(html_reply("<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>"))


def rate_exceeded(wire: Wire, _: Answer) -> None:
    """200 `Rate exceeded.`, which arXiv sends in place of a feed."""
    wire.send(Reply(200, b"Rate exceeded.", {"Content-Type": "text/plain"}))


def error_inside(wire: Wire, _: Answer) -> None:
    """200 with an error object, as some model servers answer."""
    wire.send(json_reply({"error": {"message": "upstream overloaded", "type": "server_error"}}))
