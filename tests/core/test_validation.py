"""How words fit into sections: what fits, and every kind of misfit with its place."""

from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from digest.core.validation import ConfigSection, Misfit, Place, checked, fit


def _even(number: int) -> int:
    if number % 2:
        raise ValueError("odd; write an even number")
    return number


def _few(texts: tuple[str, ...]) -> tuple[str, ...]:
    if len(texts) > 2:
        raise ValueError("more than two; keep two")
    return texts


class Cat(ConfigSection):
    kind: Literal["cat"]
    lives: int = 9


class Dog(ConfigSection):
    kind: Literal["dog"]


class Inner(ConfigSection):
    needed: str
    spare: str = ""


class Outer(ConfigSection):
    text: str = "a"
    whole: Annotated[int, Meta(ge=1, le=9), checked(_even)] = 2
    number: Annotated[float, Meta(ge=0)] | None = None
    flag: bool = False
    choice: Literal["a", "b"] = "a"
    texts: Annotated[tuple[str, ...], checked(_few)] = ()
    terms: dict[str, str] = {}
    inner: Inner | None = None
    pets: tuple[Cat | Dog, ...] = ()

    def __post_init__(self) -> None:
        if self.flag and self.number is None:
            raise ValueError("flag needs number; set it")


FITTING: list[tuple[dict[str, Any], Outer]] = [
    ({}, Outer()),
    ({"whole": "4", "number": "1e1", "flag": "yes"}, Outer(whole=4, number=10.0, flag=True)),
    ({"whole": 4, "number": 1, "flag": "OFF"}, Outer(whole=4, number=1.0)),
    ({"number": None, "inner": None}, Outer()),
    ({"texts": ["on", "1"], "terms": {"a": "1"}}, Outer(texts=("on", "1"), terms={"a": "1"})),
    ({"inner": {"needed": "null"}}, Outer(inner=Inner(needed="null"))),
    (
        {"pets": [{"kind": "dog"}, {"kind": "cat", "lives": "8"}]},
        Outer(pets=(Dog(kind="dog"), Cat(kind="cat", lives=8))),
    ),
]


@pytest.mark.parametrize(("words", "expected"), FITTING)
def test_what_fits(words: dict[str, Any], expected: Outer) -> None:
    assert fit(Outer, words) == (expected, ())


MISFITS: list[tuple[Any, Place, str]] = [
    (None, (), "not a section of keys"),
    ("a", (), "not a section of keys; it is 'a'"),
    ({"inner": ["a"]}, ("inner",), "not a section of keys"),
    ({"inner": {}}, ("inner", "needed"), "field required"),
    (
        {"inner": {"needed": "a", "more": "b"}},
        ("inner", "more"),
        "unknown key; remove it, or write one of needed, spare",
    ),
    ({"txet": "a"}, ("txet",), "unknown key; write text"),
    ({"text": None}, ("text",), "not a text"),
    ({"text": {"a": "b"}}, ("text",), "not a text"),
    ({"text": b"a"}, ("text",), "not a text"),
    ({"text": "a\0"}, ("text",), "has a control character; remove it"),
    ({"whole": "\ud800"}, ("whole",), "has a control character; remove it"),
    ({"whole": "2.5"}, ("whole",), "not a whole number; it is '2.5'"),
    ({"whole": "9" * 5000}, ("whole",), f"not a whole number; it is '{'9' * 36}..."),
    ({"whole": True}, ("whole",), "not a whole number"),
    ({"whole": "0"}, ("whole",), "must be 1 to 9; it is '0'"),
    ({"whole": "10"}, ("whole",), "must be 1 to 9; it is '10'"),
    ({"whole": 11}, ("whole",), "must be 1 to 9"),
    ({"whole": "3"}, ("whole",), "odd; write an even number"),
    ({"number": "many"}, ("number",), "not a number; it is 'many'"),
    ({"number": ["1"]}, ("number",), "not a number"),
    ({"number": "-1"}, ("number",), "must be at least 0; it is '-1'"),
    ({"number": "inf"}, ("number",), "not a finite number; it is 'inf'"),
    ({"flag": "perhaps"}, ("flag",), "neither true nor false; it is 'perhaps'"),
    ({"flag": "true"}, (), "flag needs number; set it"),
    ({"choice": "c"}, ("choice",), "must be one of a, b; it is 'c'"),
    ({"choice": ["a"]}, ("choice",), "must be one of a, b"),
    ({"texts": "a"}, ("texts",), "not a list; it is 'a'"),
    ({"texts": ["a", None]}, ("texts", 1), "not a text"),
    ({"texts": ["a", "b", "c"]}, ("texts",), "more than two; keep two"),
    ({"terms": ["a"]}, ("terms",), "not a mapping of keys to values"),
    ({"terms": {"a": "b", "c": ["d"]}}, ("terms", "c"), "not a text"),
    ({"terms": {"a": "b\0"}}, ("terms", "a"), "has a control character; remove it"),
    ({"terms": {"a\0": "b"}}, ("terms",), r"key 'a\x00': has a control character; remove it"),
    ({"terms": {None: "b"}}, ("terms",), "key None: not a text"),
    ({"pets": {"kind": "dog"}}, ("pets",), "not a list"),
    ({"pets": ["dog"]}, ("pets", 0), "not a section of keys; it is 'dog'"),
    ({"pets": [None]}, ("pets", 0), "not a section of keys"),
    ({"pets": [{"kind": "dog"}, {"lives": "1"}]}, ("pets", 1, "kind"), "must be one of cat, dog"),
    ({"pets": [{"kind": "cow"}]}, ("pets", 0, "kind"), "must be one of cat, dog; it is 'cow'"),
    ({"pets": [{"kind": ["dog"]}]}, ("pets", 0, "kind"), "must be one of cat, dog"),
    ({"pets": [{"kind": "dog", "lives": "1"}]}, ("pets", 0, "lives"), "unknown key; remove it, or write one of kind"),
]


@pytest.mark.parametrize(("words", "place", "reason"), MISFITS)
def test_a_misfit_has_its_place(words: Any, place: Place, reason: str) -> None:
    assert list(fit(Outer, words).misfits) == [Misfit(place, reason)]


def test_all_misfits_are_told() -> None:
    words = {"whole": "0", "texts": [None, None], "inner": {"spare": []}, "more": "a"}
    assert [misfit.place for misfit in fit(Outer, words).misfits] == [
        *[("whole",), ("texts", 0), ("texts", 1), ("inner", "spare"), ("inner", "needed"), ("more",)]
    ]
