"""What a run may spend on its models, what each of them has cost, and what a batch is reckoned to cost."""

import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Final, NamedTuple

from digest.clients.retry import ServiceError
from digest.core.config import Prices, SummarizerConfig
from digest.core.errors import UsageError
from digest.core.record import Provenance, Tokens
from digest.store.batches import Asks, Batch

_MILLION = 1_000_000
READ: Final = 0.75
"""Tokens that models read where digest reckons one, whose estimate is an upper one."""
WRITTEN: Final[Mapping[Asks, int]] = {"summary": 1100, "verdicts": 280}
"""Tokens of a usual answer."""
_FEW: Final = 10
"""Papers from which on earlier answers say what the next ones take."""
_ENOUGH: Final = 200
"""Papers that are enough for that."""


class BudgetSpentError(Exception):
    """The next ask might exceed a limit; says which, and what to do."""

    def __init__(self, message: str = "might exceed summarizer.budget_usd; raise it or run again tomorrow") -> None:
        super().__init__(message)


class Spent(NamedTuple):
    """What asks came to."""

    tokens: Tokens
    cost_usd: float | None
    """None where something was asked and no price is known."""
    asks: int = 0


NOTHING_SPENT = Spent(Tokens(), 0.0)


class Budget:
    """A limit in USD for all models of a run. Safe to use from many threads."""

    def __init__(self, limit_usd: float | None) -> None:
        self._limit = math.inf if limit_usd is None else limit_usd
        self._paid = 0.0
        self._open: list[float] = []
        self._changed = threading.Condition()

    @property
    def has_limit(self) -> bool:
        """Whether what an ask may cost matters before it is asked."""
        return self._limit < math.inf

    def set_aside(self, most: float) -> None:
        """Set aside what an ask may cost. Waits for other asks where these may come to less than is set aside for them.

        Raises BudgetSpentError where the limit forbids the ask whatever these come to.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._forbids(most) or not self._forbids(sum(self._open) + most))
            if self._forbids(most):
                raise BudgetSpentError
            self._open.append(most)

    def settle(self, reserved: float, paid: float) -> None:
        """Free what was set aside, and count what was paid; whoever waits for it looks again."""
        with self._changed:
            self._open.remove(reserved)
            self._paid += paid
            self._changed.notify_all()

    def _forbids(self, more: float) -> bool:
        return self._paid + more > self._limit


class Account:
    """What one model's asks cost within the run's budget. Safe to use from many threads.

    `prices` begins to look them up: while the model answers the first ask, or at once where there is a limit.
    Raises UsageError for a limit without any price.
    """

    def __init__(self, budget: Budget, prices: Callable[[], Future[Prices | None]], *, model: str = "") -> None:
        self._budget = budget
        self._prices = cache(prices)
        self._paid: list[Tokens] = []
        if budget.has_limit and self._prices().result() is None:
            raise UsageError(f"summarizer.budget_usd: no price is known for {model!r}; set summarizer.prices")

    @property
    def answered(self) -> int:
        """Asks so far that were answered."""
        return len(self._paid)

    def spent(self, *, since: int = 0) -> Spent:
        """What the asks came to that were answered after so many others."""
        paid = self._paid[since:]
        tokens = sum(paid, Tokens())
        return Spent(tokens, self.cost(tokens) if paid else 0.0, len(paid))

    @contextmanager
    def reserved(self, reserve: Tokens) -> Iterator["Ask"]:
        """An ask for which so much is set aside until it is known what it came to. Raises BudgetSpentError."""
        ask = Ask(self._budget, self._limited_cost(reserve))
        self._budget.set_aside(ask.most)
        self._prices()
        try:
            yield ask
        finally:
            counted = ask.tokens if ask.is_plausible else None
            answered = ask.most if counted is None else self._limited_cost(counted)
            if ask.is_open:
                self._budget.settle(ask.most, answered if ask.tokens else 0.0)
            if ask.tokens is not None:
                self._paid.append(ask.tokens)

    def cost(self, tokens: Tokens) -> float | None:
        """USD; None where no price is known."""
        prices = self._prices().result()
        if prices is None:
            return None
        return (tokens.input * prices.input + tokens.output * prices.output) / _MILLION

    def _limited_cost(self, tokens: Tokens) -> float:
        """USD; nothing where there is no limit to hold."""
        return (self.cost(tokens) or 0.0) if self._budget.has_limit else 0.0


class Ask:
    """An ask under way."""

    def __init__(self, budget: Budget, most: float) -> None:
        self._budget = budget
        self.most = most
        """USD at most."""
        self.is_open = True
        """Whether the most is set aside."""
        self.tokens: Tokens | None = None
        """What it came to, set by the caller when the answer is there; None until then."""
        self.is_plausible = True
        """Whether the tokens are counted by the server, in numbers that can be true; else the most is counted."""

    def note_failure(self, error: ServiceError) -> None:
        """Count a request that failed and may have cost all the same. Raises BudgetSpentError for one more."""
        if error.may_cost:
            self._budget.settle(self.most, self.most)
            self.is_open = False
            self._budget.set_aside(self.most)
            self.is_open = True


_INPUT, _OUTPUT = 10_000, 1_000
"""Tokens of a usual ask. Some models cost more per token of a very long one."""
_HALF_PRICED: Final = frozenset({"flex", "batch"})
"""Service tiers that cost half."""


def prices_of(config: SummarizerConfig) -> Prices | None:
    """USD per million tokens of a configured model; None where no price is known. Asks nothing outside."""
    if config.prices is not None:
        return config.prices
    known = _looked_up(config.model, config.base_url)
    if known is not None and config.extra.get("service_tier") in _HALF_PRICED:
        return Prices(input=known.input / 2, output=known.output / 2)
    return known


def batch_prices_of(config: SummarizerConfig) -> Prices | None:
    """What a batch costs: half of what the same questions cost at once, where they do not cost half already."""
    known = prices_of(config)
    if known is None or (config.prices is None and config.extra.get("service_tier") in _HALF_PRICED):
        return known
    return Prices(input=known.input / 2, output=known.output / 2)


def _looked_up(model: str, url: str) -> Prices | None:
    """The price at the server's own address if the table has it, else of the model's name at whoever made it."""
    from genai_prices import Usage, calc_price  # takes a third of a second, and only where a model is asked

    usage = Usage(input_tokens=_INPUT, output_tokens=_OUTPUT)
    names = dict.fromkeys((model, model.rpartition("/")[2], model.rpartition("/")[2].partition(":")[0]))
    for name, where in [(model, url), *((name, None) for name in names if name)]:
        try:
            price = calc_price(usage, name, provider_api_url=where)
        except (LookupError, ValueError):
            continue
        return Prices(
            input=float(price.input_price) * _MILLION / _INPUT,
            output=float(price.output_price) * _MILLION / _OUTPUT,
        )
    return None


class Left(NamedTuple):
    """What the next questions may cost."""

    usd: float
    limit: str
    """What has set the limit."""


def left_usd(batches: Iterable[Batch]) -> Left | None:
    """What is left of the limits that the days under way were submitted with; None where nothing limits them."""
    known = list(batches)
    limited = {each.backfill: each for each in known if each.state != "done" and each.limit_usd is not None}
    left = [Left((each.limit_usd or 0.0) - _spent(known, name), each.limit) for name, each in limited.items()]
    least = min(left, default=None)
    return least and least._replace(usd=max(0.0, least.usd))


def _spent(batches: Iterable[Batch], backfill: str) -> float:
    paid = (b.reckoned_usd if b.cost_usd is None else b.cost_usd for b in batches if b.backfill == backfill)
    return sum(each or 0.0 for each in paid)


class Habits(NamedTuple):
    """What the model's answers usually take."""

    written: float = WRITTEN["summary"]
    """Tokens of an answer."""
    repairs: float = 0.1
    """Of the summaries that are asked for."""
    verdicts: Tokens = Tokens(input=2300, output=WRITTEN["verdicts"])
    """Of a paper."""


def habits_of(made: Iterable[Provenance]) -> Habits:
    """What answers usually take, as the last papers of a model have it; the usual habits where these are few."""
    known = list(islice(made, _ENOUGH))
    asks = sum(each.attempts for each in known)
    if len(known) < _FEW or not asks:
        return Habits()
    heard = [each.verifier.tokens for each in known if each.verifier is not None]
    total = sum(heard, Tokens())
    return Habits(
        sum(each.tokens.output for each in known) / asks,
        asks / len(known) - 1,
        Tokens(input=total.input // len(heard), output=total.output // len(heard)) if heard else Tokens(),
    )


class Estimate(NamedTuple):
    """What a submission is reckoned to come to, with the verdicts and repairs that follow from it."""

    papers: int
    """Summaries that are asked for."""
    requests: int
    """Lines of this submission."""
    tokens: Tokens
    cost_usd: float | None
    """None where no price is known."""


def reckon(
    asked: Mapping[Asks, int],
    noted: Mapping[Asks, Tokens],
    habits: Habits,
    accounts: tuple[Account, Account],
    heard: int,
) -> Estimate:
    """What noted questions will come to, with the verdicts and repairs that they lead to.

    `accounts` are the summarizer's and the verifier's; `heard` are the papers that the verifier will hear of.
    """
    papers = asked["summary"]
    read = noted["summary"].input * (1 + habits.repairs)
    summaries = Tokens(input=round(read), output=round(papers * habits.written * (1 + habits.repairs)))
    verdicts = noted["verdicts"] + Tokens(input=heard * habits.verdicts.input, output=heard * habits.verdicts.output)
    costs = accounts[0].cost(summaries), accounts[1].cost(verdicts)
    cost = None if costs[0] is None or costs[1] is None else costs[0] + costs[1]
    return Estimate(papers, sum(asked.values()), summaries + verdicts, cost)
