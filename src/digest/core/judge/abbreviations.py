"""Whether a text has in full what an abbreviation stands for."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final

_ABBREVIATION: Final = re.compile(r"(?:[0-9]D|[A-Z])(?:[A-Z]|[24](?=[A-Z])|[a-z](?=[A-Z])){1,5}s?")
_PART: Final = re.compile("[0-9]D|[A-Za-z0-9]")
_SYLLABLE: Final = re.compile("[0-9]D|[A-Z][a-z]?|[0-9]")
_LOOSE: Final = {
    "LLM": "language models?",
    "CNN": r"convolutional (?:neural )?net",
    "RNN": r"recurrent (?:neural )?net",
    "GAN": "generative adversarial",
    "SOTA": "state[ -]of[ -]the[ -]art",
}
"""What a paper may say in full for them."""
_WELL_KNOWN: Final = re.compile("LLM|LVLM|MLLM|VLM|VQA|NLP|OCR|RAG|RLHF|SFT|SGD|LSTM|MLP|VAE|ViT|LoRA|GNN|DPO|PPO")
"""For these a phrase of the paper is never chance."""
_JOINT: Final = r"[\s-]+(?:(?i:of|the|and|for|to|in|with|a|an|on|from|by|via)[\s-]+)?"
_REST: Final = r"[A-Za-z0-9]*(?:-[A-Za-z]+)*?"
_PLAIN_ENOUGH: Final = 4
"""Letters of an abbreviation that neighbouring words do not spell by chance."""
_LONG: Final = 5000
"""Characters of a text in which neighbouring words spell shorter ones by chance."""


def expands(abbreviation: str, text: str) -> bool:
    """Whether neighbouring words of the text begin with the letters of the abbreviation, in order.

    `VLM` is vision-language models, `CoT` chain of thought, `LoRA` low-rank adaptation, `T2I` text-to-image,
    `3DGS` 3D Gaussian Splatting.
    Any long text has three words that begin so by chance. There, a short abbreviation needs a phrase that is
    repeated, or that is written as a name.
    """
    letters = abbreviation.removesuffix("s")
    if letters in _LOOSE and re.search(_LOOSE[letters], text, re.IGNORECASE):
        return True
    if not _ABBREVIATION.fullmatch(abbreviation):
        return False
    found = (match for parts in _splits(letters) for match in _pattern(parts).finditer(text))
    phrases = [" ".join(match[0].split()) for match in found]
    plain = len(letters) >= _PLAIN_ENOUGH or len(text) < _LONG or _WELL_KNOWN.fullmatch(letters) is not None
    if plain or any(map(_is_title, phrases)):
        return bool(phrases)
    return any(count > 1 for count in Counter(phrase.lower().rstrip("s") for phrase in phrases).values())


def _splits(letters: str) -> Iterator[tuple[str, ...]]:
    """The beginnings of words that it may be made of: C, o, T of `CoT`, and Lo, R, A of `LoRA`."""
    yield tuple(_PART.findall(letters))
    if re.search("[a-z]", letters):
        yield tuple(_SYLLABLE.findall(letters))


@cache
def _pattern(parts: tuple[str, ...]) -> re.Pattern[str]:
    """Begins with a plain set of letters: long texts are then searched ten times as fast."""
    first, *rest = parts
    words = (f"{_either(first[0])}(?<![A-Za-z0-9].){_either(first[1:])}{_REST}", *map(_word, rest))
    return re.compile(rf"{_JOINT.join(words)}(?![A-Za-z0-9])")


def _word(part: str) -> str:
    if part in {"2", "4"}:
        return {"2": "(?i:to)", "4": "(?i:for)"}[part]
    return _either(part) + _REST


def _either(letters: str) -> str:
    return "".join(f"[{letter.upper()}{letter.lower()}]" for letter in letters)


def _is_title(phrase: str) -> bool:
    return sum(word[0].isupper() for word in re.split(r"[\s-]+", phrase)) >= 2 or phrase.count("-") >= 2
