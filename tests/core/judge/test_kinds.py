"""Whole kinds of numbers, names, quotes, language and unseen signs: right ones pass, altered ones do not."""

from collections import Counter

import pytest
from bench.faults.pairs import Pair
from bench.faults.variants import kinds

from digest.core.judge.faults import find_faults

CASES = list(kinds())
GOOD = [(f"{kind}: {piece}", pair) for kind, piece, pair, is_good in CASES if is_good]
BAD = [(f"{kind}: {piece}", pair) for kind, piece, pair, is_good in CASES if not is_good]


@pytest.mark.parametrize("pair", [pair for _, pair in GOOD], ids=range(len(GOOD)))
def test_a_right_sentence_or_copy_is_not_blamed(pair: Pair) -> None:
    assert find_faults(pair.texts, pair.evidence, pair.text) == ()


@pytest.mark.parametrize("pair", [pair for _, pair in BAD], ids=range(len(BAD)))
def test_an_altered_one_is(pair: Pair) -> None:
    assert find_faults(pair.texts, pair.evidence, pair.text)


def test_each_kind_has_twenty_of_both() -> None:
    counts = Counter((kind, is_good) for kind, _, _, is_good in CASES)
    assert min(counts.values()) >= 20
    assert min(len(GOOD), len(BAD)) >= 150
