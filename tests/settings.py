"""Configurations for tests."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from digest.core.config import Prices
from digest.core.validation import ConfigSection, fit

S = TypeVar("S", bound=ConfigSection)


def fitted(kind: type[S], words: dict[str, Any]) -> S:
    """A section of a configuration from words that fit."""
    value, misfits = fit(kind, words)
    assert not misfits
    assert isinstance(value, kind)
    return value


def looked_up(prices: Prices | None) -> Callable[[], Future[Prices | None]]:
    """As an account looks prices up, known at once."""
    found: Future[Prices | None] = Future()
    found.set_result(prices)
    return lambda: found
