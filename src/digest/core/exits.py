"""Exit codes; scripts rely on them."""

from enum import IntEnum


class Exit(IntEnum):
    """What a command came to."""

    DONE = 0
    FAULTS = 1
    USAGE = 2
    PARTIAL = 3
    NOTHING = 4
    NOT_PUBLISHED = 5
    LOCKED = 6
