"""Faults: what is wrong with a summary, an entry or a post, in words that the user or a model can act on."""

from digest.core.value import Value


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
