"""What it takes to start: seconds and imported modules, beside a Python that does nothing."""

from typing import Final, NamedTuple

from bench.measure import Ran, digest_, python

COMMANDS: Final = ("--help", "render --help", "build --help", "check --help")
_COUNT: Final = "import sys; from digest.cli import run; run({}); print(len(sys.modules), file=sys.stderr)"


class Start(NamedTuple):
    """A command that only says what it can do."""

    command: str
    ran: Ran
    modules: int
    """Imported ones, Python's own included."""


def bare(repeat: int = 5) -> Start:
    """Python itself."""
    counted = python("-c", "import sys; print(len(sys.modules))")
    return Start("python -c pass", python("-c", "pass", repeat=repeat), int(counted.out))


def measure_start(command: str, repeat: int = 5) -> Start:
    """A command of digest with its arguments; the quickest of so many runs."""
    arguments = command.split()
    counted = python("-c", _COUNT.format(arguments))
    return Start(f"digest {command}", digest_(*arguments, repeat=repeat), int(counted.err.split()[-1]))
