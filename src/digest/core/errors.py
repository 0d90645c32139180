"""Errors that the user can fix: each is one line that names the thing and the next step."""

from typing import ClassVar

from digest.core.exits import Exit


class UsageError(Exception):
    """The command line, the configuration, a template or a file cannot be used as it is."""

    exit: ClassVar[Exit] = Exit.USAGE

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
