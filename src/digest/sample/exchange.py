"""One question and its answer, as the sample services see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Service = Literal["huggingface", "arxiv-api", "html", "pdf", "abs", "model", "models", "other"]

_PREFIXES: tuple[tuple[str, Service], ...] = (
    ("/hf/", "huggingface"),
    ("/export/api/query", "arxiv-api"),
    ("/arxiv/html/", "html"),
    ("/arxiv/pdf/", "pdf"),
    ("/arxiv/abs/", "abs"),
    ("/v1/chat/completions", "model"),
    ("/v1/models", "models"),
)


def service_of(path: str) -> Service:
    """The service that a path belongs to; `other` for a path that none of them knows."""
    return next((service for prefix, service in _PREFIXES if path.startswith(prefix)), "other")


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    service: Service
    method: str
    path: str
    """Decoded, without the query: `/arxiv/html/2512.03405`."""
    query: Mapping[str, str]
    """Decoded; the last value where a name repeats."""
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    started: float
    """Seconds on the monotonic clock, when the headers had been read."""

    def json(self) -> Any:
        """The body as JSON. Raises ValueError where it is not JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """An answer; `Content-Length` is added when it is sent."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A value as a JSON answer, UTF-8, non-ASCII characters as they are."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(status, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


def html_reply(text: str, *, status: int = 200) -> Reply:
    """A page."""
    return Reply(status, text.encode(), {"Content-Type": "text/html; charset=utf-8"})
