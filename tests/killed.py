"""Commands of digest in processes of their own, each of which may be killed before it replaces its n-th file."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import digest.cli.batch
import digest.cli.days
import digest.clients.arxiv_feed
import digest.clients.transport
import digest.stages.render
import digest.stages.summarize.openai
import digest.tasks.batch


class Killer:
    """Runs commands. Its process has loaded digest and forks for each of them, which is much faster than a start."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, folder: Path, arguments: tuple[str, ...], *, at: int, now: datetime) -> int | None:
        """The exit code of a command; None where it was killed before that."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps([str(folder), arguments, at, str(now)])}\n")
        self._process.stdin.flush()
        code: int | None = json.loads(self._process.stdout.readline())
        return code


@contextmanager
def killer() -> Iterator[Killer]:
    """A process that runs commands inside the `with` block."""
    command = [sys.executable, str(Path(__file__))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Killer(process)
        process.kill()


def _run(folder: str, arguments: list[str], at: int, now: str) -> None:
    left = at

    def watch(event: str, _: object) -> None:
        nonlocal left
        if event == "os.rename":
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    os.chdir(folder)
    os.environ["OPENAI_API_KEY"] = "sk-sample"
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    sys.addaudithook(watch)
    os._exit(digest.cli.run(arguments, now=datetime.fromisoformat(now)))


def _serve() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _run(*json.loads(line))
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        sys.stdout.write(f"{json.dumps(None if code == -signal.SIGKILL else code)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
