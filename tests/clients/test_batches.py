"""What engines write of a line: OpenAI's, Azure's and vLLM's forms, and others that mean the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from digest.clients.batches import Result, read_result, read_results
from digest.clients.form import endpoint_of, line_of

ANSWER = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "{}"}, "finish_reason": "stop"}]}
ERROR = {"message": "maximum context length is 4096 tokens", "type": "BadRequestError", "param": None, "code": 400}
EXPIRED = {"code": "batch_expired", "message": "This request could not be executed."}

GOOD: dict[str, dict[str, Any]] = {
    "OpenAI": {"id": "b", "response": {"status_code": 200, "request_id": "r", "body": ANSWER}, "error": None},
    "vLLM": {"id": "vllm-1", "response": {"status_code": 200, "request_id": "r", "body": ANSWER}, "error": None},
    "without a status": {"response": {"body": ANSWER}},
    "body as a string": {"response": {"status_code": 200, "body": json.dumps(ANSWER)}, "error": {}},
    "the answer as the response": {"response": ANSWER},
    "the answer as the line": ANSWER,
}
BAD: dict[str, tuple[dict[str, Any], int | None, str]] = {
    "OpenAI's error file": (
        {"response": {"status_code": 429, "body": {"error": ERROR}}, "error": None},
        429,
        "context",
    ),
    "vLLM, an object": ({"response": {"status_code": 400, "body": None}, "error": {"error": ERROR}}, 400, "context"),
    "vLLM before 0.11": ({"response": {"status_code": 400, "body": None}, "error": ERROR}, 400, "context"),
    "vLLM, a string": ({"response": {"status_code": 400, "request_id": "r"}, "error": "URL was used"}, 400, "URL"),
    "a string alone": ({"response": None, "error": "no GPU"}, 400, "no GPU"),
    "expired": ({"response": None, "error": EXPIRED}, None, "batch_expired"),
    "200 with an error inside": ({"response": {"status_code": 200, "body": {"error": {"code": 503}}}}, 503, "503"),
    "an error beside an answer": (
        {"response": {"status_code": 200, "body": ANSWER}, "error": EXPIRED},
        None,
        "expired",
    ),
    "nothing": ({"response": None, "error": None}, None, "{}"),
    "an empty body": ({"response": {"status_code": 200, "body": None}}, None, "{}"),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_answer(name: str) -> None:
    assert read_result({"custom_id": "a", **GOOD[name]}) == Result(
        "a", {"custom_id": "a", **ANSWER} if name.endswith("line") else ANSWER
    )


@pytest.mark.parametrize("name", BAD)
def test_a_failure(name: str) -> None:
    values, status, words = BAD[name]
    result = read_result({"custom_id": "a", **values})
    assert result is not None
    assert (result.custom_id, result.answer, result.status) == ("a", None, status)
    assert words in result.said


def _as_it_is(values: Any) -> Any:
    return values


def test_lines_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    lines = [
        "",
        "no JSON",
        "[]",
        "3",
        '{"response": null}',
        '{"custom_id": 7}',
        '{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": []}}',
        json.dumps({"custom_id": "a", **ANSWER}),
    ]
    path.write_bytes("\ufeff".encode() + "\r\n".join([*lines, lines[-1][:20]]).encode() + b"\xff")
    assert [result and result.custom_id for result in read_results(path, _as_it_is)] == [
        *[None] * 6,
        "a",
        None,
    ]


def test_a_line_that_is_sent() -> None:
    line = json.loads(
        line_of("2512.03405-1-x", "https://r.openai.azure.com/openai/v1", {"model": "m", "stream": False})
    )
    assert line == {"custom_id": "2512.03405-1-x", "method": "POST", "url": "/chat/completions", "body": {"model": "m"}}
    for url in ("https://api.openai.com/v1", "http://127.0.0.1:8000/v1", "https://azure.com.example.org/v1"):
        assert endpoint_of(url) == "/v1/chat/completions"
