"""One field of a summary with all that its rules look at."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from digest.core.judge.evidence import Support
from digest.core.judge.given import Given
from digest.core.summary import FieldName


class JudgedField(NamedTuple):
    """A field and what it is judged against."""

    name: FieldName
    text: str
    sentences: tuple[str, ...]
    quotes: tuple[str, ...]
    """What the model or a user cited for it."""
    support: Support
    """What digest found for it, and what it did not find."""
    given: Given | None
    glossary: Mapping[str, str]

    @property
    def evidence(self) -> tuple[str, ...]:
        """Its quotes and what was found beside them."""
        return (*self.quotes, *self.support.found)


FieldRule = Callable[[JudgedField], Iterator[str]]
"""Messages for one field, without its name."""


def shorten(text: str, most: int = 40) -> str:
    """The text on one line, at most so many characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
