"""Whole nights with a model server that has its limits: pace, patience, content, money, a key that must not leak."""

import json
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import stamina
from bench.services import make_papers, serve

from blog import Blog, Ran
from model_server import Asked, Habit, ModelServer, telling

IDS = [paper.id for paper in make_papers(2)]
OFF = {"kind": "off"}


def build(blog: Blog, count: int, habit: Habit, *, nights: int = 1, **keys: Any) -> tuple[list[Ran], ModelServer]:
    """Some runs of the same day with so many papers."""
    papers = make_papers(count)
    with (
        serve(papers, {blog.day: [paper.id for paper in papers]}) as services,
        ModelServer(services.model_base_url, habit).running() as model,
    ):
        blog.configure(services, summarizer={"base_url": model.url, **keys}, verifier=OFF, nightly={"min_success": 0})
        return [blog.build() for _ in range(nights)], model


def test_seven_papers_of_which_one_is_refused_for_its_content(blog: Blog) -> None:
    refused = make_papers(7)[3].id

    def habit(asked: Asked) -> Any:
        return (403, '{"error": {"message": "flagged"}}') if f"arXiv:{refused}" in asked.text else None

    (ran,), model = build(blog, 7, habit)
    assert (ran.json["papers"]["final"], ran.code) == (6, 3)
    assert len(model.asked) == 7
    assert blog.entry(refused)["status"] == "failed"


WAITS = ("Please retry in 0.4s.", '{"retryDelay": "0.4s"}', "retry_after_ms: 400")


def test_a_server_that_allows_four_requests_in_a_time_and_says_so_in_the_body_alone(blog: Blog) -> None:
    lock, times = threading.Lock(), [0.0] * 4

    def habit(asked: Asked) -> Any:
        with lock:
            now = time.monotonic()
            if now - times[-4] < 0.5:
                return 429, WAITS[asked.nth % len(WAITS)]
            times.append(now)
        return None

    with stamina.set_testing(False):
        (ran,), model = build(blog, 7, habit)
    assert (ran.json["papers"]["final"], ran.code) == (7, 0), ran.err
    assert len(model.asked) > 7


@pytest.mark.parametrize(("timeout", "final", "code"), [(0.2, 0, 4), (20.0, 1, 0)])
def test_a_model_that_takes_its_time(blog: Blog, timeout: float, final: int, code: int) -> None:
    def habit(asked: Asked) -> Any:
        time.sleep(0.4)

    (ran,), _ = build(blog, 1, habit, timeout=timeout)
    assert (ran.json["papers"]["final"], ran.code) == (final, code)
    assert final or "summarizer.timeout" in ran.err


@pytest.mark.parametrize("usage", ["absent", {"prompt_tokens": 1, "completion_tokens": 0}], ids=str)
def test_the_cap_is_never_exceeded_by_more_than_one_answer(blog: Blog, usage: Any) -> None:
    """What is really paid is what the sample model counts; an answer costs about 2,500 tokens."""
    paid: list[int] = []
    habit = telling(usage, paid)
    limit = 0.012
    (ran,), model = build(
        blog, 4, habit, prices={"input": 1.0, "output": 1.0}, budget_usd=limit, concurrency=2, max_tokens=4000
    )
    assert sum(paid) / 1e6 <= limit + max(paid) / 1e6
    assert 1 <= len(model.asked) < 4
    assert ran.code == 3
    assert ran.json["papers"]["failed"] == 4 - ran.json["papers"]["final"]
    assert "budget" in {fault["name"] for fault in ran.json["faults"]}


@pytest.mark.parametrize("status", [502, 504, 200])
def test_what_failed_and_may_have_been_paid_counts_against_the_cap(blog: Blog, status: int) -> None:
    broken = '{"error": {"code": 504, "message": "upstream timed out"}}'
    (_,), model = build(
        blog, 3, lambda asked: (status, broken), prices={"input": 1, "output": 1}, budget_usd=0.03, max_tokens=4000
    )
    assert len(model.asked) <= 6


def test_a_limit_without_a_price_is_refused_and_a_known_models_price_is_found(blog: Blog) -> None:
    (ran,), model = build(blog, 2, lambda asked: None, budget_usd=1)
    assert (ran.code, model.asked) == (2, [])
    assert "summarizer.prices" in ran.err
    (ran,), _ = build(blog, 2, lambda asked: None, budget_usd=1, model="gpt-5.6-luna")
    assert ran.code == 0
    tokens = ran.json["tokens"]
    assert ran.json["cost_usd"] == pytest.approx((0.2 * tokens["input"] + 1.2 * tokens["output"]) / 1e6)
    assert blog.record["entries"][0]["provenance"]["cost_usd"] > 0


def test_a_paper_that_never_succeeds_is_given_up(blog: Blog) -> None:
    runs, model = build(blog, 2, lambda asked: asked.saying("nothing") if IDS[0] in asked.text else None, nights=5)
    assert [ran.code for ran in runs] == [3, 3, 0, 0, 0]
    assert len(model.asked) == 9 + 1
    entry = blog.entry(IDS[0])
    assert (entry["status"], entry["provenance"]["attempts"]) == ("failed", 9)
    assert "given-up" in [fault["name"] for fault in entry["faults"]]


KEY = "sk-proj-4f9ZqT7xLw2Bn8Vd/Kc5+Ry1"


def echo(asked: Asked, key: str = KEY) -> str:
    return asked.headers.get("authorization", key).removeprefix("Bearer ")


LEAKS: Mapping[str, Habit] = {
    "401": lambda asked: (401, json.dumps({"error": {"message": f"Incorrect API key provided: {echo(asked)}"}})),
    "400, escaped": lambda asked: (400, json.dumps({"error": "".join(f"\\u{ord(c):04x}" for c in echo(asked))})),
    "429, far behind": lambda asked: (429, f'{{"error": {{"message": "{"x" * 3980} {echo(asked)}"}}}}'),
    "a page, cut": lambda asked: (500, f"<p>{'x' * 250}{echo(asked)[:20]}"),
    "an error in 200": lambda asked: {"error": {"code": 429, "message": echo(asked), echo(asked): [echo(asked)]}},
    "content": lambda asked: asked.saying(asked.content().replace("다.", f" {echo(asked)}이다.")),
    "evidence": lambda asked: asked.saying(asked.content().replace('"evidence": [', f'"evidence": ["{echo(asked)}", ')),
    "prose": lambda asked: asked.saying(f"Your key is {echo(asked)}"),
    "refusal": lambda asked: asked.saying(None, message={"refusal": echo(asked)}),
    "reasoning": lambda asked: asked.saying(asked.content(), message={"reasoning_content": echo(asked)}),
    "events": lambda asked: f'data: {json.dumps({"choices": [{"delta": {"content": echo(asked)}}]})}\n\n',
    "a redirect": lambda asked: (302, "", {"Location": f"http://127.0.0.1:1/?key={echo(asked)}"}),
    "finish reason": lambda asked: asked.saying("", finish_reason=echo(asked)),
    "usage": lambda asked: {**asked.usual(), "usage": {"prompt_tokens": echo(asked), echo(asked): 1}},
}  # fmt: skip


TRUSTED = ("content", "evidence", "prose", "refusal", "reasoning", "events", "finish reason", "usage")
"""Answers after which a server is asked as before, so that each is given for another paper of one night."""


@pytest.mark.parametrize("names", [TRUSTED, *([name] for name in LEAKS if name not in TRUSTED)], ids=str)
def test_the_key_is_nowhere_whatever_the_server_says(
    blog: Blog, names: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    papers = make_papers(max(2, len(names)))

    def habit(asked: Asked) -> Any:
        [number] = (number for number, paper in enumerate(papers) if paper.title in asked.text)
        given.add(names[number % len(names)])
        return LEAKS[names[number % len(names)]](asked)

    given: set[str] = set()
    (ran,), _ = build(blog, len(papers), habit, attempts=2)
    assert given == {*names}
    files = [path for path in blog.folder.rglob("*") if path.is_file()]
    said = [ran.out, ran.err, *(path.read_text("utf-8", "replace") for path in files)]
    assert files
    for piece in (KEY, KEY[:16], KEY[8:24], json.dumps(KEY)):
        assert not [text for text in said if piece in text]


CONFIGS: Mapping[str, dict[str, Any]] = {
    "query": {"base_url": f"http://127.0.0.1:1/v1?key={KEY}"},
    "user": {"base_url": f"http://me:{KEY}@127.0.0.1:1/v1"},
    "model": {"model": KEY},
    "extra": {"extra": {"user": KEY}},
    "extra, deep": {"extra": {"metadata": {"a": [KEY]}}},
    "extra, by name": {"extra": {"api_key": KEY}},
    "variable": {"api_key_env": KEY},
    "kind": {"kind": KEY},
    "number": {"attempts": KEY},
    "a key": {KEY: 1},
    "messages": {"extra": {"messages": []}},
}


@pytest.mark.parametrize("key", [KEY, "0a8f3c21d94b47e6b5c7f1e2d3a49586"])
def test_a_configuration_that_holds_the_key_is_refused_without_quoting_it(
    blog: Blog, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with serve(make_papers(1), {blog.day: IDS[:1]}) as services:
        for name, values in CONFIGS.items():
            blog.configure(services, summarizer=json.loads(json.dumps(values).replace(KEY, key)), verifier=OFF)
            ran = blog.build()
            assert ran.code == 2, name
            assert not [at for at in range(len(key) - 11) if key[at : at + 12] in ran.err + ran.out], name
            assert "digest: " in ran.err, name
        assert services.count("model") == 0


@pytest.mark.parametrize(
    ("url", "allow", "code"),
    [
        ("http://192.0.2.1/v1", False, 2),
        ("http://example.org/v1", False, 2),
        ("http://127.0.0.1.example.org/v1", False, 2),
        ("http://192.0.2.1/v1", True, 4),
        ("http://127.0.0.1:1/v1", False, 4),
        ("http://[::1]:1/v1", False, 4),
        ("http://localhost:1/v1", False, 4),
    ],
)
def test_the_key_goes_in_the_clear_to_this_machine_alone(
    blog: Blog, url: str, allow: bool, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")  # which ends the way to other machines
    (ran,), _ = build(blog, 1, lambda asked: None, base_url=url, allow_http=allow)
    assert ran.code == code, ran.err
    assert code == 4 or "summarizer.allow_http" in ran.err


@pytest.mark.parametrize(
    ("name", "exempt"), [("HTTP_PROXY", None), ("http_proxy", "localhost,[::1]"), ("ALL_PROXY", "10.0.0.0/8,fd00::/8")]
)
def test_a_proxy_is_not_asked_for_this_machine(
    blog: Blog, name: str, exempt: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    if exempt is not None:
        monkeypatch.setenv("NO_PROXY", exempt)
    (ran,), _ = build(blog, 1, lambda asked: None)
    assert ran.code == 0, ran.err


def test_what_cannot_be_kept_is_not_asked(blog: Blog) -> None:
    (blog.folder / ".cache").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(blog.folder / ".cache")],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        (ran,), model = build(blog, 2, lambda asked: None)
    finally:
        subprocess.run(["umount", str(blog.folder / ".cache")], check=True)
    assert model.asked == []
    assert ran.code == 2
    assert "No space left" in ran.err


def test_an_answer_without_measure_is_bounded(blog: Blog) -> None:
    def habit(asked: Asked) -> Any:
        values = json.loads(asked.content())
        name = next(iter(values))
        values[name] = {"text": "가" * 2_400_000 + "다.", "evidence": ["A quote of the paper."] * 120_000}
        return asked.saying(json.dumps(values)) if asked.nth == 1 else None

    (ran,), model = build(blog, 1, habit)
    assert ran.code == 0, ran.err
    assert max(len(json.dumps(asked.body)) for asked in model.asked) < 200_000
    assert all(path.stat().st_size < 300_000 for path in Path(blog.folder).rglob("*.json"))
