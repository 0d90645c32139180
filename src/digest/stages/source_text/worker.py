"""Processes that read files from outside: whatever a file does to its process, it does not do to the night.

A damaged or hostile file may take any time or memory, or end the process. `ReaderProcess` is the side that asks,
`answer_all` the side that answers.
"""

import contextlib
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO

_LENGTH = struct.Struct(">Q")
_NO_MEMORY = 3
"""The exit code where a file needs too much memory, which is the file's fault; an exception's is 1."""


class ReadingError(Exception):
    """A file could not be read, and that is not a bug of ours; the message says what happened."""


class ReaderProcess:
    """Runs a module that answers bodies with `answer_all`; starts it at the first body, and again if it has ended.

    Many threads may use it; their bodies are read in turn.
    """

    def __init__(self, module: str) -> None:
        self._command = (sys.executable, "-P", "-m", module)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the process before the first body. If it cannot be started, the next `ask` says so."""
        with self._lock, contextlib.suppress(OSError):
            self._running()

    def ask(self, body: bytes, *, timeout: float) -> bytes:
        """What the process makes of a body.

        Raises ReadingError if it takes more than `timeout` seconds, ends the process, or there is none;
        RuntimeError, with the traceback, if an exception ended the process.
        """
        with self._lock:
            for _ in range(2):  # what ended the process may have come before the body
                with contextlib.suppress(EOFError):
                    return self._answer(body, timeout)
        raise ReadingError("reading it ended the process")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=pipe)  # noqa: S603  ours
        return self._process

    def _answer(self, body: bytes, timeout: float) -> bytes:
        """Raises EOFError if the process ended, by the body or before."""
        try:
            process = self._running()
        except OSError as error:
            raise ReadingError(f"the process that reads it could not be started: {error.strerror}") from error
        late = threading.Event()
        try:
            return _watched(process, body, timeout, late)
        except (OSError, EOFError):
            last_words = self._end()
            if late.is_set():
                raise ReadingError(f"could not be read in {timeout:g} s") from None
            if last_words:
                raise RuntimeError(f"the process that reads files failed\n{last_words}") from None
            raise EOFError from None

    def _end(self) -> str:
        """End the process. Its traceback if an exception had ended it, else nothing."""
        process, self._process = self._process, None
        if process is None:
            return ""
        process.kill()
        _, words = process.communicate()
        return words.decode(errors="replace") if process.returncode == 1 else ""


def _watched(process: subprocess.Popen[bytes], body: bytes, timeout: float, late: threading.Event) -> bytes:
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  both are pipes

    def give_up() -> None:
        late.set()
        process.kill()

    watch = threading.Timer(timeout, give_up)
    watch.daemon = True
    watch.start()
    try:
        send(process.stdin, body)
        return receive(process.stdout)
    finally:
        watch.cancel()


def answer_all(read: Callable[[bytes], bytes], *, seconds: float, memory: int) -> None:
    """Be the process: answer the bodies on stdin with what `read` makes of them, until there are no more.

    A body that takes more than `seconds` ends the process, since the side that asks may be gone, and so does one that
    takes more than `memory` bytes of address space. Ctrl-C is left to the side that asks.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(memory)
    try:
        while True:
            body = receive(sys.stdin.buffer)
            _set_alarm(seconds)
            answer = read(body)
            _set_alarm(0)
            send(sys.stdout.buffer, answer)
    except EOFError:
        return
    except MemoryError:
        os._exit(_NO_MEMORY)


def _limit(memory: int) -> None:
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _set_alarm(seconds: float) -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


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
