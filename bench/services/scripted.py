"""A model whose answers a test writes."""

from collections import Counter
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from digest.sample.model import ChatRequest, Model, completion, message, refuse_format
from digest.sample.paper import SamplePaper
from digest.sample.server import Reply, json_reply

Script = Callable[[str, Any, int], str | Mapping[str, Any] | None]
"""(paper id or "", request, which ask for this paper from 1) -> the content, a choice, a whole body; None: as usual."""


class ScriptedModel(Model):
    """The sample model until it is told otherwise; how it answers may be changed while it runs."""

    def __init__(self, papers: Mapping[str, SamplePaper]) -> None:
        super().__init__(papers)
        self.script: Script | None = None
        self.accepts_json_schema = True
        self._asks: Counter[str] = Counter()
        self._lock = Lock()

    def reply_to(self, chat: ChatRequest) -> Reply:
        kind = (chat.raw.get("response_format") or {}).get("type")
        if kind == "json_schema" and not self.accepts_json_schema:
            raise refuse_format(kind)
        said = self._scripted(chat)
        if said is None:
            return super().reply_to(chat)
        if isinstance(said, str):
            said = {"message": message(said)}
        return json_reply(completion(chat, said) if "message" in said else said)

    def _scripted(self, chat: ChatRequest) -> str | Mapping[str, Any] | None:
        if self.script is None:
            return None
        paper_id = self.paper_id(chat)
        with self._lock:
            self._asks[paper_id] += 1
            nth = self._asks[paper_id]
        return self.script(paper_id, chat.raw, nth)
