"""What a run may spend."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from bench.services import Services, make_papers, serve

from blog import NOW
from digest.clients.chat import Chat
from digest.clients.form import About
from digest.clients.http import HttpClient
from digest.clients.retry import ServiceError
from digest.core.config import Prices, SummarizerConfig
from digest.core.errors import UsageError
from digest.core.prompt.answer import json_schema
from digest.core.record import Tokens
from digest.core.summary import FIELDS
from digest.stages.summarize.budget import (
    Account,
    Budget,
    BudgetSpentError,
    Left,
    Spent,
    batch_prices_of,
    left_usd,
)
from digest.stages.summarize.conversation import Conversation, Read
from digest.store.batches import Batch
from digest.store.cache import Cache
from model_server import ModelServer, telling
from settings import fitted, looked_up

PRICES = Prices(input=1.0, output=2.0)
MOST = 0.016
"""USD that an ask of 10,000 tokens may cost."""
RESERVE = Tokens(input=10_000, output=3_000)
USUAL = Tokens(input=1_000, output=500)
"""0.002 USD."""


def opened(limit: float | None, prices: Prices | None) -> Account:
    return Account(Budget(limit), looked_up(prices))


def pay(budget: Account, tokens: Tokens = USUAL) -> None:
    with budget.reserved(RESERVE) as ask:
        ask.tokens = tokens


def is_refused(budget: Account, input_tokens: int, room: int = 3000) -> bool:
    try:
        with budget.reserved(Tokens(input=input_tokens, output=room)):
            return False
    except BudgetSpentError:
        return True


def test_without_prices_nothing_is_known_and_nothing_refused() -> None:
    budget = opened(None, None)
    assert budget.cost(Tokens(input=10, output=10)) is None
    assert not is_refused(budget, 10**9)


def test_cost() -> None:
    assert opened(None, PRICES).cost(Tokens(input=1_000_000, output=500_000)) == pytest.approx(2.0)
    assert opened(None, Prices(input=0, output=0)).cost(Tokens(input=5)) == 0.0


@pytest.mark.parametrize("prices", [PRICES, None])
def test_what_was_spent_since_counts_answers_alone(prices: Prices | None) -> None:
    budget = opened(None, prices)
    pay(budget)
    with budget.reserved(RESERVE):
        pass  # no answer came
    answered = budget.answered
    assert budget.spent(since=answered) == Spent(Tokens(), 0.0, 0)
    pay(budget, Tokens(input=5))
    cost = None if prices is None else pytest.approx(5e-6)
    assert budget.spent(since=answered) == (Tokens(input=5), cost, 1)
    assert budget.spent().tokens == USUAL + Tokens(input=5)


def test_an_ask_is_refused_once_what_was_paid_leaves_no_room_for_the_most_it_may_cost() -> None:
    budget = opened(0.021, PRICES)
    pay(budget)
    pay(budget)
    assert not is_refused(budget, 10_000)
    pay(budget)
    assert is_refused(budget, 10_000)
    assert not is_refused(budget, 1_000)


def test_more_room_for_an_answer_costs_more() -> None:
    assert is_refused(opened(0.02, PRICES), 1000, room=16_000)
    assert not is_refused(opened(0.04, PRICES), 1000, room=16_000)


@pytest.mark.parametrize(
    ("came_to", "refused"), [(USUAL, False), (Tokens(input=10_000, output=3_000), True), (None, False)]
)
def test_an_ask_waits_for_those_that_may_come_to_less(came_to: Tokens | None, refused: bool) -> None:
    budget = opened(1.5 * MOST, PRICES)
    outcomes: list[bool] = []
    waiting = threading.Thread(target=lambda: outcomes.append(is_refused(budget, 10_000)), daemon=True)
    with budget.reserved(RESERVE) as ask:
        waiting.start()
        waiting.join(0.05)
        assert outcomes == []
        ask.tokens = came_to
    waiting.join(5)
    assert outcomes == [refused]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_ask_that_breaks_off_frees_what_it_had_set_aside(error: type[BaseException]) -> None:
    budget = opened(MOST, PRICES)
    with pytest.raises(error), budget.reserved(RESERVE):
        raise error
    assert not is_refused(budget, 10_000)


def test_many_threads_never_have_more_open_than_the_limit_and_all_that_fit_are_asked() -> None:
    budget = opened(0.041 + MOST, PRICES)
    open_, most_open, refused = 0, 0, 0
    lock = threading.Lock()

    def ask() -> None:
        nonlocal open_, most_open, refused
        try:
            with budget.reserved(RESERVE) as asked:
                with lock:
                    open_ += 1
                    most_open = max(most_open, open_)
                time.sleep(0.002)
                asked.tokens = USUAL
                with lock:
                    open_ -= 1
        except BudgetSpentError:
            refused += 1

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert most_open <= 3
    assert (budget.answered, refused) == (21, 9)


@pytest.mark.parametrize(("may_cost", "refused"), [(True, True), (False, False)])
def test_a_request_that_failed_counts_as_the_most_where_it_may_have_cost(may_cost: bool, refused: bool) -> None:
    budget = opened(1.5 * MOST, PRICES)
    with suppress(BudgetSpentError), budget.reserved(RESERVE) as ask:
        ask.note_failure(ServiceError("model", "no answer in time", passing=True, may_cost=may_cost))
    assert is_refused(budget, 10_000) is refused


def test_tokens_that_cannot_be_true_count_as_the_most() -> None:
    budget = opened(1.5 * MOST, PRICES)
    with budget.reserved(RESERVE) as ask:
        ask.tokens, ask.is_plausible = Tokens(), False
    assert is_refused(budget, 10_000)
    assert budget.spent().tokens == Tokens()


READ = (0, 1, "12", 3.5, None, -5, "", float(2**70), [1], True, 10**12)
WRITTEN = (0, 600, None, -1, "x", 10**15)
USAGES: Sequence[Any] = [
    *("absent", None, [], {}, "many", 7, {"total_tokens": 9}),
    *({"prompt_tokens": read, "completion_tokens": 0} for read in READ),
    *({"prompt_tokens": 1, "completion_tokens": written} for written in WRITTEN),
]
"""A count is read by itself, so that each is odd once. 600 written is possible, and 1 read is not."""
PAPER = make_papers(1)[0]
TEXT = f"Summarise the paper arXiv:{PAPER.id}. {PAPER.abstract} " * 15


@pytest.fixture(scope="module")
def upstream() -> Iterator[Services]:
    with serve([PAPER]) as services:
        yield services


@pytest.mark.parametrize("usage", USAGES, ids=str)
def test_the_cap_is_never_exceeded_by_more_than_one_answer(
    upstream: Services, http: HttpClient, tmp_path: Path, usage: Any
) -> None:
    """What is really paid is what the sample model counts; an answer costs about 2,500 tokens."""
    paid: list[int] = []
    habit = telling(usage, paid)
    limit = 0.012
    account = Account(Budget(limit), looked_up(Prices(input=1.0, output=1.0)))

    def ask(url: str) -> None:
        chat = Chat(http, fitted(SummarizerConfig, {"base_url": url, "model": "sample"}), "sk-sample")
        for n in range(4):
            opening = [{"role": "user", "content": f"{TEXT}{n}"}]
            conversation = Conversation(chat, Cache(tmp_path), account, opening, About(PAPER.id))
            conversation.ask(json_schema(FIELDS), "summary", 4000, lambda texts: Read(texts, texts[0]))

    with ModelServer(upstream.model_base_url, habit).running() as model, pytest.raises(BudgetSpentError):
        ask(model.url)
    assert 1 <= len(paid) < 4
    assert min(paid) > 2000
    assert sum(paid) / 1e6 <= limit + max(paid) / 1e6


def test_a_batch_costs_half_once() -> None:
    half = Prices(input=0.1, output=0.6)
    cases: list[dict[str, Any]] = [
        {"prices": {"input": 0.2, "output": 1.2}},
        {"prices": {"input": 0.2, "output": 1.2}, "extra": {"service_tier": "flex"}},
        {"model": "gpt-5.6-luna"},
        {"model": "gpt-5.6-luna", "extra": {"service_tier": "batch"}},
    ]
    assert [batch_prices_of(fitted(SummarizerConfig, case)) for case in cases] == [half] * 4
    assert batch_prices_of(SummarizerConfig(model="nobody-knows")) is None


def test_a_limit_wants_a_price() -> None:
    with pytest.raises(UsageError, match=r"no price is known for 'mine'; set summarizer\.prices"):
        Account(Budget(1.0), looked_up(None), model="mine")


def batch(limit: str, limit_usd: float | None, reckoned: float, cost: float | None = None) -> Batch:
    """A batch of a backfill of its own, named after what has set its limit."""
    values = {"name": limit, "backfill": limit, "limit": limit, "limit_usd": limit_usd}
    spent = {"reckoned_usd": reckoned, "cost_usd": cost}
    fixed = {"at": NOW, "way": "engine", "url": "http://127.0.0.1/v1", "model": "sample", "state": "ended"}
    return msgspec.convert({**fixed, **values, **spent}, Batch)


def test_the_lowest_of_several_limits_and_who_has_set_it() -> None:
    by_option, by_config = batch("--limit-usd", 1.0, 0.4), batch("summarizer.budget_usd", 0.9, 0.1, cost=0.5)
    assert left_usd([by_option, by_config]) == Left(pytest.approx(0.4), "summarizer.budget_usd")
    assert left_usd([by_option, by_option, by_config]) == Left(pytest.approx(0.2), "--limit-usd")
    assert left_usd([by_config.replace(state="done"), batch("", None, 5.0)]) is None
    assert left_usd([batch("--limit-usd", 0.1, 0.4)]) == Left(0.0, "--limit-usd")
