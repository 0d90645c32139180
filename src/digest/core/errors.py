"""How things go wrong: exit codes, errors that the user can fix, and faults, which are values."""

from enum import IntEnum
from typing import ClassVar

from digest.core.value import Value


class Exit(IntEnum):
    """What a command came to."""

    DONE = 0
    FAULTS = 1
    USAGE = 2
    PARTIAL = 3
    NOTHING = 4
    NOT_PUBLISHED = 5
    LOCKED = 6


class UsageError(Exception):
    """The command line, the configuration, a template or a file cannot be used as it is.

    Each of its lines names the thing and the next step.
    """

    exit: ClassVar[Exit] = Exit.USAGE

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))


class Fault(Value):
    """One thing that is wrong."""

    name: str
    """The rule's name in kebab-case, as `summarizer.tolerate` and `check` spell it: `number`, `ending`."""
    message: str
    """What is wrong and what to change; lower case, no full stop."""
    field: str | None = None
    """The summary field or post part it is about; None: the whole."""
    paper: str | None = None
    """The versionless arXiv id it is about; None: the whole day."""


class Finding(Value):
    """A fault with its place in a text."""

    line: int
    """1-based."""
    fault: Fault
