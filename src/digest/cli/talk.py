"""What digest says on stderr, without control sequences; stdout is for paths and JSON."""

import errno
import io
import os
import sys
from typing import Any, NamedTuple

import click

from digest.core.text import printable


class Talk(NamedTuple):
    """How much is said."""

    verbose: bool = False
    quiet: bool = False

    def say(self, line: str) -> None:
        """Something worth knowing."""
        if not self.quiet:
            click.echo(printable(line), err=True)

    def detail(self, line: str) -> None:
        """Something only the curious want to know."""
        if self.verbose and not self.quiet:
            click.echo(printable(line), err=True)

    def warn(self, line: str) -> None:
        """Something that went wrong."""
        click.echo(printable(line), err=True)


class OutputError(Exception):
    """The output cannot be written. Not an OSError, which click would take for its own."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause.strerror or str(cause))
        self.errno = cause.errno


class _File(io.FileIO):
    """A file that fails once; what comes after, at the interpreter's end too, is dropped."""

    error: OSError | None = None

    def write(self, data: Any, /) -> int:
        if self.error is not None:
            return len(data)
        try:
            return super().write(data)
        except OSError as error:
            self.error = error
            return self.failed(len(data))

    def failed(self, length: int) -> int:
        """What a write comes to that failed."""
        raise OutputError(self.error or OSError(errno.EIO)) from self.error


class _Stderr(_File):
    """stderr: a reader that is gone does not end the command."""

    def failed(self, length: int) -> int:
        return length


def watch_output() -> None:
    """From here on stdout raises OutputError where it cannot be written, and stderr drops what it cannot."""
    for number in range(3):
        _open_if_closed(number)
    sys.stdout = _watched(_File(1, "w", closefd=False), sys.stdout)
    sys.stderr = _watched(_Stderr(2, "w", closefd=False), sys.stderr)


def flush_output() -> None:
    """Write what is still held back. Raises OutputError where it cannot be written."""
    sys.stdout.flush()
    sys.stderr.flush()


def reader_is_gone() -> bool:
    """Whether stderr was a pipe whose reader has ended."""
    raw = getattr(getattr(sys.stderr, "buffer", None), "raw", None)
    return isinstance(raw, _File) and raw.error is not None and raw.error.errno == errno.EPIPE


def _open_if_closed(number: int) -> None:
    """Take the number of a stream that was closed from the start, so that no file or socket gets it."""
    try:
        os.fstat(number)
    except OSError:
        os.open(os.devnull, os.O_RDWR)


def _watched(file: _File, old: Any) -> io.TextIOWrapper:
    encoding = old.encoding if old is not None else "utf-8"
    errors = old.errors if old is not None else "replace"
    lines = old.line_buffering if old is not None else True
    return io.TextIOWrapper(io.BufferedWriter(file), encoding, errors, line_buffering=lines)
