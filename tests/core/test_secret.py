"""Hiding a key in whatever a server says."""

import base64
import json
from urllib.parse import quote

import pytest

from digest.core.secret import Secret

KEY = "sk-proj/4f9ZqT7x+Lw2Bn8VdKc5"

HIDDEN = {
    "as it is": f"key {KEY}.",
    "twice": f"{KEY}{KEY}",
    "in JSON": json.dumps({"a": KEY}),
    "with escaped slashes": KEY.replace("/", "\\/"),
    "in a URL": quote(KEY, safe=""),
    "as basic authentication": base64.b64encode(KEY.encode()).decode(),
    "its beginning": f"key {KEY[:14]}",
    "its end": f"{KEY[-13:]} it was",
    "its middle": f"***{KEY[6:20]}***",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_no_piece_of_a_key_is_left(name: str) -> None:
    hidden = Secret(KEY).hide(HIDDEN[name])
    assert "[key]" in hidden
    assert not [start for start in range(len(KEY) - 11) if KEY[start : start + 12] in hidden]


def test_a_key_within_a_value() -> None:
    assert Secret(KEY).hide_within({KEY: [1, None, {"a": KEY}]}) == {"[key]": [1, None, {"a": "[key]"}]}


@pytest.mark.parametrize("key", [None, "", "none", "EMPTY", "sample"])
def test_words_that_local_servers_are_given_are_not_secrets(key: str | None) -> None:
    text = "none of the sample sets is EMPTY"
    assert Secret(key).hide(text) == text
