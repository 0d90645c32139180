"""Values of YAML that people write: words that may mean numbers, and values that would never end."""

import json
from collections.abc import Iterable
from itertools import chain
from typing import Any, Final

import yaml

_LONGEST: Final = 16
"""Signs of a number; every JSON reader holds one of so many exactly."""
_LARGEST: Final = 200_000
"""Characters that values may have when their aliases are written out."""
_DEEPEST: Final = 50
"""Levels of values inside values."""


class PlainWord(str):
    """A word that YAML reads as a number or a truth value. It is text wherever text is wanted."""

    meant: bool | int | float

    def __new__(cls, word: str, meant: bool | int | float) -> "PlainWord":
        """The word as it is written, and what it means."""
        made = super().__new__(cls, word)
        made.meant = meant
        return made


def construct_word(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    """What a loader makes of a scalar that YAML resolves. It means a number only where it is written as one usually is.

    So `3` and `1.5` are numbers, and `2512.02550`, `1_000` and `8:15` are text.
    """
    word = loader.construct_yaml_str(node)
    make = yaml.SafeLoader.yaml_constructors[node.tag]
    try:
        meant = make(loader, node)
    except ValueError:
        return word
    usual = isinstance(meant, bool) or (len(word) <= _LONGEST and str(meant) == word)
    return PlainWord(word, meant) if usual else word


def meaning(value: Any) -> Any:
    """A value of lists, mappings and words as JSON has it: plain words are the numbers and truth values they mean."""
    if isinstance(value, PlainWord):
        return value.meant
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(key): meaning(each) for key, each in value.items()}
    return [meaning(each) for each in value] if isinstance(value, list | tuple) else value


class EndlessError(yaml.MarkedYAMLError):
    """YAML whose aliases make it larger than it looks, or that is nested too deep."""


def refuse_endless(node: yaml.Node) -> None:
    """Raise EndlessError for a value that is too large when its aliases are written out, or nested too deep.

    Takes time in proportion to the YAML as it is written.
    """
    _measure(node, {})


def _measure(node: yaml.Node, known: dict[int, tuple[int, int] | None]) -> tuple[int, int]:
    """The characters and levels of a value with its aliases written out."""
    if id(node) not in known:
        known[id(node)] = None
        inner = [_measure(each, known) for each in _inner(node)]
        own = len(node.value) if isinstance(node, yaml.ScalarNode) else 1
        known[id(node)] = own + sum(size for size, _ in inner), 1 + max((levels for _, levels in inner), default=0)
    size, levels = known[id(node)] or (_LARGEST + 1, 0)  # None within a value that holds itself
    if size > _LARGEST:
        raise EndlessError(problem="its aliases make it endless; write the values out", problem_mark=node.start_mark)
    if levels > _DEEPEST:
        raise EndlessError(problem=f"more than {_DEEPEST} levels deep; flatten it", problem_mark=node.start_mark)
    return size, levels


def _inner(node: yaml.Node) -> Iterable[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return chain.from_iterable(node.value)
    return node.value if isinstance(node, yaml.SequenceNode) else ()
