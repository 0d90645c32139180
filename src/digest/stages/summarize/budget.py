"""What a run may spend, and what it has."""

import threading

from digest.core.config import Prices
from digest.core.record import Tokens

_MILLION = 1_000_000
_ANSWER_TOKENS = 3000
"""What an answer is reckoned at before it is there: several times a usual one."""


class Budget:
    """Counts what asks cost, and refuses the one that might exceed the limit."""

    def __init__(self, limit_usd: float | None, prices: Prices | None) -> None:
        self._limit = limit_usd
        self._prices = prices
        self._spent = 0.0
        self._lock = threading.Lock()

    @property
    def has_limit(self) -> bool:
        """Whether what an ask may cost matters before it is asked."""
        return self._limit is not None

    def reserve(self, input_tokens: int, room: int | None = None) -> float | None:
        """Set aside what an ask with so much room for its answer may cost, in USD; None if the limit forbids it."""
        cost = self.cost(Tokens(input=input_tokens, output=room or _ANSWER_TOKENS)) or 0.0
        with self._lock:
            if self._limit is not None and self._spent + cost > self._limit:
                return None
            self._spent += cost
        return cost

    def settle(self, reserved: float, tokens: Tokens) -> None:
        """Replace what was set aside by what it came to."""
        with self._lock:
            self._spent += (self.cost(tokens) or 0.0) - reserved

    def cost(self, tokens: Tokens) -> float | None:
        """USD; None where there are no prices."""
        if self._prices is None:
            return None
        return (tokens.input * self._prices.input + tokens.output * self._prices.output) / _MILLION
