"""A process of our own that reads pages one after another: what a page does to it, it does not do to the night."""

import struct
import subprocess
import sys
import threading
from typing import IO

_LENGTH = struct.Struct(">Q")


class ReaderProcess:
    """Runs a module that answers each body with another. It is started when it is needed, again if it has ended.

    Safe to use from many threads, whose bodies are read in turn.
    """

    def __init__(self, module: str) -> None:
        self._command = (sys.executable, "-P", "-m", module)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Have the process get ready meanwhile."""
        with self._lock:
            self._running()

    def ask(self, body: bytes, *, timeout: float) -> bytes | None:
        """What the process makes of a body; None if it takes more than `timeout` seconds, or ends over it."""
        with self._lock:
            try:
                process = self._running()
                return _watched(process, body, timeout)
            except (OSError, EOFError):
                self._end()
                return None

    def close(self) -> None:
        """End the process; it would end by itself when this one does."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603  our own module
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _watched(process: subprocess.Popen[bytes], body: bytes, timeout: float) -> bytes:
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  both are pipes
    watch = threading.Timer(timeout, process.kill)
    watch.daemon = True
    watch.start()
    try:
        send(process.stdin, body)
        return receive(process.stdout)
    finally:
        watch.cancel()


def send(stream: IO[bytes], body: bytes) -> None:
    """Write a body and its length."""
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Read a body. Raises EOFError where the stream ends before it does."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return body
