"""Chat completions of any OpenAI-compatible server."""

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from digest.clients.errors import ServiceDownError, ServiceError
from digest.clients.gate import Gate
from digest.clients.http import HttpClient
from digest.clients.service import Service
from digest.core.config import SummarizerConfig, usable_key
from digest.core.record import Tokens
from digest.core.text import fold

_QUOTA = "insufficient_quota"
_SERVICE = Service(
    "model", "model", "application/json", final=_QUOTA, seconds=180.0, total_seconds=600.0, redirects=False
)
_LIST = Service("model", "model", "application/json", redirects=False)
_FOR_ALL = frozenset({401, 402, 403, 404})
"""Statuses that hold for every question: the key, the account, the address or the model is wrong."""
_FORMATS = ("json_schema", "json_object", "text")
"""From the strictest on; a server that refuses one is asked with the next for the rest of the run."""

Message = Mapping[str, str]
Problem = Literal["cut-off", "refusal", "empty", "filtered", "unreadable"]


class Completion(NamedTuple):
    """What a model answered."""

    content: str
    """What the model wrote, or what the server said instead."""
    problem: Problem | None
    """Why the content is no answer."""
    tokens: Tokens


class Chat:
    """A model on a server. Its key is in the request's header and nowhere else.

    Raises UsageError for a key that no header can carry.
    """

    def __init__(self, http: HttpClient, config: SummarizerConfig, key: str | None) -> None:
        self._http = http
        self._config = config
        self._key = usable_key(key, config.api_key_env)
        self._form = 0
        self._lock = threading.Lock()
        self._service = _SERVICE._replace(gate=Gate(config.concurrency))

    def question(self, messages: Sequence[Message], schema: Mapping[str, Any], room: int | None) -> dict[str, Any]:
        """What an answer depends on, whichever response format the server takes."""
        return {"ask": "model", "url": self._config.base_url, "body": self._body(messages, schema, room, 0)}

    def ask(self, messages: Sequence[Message], schema: Mapping[str, Any], room: int | None) -> dict[str, Any]:
        """The server's answer to a conversation, to be an object of the schema; `room` bounds its tokens.

        An answer that is no JSON object comes back as an empty one: it is a bad answer, not a failed request.
        Raises ServiceError, and takes the server as down where its refusal holds for every question.
        """
        form = self._form
        try:
            return self._post(self._body(messages, schema, room, form))
        except ServiceError as error:
            if form + 1 < len(_FORMATS) and _is_refused_format(error):
                with self._lock:
                    self._form = max(self._form, form + 1)
                return self.ask(messages, schema, room)
            raise

    def models(self) -> set[str]:
        """The names of the server's models; none where its answer lists none. Raises ServiceError."""
        try:
            answer = self._http.ask(_LIST, f"{self._config.base_url}/models", headers=self._headers())
        except ServiceError as error:
            raise self._told(error) from None
        values = _parsed(answer.body.decode("utf-8", "replace"))
        if values is None:
            raise ServiceError(_LIST.name, "the answer is not JSON")
        return _names(values)

    def _body(
        self, messages: Sequence[Message], schema: Mapping[str, Any], room: int | None, form: int
    ) -> dict[str, Any]:
        optional = {
            "temperature": self._config.temperature,
            "seed": self._config.seed,
            "max_completion_tokens": room,
            "response_format": _response_format(_FORMATS[form], schema),
        }
        sent = {key: value for key, value in optional.items() if value is not None}
        return {"model": self._config.model, "messages": list(messages), **sent}

    def _post(self, body: Mapping[str, Any]) -> dict[str, Any]:
        url = f"{self._config.base_url}/chat/completions"
        try:
            answer = self._http.ask(self._service, url, method="POST", headers=self._headers(), json=body)
        except ServiceDownError:
            raise
        except ServiceError as error:
            raise self._told(error) from None
        text = answer.body.decode("utf-8", "replace")
        values = _parsed(text)
        if not isinstance(values, dict):
            return {}
        return values if values.get("choices") else dict(_parsed(self._without_key(text)) or {})

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._key else {}

    def _told(self, error: ServiceError) -> ServiceError:
        """The error with what the server said, which may quote the key; one that holds for all ends the asking."""
        said = _said(_parsed(error.body))
        reason = self._without_key(f"{error.reason}: {said}" if said else error.reason)
        for_all = error.status in _FOR_ALL or _QUOTA in error.body
        if for_all and not _is_refused_format(error):
            self._http.give_up(_SERVICE, reason)
        body = self._without_key(error.body)
        return ServiceError(error.service, reason, passing=error.passing, status=error.status, body=body)

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "[key]") if self._key else text


def read_completion(answer: Mapping[str, Any]) -> Completion:
    """What a server's answer holds, whatever it left out."""
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else None
    if choice is None:
        return Completion(_said(answer.get("error")), "unreadable", _tokens(answer))
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    text = _text(message.get("content"))
    return Completion(text, _problem(choice, message, text), _tokens(answer))


def _text(content: Any) -> str:
    """Content as a string or in parts, without halves of surrogate pairs, which no request can carry back."""
    parts = content if isinstance(content, list) else [content]
    texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return "".join(text for text in texts if isinstance(text, str)).encode("utf-8", "ignore").decode()


def _response_format(form: str, schema: Mapping[str, Any]) -> dict[str, Any] | None:
    if form == "json_schema":
        return {"type": form, "json_schema": {"name": "summary", "strict": True, "schema": schema}}
    return {"type": form} if form == "json_object" else None


def _is_refused_format(error: ServiceError) -> bool:
    return error.status in {400, 404, 415, 422, 501} and any(
        word in error.body.lower() for word in ("response_format", "json_schema", "json_object", "structured output")
    )


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _names(values: Any) -> set[str]:
    """The ids in a list of models: OpenAI's object around the list, or the list alone."""
    listed = values.get("data") if isinstance(values, dict) else values
    items = listed if isinstance(listed, list) else []
    return {str(item["id"]) for item in items if isinstance(item, dict) and "id" in item}


def _said(values: Any) -> str:
    """The message in an error's body, whatever its shape: an object, a string, an array of them."""
    first = values[0] if isinstance(values, list) and values else values
    error = first.get("error", first) if isinstance(first, dict) else first
    message = error.get("message", error) if isinstance(error, dict) else error
    return fold(str(message))[:300] if message else ""


def _problem(choice: Mapping[str, Any], message: Mapping[str, Any], content: str) -> Problem | None:
    if message.get("refusal"):
        return "refusal"
    if choice.get("finish_reason") == "length":
        return "cut-off"
    if choice.get("finish_reason") == "content_filter":
        return "filtered"
    return None if content.strip() else "empty"


def _tokens(answer: Mapping[str, Any]) -> Tokens:
    usage = answer.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    counts = [usage.get(key) for key in ("prompt_tokens", "completion_tokens")]
    read, written = (count if isinstance(count, int) and count >= 0 else 0 for count in counts)
    return Tokens(input=read, output=written)
