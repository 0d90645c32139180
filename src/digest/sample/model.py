"""An OpenAI-compatible chat completions server: `POST /v1/chat/completions`, `GET /v1/models`."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from digest.sample.chat import ChatRequest, RefusedError, read_request, refuse
from digest.sample.exchange import Reply, Request, json_reply
from digest.sample.grounding import answer
from digest.sample.paper import SamplePaper

Script = Callable[[str, Any, int], str | Mapping[str, Any] | None]
"""(paper id or "", request, which ask for this paper from 1) -> the content, a choice, a whole body; None: as usual."""

_ID = re.compile(r"(?<![\d.])\d{4}\.\d{4,5}(?!\d)")
_NAMES = ("sample", "gpt-5.4-mini")


class Model:
    """The server; how it answers may be changed while it runs."""

    def __init__(self, papers: Mapping[str, SamplePaper]) -> None:
        self.script: Script | None = None
        self.accepts_json_schema = True
        self._papers = papers
        self._asks: Counter[str] = Counter()
        self._lock = Lock()

    def complete(self, request: Request) -> Reply:
        """One completion; 401 without a key, 400 for a request that real servers refuse."""
        try:
            _authorize(request)
            chat = read_request(request, accepts_json_schema=self.accepts_json_schema)
        except RefusedError as refusal:
            return refuse(refusal)
        scripted = self._scripted(chat)
        if scripted is None or isinstance(scripted, str):
            content = self._content(chat) if scripted is None else scripted
            scripted = {"message": {"role": "assistant", "content": content, "refusal": None}}
        if "message" in scripted:
            scripted = _completion(chat, {"index": 0, "finish_reason": "stop", "logprobs": None, **scripted})
        return json_reply(scripted)

    def models(self, request: Request) -> Reply:
        """Some names that can be asked for; any other name works too."""
        try:
            _authorize(request)
        except RefusedError as refusal:
            return refuse(refusal)
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "sample"} for name in _NAMES]
        return json_reply({"object": "list", "data": data})

    def _scripted(self, chat: ChatRequest) -> str | Mapping[str, Any] | None:
        if self.script is None:
            return None
        paper_id = self._paper_id(chat)
        with self._lock:
            self._asks[paper_id] += 1
            nth = self._asks[paper_id]
        return self.script(paper_id, chat.raw, nth)

    def _content(self, chat: ChatRequest) -> str:
        paper = self._papers.get(self._paper_id(chat))
        return json.dumps(answer(paper, chat.asked, chat.fields), ensure_ascii=False)

    def _paper_id(self, chat: ChatRequest) -> str:
        """The first known id in the messages, else the longest known title, else the first id of any paper."""
        ids: list[str] = _ID.findall(chat.text)
        titled = (paper for paper in self._papers.values() if paper.title in chat.text)
        by_title = (paper.id for paper in sorted(titled, key=lambda paper: -len(paper.title)))
        known = next((each for each in ids if each in self._papers), None)
        return known or next(by_title, ids[0] if ids else "")


def _authorize(request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not key.strip():
        raise RefusedError("You didn't provide an API key.", status=401)


def _completion(chat: ChatRequest, choice: Mapping[str, Any]) -> dict[str, Any]:
    said = choice["message"].get("content") or ""
    prompt, completion = len(chat.text) // 4 + 1, len(said) // 2 + 1
    return {
        "id": "chatcmpl-sample",
        "object": "chat.completion",
        "created": 1764806400,
        "model": chat.model,
        "choices": [choice],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        },
    }
