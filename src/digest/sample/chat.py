"""Chat completion requests: what they ask for, and what real servers refuse about them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digest.core.summary import FIELDS, FieldName
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
    users = [_text(message) for message in messages if message.get("role") == "user"]
    held = _held(_text(messages[-1]))
    return ChatRequest(
        raw=raw,
        model=raw["model"],
        text="\n".join(map(_text, messages)),
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


def _text(message: Mapping[str, Any]) -> str:
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
