"""Whole kinds of numbers, names, quotes, language and unseen signs: right ones pass, altered ones do not."""

from collections import Counter

from bench.faults.pairs import Pair
from bench.faults.variants import kinds

from digest.core.judge.faults import find_faults
from digest.core.summary import Fault

CASES = list(kinds())
GOOD = [(f"{kind}: {piece}", pair) for kind, piece, pair, is_good in CASES if is_good]
BAD = [(f"{kind}: {piece}", pair) for kind, piece, pair, is_good in CASES if not is_good]


def faults_of(pair: Pair) -> tuple[Fault, ...]:
    return find_faults(pair.texts, pair.evidence, pair.text)


def test_a_right_sentence_or_copy_is_not_blamed() -> None:
    assert {name: faults for name, pair in GOOD if (faults := faults_of(pair))} == {}


def test_an_altered_one_is() -> None:
    assert [name for name, pair in BAD if not faults_of(pair)] == []


def test_each_kind_has_twenty_of_both() -> None:
    counts = Counter((kind, is_good) for kind, _, _, is_good in CASES)
    assert min(counts.values()) >= 20
    assert min(len(GOOD), len(BAD)) >= 150
