"""Findings: faults with the place in a file where they stand."""

from digest.core.fault import Fault
from digest.core.value import Value


class Finding(Value):
    """A fault in a text."""

    line: int
    """1-based."""
    fault: Fault
