"""Chat completions of servers that differ, refuse and leak."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from bench.services import Services, faults

from digest.clients.chat import Chat
from digest.clients.completion import Completion, read_completion
from digest.clients.form import Question
from digest.clients.http import HttpClient
from digest.clients.retry import ServiceDownError, ServiceError
from digest.core.config import SummarizerConfig
from digest.core.errors import UsageError
from digest.core.prompt.answer import json_schema
from digest.core.record import Tokens

KEY = "sk-sample-0123456789"
SCHEMA = json_schema(("goal",))
MESSAGES = [{"role": "user", "content": "Summarise 2512.03405."}]


def chat(services: Services, http: HttpClient, key: str | None = KEY, **config: Any) -> Chat:
    return Chat(http, SummarizerConfig(base_url=services.model_base_url, model="sample", **config), key)


QUESTION = Question(MESSAGES, SCHEMA, "summary", 8000)


def bodies(services: Services) -> list[dict[str, Any]]:
    return [request.json() for request in services.requests]


def forms(services: Services) -> list[str | None]:
    return [body.get("response_format", {}).get("type") for body in bodies(services)]


def test_what_is_sent_and_what_is_not(services: Services, http: HttpClient) -> None:
    answer = chat(services, http).ask(QUESTION)
    assert json.loads(answer.content)["goal"]["text"]
    (request,) = services.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["accept"] == "application/json"
    form = {"type": "json_schema", "json_schema": {"name": "summary", "strict": True, "schema": SCHEMA}}
    assert request.json() == {
        "model": "sample",
        "messages": MESSAGES,
        "response_format": form,
        "stream": False,
        "max_completion_tokens": 8000,
    }


def test_what_is_sent_when_it_is_configured(services: Services, http: HttpClient) -> None:
    chat(services, http, temperature=0, seed=7).ask(QUESTION._replace(most=5000))
    (body,) = bodies(services)
    assert {k: body[k] for k in ("temperature", "seed", "max_completion_tokens")} == {
        "temperature": 0,
        "seed": 7,
        "max_completion_tokens": 5000,
    }


@pytest.mark.parametrize(
    ("key", "sent"),
    [(None, None), ("", None), (" \n", None), (f"{KEY}\n", f"Bearer {KEY}"), (f" {KEY}\r\n", f"Bearer {KEY}")],
)
def test_the_key_as_it_is_sent(services: Services, http: HttpClient, key: str | None, sent: str | None) -> None:
    services.fail("model", faults.reply(200, body="{}"))
    chat(services, http, key).ask(QUESTION)
    assert services.requests[0].headers.get("authorization") == sent


@pytest.mark.parametrize("key", ["sk-한글", "sk-a\nb", "sk-\x00"])
def test_a_key_that_no_header_can_carry(services: Services, http: HttpClient, key: str) -> None:
    with pytest.raises(UsageError, match=r"^\$OPENAI_API_KEY: holds characters") as caught:
        chat(services, http, key)
    assert "sk-" not in str(caught.value)


REFUSALS = {
    "OpenAI's param": '{"error": {"message": "Invalid parameter", "param": "response_format", "code": null}}',
    "a message": '{"error": {"message": "\'response_format\' of type \'json_schema\' is not supported"}}',
    "LM Studio's string": "{\"error\": \"'response_format.type' must be 'json_schema' or 'text'\"}",
    "Gemini's array": '[{"error": {"code": 400, "message": "Unknown name \\"json_schema\\"", "status": "INVALID"}}]',
    "FastAPI's detail": '{"detail": [{"loc": ["body", "response_format"], "msg": "extra fields not permitted"}]}',
    "vLLM's object": '{"object": "error", "message": "json_object is not supported", "code": 400}',
    "plain words": "This model has no Structured Outputs.",
}


@pytest.mark.parametrize("status", [400, 404, 422])
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refused_format_is_remembered_for_the_run(
    services: Services, http: HttpClient, name: str, status: int
) -> None:
    asking = chat(services, http)
    services.fail("model", faults.reply(status, body=REFUSALS[name]), times=2)
    assert asking.ask(QUESTION).content
    assert asking.ask(QUESTION).content
    assert forms(services) == ["json_schema", "json_object", None, None]


def test_a_server_without_json_schema(services: Services, http: HttpClient) -> None:
    services.accept_json_schema(False)
    asking = chat(services, http)
    for _ in range(2):
        asking.ask(QUESTION)
    assert forms(services) == ["json_schema", "json_object", "json_object"]


def test_the_question_is_the_same_whatever_the_server_takes(services: Services, http: HttpClient) -> None:
    services.accept_json_schema(False)
    asking = chat(services, http)
    before = asking.question(QUESTION)
    asking.ask(QUESTION)
    assert asking.question(QUESTION) == before
    assert asking.question(QUESTION._replace(most=1)) != before
    assert KEY not in json.dumps(before)


ERRORS = {
    "OpenAI's object": ('{"error": {"message": "no such model"}}', "HTTP 400 Bad Request: no such model"),
    "a string": ('{"error": "no such model"}', "HTTP 400 Bad Request: no such model"),
    "an array": ('[{"error": {"message": "no such model"}}]', "HTTP 400 Bad Request: no such model"),
    "a message alone": ('{"message": "no such model"}', "HTTP 400 Bad Request: no such model"),
    "a list of words": ('["no such model"]', "HTTP 400 Bad Request: no such model"),
    "null": ('{"error": null}', "HTTP 400 Bad Request"),
    "an empty array": ("[]", "HTTP 400 Bad Request"),
    "a number": ("3", "HTTP 400 Bad Request: 3"),
    "a page": ("<html>no</html>", "HTTP 400 Bad Request"),
    "nothing": ("", "HTTP 400 Bad Request"),
    "many lines": ('{"error": {"message": "no\\n\\n such\\u0000 model"}}', "HTTP 400 Bad Request: no such model"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_the_server_says_is_told(services: Services, name: str) -> None:
    body, words = ERRORS[name]
    services.fail("model", faults.reply(400, body=body))
    for _ in range(4):
        with HttpClient() as http, pytest.raises(ServiceError) as caught:
            chat(services, http).ask(QUESTION)
        assert str(caught.value).partition(";")[0] == f"model: {words}"
        assert not isinstance(caught.value, ServiceDownError)
    assert forms(services) == 4 * ["json_schema", "json_object", None]


FOR_ALL = {
    "the key is wrong": (401, '{"error": {"message": "Incorrect API key"}}'),
    "nothing paid": (402, '{"error": {"message": "Insufficient balance"}}'),
    "the quota is used up": (429, '{"error": {"message": "You exceeded", "code": "insufficient_quota"}}'),
}


@pytest.mark.parametrize("name", FOR_ALL)
def test_what_holds_for_every_question_ends_the_asking(services: Services, http: HttpClient, name: str) -> None:
    status, body = FOR_ALL[name]
    asking = chat(services, http)
    services.fail("model", faults.reply(status, body=body))
    with pytest.raises(ServiceError, match=f"HTTP {status}"):
        asking.ask(QUESTION)
    with pytest.raises(ServiceDownError, match=f"HTTP {status}"):
        asking.ask(QUESTION)
    assert services.count("model") == 1


@pytest.mark.parametrize("fault", [faults.reply(429), faults.reply(500), faults.reset])
def test_what_passes_is_asked_again(services: Services, http: HttpClient, fault: faults.Fault) -> None:
    services.fail("model", fault, times=3)
    assert chat(services, http).ask(QUESTION).content
    assert services.count("model") == 4


def test_an_error_with_200_counts_as_its_status(services: Services, http: HttpClient) -> None:
    services.fail("model", faults.error_inside, times=1)
    assert chat(services, http).ask(QUESTION).content
    assert services.count("model") == 2
    services.fail("model", faults.error_inside)
    with pytest.raises(ServiceError, match=r"HTTP 200 with an error inside \(503\): upstream overloaded"):
        chat(services, http).ask(QUESTION)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 418, 429, 500, 503])
@pytest.mark.parametrize(
    "body", ['{"error": {"message": "bad key KEY, KEY!", "code": "insufficient_quota"}}', '["KEY"]', "KEY"]
)
def test_a_server_that_repeats_the_key(services: Services, http: HttpClient, status: int, body: str) -> None:
    asking = chat(services, http, KEY)
    services.fail("model", faults.reply(status, body=body.replace("KEY", KEY)))
    told: list[object] = []
    for _ in range(5):
        try:
            told.append(asking.ask(QUESTION))
        except ServiceError as error:
            told += [str(error), error.reason, error.body]
    assert told
    assert KEY not in repr(told)


@pytest.mark.parametrize("fault", [faults.garbage, faults.html_page, faults.empty, faults.reply(200, body='["a"]')])
def test_an_answer_that_is_no_object_is_a_bad_answer_and_no_failure(
    services: Services, http: HttpClient, fault: faults.Fault
) -> None:
    services.fail("model", fault)
    assert chat(services, http).ask(QUESTION).problem == "unreadable"


def test_no_redirect_is_followed_with_the_key(services: Services, http: HttpClient) -> None:
    services.fail("model", faults.redirect(f"{services.arxiv_site_url}/abs/2512.03405"))
    with pytest.raises(ServiceError, match="HTTP 302"):
        chat(services, http).ask(QUESTION)
    assert services.count("abs") == 0


def choice(finish: str | None = "stop", **message: Any) -> Mapping[str, Any]:
    return {"choices": [{"finish_reason": finish, "message": message}]}


COMPLETIONS: list[tuple[Mapping[str, Any], Completion]] = [
    (choice(content="{}"), Completion("{}", None, None)),
    (choice("eos", content="{}"), Completion("{}", None, None)),
    (choice(None, content="{}", reasoning_content="hm"), Completion("{}", None, None, ("hm",))),
    (choice("length", content='{"go'), Completion('{"go', "cut-off", None)),
    (choice("length", content=None), Completion("", "cut-off", None)),
    (choice("content_filter", content=""), Completion("", "filtered", None)),
    (choice(content=None, refusal="I cannot."), Completion("", "refusal", None)),
    (choice(content=None), Completion("", "empty", None)),
    (choice(content=" \n"), Completion(" \n", "empty", None)),
    (choice(), Completion("", "empty", None)),
    (choice(content=[{"type": "text", "text": "{"}, {"type": "image"}, "}"]), Completion("{}", None, None)),
    (choice(content="a\ud800b"), Completion("ab", None, None)),
    ({"choices": [{"message": None}]}, Completion("", "empty", None)),
    ({}, Completion("", "unreadable", None)),
    ({"choices": None}, Completion("", "unreadable", None)),
    ({"choices": []}, Completion("", "unreadable", None)),
    ({"choices": ["text"]}, Completion("", "unreadable", None)),
    ({"usage": {"prompt_tokens": 3, "completion_tokens": 4}}, Completion("", "unreadable", Tokens(input=3, output=4))),
    ({"usage": {"prompt_tokens": None, "completion_tokens": -4}}, Completion("", "unreadable", None)),
    (
        {"usage": {"prompt_tokens": "3", "completion_tokens": 2.5}},
        Completion("", "unreadable", Tokens(input=3, output=2)),
    ),
    ({"usage": [1]}, Completion("", "unreadable", None)),
]


@pytest.mark.parametrize(("answer", "completion"), COMPLETIONS)
def test_reading_a_completion(answer: Mapping[str, Any], completion: Completion) -> None:
    assert read_completion(answer) == completion
