"""Seeing what works, seeing how it went."""

import json
import os
import subprocess
from datetime import timedelta

import pytest
from bench.services import faults, make_papers, serve

from blog import NOW, Blog
from digest.core.clock import yesterday
from digest.store.workspace import hold_lock


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


KNOWN = make_papers(1)[0].replace(id="1706.03762")
"""A paper that the real arXiv has, which doctor asks for."""


def states(out: str) -> dict[str, str]:
    return {line[6:19].strip(): line[:4].strip() for line in out.splitlines()}


def troubles(out: str) -> dict[str, str]:
    """What does not work, by thing; the repository, of which these blogs have none, aside."""
    return {thing: state for thing, state in states(out).items() if state != "ok" and thing != "repository"}


def test_doctor_with_all_in_order(blog: Blog) -> None:
    with serve([KNOWN]) as services:
        blog.configure(services)
        blog.build()
        ran = blog.digest("doctor")
    assert ran.code == 0, ran.out
    assert states(ran.out)["repository"] == "warn"
    assert len(states(ran.out)) == 13
    assert troubles(ran.out) == {}
    assert "sk-sample-secret" not in ran.out + ran.err


KEYS = {
    "a line break at its end": ("sk-sample-secret\n", {}),
    "a blank before it": (" sk-sample-secret", {}),
    "a line break inside": ("sk-sample\nsecret", {"key": "fail"}),
    "not ASCII": ("sk-sample-secrét", {"key": "fail"}),
    "not UTF-8": ("sk-sample-secret\udcff", {"key": "fail"}),
    "nothing else": ("\n", {"key": "warn", "model": "fail"}),
}


@pytest.mark.parametrize("name", KEYS)
def test_doctor_reads_the_key_as_a_build_does(blog: Blog, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    key, expected = KEYS[name]
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with serve([KNOWN]) as services:
        blog.configure(services)
        ran = blog.digest("doctor")
    assert troubles(ran.out) == expected
    assert list(states(ran.out))[-1] == "files"
    assert not any(part in ran.out + ran.err for part in ("sk-", "secr"))


VERIFIERS: dict[str, tuple[dict[str, str], str, dict[str, str]]] = {
    "the summarizer's": ({}, "", {}),
    "off": ({"kind": "off", "model": "other"}, "", {}),
    "another model": ({"model": "other"}, "", {"verifier": "warn"}),
    "a key of its own": ({"api_key_env": "OTHER_KEY"}, "sk-other-secret", {}),
    "a key that is not set": ({"api_key_env": "OTHER_KEY"}, "", {"verifier key": "warn", "verifier": "fail"}),
    "a key that is none": ({"api_key_env": "OTHER_KEY"}, "sk-oth\ner", {"verifier key": "fail"}),
    "a server that is down": ({"base_url": "http://127.0.0.1:9/v1"}, "", {"verifier": "fail"}),
}


def test_doctor_asks_the_verifier_where_it_is_another_model(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve([KNOWN]) as services:
        for name, (settings, key, expected) in VERIFIERS.items():
            monkeypatch.setenv("OTHER_KEY", key)
            blog.configure(services, verifier=settings)
            ran = blog.digest("doctor")
            assert troubles(ran.out) == expected, name
            assert ("verifier" in states(ran.out)) == (name.startswith("a") and "none" not in name), name
            assert "sk-oth" not in ran.out + ran.err


ANSWERS = {
    "a page for the list": ("huggingface", faults.html_page, {"Hugging Face": "fail"}),
    "an object for the list": ("huggingface", faults.error_inside, {"Hugging Face": "fail"}),
    "nothing for the list": ("huggingface", faults.empty, {"Hugging Face": "fail"}),
    "a feed without the paper": (
        "arxiv-api",
        faults.reply(200, body='<feed xmlns="http://www.w3.org/2005/Atom"/>'),
        {"arXiv API": "fail"},
    ),
    "a page for the models": ("models", faults.html_page, {"model": "fail"}),
    "no list of models": ("models", faults.reply(404), {"model": "warn"}),
    "no GET of models": ("models", faults.reply(405), {"model": "warn"}),
    "an error for the models": ("models", faults.error_inside, {"model": "warn"}),
    "other models": ("models", faults.reply(200, body='{"data": [{"id": "other"}, 3]}'), {"model": "warn"}),
    "our model among others": ("models", faults.reply(200, body='{"data": [{"id": "a"}, {"id": "sample"}]}'), {}),
    "a bare list": ("models", faults.reply(200, body='[{"id": "sample"}]'), {}),
    "a longer name": ("models", faults.reply(200, body='{"data": [{"id": "models/sample"}]}'), {}),
    "elsewhere": ("models", faults.redirect("/v1/nothing"), {"model": "fail"}),
    "the key, refused": ("models", faults.reply(401, body='{"error": "no: sk-sample-secret"}'), {"model": "fail"}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_doctor_wants_more_than_an_answer(blog: Blog, name: str) -> None:
    service, fault, expected = ANSWERS[name]
    with serve([KNOWN]) as services:
        blog.configure(services)
        services.fail(service, fault)
        ran = blog.digest("doctor")
    assert troubles(ran.out) == expected, ran.out
    assert ran.code == ("fail" in expected.values())
    assert "sk-sample-secret" not in ran.out + ran.err
    assert ("no: [key]" in ran.out) == (name == "the key, refused")
    assert ("'sample'" in ran.out) == (name in ("other models", "an error for the models"))


PLACES = {
    "the cache is a file": (".cache", "", {"cache": "fail"}),
    "the lock cannot be": (".cache/lock/x", "", {"lock": "fail"}),
    "the site's settings are broken": ("_config.yml", "a: [", {"files": "fail"}),
    "a record is broken": ("data/2025-12-04.json", "{", {"files": "warn"}),
    "a record is a folder": ("data/2025-12-04.json/x", "", {"files": "warn"}),
    "the posts are a file": ("posts", "", {"posts": "fail"}),
}


@pytest.mark.parametrize("name", PLACES)
def test_doctor_goes_on_where_a_file_is_in_the_way(blog: Blog, name: str) -> None:
    path, text, expected = PLACES[name]
    (blog.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (blog.folder / path).write_text(text)
    ran = blog.digest("doctor", "--offline")
    assert troubles(ran.out) == expected, ran.out
    assert ran.code == ("fail" in expected.values())
    assert list(states(ran.out))[-1] == "files"


def test_doctor_tells_of_posts_that_cannot_be_committed(blog: Blog) -> None:
    subprocess.run(["git", "init", "-q"], cwd=blog.folder, check=True)
    blog.configure(None, paths={"posts": "../elsewhere"})
    line = next(line for line in blog.digest("doctor", "--offline").out.splitlines() if "repository" in line)
    assert line.startswith("warn")
    assert "elsewhere is outside" in line


def test_doctor_names_what_fails(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with serve() as services, hold_lock(blog.folder / ".cache"):
        blog.configure(services)
        services.fail("huggingface", faults.reply(503))
        services.fail("arxiv-api", faults.rate_exceeded)
        (blog.folder / "posts").write_text("a file")
        ran = blog.digest("doctor")
    assert ran.code == 1
    found = states(ran.out)
    assert {thing for thing, state in found.items() if state == "fail"} == {
        "Hugging Face",
        "arXiv API",
        "model",
        "posts",
    }
    assert {thing for thing, state in found.items() if state == "warn"} == {"key", "lock", "repository"}


def test_doctor_with_nothing_configured(blog: Blog) -> None:
    ran = blog.digest("doctor", "--offline")
    assert ran.code == 0
    assert all("Traceback" not in line for line in ran.err.splitlines())


def test_status(blog: Blog) -> None:
    with serve() as services:
        prices = {"input": 1.0, "output": 2.0}
        blog.configure(services, summarizer={"prices": prices})
        day = str(yesterday(NOW, "Asia/Seoul"))
        services.fail("model", faults.reply(400), match="2512.03534")
        blog.digest("build", "--date", day, "2512.03405", "2512.03534", "2512.04000")
    ran = blog.digest("status", "--json")
    assert ran.code == 0
    values = json.loads(ran.out)
    own = next(each for each in values["days"] if each["day"] == day)
    assert (own["state"], own["final"], own["failed"]) == ("incomplete", 2, 1)
    assert day in values["due"]
    assert values["troubles"][0]["paper"] == "2512.03534"
    assert values["months"][0]["papers"] == 2
    assert values["months"][0]["cost_usd"] > 0
    text = blog.digest("status").out
    assert "2+1" in text
    assert "2512.03534 failed: model:" in text


def test_days_that_the_cache_knows_to_be_quiet_are_neither_missing_nor_due(blog: Blog) -> None:
    """A weekend, and a weekday whose list was empty twice, six hours apart."""
    days = [NOW.date() - timedelta(days=back) for back in range(2, 5)]
    with serve([], {}) as services:
        blog.configure(services)
        before = json.loads(blog.digest("status", "--json").out)
        for day in days:
            assert blog.digest("build", "--date", str(day)).code == 0
        once = json.loads(blog.digest("status", "--json").out)
        assert set(before["due"]) - set(once["due"]) == {str(day) for day in days if day.weekday() >= 5}
        assert {day["state"] for day in once["days"] if day["day"] in set(map(str, days))} == {"quiet"}
        blog.now = NOW + timedelta(hours=6)
        assert blog.digest("build", "--date", str(days[0])).code == 0
        services.clear()
        after = json.loads(blog.digest("status", "--json").out)
        assert services.requests == ()
    assert set(map(str, days)) <= set(before["due"])
    assert set(before["due"]) - set(after["due"]) == set(map(str, days))
    assert {day["state"] for day in after["days"] if day["day"] in set(map(str, days))} == {"quiet"}
