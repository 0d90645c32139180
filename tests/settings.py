"""Configurations for tests."""

from typing import Any, TypeVar

from digest.core.validation import ConfigSection, fit

S = TypeVar("S", bound=ConfigSection)


def fitted(kind: type[S], words: dict[str, Any]) -> S:
    """A section of a configuration from words that fit."""
    value, misfits = fit(kind, words)
    assert not misfits
    assert isinstance(value, kind)
    return value
