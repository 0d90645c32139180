"""What real model servers do that no documentation says, over HTTP."""

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from bench.services import Services, make_papers, serve

from blog import Blog, Ran
from digest.clients.completion import parse, read_completion
from digest.core.prompt.answer import read_answer
from digest.core.summary import FIELDS
from digest.sample.paper import SampleField
from model_server import Asked, Habit, ModelServer, as_reply


class Left(NamedTuple):
    """What is left of a night on which a habit always shows."""

    papers: int = 2
    final: int = 0
    asks: int = 6
    """At most."""
    said: str = ""
    """Words on stderr or in the record."""
    config: dict[str, Any] = {}


def error(status: int, message: str, **keys: Any) -> Habit:
    return lambda asked: (status, json.dumps({"error": {"message": message, **keys}}))


def unless(is_well: Callable[[Asked], bool], habit: Habit) -> Habit:
    """A habit that a well-formed request does not meet."""
    return lambda asked: None if is_well(asked) else habit(asked)


def context_of(tokens: int) -> Habit:
    """A context that question and answer share, as vLLM has it."""

    def refuse(asked: Asked) -> Any:
        read, most = len(asked.text) // 3, asked.body.get("max_completion_tokens") or asked.body["max_tokens"]
        if read + most <= tokens:
            return None
        said = f"you requested {read + most} tokens ({read} in the messages, {most} in the completion)"
        return error(400, f"This model's maximum context length is {tokens} tokens. However, {said}.")(asked)

    return refuse


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


TOLD_FORMAT = "This response_format type is unavailable now"
GRAMMAR = "Failed to initialize samplers: failed to parse grammar"
SYSTEM = "System role not supported"
SHORT = 7500
"""Characters of a question, fewer than these papers' with all their text."""

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
"""Each is the usual answer, and is read as such."""

LEARNT = Left(final=2, asks=4)
"""Papers are asked for side by side: the first ask of each may be refused."""
LEARNT_TWICE = Left(final=2, asks=6)
PATIENT = Left(asks=8)
"""Four asks a paper."""
ENDED = Left(asks=1)
"""What holds for each question ends the asking, and the next night asks again."""

FORMS: dict[str, tuple[Habit, Left]] = {
    # This form of question.
    "no json_schema": (unless(lambda a: a.format != "json_schema", error(400, TOLD_FORMAT)), LEARNT),
    "neither json_schema nor json_object": (
        unless(lambda a: a.format is None, error(400, "'response_format.type' must be 'text'")),
        LEARNT_TWICE,
    ),
    "the schema in unknown words": (unless(lambda a: a.format is None, error(400, "bad request")), LEARNT_TWICE),
    "the schema with 422": (unless(lambda a: a.format != "json_schema", error(422, "no")), LEARNT),
    "the schema with 500": (unless(lambda a: a.format != "json_schema", error(500, GRAMMAR)), LEARNT),
    "the schema with 404": (
        unless(
            lambda a: a.format != "json_schema",
            error(404, "No endpoints found that can handle the requested parameters."),
        ),
        LEARNT,
    ),
    "no system role": (unless(lambda a: a.body["messages"][0]["role"] == "user", error(400, SYSTEM)), LEARNT),
    "roles that must alternate": (
        unless(
            lambda a: a.body["messages"][0]["role"] == "user",
            error(500, "Conversation roles must alternate user/assistant; not supported"),
        ),
        LEARNT,
    ),
    "max_completion_tokens": (
        unless(lacks("max_completion_tokens"), error(422, "Extra inputs are not permitted: max_completion_tokens")),
        LEARNT,
    ),
    "neither bound": (
        unless(
            lambda a: "max_completion_tokens" not in a.body and "max_tokens" not in a.body,
            lambda a: (400, f"unknown key {next(k for k in a.body if k.startswith('max_'))}"),
        ),
        LEARNT_TWICE,
    ),
    "a bound that is too large": (
        unless(
            lambda a: a.body["max_completion_tokens"] <= 4096,
            error(400, "max_tokens is too large: 8000. This model supports at most 4096 completion tokens."),
        ),
        LEARNT,
    ),
    "no seed": (
        unless(lacks("seed"), error(400, 'Unknown name "seed": Cannot find field.')),
        LEARNT._replace(config={"seed": 7}),
    ),
    "no temperature": (
        unless(lacks("temperature"), error(400, "Unsupported value: 'temperature' does not support 0.2")),
        LEARNT._replace(config={"temperature": 0.2}),
    ),
    "no stream": (unless(lacks("stream"), error(400, "unknown field stream")), LEARNT),
    "events alone": (
        lambda a: events(a) if a.body.get("stream") else (400, "This model only supports stream mode"),
        LEARNT,
    ),
    "a key of its own": (
        unless(has("enable_thinking"), error(400, "parameter.enable_thinking must be set to false")),
        Left(final=2, asks=2, config={"extra": {"enable_thinking": False}}),
    ),
    "a key of its own that is not set": (
        unless(has("enable_thinking"), error(400, "parameter.enable_thinking must be set to false")),
        Left(said="summarizer.extra"),
    ),
    "too long": (
        unless(lambda a: len(a.text) < SHORT, error(400, "This model's maximum context length is 4096 tokens.")),
        Left(papers=1, final=1, asks=2),
    ),
    "too long with its answer": (context_of(4096), Left(papers=1, final=1, asks=2)),
    "too long, no number": (
        unless(lambda a: len(a.text) < SHORT, error(400, "prompt is too long", code="context_length_exceeded")),
        Left(papers=1, final=1, asks=5),
    ),
    "credit for less": (
        unless(
            lambda a: a.body["max_completion_tokens"] <= 2000,
            error(402, "This request requires more credits, or fewer max_tokens. You can only afford 2000."),
        ),
        LEARNT,
    ),
}
"""Habits that a question in another form does not meet, so that a server which shows them once has its answer too."""

PASSING: dict[str, tuple[Habit, Left]] = {
    "cut off": (
        lambda asked: asked.saying(asked.content()[:300], finish_reason="length"),
        Left(said="cut off"),
    ),
    "a wait in a header": (lambda a: (429, "slow down", {"Retry-After": "1"}), PATIENT),
    "a wait in the body": (error(429, "Quota exceeded", details=[{"retryDelay": "34s"}]), PATIENT),
    "a wait in words": (error(429, "Please retry in 34.07s."), PATIENT),
    "a rate limit with 403": (error(403, "rate limit reached"), PATIENT),
    "an error in 200": (lambda a: {"error": {"code": 429, "message": "busy"}}, PATIENT._replace(said="busy")),
    "an error in a choice": (
        lambda a: {"choices": [{"error": {"code": 502, "message": "gone"}, "message": {"content": ""}}]},
        PATIENT._replace(said="gone"),
    ),
    "an error among events": (
        lambda a: 'data: {"error": {"code": 503, "message": "overloaded"}}\n\n',
        PATIENT,
    ),
    "json_validate_failed": (
        error(400, "Failed to generate JSON.", code="json_validate_failed"),
        PATIENT._replace(said="Failed to"),
    ),
    "a page": (lambda a: "<html>sign in</html>", Left(said="summarizer.base_url")),
    "502": (error(502, "bad gateway"), PATIENT),
    "a refusal": (lambda a: a.saying(None, message={"refusal": "I cannot."}), Left(said="refused to answer")),
}
"""What may be otherwise when the same is asked again."""

QUESTIONS: dict[str, tuple[Habit, Left]] = {
    "moderation": (error(403, "Input was flagged by moderation"), Left(asks=2, said="flagged")),
    "content policy": (error(400, "violates our content policy"), Left(asks=2, said="policy")),
    "403 without a word": (error(403, ""), Left(asks=2)),
    "404 of a model": (error(404, "model not found"), Left(asks=2, said="summarizer.model")),
}
"""What holds for one question, however often it is asked."""

ACCOUNTS: dict[str, tuple[Habit, Left]] = {
    "a wrong key": (error(401, "Incorrect API key"), ENDED._replace(said="check the key")),
    "no credit": (error(402, "Insufficient balance"), ENDED._replace(said="credit")),
    "no quota": (error(429, "You exceeded your quota", code="insufficient_quota"), ENDED),
    "a day's quota": (error(429, "Quota exceeded, limit GenerateRequestsPerDay. Please retry in 3s."), ENDED),
}

ALWAYS = FORMS | PASSING | QUESTIONS | ACCOUNTS


UPSTREAM = make_papers(2 * len(PASSING))


@pytest.fixture(scope="module")
def upstream() -> Iterator[Services]:
    with serve(UPSTREAM) as services:
        yield services


def build(blog: Blog, services: Services, habit: Habit, *ids: str, **keys: Any) -> tuple[Ran, list[Asked]]:
    """A night of the papers with these ids."""
    with ModelServer(services.model_base_url, habit).running() as model:
        blog.configure(
            services, summarizer={"base_url": model.url, **keys}, verifier={"kind": "off"}, select={"limit": 99}
        )
        return blog.build(*ids), model.asked


USUAL = json.dumps(
    {name: {"text": f"{name}의 정확도는 93%이다.", "evidence": ["A quote."]} for name in FIELDS}, ensure_ascii=False
)


def usual(**_: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": USUAL}, "finish_reason": "stop"}
    return {"object": "chat.completion", "choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 7}}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_in_any_place_and_spelling_is_read(name: str) -> None:
    _, body, _ = as_reply(ANSWERS[name](Asked({}, 1, {}, usual)))
    completion = read_completion(parse(body.decode()))
    texts = [text for text in (completion.content, *completion.others) if text.strip()]
    assert read_answer(texts, FIELDS).fields == read_answer([USUAL], FIELDS).fields
    assert completion.problem in (None, "cut-off")


WIRED = (
    "thinking before",
    "a tool call with an object",
    "events that nobody asked for",
    "lines of JSON",
    "the answer of another endpoint",
    "a list around all",
    "cut off, but whole",
    "Python's repr",
    "eastern full stops",
    "full-width digits",
    "usage in floats",
    "usage in strings",
    "usage cut short",
)
"""Some of each kind, and those that digest changes after they were read."""


def test_such_answers_are_accepted_at_once(blog: Blog) -> None:
    quote = "On {} held-out examples the procedure reaches {} percent accuracy."
    papers = {}
    for paper, name in zip(make_papers(len(WIRED)), WIRED, strict=True):
        number = int(paper.id[-5:])
        size, score = 1000 + number, f"{50 + number}.5"
        results = SampleField(f"{size}개의 사례에서 {score}%의 정확도를 보였다.", (quote.format(size, score),))
        papers[name] = paper.replace(answer={"results": results})

    def named(text: str) -> str:
        return next(name for name, paper in papers.items() if paper.title in text)

    ids = [paper.id for paper in papers.values()]
    with serve([*papers.values()]) as services:
        ran, asked = build(blog, services, lambda each: ANSWERS[named(each.text)](each), *ids)
    assert ran.code == 0, ran.err
    assert Counter(named(each.text) for each in asked) == Counter([*WIRED])
    entries = {named(entry["paper"]["title"]): entry for entry in blog.record["entries"]}
    assert {name: entry["faults"] for name, entry in entries.items()} == {name: [] for name in WIRED}
    texts = {name: entry["summary"]["results"] for name, entry in entries.items()}
    assert texts == {name: paper.answer["results"].text for name, paper in papers.items()}
    assert "초안" not in blog.record_path.read_text("utf-8")
    for name in ("usage in floats", "usage in strings"):
        assert entries[name]["provenance"]["tokens"] == {"input": 2000, "output": 500}
    assert "context length" in str(entries["usage cut short"]["provenance"]["notes"])


@pytest.mark.parametrize("name", ALWAYS)
def test_a_habit_that_always_shows(blog: Blog, upstream: Services, name: str) -> None:
    habit, left = ALWAYS[name]
    ids = [paper.id for paper in UPSTREAM[: left.papers]]
    ran, asked = build(blog, upstream, habit, *ids, concurrency=1, **left.config)
    told = ran.err + (blog.record_path.read_text("utf-8") if blog.record_path.exists() else "")
    assert "Traceback" not in ran.err
    assert (ran.json["papers"]["final"], ran.code) == (left.final, 0 if left.final else 4), ran.err
    assert len(asked) <= left.asks, ran.err
    assert left.said in told


@pytest.mark.parametrize(("habits", "code", "asks"), [(PASSING, 0, 2), (QUESTIONS, 3, 1)], ids=["passing", "questions"])
def test_a_habit_that_shows_once_is_one_papers_own(
    blog: Blog, upstream: Services, habits: Mapping[str, tuple[Habit, Left]], code: int, asks: int
) -> None:
    """Every second paper that is asked for meets one, so that the server does not count as down."""
    names = [name for habit in habits for name in ("none", habit)]
    ids = [paper.id for paper in UPSTREAM[: len(names)]]
    met: dict[str, str] = {}
    count: Counter[str] = Counter()

    def shown(asked: Asked) -> Any:
        paper_id = next(each for each in ids if f"arXiv:{each}." in asked.text)
        name = met.get(paper_id) or met.setdefault(paper_id, names[len(met)])
        count[name] += name != "none"
        return habits[name][0](asked) if count[name] == 1 else None

    ran, asked = build(blog, upstream, shown, *ids, concurrency=1)
    assert (ran.code, "Traceback" in ran.err) == (code, False), ran.err
    assert count == Counter(dict.fromkeys(habits, asks))
    assert len(asked) == len(habits) * (1 + asks)
    statuses = {met[entry["paper"]["id"]]: entry["status"] for entry in blog.record["entries"]}
    assert statuses == {"none": "final"} | dict.fromkeys(habits, "failed" if code else "final")
