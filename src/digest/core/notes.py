"""Notes that somebody put into a record by hand, as keys that digest does not know."""

from typing import TypeVar

from digest.core.value import Value

V = TypeVar("V", bound=Value)


def with_notes(new: V, old: V | None) -> V:
    """A value with the notes of the one that it takes the place of, at every level that both have."""
    if old is None:
        return new
    pairs = {name: (getattr(new, name), getattr(old, name)) for name in new.__struct_fields__}
    inner = {name: with_notes(*pair) for name, pair in pairs.items() if all(isinstance(each, Value) for each in pair)}
    notes = (old.unknown or {}) | (new.unknown or {})
    return new.replace(**inner, unknown=notes or None)
