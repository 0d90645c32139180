"""How a command ends: exit codes, which scripts rely on, and errors that the user can fix."""

from enum import IntEnum
from typing import ClassVar


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
