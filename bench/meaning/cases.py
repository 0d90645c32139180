"""The cases of the bench: fields with an error of meaning, and honest ones."""

from collections.abc import Iterator
from typing import Final

from bench.faults.pairs import Pair, load_pairs
from bench.meaning.alterations import altered
from bench.meaning.paraphrases import paraphrased
from bench.meaning.sentences import sentences
from digest.core.summary import FieldName

SEED: Final = 20251204

Case = tuple[str, FieldName, Pair]
"""What kind it is, the field in question, and the paper with its summary."""


def wrong() -> Iterator[Case]:
    """Alterations of the invented summaries, and single sentences that their quote does not say."""
    yield from altered(load_pairs(), SEED)
    yield from ((f"sentence: {kind}", field, pair) for kind, field, pair, is_good in sentences() if not is_good)


def honest() -> Iterator[Case]:
    """Paraphrases of the invented summaries, and single sentences that their quote says."""
    yield from paraphrased(load_pairs())
    yield from ((f"sentence: {kind}", field, pair) for kind, field, pair, is_good in sentences() if is_good)
