"""What a run may spend, and what it has."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import msgspec

from digest.core.config import Prices
from digest.core.record import Tokens

_MILLION = 1_000_000
_ANSWER_TOKENS = 3000
"""What an answer is reckoned at before it is there: several times a usual one."""


class BudgetSpentError(Exception):
    """The next ask might exceed the run's budget."""


class Spent(NamedTuple):
    """What asks came to."""

    tokens: Tokens
    cost_usd: float | None
    """None where something was asked and there are no prices."""


class Ask(msgspec.Struct):
    """An ask under way."""

    tokens: Tokens | None = None
    """What it came to, set by the caller when the answer is there; None until then."""


class Budget:
    """Counts what asks cost, and refuses the one that might exceed the limit. Safe to use from many threads."""

    def __init__(self, limit_usd: float | None, prices: Prices | None) -> None:
        self._limit = math.inf if limit_usd is None else limit_usd
        self._prices = prices
        self._paid: list[Tokens] = []
        self._paid_usd = 0.0
        self._open: list[float] = []
        self._changed = threading.Condition()

    @property
    def has_limit(self) -> bool:
        """Whether what an ask may cost matters before it is asked."""
        return self._limit < math.inf

    @property
    def answered(self) -> int:
        """Asks so far that were answered."""
        return len(self._paid)

    def spent(self, *, since: int = 0) -> Spent:
        """What the asks came to that were answered after so many others."""
        paid = self._paid[since:]
        tokens = sum(paid, Tokens())
        return Spent(tokens, self.cost(tokens) if paid else 0.0)

    @contextmanager
    def reserved(self, input_tokens: int, room: int | None = None) -> Iterator[Ask]:
        """Set aside what an ask with so much room for its answer may cost, until it is known what it came to.

        Waits for other asks where these may come to less than is set aside for them. Raises BudgetSpentError where
        the limit forbids the ask whatever these come to.
        """
        most = self.cost(Tokens(input=input_tokens, output=room or _ANSWER_TOKENS)) or 0.0
        with self._changed:
            self._changed.wait_for(lambda: self._forbids(most) or not self._forbids(sum(self._open) + most))
            if self._forbids(most):
                raise BudgetSpentError
            self._open.append(most)
        ask = Ask()
        try:
            yield ask
        finally:
            self._settle(most, ask.tokens)

    def cost(self, tokens: Tokens) -> float | None:
        """USD; None where there are no prices."""
        if self._prices is None:
            return None
        return (tokens.input * self._prices.input + tokens.output * self._prices.output) / _MILLION

    def _forbids(self, more: float) -> bool:
        return self._paid_usd + more > self._limit

    def _settle(self, reserved: float, tokens: Tokens | None) -> None:
        """Free what was set aside, and count what was paid; who waits for it looks again."""
        with self._changed:
            self._open.remove(reserved)
            if tokens is not None:
                self._paid.append(tokens)
                self._paid_usd += self.cost(tokens) or 0.0
            self._changed.notify_all()
