"""Errors that a person can mend: each is one line that names the thing and the next step."""

from typing import ClassVar


class UsageError(Exception):
    """The command line, the configuration, a template or a file is not as it must be."""

    exit: ClassVar[int] = 2

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
