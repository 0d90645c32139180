"""Answers by the hash of their question."""

import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.core.paper import Paper
from digest.store.cache import Cache, name_of


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / ".cache")


def entry(tmp_path: Path) -> Path:
    (found,) = (tmp_path / ".cache").rglob("*.json")
    return found


def test_an_answer_is_kept(cache: Cache) -> None:
    cache.put({"a": [1]}, ask="x", id="1")
    assert cache.has(id="1", ask="x")
    assert cache.get(id="1", ask="x") == {"a": [1]}
    assert cache.get(id="2", ask="x") is None
    assert cache.hits == 1
    assert not cache.has(ask="x", id="2")


def test_the_folder_says_what_it_is_and_stays_out_of_git(cache: Cache, tmp_path: Path) -> None:
    cache.put(1, ask="x")
    assert (tmp_path / ".cache" / ".gitignore").read_text() == "*\n"
    assert "deleted at any time" in (tmp_path / ".cache" / "README").read_text()


BROKEN = {
    "empty": b"",
    "cut off": b'{"id": "2512',
    "binary": bytes(range(256)),
    "nested for ever": b"[" * 100_000,
    "null": b"null",
    "another shape": b'["2512.03405"]',
    "wrong types": b'{"id": {"a": 1}}',
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_entry_is_missing_and_asked_again(cache: Cache, tmp_path: Path, name: str) -> None:
    cache.put({"id": "2512.03405"}, ask="x")
    entry(tmp_path).write_bytes(BROKEN[name])
    assert cache.get_value(Paper, ask="x") is None
    assert cache.hits == 0
    cache.put({"id": "2512.03534"}, ask="x")
    assert cache.get_value(Paper, ask="x") == Paper(id="2512.03534")
    assert cache.hits == 1


def test_a_long_answer_takes_little_room(cache: Cache, tmp_path: Path) -> None:
    text = "Sparse routing keeps what matters. " * 2000
    cache.put({"text": text}, ask="x")
    assert entry(tmp_path).stat().st_size < 2000
    assert cache.get(ask="x") == {"text": text}
    assert Cache(tmp_path / ".cache").get_named(name_of({"ask": "x"})) == {"text": text}
    whole = entry(tmp_path).read_bytes()
    for broken in (whole[:-20], whole[:40] + b"\x00" * 40 + whole[80:], whole[:2]):
        entry(tmp_path).write_bytes(broken)
        assert cache.get(ask="x") is None
    entry(tmp_path).write_text('{"text": "kept by an older digest"}')
    assert cache.get(ask="x") == {"text": "kept by an older digest"}


def test_a_folder_in_the_place_of_an_entry_is_missing(cache: Cache, tmp_path: Path) -> None:
    cache.put(1, ask="x")
    path = entry(tmp_path)
    path.unlink()
    path.mkdir()
    assert cache.get(ask="x") is None
    cache.put(2, ask="x")
    assert cache.get(ask="x") is None


def test_a_cache_that_cannot_be_written_costs_nothing_now(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("a file where the folder should be")
    cache = Cache(tmp_path / ".cache")
    cache.put(1, ask="x")
    assert cache.get(ask="x") is None
    assert not cache.has(ask="x")


ANY = st.text(st.characters() | st.sampled_from("\ud800\udfff\x00"))
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(JSON, ANY)
def test_any_answer_to_any_question_comes_back(tmp_path_factory: pytest.TempPathFactory, answer: Any, ask: str) -> None:
    cache = Cache(tmp_path_factory.getbasetemp() / "any")
    cache.put(answer, ask=ask)
    assert cache.get(ask=ask) == answer


def test_many_threads(cache: Cache) -> None:
    def work(number: int) -> None:
        for _ in range(20):
            cache.put({"n": number % 3}, ask=number % 3)
            assert cache.get(ask=number % 3) == {"n": number % 3}

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.hits == 160
