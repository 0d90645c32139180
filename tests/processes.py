"""Commands of digest in processes of their own, forked from a server that has loaded digest already.

Such a process is a real one: it has its own streams, folder, environment and session, signals kill it, and digest's own
`main` ends it. What it lacks is the start of Python and of digest, which takes half a second; a few tests start those.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from functools import cache, partial
from multiprocessing import context, get_context, reduction
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, NamedTuple

import digest
import digest.cli

_LIBRARIES = ("arxiv", "genai_prices.data", "httpcore", "jinja2", "pydantic", "rich.progress", "stamina")
"""What commands load late; one that is missing here costs time and nothing else."""


class Command(AbstractContextManager["Command"]):
    """A command of digest that has been started; it is killed where a `with` block ends before it."""

    def __init__(self, process: context.ForkServerProcess) -> None:
        process.start()
        self._process = process

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    @property
    def code(self) -> int | None:
        """Its exit code, the negative number of the signal that killed it, or None while it runs."""
        return self._process.exitcode

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        assert self._process.pid
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    def wait(self, seconds: float = 60) -> int:
        """Its exit code, when it has ended."""
        self._process.join(seconds)
        assert self.code is not None, f"still running after {seconds} s"
        return self.code


class Done(NamedTuple):
    """A command that has ended, and what it has written."""

    code: int
    out: str
    err: str


def start(
    arguments: Sequence[str],
    folder: Path,
    *,
    streams: Mapping[int, int | None] | None = None,
    environment: Mapping[str, str] | None = None,
    now: datetime | None = None,
    killed_at: int | None = None,
) -> Command:
    """Start a command in a folder.

    `streams` are file descriptors for 0, 1 and 2, or None for a stream that is closed; the others lead nowhere. The
    time is the clock's unless `now` is given. Where `killed_at` is n, it is killed before it replaces its n-th file.
    """
    with open(os.devnull, "r+b", buffering=0) as nowhere:
        given = {**dict.fromkeys(range(3), nowhere.fileno()), **(streams or {})}
        passed = {number: fd if fd is None else _Passed(fd) for number, fd in given.items()}
        how = (list(arguments), str(folder), passed, dict(environment or os.environ), now, killed_at)
        return Command(_server().Process(target=_be_digest, args=how, daemon=True))


def run(arguments: Sequence[str], folder: Path, *, streams: Mapping[int, int | None] | None = None, **how: Any) -> Done:
    """Run a command to its end, as `start` starts it. What it writes is caught, unless the stream is given."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        caught = {1: out.fileno(), 2: err.fileno(), **(streams or {})}
        with start(arguments, folder, streams=caught, **how) as command:
            code = command.wait()
        out.seek(0)
        err.seek(0)
        return Done(code, out.read(), err.read())


@cache
def _server() -> context.ForkServerContext:
    """One server for all tests of this process; it starts with the first command."""
    server = get_context("forkserver")
    modules = [found.name for found in walk_packages(digest.__path__, "digest.") if found.name != "digest.__main__"]
    server.set_forkserver_preload([*modules, *_LIBRARIES])
    return server


class _Passed:
    """A file descriptor that is passed to the new process, where it is a number again."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (reduction.DupFd(self._fd),)


def _received(passed: Any) -> int:
    fd: int = passed.detach()
    return fd


def _be_digest(
    arguments: list[str],
    folder: str,
    streams: Mapping[int, int | None],
    environment: Mapping[str, str],
    now: datetime | None,
    killed_at: int | None,
) -> None:
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["digest", *arguments]
    sys.stdin, sys.stdout, sys.stderr = (_opened(number, fd) for number, fd in streams.items())
    if killed_at is not None:
        sys.addaudithook(_killer(killed_at))
    if now is not None:
        digest.cli.run = partial(digest.cli.run, now=now)
    digest.cli.main()


def _opened(number: int, fd: int | None) -> Any:
    """A stream as Python opens it when it starts."""
    if fd is None:
        os.close(number)
        return None
    os.dup2(fd, number)
    os.close(fd)
    return open(number, "w" if number else "r", buffering=1 if number == 2 else -1, closefd=False)


def _killer(at: int) -> Any:
    left = at

    def watch(event: str, _: object) -> None:
        nonlocal left
        if event == "os.rename":
            left -= 1
            if left <= 0:  # threads may pass it together
                os.kill(os.getpid(), signal.SIGKILL)

    return watch
