"""Latin-script names in Korean prose, and whether source text has them."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from digest.core.judge.abbreviations import expands
from digest.core.judge.given import Given

NAME: Final = re.compile(r"(?<![A-Za-z0-9\\])(?:[0-9][0-9.]*)?[A-Za-z][A-Za-z0-9]*(?:[-_./&+'’]?[A-Za-z0-9]+)*")
_FORMULA: Final = re.compile(r"\$[^$\n]+\$|\\[A-Za-z]+")
_COMMON: Final = (
    "abstract adapter adversarial agent ai api art attention augmented autoencoder backbone baseline "
    "bayesian benchmark conclusion contribution convolutional cpu cross cross-attention dataset "
    "decoder deep descent diffusion embedding encoder end-to-end english experts feature few-shot fine "
    "fine-tuned fine-tuning framework gaussian generation generative goal gpu gradient "
    "graph graphics hallucination image inference introduction korean language large latent learning "
    "limitation limitations loss machine markov method methods mixture modal model motivation multi multimodal natural "
    "network neural optimization parameter pdf pipeline policy post-training pre pre-training preference processing "
    "processor prompt real-time recurrent reinforcement result results retrieval sampling score search "
    "self self-attention self-supervised small state supervised text thought token "
    "tokenizer trade-off training transfer tuning unit variational video vision web world zero-shot"
)
_KNOWN: Final = frozenset(_COMMON.split())
"""Common words that a Korean text may use; acronyms and names of models must be in the paper, or in full there."""
# `16GB`, `3.3x`, `64x64`, `1e-3`, `90K`, `stage-2`; not `H100`, `GPT-4` or `3DGS`.
_QUANTITY: Final = re.compile(
    r"[0-9][0-9.]*(?:[xX][0-9.]*|[kKMBT]|bits?|[kKMGT]?i?B|[kMGT]?bps|[kMG]?Hz|FLOPs|[num]?s|fps|px|p|dB|[cmkn]?m|[kM]?W|V|h|[eE]"
    r"|[eE]-?[0-9]+|st|nd|rd|th)|[xX][0-9.]+"
    r"|(?:stage|phase|level|step|top|type|task|layer|round|case|tier|day|part)-?[0-9]+",
    re.IGNORECASE,
)
"""A number with its unit, or with what it counts, is read as a number."""
_DIMENSIONS: Final = {"1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six"}
_LIST: Final = r"(?:[-\s]*[0-9][0-9.]*[a-z]{0,2}\s*(?:/|,|and|&|or)\s*)+"


def read_names(text: str) -> Iterator[re.Match[str]]:
    """Names in the text: Latin tokens with a digit, or of three letters or more with a capital; formulas left out."""
    text = _FORMULA.sub(lambda m: " " * len(m[0]), text)
    for match in NAME.finditer(text):
        if _is_name(match[0]):
            yield match


def _is_name(token: str) -> bool:
    if _QUANTITY.fullmatch(token):
        return False
    if any(char.isdigit() for char in token):
        return True
    return sum(char.isalpha() for char in token) >= 3 and any(char.isupper() for char in token)


def is_known(name: str, given: Given) -> bool:
    """Whether the text has the name, whole or in parts, in another spelling, or what its letters stand for."""
    if given.names(name):
        return True
    spelt = name.lower() in _KNOWN or expands(name, given.text) or _inflects(name, given)
    return spelt or _dimensional(name, given) or _in_list(name, given) or _parts_known(name, given)


def _dimensional(name: str, given: Given) -> bool:
    """Whether the text has `3D` as three-dimensional."""
    if not re.fullmatch(r"[1-6]D", name):
        return False
    return any(given.names(f"{count}dimensional") for count in (_DIMENSIONS[name[0]], name[0]))


def _in_list(name: str, given: Given) -> bool:
    """Whether the text has `CIFAR-100` in `CIFAR-10/100`."""
    match = re.fullmatch(r"(.*?[A-Za-z])[-_ ]?([0-9][0-9.]*[A-Za-z]{0,2})", name)
    if match is None or not given.names(match[1]):
        return False
    pattern = re.escape(match[1]) + _LIST + r"[-\s]*" + re.escape(match[2]) + r"(?![0-9A-Za-z])"
    return re.search(pattern, given.text, re.IGNORECASE) is not None


def _inflects(name: str, given: Given) -> bool:
    """Whether a word begins as this one does: `hallucinate` for `Hallucination`."""
    return len(name) >= 7 and name.isalpha() and name[1:].islower() and given.words.begins(name[:-3].lower())


def _parts_known(name: str, given: Given) -> bool:
    """Whether the name can be cut at its joints into known parts; a bare number is not a part."""
    joints = [0, *(m.start() for m in re.finditer(r"[-_/&+]|\.(?![0-9])", name)), len(name)]
    parts = [name[a:b].strip("-_./&+") for a, b in pairwise(joints)]
    if len(parts) < 2 or not all(re.search("[A-Za-z]", part) for part in parts):
        return False
    return all(_part_known(part, given) for part in parts)


def _part_known(part: str, given: Given) -> bool:
    if _is_name(part):
        return is_known(part, given)
    return part.isalpha() or given.names(part)
