"""How many tokens a text costs, at most."""

import re

_UNITS = re.compile(r"[A-Za-z]+|\d+|\s+|.", re.DOTALL)


def count_tokens(text: str) -> int:
    """An upper estimate that holds for the tokenizers in use, without one: they differ, and prices are settled later.

    English words cost a token for every four letters begun, numbers one for every three digits begun, a line break
    one, a space none, and every other character one.
    """
    return sum(map(_cost, _UNITS.findall(text)))


def _cost(unit: str) -> int:
    if unit.isspace():
        return 1 if "\n" in unit else 0
    if unit.isascii() and unit.isalpha():
        return -(-len(unit) // 4)
    if unit.isdecimal() and unit.isascii():
        return -(-len(unit) // 3)
    return 1
