"""Whether one text says again what another says."""

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.fuzz import ratio

_LONG_ENOUGH: Final = 20
"""Letters of a text, at least, for its likeness to another to mean something."""
_SAME: Final = 95


def repeats(one: str, other: str) -> bool:
    """Whether two texts are the same but for spacing, signs, endings and particles.

    Sentences of one mould that differ in a content word or a number are not repeats.
    """
    folded, other_folded = _fold(one), _fold(other)
    if folded == other_folded:
        return True
    if min(len(folded), len(other_folded)) <= _LONG_ENOUGH:
        return False
    return ratio(folded, other_folded) >= _SAME and _same_words(one, other)


@lru_cache(maxsize=512)  # each field is compared with all others
def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _same_words(one: str, other: str) -> bool:
    """Whether each word of one text that the other lacks has a counterpart with the same stem there."""
    words, others = ({_fold(word) for word in text.split()} - {""} for text in (one, other))
    left, right = words - others, others - words
    return all(any(_stem(a, b) for b in right) for a in left) if left and right else True


def _stem(one: str, other: str) -> bool:
    """Whether two words differ in Hangul endings alone: `제안한다`, `제안하였다`."""
    one, other = _open(one), _open(other)
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    verbs = one.endswith("다") and other.endswith("다")
    return shared >= (1 if verbs else 2) and re.fullmatch("[가-힣]{0,4}", one[shared:]) is not None


def _open(word: str) -> str:
    """The word with its Hangul syllables less their final consonants, so that `한` begins as `하`."""
    return re.sub("[가-힣]", lambda match: chr(ord(match[0]) - (ord(match[0]) - ord("가")) % 28), word)
