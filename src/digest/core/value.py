"""The base of every value in digest, and how values become JSON and come from it.

msgspec does not inherit `kw_only`. Type checking requires keywords for every kind all the same; only a kind whose
required fields come after others says `kw_only=True` itself, since it could not be defined otherwise.
"""

import re
from datetime import date
from functools import cache
from typing import Any, ClassVar, Self, dataclass_transform, get_args, get_origin

import msgspec

_PLACED = re.compile(r"(.*) - at (?:`key` in )?`\$(.*)`")
"""How msgspec says what is wrong, and where: `$.entries[0].status`, with `[...]` for a key of a mapping."""


class UnfitError(ValueError):
    """What JSON has is not a value of the expected kind."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        """From the outermost value on: `entries.0.paper.id`."""
        self.reason = reason


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """What is never changed, only replaced."""

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return msgspec.structs.replace(self, **changes)


class Value(Frozen, frozen=True, kw_only=True, repr_omit_defaults=True):
    """A frozen value. Keys that it does not know are kept, so that a note that the user added to a record survives."""

    absent_if_empty: ClassVar[frozenset[str]] = frozenset()
    """Fields that JSON has only where they say something."""

    unknown: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The value as JSON has it: its keys in the order of its fields, then those that it does not know."""
        fields = ((key, name, getattr(self, name)) for key, name in _names(type(self)).items())
        known = {key: _plain(value) for key, name, value in fields if value or name not in self.absent_if_empty}
        return known | {key: _merged(known.get(key), value) for key, value in (self.unknown or {}).items()}

    def keeping(self, old: Self | None) -> Self:
        """The value with the unknown keys of the one that it replaces, at every level that both have."""
        if old is None:
            return self
        pairs = {name: (getattr(self, name), getattr(old, name)) for name in self.__struct_fields__}
        inner = {name: new.keeping(was) for name, (new, was) in pairs.items() if _are_values(new, was)}
        unknown = (old.unknown or {}) | (self.unknown or {})
        return self.replace(**inner, unknown=unknown or None)

    @classmethod
    def read(cls, values: Any) -> Self:
        """A value from what JSON has. Raises UnfitError naming the place."""
        try:
            return msgspec.convert(_sorted(values, cls), cls, strict=False)
        except msgspec.ValidationError as error:
            raise _unfit(str(error)) from error


def _are_values(*values: object) -> bool:
    return all(isinstance(value, Value) for value in values)


def _unfit(text: str) -> UnfitError:
    placed = _PLACED.fullmatch(text)
    reason, place = placed.groups() if placed else (text, "")
    place = place.replace("[...]", ".*").replace("[", ".").replace("]", "").lstrip(".")
    return UnfitError(place or "the whole", reason[0].lower() + reason[1:])


def _plain(value: Any) -> Any:
    """A field as JSON has it. What it has of anybody's making is JSON already, of any depth, and stays as it is."""
    if isinstance(value, Value):
        return value.as_json()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) if isinstance(each, tuple | Value) else each for key, each in value.items()}
    return msgspec.to_builtins(value) if isinstance(value, date) else value


def _sorted(values: Any, kind: type[Value] | None) -> Any:
    """What JSON has, the keys that a kind of value does not know put into its `unknown`."""
    if kind is None:
        return values
    if isinstance(values, list):
        return [_sorted(each, kind) for each in values]
    if not isinstance(values, dict):
        return values
    kinds = _kinds(kind)
    strange = {key: _strange(values[key], *kinds[key]) for key in values if key in kinds}
    known = {key: _sorted_field(_less(each, strange[key]), *kinds[key]) for key, each in values.items() if key in kinds}
    unknown = {key: each for key, each in values.items() if key not in kinds}
    unknown |= {key: each for key, each in strange.items() if each}
    return known | {"unknown": unknown} if unknown else known


def _strange(values: Any, kind: type[Value] | None, is_mapping: bool) -> dict[str, Any]:
    """What a mapping of names to values holds that is not a value: a note that the user added."""
    if not is_mapping or kind is None or not isinstance(values, dict):
        return {}
    return {key: each for key, each in values.items() if not isinstance(each, dict)}


def _less(values: Any, strange: dict[str, Any]) -> Any:
    return {key: each for key, each in values.items() if key not in strange} if strange else values


def _merged(known: Any, unknown: Any) -> Any:
    """An unknown key's value, which may be the unknown part of a mapping."""
    return known | unknown if isinstance(known, dict) and isinstance(unknown, dict) else unknown


def _sorted_field(values: Any, kind: type[Value] | None, is_mapping: bool) -> Any:
    if is_mapping and isinstance(values, dict):
        return {key: _sorted(each, kind) for key, each in values.items()}
    return _sorted(values, kind)


@cache
def _names(kind: type[Value]) -> dict[str, str]:
    """A kind's fields: the key in JSON, the name in Python."""
    fields = msgspec.structs.fields(kind)
    return {field.encode_name: field.name for field in fields if field.name != "unknown"}


@cache
def _kinds(kind: type[Value]) -> dict[str, tuple[type[Value] | None, bool]]:
    """What values a kind's fields hold, None for those that hold none, and whether they hold them by key."""
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    return {key: (next(_values_in(fields[key]), None), get_origin(fields[key]) is dict) for key in _names(kind)}


def _values_in(type_: Any) -> Any:
    if isinstance(type_, type) and issubclass(type_, Value):
        yield type_
    for inner in get_args(type_):
        yield from _values_in(inner)
