"""stdout and stderr, whose failures are told apart from those of all other files."""

import io
import sys
from typing import Any


class OutputError(Exception):
    """What digest prints cannot be written. No OSError, which click would take for its own."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause.strerror or str(cause))
        self.errno = cause.errno


class _File(io.FileIO):
    """A file that fails once; what comes after, at the interpreter's end too, is dropped."""

    _failed = False

    def write(self, data: Any, /) -> int:
        if self._failed:
            return len(data)
        try:
            return super().write(data)
        except OSError as error:
            self._failed = True
            raise OutputError(error) from error


def watch_output() -> None:
    """From here on stdout and stderr raise OutputError where they cannot be written."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None:  # a stream that was closed from the start takes everything
            setattr(sys, name, _watched(stream))


def flush_output() -> None:
    """Write what is still held back. Raises OutputError where it cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _watched(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    file = io.BufferedWriter(_File(stream.fileno(), "w", closefd=False))
    return io.TextIOWrapper(file, stream.encoding, stream.errors, line_buffering=stream.line_buffering)
