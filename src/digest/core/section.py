"""Sections of a configuration, and how the words of a file fit into them: every fault at once, each with its place."""

from collections.abc import Callable, Sequence
from math import isfinite
from types import NoneType
from typing import Annotated, Any, NamedTuple, Self, dataclass_transform, get_args, get_origin

import msgspec

from digest.core.text import NO_TEXT

Place = tuple[str | int, ...]
"""The keys and positions that lead from the root to a value."""

_FLAGS = dict.fromkeys(("yes", "on", "y", "t"), True) | dict.fromkeys(("no", "off", "n", "f"), False)
"""What people write for true and false besides those two."""
_UNKNOWN = "unknown key; remove it or see the README for the keys there are"
_KINDS = {int: "not a whole number", float: "not a number", bool: "neither true nor false", str: "not a text"}


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the configuration; keys it does not know are refused."""

    def replace(self, **changes: Any) -> Self:
        """A copy with some keys changed."""
        return msgspec.structs.replace(self, **changes)


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
    """Words, lists and mappings as a value of a kind: a section, a tuple of one kind, or what a single word can be."""
    fitted = _fit(kind, words, place)
    checks = [meta.extra["check"] for meta in getattr(kind, "__metadata__", ()) if meta.extra]
    for check in [] if fitted.misfits else checks:
        fitted = _made(check, fitted.value, place)
    return fitted


def _fit(kind: Any, words: Any, place: Place) -> Fitted:
    base = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    options = [each for each in (base, *get_args(base)) if isinstance(each, type) and issubclass(each, Section)]
    if options and not (words is None and NoneType in get_args(base)):
        return _fit_section(options, words, place)
    return _fit_list(base, words, place) if get_origin(base) is tuple else _fit_word(kind, words, place)


def _fit_section(kinds: Sequence[type[Section]], words: Any, place: Place) -> Fitted:
    if not isinstance(words, dict):
        return _misfit(place, "not a section of keys", words)
    named = {get_args(kind.__annotations__["kind"])[0]: kind for kind in kinds} if len(kinds) > 1 else {}
    if named and words.get("kind") not in named:
        return _misfit(place, f"kind must be one of {', '.join(named)}", words.get("kind"))
    kind = named[words["kind"]] if named else kinds[0]
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    fitted = {key: fit(fields[key].type, words[key], (*place, key)) for key in fields if key in words}
    missing = [key for key, field in fields.items() if field.required and key not in words]
    misfits = [misfit for each in fitted.values() for misfit in each.misfits]
    misfits += [Misfit((*place, key), "field required") for key in missing]
    misfits += [Misfit((*place, key), _UNKNOWN) for key in words if key not in fields]
    values = {key: each.value for key, each in fitted.items()}
    return Fitted(None, misfits) if misfits else _made(lambda given: kind(**given), values, place)


def _fit_list(kind: Any, words: Any, place: Place) -> Fitted:
    if not isinstance(words, list | tuple):
        return _misfit(place, "not a list", words)
    fitted = [fit(get_args(kind)[0], word, (*place, number)) for number, word in enumerate(words)]
    return Fitted(tuple(each.value for each in fitted), [misfit for each in fitted for misfit in each.misfits])


def _fit_word(kind: Any, word: Any, place: Place) -> Fitted:
    meant = _FLAGS.get(word.lower(), word) if kind is bool and isinstance(word, str) else word
    try:
        value = msgspec.convert(meant, kind, strict=False)
    except msgspec.ValidationError as error:
        base = get_args(kind)[0] if get_origin(kind) is Annotated else kind
        return _misfit(place, _KINDS.get(base) or str(error).partition(" - at ")[0].lower(), word)
    if isinstance(value, float) and not isfinite(value):
        return _misfit(place, "not a finite number", word)
    if isinstance(value, str) and NO_TEXT.search(value):
        return Fitted(None, [Misfit(place, "has a control character; remove it")])
    return Fitted(value)


def _made(make: Callable[[Any], Any], given: Any, place: Place) -> Fitted:
    try:
        return Fitted(make(given))
    except ValueError as error:
        return Fitted(None, [Misfit(place, str(error))])


def _misfit(place: Place, reason: str, words: Any) -> Fitted:
    """A misfit that shows what stands there, if it is one word."""
    shown = repr(words) if isinstance(words, str) else ""
    shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
    return Fitted(None, [Misfit(place, f"{reason}; it is {shown}" if shown else reason)])
