"""An OpenAI-compatible chat completions server: `POST /v1/chat/completions`, `GET /v1/models`."""

import json
import re
from collections.abc import Mapping
from typing import Any

from digest.sample.chat import ChatRequest, RefusedError, read_request, refuse
from digest.sample.exchange import Reply, Request, json_reply
from digest.sample.grounding import answer
from digest.sample.paper import SamplePaper
from digest.sample.verdicts import judge

_ID = re.compile(r"(?<![\d.])\d{4}\.\d{4,5}(?!\d)")
_NAMES = ("sample", "gpt-5.4-mini")


class Model:
    """The server."""

    def __init__(self, papers: Mapping[str, SamplePaper]) -> None:
        self._papers = papers

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
            return json.dumps(judge(chat.held, self._papers.values()), ensure_ascii=False)
        paper = self._papers.get(self.paper_id(chat))
        return json.dumps(answer(paper, chat.asked, chat.fields), ensure_ascii=False)

    def paper_id(self, chat: ChatRequest) -> str:
        """The first known id in the messages, else the longest known title, else the first id of any paper."""
        ids: list[str] = _ID.findall(chat.text)
        titled = (paper for paper in self._papers.values() if paper.title in chat.text)
        by_title = (paper.id for paper in sorted(titled, key=lambda paper: -len(paper.title)))
        known = next((each for each in ids if each in self._papers), None)
        return known or next(by_title, ids[0] if ids else "")


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
