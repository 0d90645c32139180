"""Findings: faults with their place in a file."""

from digest.core.fault import Fault
from digest.core.value import Value


class Finding(Value):
    """A fault in a text."""

    line: int
    """1-based."""
    fault: Fault
