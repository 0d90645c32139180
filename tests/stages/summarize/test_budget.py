"""What a run may spend."""

import threading

import pytest

from digest.core.config import Prices
from digest.core.record import Tokens
from digest.stages.summarize.budget import Budget

PRICES = Prices(input=1.0, output=2.0)


def test_without_prices_nothing_is_known_and_nothing_refused() -> None:
    budget = Budget(None, None)
    assert budget.cost(Tokens(input=10, output=10)) is None
    assert budget.reserve(10**9) == 0.0


def test_cost() -> None:
    assert Budget(None, PRICES).cost(Tokens(input=1_000_000, output=500_000)) == pytest.approx(2.0)
    assert Budget(None, Prices(input=0, output=0)).cost(Tokens(input=5)) == 0.0


def test_what_is_set_aside_counts_until_it_is_settled() -> None:
    budget = Budget(0.02, PRICES)
    reserved = budget.reserve(10_000)
    assert reserved is not None
    assert reserved == pytest.approx(0.016)
    assert budget.reserve(10_000) is None
    budget.settle(reserved, Tokens(input=1_000, output=500))
    assert budget.reserve(10_000) is not None


def test_more_room_for_an_answer_costs_more() -> None:
    assert Budget(0.02, PRICES).reserve(1000, room=16_000) is None
    assert Budget(0.04, PRICES).reserve(1000, room=16_000) == pytest.approx(0.033)


def test_many_threads_never_spend_more_together() -> None:
    budget = Budget(1.005, PRICES)
    granted: list[float] = []

    def ask() -> None:
        for _ in range(50):
            if (reserved := budget.reserve(4_000)) is not None:
                granted.append(reserved)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 100
