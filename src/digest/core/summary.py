"""The schema of a summary: seven Korean fields with evidence; and faults of a summary, an entry or a post."""

from typing import Final, Literal, get_args

from digest.core.value import Value

FieldName = Literal["goal", "motivation", "contribution", "method", "results", "limitations", "conclusion"]
FIELDS: Final[tuple[FieldName, ...]] = get_args(FieldName)
"""In the order of the post."""

NOTHING_SAID: Final = "정보 부족"
"""What a field holds where the paper says nothing."""


class Summary(Value):
    """What a post says of one paper, in Korean academic report style."""

    goal: str
    motivation: str
    contribution: str
    method: str
    results: str
    limitations: str
    conclusion: str

    def text(self, field: FieldName) -> str:
        """The field's text."""
        value: str = getattr(self, field)
        return value


Evidence = dict[FieldName, tuple[str, ...]]
"""For each field, sentences quoted word for word from the source text."""


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
