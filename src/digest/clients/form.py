"""The form of a question: how much of OpenAI's request a server takes, and what is left out after it refused.

A question that is asked by file is a line of it, in OpenAI's format.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

FORMATS: Final = ("json_schema", "json_object", "text")
"""Of the answer, from the strictest on."""
BOUNDS: Final = ("max_completion_tokens", "max_tokens", None)
"""The names of the bound on an answer's tokens; None: it is not sent."""

_SYSTEM: Final = re.compile(
    r"system[ _'\"]*(?:role|message|prompt|instruction)|roles?[ _:'\"]*system"
    r"|roles must alternate|only user and assistant",
    re.IGNORECASE,
)
_FORMAT: Final = re.compile(r"response_?format|json_?schema|json_object|structured|schema|grammar|properties", re.I)
_ONLY_STREAMS: Final = re.compile(
    r"(?:only|must|require|enable)\b[^.]{0,60}\bstream|\bstream[^.]{0,40}(?:only|must|require)", re.I
)
_NEEDED: Final = frozenset({"model", "messages", "response_format"})
_AZURE: Final = (".azure.com", ".azure.us", ".azure.cn")

Message = Mapping[str, str]


class About(NamedTuple):
    """What a conversation is about."""

    paper: str = ""
    """The paper's id."""
    version: int | None = None
    """The paper's, as far as it is known."""
    read: str | None = None
    """The kind of text that the questions give of the paper; None where they give none."""
    round: int = 0
    """Asks about the paper before this conversation, which tell its questions apart from those of earlier ones."""


class Question(NamedTuple):
    """A conversation, and what its answer is to be."""

    messages: Sequence[Message]
    schema: Mapping[str, Any]
    name: str
    """The schema's."""
    most: int
    """Tokens of the answer, at most."""
    about: About = About()


class Form(NamedTuple):
    """A way of asking that a server has not refused."""

    format: int = 0
    """A place in FORMATS."""
    bound: int = 0
    """A place in BOUNDS."""
    merged: bool = False
    """Whether the system's message stands in the user's."""
    streamed: bool = False
    """Whether the answer is asked for in events: some models give no other."""
    without: frozenset[str] = frozenset()
    """Keys of the body that the server does not know."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """A form from how it differs from the usual one."""
        return cls(**{**values, "without": frozenset(values.get("without", ()))})

    @property
    def differences(self) -> dict[str, Any]:
        """How it differs from the usual one, as JSON has it."""
        usual = type(self)()._asdict()
        found = {key: value for key, value in self._asdict().items() if value != usual[key]}
        return {key: sorted(value) if isinstance(value, frozenset) else value for key, value in found.items()}

    def body(
        self, messages: Sequence[Message], schema: Mapping[str, Any], name: str, most: int, settings: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The request's body; `most` bounds the answer's tokens, `name` is the schema's."""
        bound, response_format = BOUNDS[self.bound], _response_format(FORMATS[self.format], name, schema)
        optional = {
            **settings,
            "stream": self.streamed,
            **({bound: most} if bound else {}),
            "response_format": response_format,
        }
        kept = {key: value for key, value in optional.items() if value is not None and key not in self.without}
        return {**kept, "messages": _merged(messages) if self.merged else list(messages)}

    def after(self, said: str, sent: Collection[str], *, is_proven: bool) -> Self | None:
        """The form to try after a server refused this one in such words; None where none is left.

        `sent` are the keys of the body. One that the words name is left out or named otherwise. In any other words
        the refusal is taken as one of the answer's format, unless the server has proven that it knows the format.
        """
        if not self.merged and _SYSTEM.search(said):
            return self._replace(merged=True)
        if self.bound < len(BOUNDS) - 1 and any(name in said for name in BOUNDS if name):
            return self._replace(bound=self.bound + 1)
        if not self.streamed and _ONLY_STREAMS.search(said):
            return self._replace(streamed=True)
        if named := _named(said, sent):
            return self._replace(without=self.without | named)
        if self.format < len(FORMATS) - 1 and (not is_proven or _FORMAT.search(said)):
            return self._replace(format=self.format + 1)
        return None


def _named(said: str, sent: Collection[str]) -> frozenset[str]:
    """The keys of the body that the words name, those that every request needs aside."""
    keys = {*sent} - _NEEDED
    return frozenset(key for key in keys if re.search(rf"(?<![\w.-]){re.escape(key)}(?![\w-])", said))


def _response_format(form: str, name: str, schema: Mapping[str, Any]) -> dict[str, Any] | None:
    if form == "json_schema":
        return {"type": form, "json_schema": {"name": name, "strict": True, "schema": schema}}
    return {"type": form} if form == "json_object" else None


def _merged(messages: Sequence[Message]) -> list[Message]:
    """The messages with roles that alternate, the system's words at the head of the user's first."""
    merged: list[Message] = []
    for message in messages:
        role = "user" if message["role"] == "system" else message["role"]
        if merged and merged[-1]["role"] == role:
            merged[-1] = {"role": role, "content": f"{merged[-1]['content']}\n\n{message['content']}"}
        else:
            merged.append({"role": role, "content": message["content"]})
    return merged


_CONTEXT = re.compile(
    # Matches `maximum context length is 4096 tokens`, `context size (8192 tokens)`, `"n_ctx": 4096`, `200000 maximum`.
    r"(?:context[ _-]?(?:length|window|size)|maximum|max_model_len|n_ctx)\D{0,40}(\d[\d,]{2,})"
    r"|(\d[\d,]{2,})(?: tokens?)? maximum",
    re.IGNORECASE,
)
_INPUT = re.compile(
    # Matches `(6000 in the messages, 80 in the completion)`, `request has 3000 input tokens`, `n_prompt_tokens: 900`.
    r"(\d[\d,]*)(?: tokens)? (?:in the messages|input tokens|prompt tokens|in your prompt|from the input)"
    r"|(?:n_prompt_tokens|prompt contains|request has)\D{0,12}(\d[\d,]*)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    # Matches `can only afford 1200`, `at most 4096 completion tokens`, `<= 8192`, `range of [1, 4096]`.
    r"(?:afford|at most|less than(?: or equal to)?|<=?|maximum(?: value)?(?: of| is)?|up to|\[1, ?)\s*`?(\d[\d,]*)",
    re.IGNORECASE,
)
_MARGIN = 64
"""Tokens that a server's own counting of a question may differ by."""


def room_in(body: str) -> int | None:
    """Tokens that an answer may have, as a refusal names them; None if it does not."""
    read = _number(_INPUT, body)
    context = context_in(body)
    if read is not None and context is not None:
        return context - read - _MARGIN
    return None if context is not None else _number(_BOUND, body)


def context_in(body: str) -> int | None:
    """Tokens of question and answer together that a refusal names; None if it names none."""
    return _number(_CONTEXT, body)


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(next(group for group in match.groups() if group).replace(",", "")) if match else None


def endpoint_of(url: str) -> str:
    """What a line names as its address: Azure's engine wants it without the version."""
    host = url.partition("//")[2].partition("/")[0].partition(":")[0]
    return "/chat/completions" if host.endswith(_AZURE) else "/v1/chat/completions"


def line_of(custom_id: str, url: str, body: Mapping[str, Any]) -> bytes:
    """A line in OpenAI's format. Keys about streaming are left out: a file has no streams."""
    kept = {key: value for key, value in body.items() if key not in ("stream", "stream_options")}
    values = {"custom_id": custom_id, "method": "POST", "url": endpoint_of(url), "body": kept}
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
