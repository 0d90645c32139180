"""Values that people write in YAML, checked key by key; words that may mean numbers, and values that never end."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from difflib import get_close_matches
from itertools import chain
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, get_args, get_origin

import msgspec
import yaml

from digest.core.text import NO_TEXT
from digest.core.value import Frozen

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


Place = tuple[str | int, ...]
"""The keys and positions that lead from the root to a value."""

_FLAGS = dict.fromkeys(("yes", "on", "y", "t"), True) | dict.fromkeys(("no", "off", "n", "f"), False)
"""What is written for true and false besides those two words."""
_REASONS = {int: "not a whole number", float: "not a number", bool: "neither true nor false", str: "not a text"}
"""The reason given for a word that is not a value of the kind."""
_NO_SECTION = "not a section of keys"


class ConfigSection(Frozen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the configuration; keys it does not know are refused."""


class Misfit(NamedTuple):
    """A word that does not fit."""

    place: Place
    reason: str


class Fitted(NamedTuple):
    """A value, which means nothing where there are misfits."""

    value: Any
    misfits: Sequence[Misfit] = ()


def checked(check: Callable[[Any], Any]) -> msgspec.Meta:
    """An annotation: the value is what `check` makes of it, or is refused with the ValueError it raises."""
    return msgspec.Meta(extra={"check": check})


def fit(kind: Any, words: Any, place: Place = ()) -> Fitted:
    """Words, lists and mappings as a value of a kind: a section, a tuple or mapping of one kind, or a single word's.

    The kind may be optional, one of several sections that `kind` tells apart, or annotated with checks and bounds.
    """
    base, *notes = get_args(kind) if get_origin(kind) is Annotated else (kind,)
    fitted = _fit(base, words, place)
    for note in notes:
        if not fitted.misfits and note.extra:
            fitted = _made(note.extra["check"], fitted.value, place)
        elif not fitted.misfits:
            fitted = _fit_bounds(kind, note, fitted.value, words, place)
    return fitted


def _fit(kind: Any, words: Any, place: Place) -> Fitted:
    if kind is Any:
        return _fit_any(words, place)
    words = str(words) if isinstance(words, PlainWord) else words
    origin = get_origin(kind)
    if kind is Any:
        return Fitted(words)
    if origin in (Union, UnionType):
        return _fit_option(get_args(kind), words, place)
    if origin is Literal:
        return _fit_choice(get_args(kind), words, place)
    if origin is tuple:
        return _fit_list(get_args(kind)[0], words, place)
    if origin is dict:
        return _fit_mapping(get_args(kind)[1], words, place)
    return _fit_section(kind, words, place) if issubclass(kind, ConfigSection) else _fit_word(kind, words, place)


def _fit_bounds(kind: Any, bounds: msgspec.Meta, value: Any, words: Any, place: Place) -> Fitted:
    try:
        return Fitted(msgspec.convert(value, kind))
    except msgspec.ValidationError:
        must = f"at least {bounds.ge}" if bounds.le is None else f"{bounds.ge} to {bounds.le}"
        return _misfit(place, f"must be {must}", words)


def _fit_option(kinds: Sequence[Any], words: Any, place: Place) -> Fitted:
    if words is None and NoneType in kinds:
        return Fitted(None)
    some = [kind for kind in kinds if kind is not NoneType]
    if len(some) == 1:
        return fit(some[0], words, place)
    if not isinstance(words, dict):
        return _misfit(place, _NO_SECTION, words)
    named = {get_args(kind.__annotations__["kind"])[0]: kind for kind in some}
    name = fit(Literal[*named], words.get("kind"), (*place, "kind"))
    return name if name.misfits else _fit_section(named[name.value], words, place)


def _fit_choice(choices: Sequence[str], word: Any, place: Place) -> Fitted:
    return Fitted(word) if word in choices else _misfit(place, f"must be one of {', '.join(choices)}", word)


def _fit_section(kind: type[ConfigSection], words: Any, place: Place) -> Fitted:
    if not isinstance(words, dict):
        return _misfit(place, _NO_SECTION, words)
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    fitted = {key: fit(fields[key].type, words[key], (*place, key)) for key in fields if key in words}
    missing = [key for key, field in fields.items() if field.required and key not in words]
    misfits = [misfit for each in fitted.values() for misfit in each.misfits]
    misfits += [Misfit((*place, key), "field required") for key in missing]
    misfits += [Misfit((*place, key), _unknown(key, fields)) for key in words if key not in fields]
    values = {key: each.value for key, each in fitted.items()}
    return Fitted(None, misfits) if misfits else _made(lambda given: kind(**given), values, place)


def _unknown(key: Any, known: Collection[str]) -> str:
    near = get_close_matches(str(key), known, n=1, cutoff=0.7)
    return f"unknown key; write {near[0]}" if near else f"unknown key; remove it, or write one of {', '.join(known)}"


def _fit_list(kind: Any, words: Any, place: Place) -> Fitted:
    if not isinstance(words, list | tuple):
        return _misfit(place, "not a list", words)
    fitted = [fit(kind, word, (*place, number)) for number, word in enumerate(words)]
    return Fitted(tuple(each.value for each in fitted), [misfit for each in fitted for misfit in each.misfits])


def _fit_mapping(kind: Any, words: Any, place: Place) -> Fitted:
    if not isinstance(words, dict):
        return _misfit(place, "not a mapping of keys to values", words)
    keys = [(repr(key), misfit.reason) for key in words for misfit in fit(str, key).misfits]
    fitted = {key: fit(kind, word, (*place, key)) for key, word in words.items()}
    misfits = [Misfit(place, f"key {key}: {reason}") for key, reason in keys]
    misfits += [misfit for each in fitted.values() for misfit in each.misfits]
    return Fitted({key: each.value for key, each in fitted.items()}, misfits)


def _fit_any(words: Any, place: Place) -> Fitted:
    """What the user alone knows the meaning of: lists and mappings as they are, numbers and truth values as such."""
    if isinstance(words, dict):
        return _fit_mapping(Any, words, place)
    if isinstance(words, list):
        fitted = _fit_list(Any, words, place)
        return fitted._replace(value=list(fitted.value))
    if isinstance(words, PlainWord):
        return Fitted(words.meant)
    return Fitted(None) if words is None else _fit_word(str, words, place)


def _fit_word(kind: type, word: Any, place: Place) -> Fitted:
    if isinstance(word, str) and NO_TEXT.search(word):
        return Fitted(None, [Misfit(place, "has a control character; remove it")])
    meant = _FLAGS.get(word.lower(), word) if kind is bool and isinstance(word, str) else word
    try:
        value: Any = msgspec.convert(meant, kind, strict=False)
    except msgspec.ValidationError:
        return _misfit(place, _REASONS[kind], word)
    if isinstance(value, float) and not isfinite(value):
        return _misfit(place, "not a finite number", word)
    return Fitted(value)


def _made(make: Callable[[Any], Any], given: Any, place: Place) -> Fitted:
    try:
        return Fitted(make(given))
    except ValueError as error:
        return Fitted(None, [Misfit(place, str(error))])


def _misfit(place: Place, reason: str, words: Any) -> Fitted:
    """A misfit that shows what is there, if it is one word."""
    shown = repr(words) if isinstance(words, str) else ""
    shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
    return Fitted(None, [Misfit(place, f"{reason}; it is {shown}" if shown else reason)])
