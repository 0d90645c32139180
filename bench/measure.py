"""What a command takes: seconds and memory of a whole process, from outside."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import digest

LAUNCHER: Final = Path(__file__).with_name("launcher.py")
_PEAK_UNIT: Final = 1 if sys.platform == "darwin" else 1024
_SETTINGS: Final = {
    "PYTHONPATH": str(Path(digest.__file__).parents[1]),
    "OPENAI_API_KEY": "sample",
    "PYTHONUTF8": "1",
}


DIGEST: Final = ("-c", "import sys; sys.modules['trio'] = None; from digest.cli import main; main()")
"""digest as users have it: only the tests' selenium brings trio, which httpcore loads where it finds it."""


class Ran(NamedTuple):
    """A command that has ended well."""

    seconds: float
    """Wall clock of the whole process."""
    cpu: float
    """Seconds that a processor worked for it, which what else the machine does hardly changes."""
    started: float
    """On the monotonic clock, in seconds."""
    peak: float
    """The most memory that it or one of its own processes held, in MB."""
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        values: dict[str, Any] = json.loads(self.out)
        return values


class BenchError(Exception):
    """A command did not do what is measured."""


def python(*arguments: str, folder: Path | None = None, repeat: int = 1) -> Ran:
    """Run this Python with arguments in a folder; the quickest of so many runs. Raises BenchError where one fails."""
    return min((run([sys.executable, *arguments], folder) for _ in range(repeat)), key=lambda ran: ran.seconds)


def digest_(*arguments: str, folder: Path | None = None, repeat: int = 1) -> Ran:
    """Run a command of digest, as `python` does."""
    return python(*DIGEST, *arguments, folder=folder, repeat=repeat)


def run(command: Sequence[str], folder: Path | None) -> Ran:
    """Run any command in a folder. Raises BenchError where it fails."""
    launch = [sys.executable, "-I", "-S", str(LAUNCHER), *command]
    done = subprocess.run(launch, cwd=folder, env=settings(), capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    if told["code"] != 0:
        raise BenchError(f"{' '.join(command)}: exit {told['code']}\n{(told['out'] + told['err'])[-3000:]}")
    megabytes = told["peak"] * _PEAK_UNIT / 1_000_000
    return Ran(told["seconds"], told["cpu"], told["started"], megabytes, told["out"], told["err"])


def settings() -> dict[str, str]:
    """The environment of a command: no settings of digest's own, and modules compiled once, as pip leaves them."""
    left_out = ("DIGEST_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)} | _SETTINGS
