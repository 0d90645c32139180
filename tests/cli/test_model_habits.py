"""What real model servers do that no documentation says, over HTTP."""

import json
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from bench.services import Services, make_papers, serve

from blog import Blog, Ran
from digest.sample.paper import SampleField
from model_server import Asked, Habit, ModelServer

PAPERS = make_papers(3)
IDS = [paper.id for paper in PAPERS]


class Left(NamedTuple):
    """What a habit leaves behind."""

    final: int = 3
    asks: int = 3
    exit: int = 0
    said: str = ""
    """Words on stderr or in the record."""


class Case(NamedTuple):
    """A habit, and what it leaves when it shows once and when it shows always."""

    habit: Habit
    once: Left = Left()
    always: Left = Left()
    config: dict[str, Any] = {}


def error(status: int, message: str, **keys: Any) -> Habit:
    return lambda asked: (status, json.dumps({"error": {"message": message, **keys}}))


def unless(is_well: Callable[[Asked], bool], habit: Habit) -> Habit:
    """A habit that a well-formed request does not meet."""
    return lambda asked: None if is_well(asked) else habit(asked)


def has(key: str) -> Callable[[Asked], bool]:
    return lambda asked: key in asked.body


def lacks(key: str) -> Callable[[Asked], bool]:
    return lambda asked: key not in asked.body


def rewritten(change: Callable[[str], str]) -> Habit:
    """The usual answer in another spelling."""
    return lambda asked: asked.saying(change(asked.content()))


def worded(change: Callable[[str], str]) -> Habit:
    """The usual answer, each text of a field in another spelling."""

    def habit(asked: Asked) -> Any:
        values = json.loads(asked.content())
        spelled = {name: {**field, "text": change(field["text"])} for name, field in values.items()}
        return asked.saying(json.dumps(spelled, ensure_ascii=False))

    return habit


def events(asked: Asked) -> str:
    content = asked.content()
    pieces = [content[at : at + 50] for at in range(0, len(content), 50)]
    chunks: list[dict[str, Any]] = [{"choices": [{"delta": {"role": "assistant", "reasoning_content": "Hm."}}]}]
    chunks += [{"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]} for piece in pieces]
    chunks += [{"choices": [{"delta": {}, "finish_reason": "stop"}]}, {"choices": [], "usage": asked.usual()["usage"]}]
    return ": ping\n\n" + "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"


def lines(asked: Asked) -> str:
    content = asked.content()
    parts = [{"message": {"role": "assistant", "content": content[:99]}, "done": False}]
    parts += [{"message": {"content": content[99:]}, "done": True, "prompt_eval_count": 2000, "eval_count": 500}]
    return "\n".join(map(json.dumps, parts))


def used(usage: Any) -> Habit:
    """The usual answer with another usage."""
    return lambda asked: {**asked.usual(), "usage": usage} if usage != "absent" else _without(asked.usual(), "usage")


def _without(values: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != key}


def draft(asked: Asked) -> str:
    return asked.content().replace("다.", "는 초안이다.")


def message(**keys: Callable[[str], Any]) -> Habit:
    """The answer in other places of the message, none in its content."""
    return lambda asked: asked.saying(None, message={key: place(asked.content()) for key, place in keys.items()})


def parts(*before: dict[str, Any]) -> Habit:
    return lambda asked: asked.saying([*before, {"type": "text", "text": asked.content()}])


ONE_MORE = Left(asks=4)
"""At most one more ask."""
THRICE = Left(asks=6)
"""Papers are asked for side by side: the first ask of each may be refused."""
NONE = Left(final=0, asks=3, exit=4)
TOLD_FORMAT = "This response_format type is unavailable now"
GRAMMAR = "Failed to initialize samplers: failed to parse grammar"
SYSTEM = "System role not supported"

ANSWERS: dict[str, Habit] = {
    # Where the answer is.
    "thinking before": rewritten(lambda said: f"<think>{said.replace('다.', '는 초안이다.')}</think>\n{said}"),
    "thinking that nobody opened": rewritten(lambda said: f"{said.replace('다.', '는 초안이다.')}\n</think>\n{said}"),
    "thinking in square brackets": rewritten(lambda said: f"[THINK]{{}} {said}[/THINK]{said}"),
    "thinking between channels": rewritten(
        lambda said: f"<|channel|>analysis<|message|>{said}<|end|><|channel|>final<|message|>{said}"
    ),
    "the bare form as a draft": rewritten(
        lambda said: f'<think>{{"goal": "초안이다.", "method": "초안이다."}}</think>{said}'
    ),
    "a draft without any mark": rewritten(lambda said: f'Draft: {{"goal": "초안이다."}}\nFinal answer:\n{said}'),
    "parts with a thought": parts({"type": "thinking", "thinking": "{}"}, {"type": "reasoning", "text": "{}"}),
    "parts as strings": lambda asked: asked.saying([asked.content()[:40], asked.content()[40:]]),
    "content as an object": lambda asked: asked.saying(json.loads(asked.content())),
    "reasoning_content alone": message(reasoning_content=str),
    "reasoning alone": message(reasoning=lambda said: f"I think. {said}"),
    "a tool call": message(tool_calls=lambda said: [{"function": {"name": "json", "arguments": said}}]),
    "a tool call with an object": message(
        tool_calls=lambda said: [{"function": {"name": "json", "arguments": json.loads(said)}}]
    ),
    "a function call": message(function_call=lambda said: {"name": "json", "arguments": said}),
    "parsed beside no content": message(parsed=json.loads),
    "events that nobody asked for": events,
    "lines of JSON": lines,
    "the message at the top": lambda asked: {"message": asked.usual()["choices"][0]["message"], "done": True},
    "the content at the top": lambda asked: {"content": [{"type": "text", "text": asked.content()}]},
    "the answer of another endpoint": lambda asked: {
        "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "content": [{"type": "output_text", "text": asked.content()}]},
        ]
    },
    "text in the place of a message": lambda asked: {"choices": [{"text": asked.content(), "index": 0}]},
    "a list around all": lambda asked: json.dumps([asked.usual()]),
    "no finish reason": lambda asked: asked.saying(asked.content(), finish_reason=None),
    "cut off, but whole": lambda asked: asked.saying(asked.content(), finish_reason="length"),
    # How it is spelled.
    "fenced": rewritten(lambda said: f"Sure!\n```json\n{said}\n```\nAnything else?"),
    "a trailing comma": rewritten(lambda said: said[:-1] + ",}"),
    "comments": rewritten(lambda said: said.replace('"motivation"', '// next\n"motivation"') + " // done"),
    "JSON in a string": rewritten(lambda said: json.dumps(said)),
    "Python's repr": rewritten(lambda said: repr(json.loads(said))),
    "a list around the object": rewritten(lambda said: f"[{said}]"),
    "wrapped": rewritten(lambda said: f'{{"summary": {{"fields": {said}}}}}'),
    "capital keys": rewritten(lambda said: said.replace('"goal"', '"Goal"').replace('"method"', '"METHOD"')),
    "a list of named fields": rewritten(
        lambda said: json.dumps([{"field": name, **field} for name, field in json.loads(said).items()])
    ),
    "decomposed letters": rewritten(lambda said: unicodedata.normalize("NFD", said)),
    "eastern full stops": worded(lambda text: text.replace(".", "。")),
    "zero-width signs": worded(lambda text: text.replace(" ", " \u200b") + "\ufeff"),
    "full-width digits": worded(lambda text: text.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789%"})),
    # Usage.
    "usage absent": used("absent"),
    "usage null": used(None),
    "usage in floats": used({"prompt_tokens": 2000.0, "completion_tokens": 500.0}),
    "usage in strings": used({"prompt_tokens": "2000", "completion_tokens": "500"}),
    "usage below zero": used({"prompt_tokens": -1, "completion_tokens": -1}),
    "usage cut short": used({"prompt_tokens": 64, "completion_tokens": 500}),
}
"""Papers of one night: each answer shows so, and is read."""

HABITS: dict[str, Case] = {
    "cut off": Case(
        lambda asked: asked.saying(asked.content()[:300], finish_reason="length"),
        once=ONE_MORE,
        always=Left(final=0, asks=9, exit=4, said="cut off"),
    ),
    # This form of question.
    "no json_schema": Case(unless(lambda a: a.format != "json_schema", error(400, TOLD_FORMAT)), ONE_MORE, THRICE),
    "neither json_schema nor json_object": Case(
        unless(lambda a: a.format is None, error(400, "'response_format.type' must be 'text'")), ONE_MORE, Left(asks=9)
    ),
    "the schema in unknown words": Case(
        unless(lambda a: a.format is None, error(400, "bad request")), ONE_MORE, Left(asks=9)
    ),
    "the schema with 422": Case(unless(lambda a: a.format != "json_schema", error(422, "no")), ONE_MORE, THRICE),
    "the schema with 500": Case(unless(lambda a: a.format != "json_schema", error(500, GRAMMAR)), ONE_MORE, THRICE),
    "the schema with 404": Case(
        unless(
            lambda a: a.format != "json_schema",
            error(404, "No endpoints found that can handle the requested parameters."),
        ),
        ONE_MORE,
        THRICE,
    ),
    "no system role": Case(
        unless(lambda a: a.body["messages"][0]["role"] == "user", error(400, SYSTEM)), ONE_MORE, THRICE
    ),
    "roles that must alternate": Case(
        unless(
            lambda a: a.body["messages"][0]["role"] == "user",
            error(500, "Conversation roles must alternate user/assistant; not supported"),
        ),
        ONE_MORE,
        THRICE,
    ),
    "max_completion_tokens": Case(
        unless(lacks("max_completion_tokens"), error(422, "Extra inputs are not permitted: max_completion_tokens")),
        ONE_MORE,
        THRICE,
    ),
    "neither bound": Case(
        unless(
            lambda a: "max_completion_tokens" not in a.body and "max_tokens" not in a.body,
            lambda a: (400, f"unknown key {next(k for k in a.body if k.startswith('max_'))}"),
        ),
        ONE_MORE,
        Left(asks=9),
    ),
    "a bound that is too large": Case(
        unless(
            lambda a: a.body["max_completion_tokens"] <= 4096,
            error(400, "max_tokens is too large: 8000. This model supports at most 4096 completion tokens."),
        ),
        ONE_MORE,
        THRICE,
    ),
    "no seed": Case(
        unless(lacks("seed"), error(400, 'Unknown name "seed": Cannot find field.')), ONE_MORE, THRICE, {"seed": 7}
    ),
    "no temperature": Case(
        unless(lacks("temperature"), error(400, "Unsupported value: 'temperature' does not support 0.2")),
        ONE_MORE,
        THRICE,
        {"temperature": 0.2},
    ),
    "no stream": Case(unless(lacks("stream"), error(400, "unknown field stream")), ONE_MORE, THRICE),
    "events alone": Case(
        lambda a: events(a) if a.body.get("stream") else (400, "This model only supports stream mode"),
        THRICE,
        THRICE,
    ),
    "a key of its own": Case(
        unless(has("enable_thinking"), error(400, "parameter.enable_thinking must be set to false")),
        config={"extra": {"enable_thinking": False}},
    ),
    "a key of its own that is not set": Case(
        unless(has("enable_thinking"), error(400, "parameter.enable_thinking must be set to false")),
        once=ONE_MORE,
        always=Left(final=0, asks=9, exit=4, said="summarizer.extra"),
    ),
    # This moment.
    "a wait in a header": Case(lambda a: (429, "slow down", {"Retry-After": "1"}), ONE_MORE, NONE._replace(asks=12)),
    "a wait in the body": Case(
        error(429, "Quota exceeded", details=[{"retryDelay": "34s"}]), ONE_MORE, NONE._replace(asks=12)
    ),
    "a wait in words": Case(error(429, "Please retry in 34.07s."), ONE_MORE, NONE._replace(asks=12)),
    "a rate limit with 403": Case(error(403, "rate limit reached"), ONE_MORE, NONE._replace(asks=12)),
    "an error in 200": Case(
        lambda a: {"error": {"code": 429, "message": "busy"}}, ONE_MORE, NONE._replace(asks=12, said="busy")
    ),
    "an error in a choice": Case(
        lambda a: {"choices": [{"error": {"code": 502, "message": "gone"}, "message": {"content": ""}}]},
        ONE_MORE,
        NONE._replace(asks=12, said="gone"),
    ),
    "an error among events": Case(
        lambda a: 'data: {"error": {"code": 503, "message": "overloaded"}}\n\n', ONE_MORE, NONE._replace(asks=12)
    ),
    "json_validate_failed": Case(
        error(400, "Failed to generate JSON.", code="json_validate_failed"), ONE_MORE, Left(0, 12, 4, "Failed to")
    ),
    "a page": Case(lambda a: "<html>sign in</html>", ONE_MORE, Left(0, 9, 4, "summarizer.base_url")),
    "502": Case(error(502, "bad gateway"), ONE_MORE, NONE._replace(asks=12)),
    # This question.
    "moderation": Case(error(403, "Input was flagged by moderation"), Left(2, 3, 3, "flagged"), NONE),
    "content policy": Case(error(400, "violates our content policy"), Left(2, 3, 3, "policy"), NONE),
    "403 without a word": Case(error(403, ""), Left(2, 3, 3), NONE),
    "404 of a model": Case(error(404, "model not found"), Left(2, 3, 3), NONE._replace(said="summarizer.model")),
    "a refusal": Case(
        lambda a: a.saying(None, message={"refusal": "I cannot."}), ONE_MORE, Left(0, 9, 4, "refused to answer")
    ),
    "too long": Case(
        unless(lambda a: len(a.text) < 9000, error(400, "This model's maximum context length is 4096 tokens.")),
        ONE_MORE,
        THRICE,
    ),
    "too long, no number": Case(
        unless(lambda a: len(a.text) < 9000, error(400, "prompt is too long", code="context_length_exceeded")),
    ),
    # This account.
    "a wrong key": Case(error(401, "Incorrect API key"), Left(0, 1, 4, "check the key"), Left(0, 3, 4)),
    "no credit": Case(error(402, "Insufficient balance"), Left(0, 1, 4, "credit"), Left(0, 3, 4, "credit")),
    "credit for less": Case(
        unless(
            lambda a: a.body["max_completion_tokens"] <= 2000,
            error(402, "This request requires more credits, or fewer max_tokens. You can only afford 2000."),
        ),
        ONE_MORE,
        THRICE,
    ),
    "no quota": Case(error(429, "You exceeded your quota", code="insufficient_quota"), Left(0, 1, 4), Left(0, 3, 4)),
    "a day's quota": Case(
        error(429, "Quota exceeded, limit GenerateRequestsPerDay. Please retry in 3s."), Left(0, 1, 4), Left(0, 3, 4)
    ),
}
"""What one answer says of the next, so that each has nights of its own."""


@pytest.fixture(scope="module")
def upstream() -> Iterator[Services]:
    with serve(PAPERS, {Blog.day: IDS}) as services:
        yield services


def build(blog: Blog, services: Services, habit: Habit, **keys: Any) -> tuple[Ran, list[Asked]]:
    with ModelServer(services.model_base_url, habit).running() as model:
        blog.configure(
            services, summarizer={"base_url": model.url, **keys}, verifier={"kind": "off"}, select={"limit": 99}
        )
        return blog.build(), model.asked


def test_an_answer_in_any_place_and_spelling_is_read_at_once(blog: Blog) -> None:
    quote = "On {} held-out examples the procedure reaches {} percent accuracy."
    papers = {}
    for paper, name in zip(make_papers(len(ANSWERS)), ANSWERS, strict=True):
        number = int(paper.id[-5:])
        size, score = 1000 + number, f"{50 + number}.5"
        results = SampleField(f"{size}개의 사례에서 {score}%의 정확도를 보였다.", (quote.format(size, score),))
        papers[name] = paper.replace(answer={"results": results})

    def named(text: str) -> str:
        return next(name for name, paper in papers.items() if paper.title in text)

    ids = [paper.id for paper in papers.values()]
    with serve([*papers.values()], {blog.day: ids}) as services:
        ran, asked = build(blog, services, lambda each: ANSWERS[named(each.text)](each))
    assert ran.code == 0, ran.err
    assert Counter(named(each.text) for each in asked) == Counter([*ANSWERS])
    entries = {named(entry["paper"]["title"]): entry for entry in blog.record["entries"]}
    assert {name: entry["faults"] for name, entry in entries.items()} == {name: [] for name in ANSWERS}
    texts = {name: entry["summary"]["results"] for name, entry in entries.items()}
    assert texts == {name: paper.answer["results"].text for name, paper in papers.items()}
    assert "초안" not in blog.record_path.read_text("utf-8")
    for name in ("usage in floats", "usage in strings"):
        assert entries[name]["provenance"]["tokens"] == {"input": 2000, "output": 500}
    assert "context length" in str(entries["usage cut short"]["provenance"]["notes"])


@pytest.mark.parametrize("name", HABITS)
def test_a_habit_once_and_always(blog: Blog, upstream: Services, name: str) -> None:
    habit, once, always, config = HABITS[name]
    first = [True]

    def at_first(asked: Asked) -> Any:
        said = habit(asked) if first else None
        if said is not None:
            first.clear()
        return said

    for left, shown, concurrency in ((once, at_first, 1), (always, habit, 3)):
        ran, asked = build(blog, upstream, shown, concurrency=concurrency, **config)
        told = ran.err + (blog.record_path.read_text("utf-8") if blog.record_path.exists() else "")
        assert "Traceback" not in ran.err
        assert (ran.json["papers"]["final"], ran.code) == (left.final, left.exit), ran.err
        assert len(asked) <= left.asks, ran.err
        assert left.said in told
        for folder in ("data", "posts", ".cache"):
            shutil.rmtree(blog.folder / folder, ignore_errors=True)
