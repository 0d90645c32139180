"""An OpenAI-compatible chat completions server: `POST /v1/chat/completions`, `GET /v1/models`."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import msgspec
from rapidfuzz.fuzz import ratio

from digest.core.judge.meaning import is_prior_work
from digest.core.summary import FIELDS, FieldName
from digest.core.text import fold, split_english
from digest.sample.paper import SampleField, SamplePaper, given_text
from digest.sample.server import Reply, Request, json_reply


class RefusedError(ValueError):
    """A request that is not served."""

    def __init__(self, message: str, *, param: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.param, self.status = param, status


@dataclass(frozen=True)
class ChatRequest:
    """A request that is served."""

    raw: Any
    """The JSON as it came."""
    model: str
    text: str
    """All messages."""
    asked: str
    """The user's first message, which has the paper's text; later ones are about answers."""
    fields: tuple[FieldName, ...]
    """The fields of the summary that the schema asks for; all of them without a schema."""
    held: Sequence[Mapping[str, Any]] | None
    """The fields to be held against their evidence, as the last message has them; None: a summary is asked for."""


def refuse(refusal: RefusedError) -> Reply:
    """OpenAI's error object."""
    error = {"message": str(refusal), "type": "invalid_request_error", "param": refusal.param, "code": None}
    return json_reply({"error": error}, status=refusal.status)


def read_request(request: Request) -> ChatRequest:
    """Read and check a request. Raises RefusedError for what real servers refuse."""
    if request.method != "POST":
        raise RefusedError(f"Not allowed to {request.method} on /v1/chat/completions.", status=405)
    raw = _json(request)
    if not isinstance(raw.get("model"), str):
        raise RefusedError("you must provide a model parameter")
    messages = raw.get("messages")
    if not isinstance(messages, list) or not messages:
        raise RefusedError("Missing required parameter: 'messages'.", param="messages")
    users = [_content(message) for message in messages if message.get("role") == "user"]
    held = _held(_content(messages[-1]))
    return ChatRequest(
        raw=raw,
        model=raw["model"],
        text="\n".join(map(_content, messages)),
        asked=users[0] if users else "",
        fields=_fields(raw.get("response_format") or {}, {"verdicts"} if held is not None else set(FIELDS)),
        held=held,
    )


def _held(text: str) -> Sequence[Mapping[str, Any]] | None:
    """The fields of the JSON object with which the text ends: `{"fields": [{"field": "goal", ...}]}`."""
    for start in re.finditer(r'\{\s*"fields"\s*:', text):
        try:
            fields = json.loads(text[start.start() :])["fields"]
        except ValueError:
            continue
        return fields if isinstance(fields, list) else None
    return None


def _json(request: Request) -> Mapping[str, Any]:
    try:
        raw = request.json()
    except ValueError:
        raw = None
    if not isinstance(raw, dict):
        raise RefusedError("We could not parse the JSON body of your request.")
    return raw


def _content(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


def refuse_format(kind: str) -> RefusedError:
    """The error for a response format that the model does not have."""
    return RefusedError(f"'response_format' of type '{kind}' is not supported by this model.", param="response_format")


def _fields(form: Mapping[str, Any], known: set[str]) -> tuple[FieldName, ...]:
    """The properties of the schema, which must be among the known ones; all of a summary's without a schema."""
    kind = form.get("type", "text")
    if kind not in ("text", "json_object", "json_schema"):
        raise refuse_format(kind)
    if kind != "json_schema":
        return FIELDS
    named = form.get("json_schema") or {}
    schema = named.get("schema") or {}
    properties = schema.get("properties") or {}
    unknown = sorted(set(properties) - known)
    if not named.get("name") or not named.get("strict") or not properties or unknown:
        raise RefusedError(
            f"sample model wants a named strict schema of summary fields, not {unknown}", param="response_format"
        )
    if schema.get("additionalProperties") is not False or set(schema.get("required", ())) != set(properties):
        raise RefusedError(
            f"Invalid schema for response_format '{named['name']}': 'additionalProperties' is required to be "
            "supplied and to be false, and 'required' to include every key in properties.",
            param="response_format",
        )
    return tuple(properties)


_GENERAL: Mapping[FieldName, str] = {
    "goal": "제시된 문제를 해결하기 위한 새로운 접근법을 제안하는 것을 목표로 한다.",
    "motivation": "기존 접근법은 제시된 문제의 핵심 요인을 충분히 다루지 못하는 한계가 있다.",
    "contribution": "제안된 절차와 그 효과를 확인하는 평가를 함께 제시하였다.",
    "method": "입력에서 핵심 요인을 먼저 가려낸 뒤 제안된 절차를 단계적으로 적용한다.",
    "results": "평가 결과 제안된 절차가 비교 대상보다 안정적인 성능을 보였다.",
    "limitations": "평가 범위가 제한되어 다른 영역으로의 일반화는 추가 검증이 필요하다.",
    "conclusion": "제안된 접근법이 실제 활용에 적합한 선택지임을 확인하였다.",
}
"""Without numbers or names: what can be said of any paper."""
_SENTENCE = re.compile(r"[A-Z][^.!?$\d<>]{30,}\.")
"""A whole sentence without numbers, formulas and markup."""


def answer(paper: SamplePaper | None, given: str, fields: Sequence[FieldName]) -> dict[FieldName, dict[str, Any]]:
    """The asked fields: the paper's own where their evidence is in the given text, else something general.

    A prompt without any sentence to quote gets the paper's own fields, too, since they cannot be checked there.
    """
    own = (paper and paper.answer) or {}
    text = fold(given)
    quotes = list(_quotable(paper, given))
    turn = cycle(quotes)
    answers: dict[FieldName, SampleField] = {}
    for field in fields:
        if field in own and (not quotes or all(fold(quote) in text for quote in own[field].evidence)):
            answers[field] = own[field]
        else:
            answers[field] = SampleField(text=_GENERAL[field], evidence=(next(turn),) if quotes else ())
    return {field: msgspec.to_builtins(value) for field, value in answers.items()}


def _quotable(paper: SamplePaper | None, given: str) -> Iterator[str]:
    """Sentences of the paper that were given, else those of the line in the middle of what was given.

    Sentences about the work of others are left out, since they say nothing of the paper itself. The middle, since
    instructions stand at the ends of a prompt, and title and abstract near its beginning.
    """
    text = fold(given)
    known = [sentence for sentence in _sentences(given_text(paper)) if sentence in text] if paper else []
    lines = [found for line in given.splitlines() if (found := _sentences(line))]
    sentences = known or (lines[(len(lines) - 1) // 2] if lines else [])
    yield from [sentence for sentence in sentences if not is_prior_work(sentence)] or sentences


_ALIKE = 75
"""Per cent of equal signs from which a text is taken for a changed form of one that the model knows."""


def judge(fields: Sequence[Mapping[str, Any]], known: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """`contradicted` for a field that is almost one of the known answers, `supported` for all others."""
    return {"verdicts": [{"field": str(field.get("field", "")), **_verdict(_text(field), known)} for field in fields]}


def _verdict(text: str, known: Sequence[str]) -> dict[str, str]:
    meant = max(known, key=lambda each: ratio(each, text), default="")
    if text == meant or ratio(meant, text) < _ALIKE:
        return {"verdict": "supported", "kind": "none", "words": "", "why": ""}
    words = set(meant.split())
    changed = " ".join(word for word in text.split() if word not in words) or text
    kind = "number" if re.search(r"\d", changed) else "other"
    return {"verdict": "contradicted", "kind": kind, "words": changed, "why": f"근거에 따르면 {meant}"}


def _text(field: Mapping[str, Any]) -> str:
    return str(field.get("text", ""))


_ID = re.compile(r"(?<![\d.])\d{4}\.\d{4,5}(?!\d)")
_NAMES = ("sample", "gpt-5.4-mini")


class Model:
    """The server."""

    def __init__(self, papers: Mapping[str, SamplePaper]) -> None:
        self._papers = papers
        self._answers = [field.text for paper in papers.values() for field in (paper.answer or {}).values()]

    def complete(self, request: Request) -> Reply:
        """One completion; 401 without a key, 400 for a request that real servers refuse."""
        try:
            _authorize(request)
            return self.reply_to(read_request(request))
        except RefusedError as refusal:
            return refuse(refusal)

    def reply_to(self, chat: ChatRequest) -> Reply:
        """The completion of a request that is served."""
        return json_reply(completion(chat, {"message": message(self.content(chat))}))

    def models(self, request: Request) -> Reply:
        """Some names that can be asked for; any other name works too."""
        try:
            _authorize(request)
        except RefusedError as refusal:
            return refuse(refusal)
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "sample"} for name in _NAMES]
        return json_reply({"object": "list", "data": data})

    def content(self, chat: ChatRequest) -> str:
        """What the model says: verdicts where fields are to be held against their evidence, else a summary."""
        if chat.held is not None:
            return json.dumps(judge(chat.held, self._answers), ensure_ascii=False)
        paper = self._papers.get(self.paper_id(chat))
        return json.dumps(answer(paper, chat.asked, chat.fields), ensure_ascii=False)

    def paper_id(self, chat: ChatRequest) -> str:
        """The first known id in the messages, else the longest known title, else the first id of any paper."""
        ids: list[str] = _ID.findall(chat.text)
        if known := next((each for each in ids if each in self._papers), None):
            return known
        titled = [paper for paper in self._papers.values() if paper.title in chat.text]
        longest = max(titled, key=lambda paper: len(paper.title), default=None)
        return longest.id if longest else next(iter(ids), "")


def message(content: str) -> dict[str, Any]:
    """The assistant's message."""
    return {"role": "assistant", "content": content, "refusal": None}


def completion(chat: ChatRequest, choice: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an answer around one choice."""
    said = choice["message"].get("content") or ""
    prompt, spoken = len(chat.text) // 4 + 1, len(said) // 2 + 1
    return {
        "id": "chatcmpl-sample",
        "object": "chat.completion",
        "created": 1764806400,
        "model": chat.model,
        "choices": [{"index": 0, "finish_reason": "stop", "logprobs": None, **choice}],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": spoken,
            "total_tokens": prompt + spoken,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        },
    }


def _authorize(request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not key.strip():
        raise RefusedError("You didn't provide an API key.", status=401)


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in split_english(text) if _SENTENCE.fullmatch(sentence)]
