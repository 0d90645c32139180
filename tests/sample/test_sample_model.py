"""The model server as OpenAI-compatible servers answer."""

import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from bench.services import Services, make_papers, serve

from digest.core.judge.faults import find_faults
from digest.core.prompt.answer import json_schema
from digest.core.summary import FIELDS, FieldName
from digest.core.text import fold
from digest.sample import SamplePaper, given_text, load_papers

VIDIC = load_papers()[0]


def strict(fields: Sequence[FieldName]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "s", "strict": True, "schema": json_schema(fields)}}


def ask(client: httpx.Client, services: Services, content: str, form: object = None, **more: object) -> httpx.Response:
    messages = [{"role": "system", "content": "Quote sentences of the paper word for word in every field, please."}]
    messages.append({"role": "user", "content": content})
    body = {"model": "m", "messages": messages, "response_format": form or strict(FIELDS), **more}
    return client.post(f"{services.model_base_url}/chat/completions", json=body)


def content_of(answer: httpx.Response) -> Any:
    return json.loads(answer.json()["choices"][0]["message"]["content"])


@pytest.mark.parametrize("named", ["{id}", "arXiv:{id}v1", "{title}"])
@pytest.mark.parametrize("fields", [FIELDS, ("limitations",), ("results", "goal")], ids=len)
def test_a_known_paper_gets_its_own_answer(
    client: httpx.Client, services: Services, named: str, fields: Sequence[FieldName]
) -> None:
    name = named.format(id=VIDIC.id, title=VIDIC.title)
    answer = ask(client, services, f"Summarise {name}.\n{given_text(VIDIC)}", strict(fields))
    assert VIDIC.answer is not None
    assert list(content_of(answer)) == list(fields)
    assert {f: a["text"] for f, a in content_of(answer).items()} == {f: VIDIC.answer[f].text for f in fields}
    choice, usage = answer.json()["choices"][0], answer.json()["usage"]
    assert choice["finish_reason"] == "stop"
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert min(usage["prompt_tokens"], usage["completion_tokens"]) > 0


@pytest.mark.parametrize("paper", [*make_papers(2), VIDIC], ids=lambda paper: paper.id)
@pytest.mark.parametrize("known", [True, False])
def test_any_paper_gets_an_answer_without_faults(client: httpx.Client, paper: SamplePaper, known: bool) -> None:
    part = given_text(paper).partition("\n\n")[0]
    prompt = f"Summarise this paper for us in Korean.\n\n{part}\n\nAnswer with one object and with nothing else."
    with serve([paper.replace(answer=None)] if known else []) as services:
        fields = content_of(ask(client, services, f"{paper.id} {prompt}"))
    evidence = {field: fields[field]["evidence"] for field in FIELDS}
    assert find_faults({field: fields[field]["text"] for field in FIELDS}, evidence, part) == ()
    assert all(quote in fold(part) for quotes in evidence.values() for quote in quotes)


def test_its_own_answer_is_not_given_where_it_cannot_be_grounded(client: httpx.Client, services: Services) -> None:
    fields = content_of(ask(client, services, f"{VIDIC.id}\n{VIDIC.abstract}"))
    assert VIDIC.answer is not None
    assert fields["goal"]["text"] != VIDIC.answer["goal"].text
    assert fields["goal"]["evidence"][0] in VIDIC.abstract


@pytest.mark.parametrize("known", [True, False])
def test_a_repair_of_all_fields_is_quoted_from_the_paper(client: httpx.Client, known: bool) -> None:
    paper = make_papers(1)[0].replace(answer=None)
    told = "\n".join(f"- {field}: The Sentence of this Complaint goes on and on until it ends." for field in FIELDS * 9)
    talk = [
        {"role": "user", "content": f"Summarise {paper.id}.\n\n{paper.abstract}"},
        {"role": "assistant", "content": "{}"},
        {"role": "user", "content": told},
    ]
    with serve([paper] if known else []) as services:
        body = {"model": "m", "messages": talk, "response_format": strict(FIELDS)}
        fields = content_of(client.post(f"{services.model_base_url}/chat/completions", json=body))
    quotes = [quote for field in FIELDS for quote in fields[field]["evidence"]]
    assert len(quotes) == len(FIELDS)
    assert all(quote in fold(paper.abstract) for quote in quotes)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"messages": []}, "messages"),
        ({"model": None}, None),
        ({"response_format": {"type": "xml"}}, "response_format"),
        ({"response_format": {"type": "json_schema", "schema": json_schema(FIELDS)}}, "response_format"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {}}}}, "response_format"),
        ({"schema": {"required": ["goal"]}}, "response_format"),
        ({"schema": {"additionalProperties": True}}, "response_format"),
        ({"schema": {"properties": {"other": {}}, "required": ["other"]}}, "response_format"),
    ],
)
def test_requests_that_real_servers_refuse(
    client: httpx.Client, services: Services, change: dict[str, Any], param: str | None
) -> None:
    form = strict(FIELDS)
    form["json_schema"]["schema"] |= change.pop("schema", {}) if "schema" in change else {}
    answer = ask(client, services, "x", form, **change)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer"}, {"Authorization": "Basic x"}])
def test_a_key_is_needed(services: Services, headers: dict[str, str]) -> None:
    for method, path in (("POST", "chat/completions"), ("GET", "models")):
        answer = httpx.request(
            method, f"{services.model_base_url}/{path}", headers=headers, trust_env=False, verify=False
        )
        assert answer.status_code == 401
        assert answer.json()["error"]["type"] == "invalid_request_error"


def test_models_are_listed(client: httpx.Client, services: Services) -> None:
    assert "sample" in [model["id"] for model in client.get(f"{services.model_base_url}/models").json()["data"]]


def test_a_server_without_json_schema(client: httpx.Client, services: Services) -> None:
    services.accept_json_schema(False)
    refused = ask(client, services, VIDIC.id)
    assert (refused.status_code, "response_format" in refused.text) == (400, True)
    assert list(content_of(ask(client, services, VIDIC.id, {"type": "json_object"}))) == list(FIELDS)
    services.accept_json_schema(True)
    assert ask(client, services, VIDIC.id).status_code == 200


CUT = {"message": {"role": "assistant", "content": '{"goal": {"te'}, "finish_reason": "length"}
REFUSED = {"message": {"role": "assistant", "content": None, "refusal": "I can't."}}


@pytest.mark.parametrize(
    ("scripted", "content", "finish"),
    [
        ("```json\n{}\n```", "```json\n{}\n```", "stop"),
        ("", "", "stop"),
        (CUT, '{"goal": {"te', "length"),
        (REFUSED, None, "stop"),
    ],
)
def test_scripted_answers(
    client: httpx.Client, services: Services, scripted: Any, content: str | None, finish: str
) -> None:
    services.answer(lambda paper_id, request, nth: scripted if nth == 1 else None)
    first, second = (ask(client, services, VIDIC.id) for _ in range(2))
    choice = first.json()["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == (content, finish)
    assert list(content_of(second)) == list(FIELDS)


def test_a_script_sees_paper_request_and_ask(client: httpx.Client, services: Services) -> None:
    seen: list[tuple[str, str, int]] = []

    def script(paper_id: str, request: Any, nth: int) -> dict[str, str]:
        seen.append((paper_id, request["model"], nth))
        return {"error": "x"}

    services.answer(script)
    for text in (VIDIC.title, VIDIC.id, "no paper", "arXiv 9912.00001"):
        assert ask(client, services, text).json() == {"error": "x"}
    assert seen == [(VIDIC.id, "m", 1), (VIDIC.id, "m", 2), ("", "m", 1), ("9912.00001", "m", 1)]
