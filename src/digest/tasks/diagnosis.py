"""What `digest doctor` says of one thing."""

from typing import Literal, NamedTuple


class Diagnosis(NamedTuple):
    """What was found of one thing."""

    thing: str
    state: Literal["ok", "warn", "fail"]
    message: str
    """What is, or what to do."""
