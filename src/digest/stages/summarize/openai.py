"""A model on an OpenAI-compatible server as the summarizer."""

import hashlib
import threading
from datetime import datetime

from digest.clients.chat import Chat, TooLongError
from digest.clients.form import Message
from digest.core.config import SummarizerConfig
from digest.core.fault import Fault
from digest.core.judge.faults import find_faults
from digest.core.judge.given import prepare
from digest.core.paper import Paper
from digest.core.prompt.answer import MEANINGS, json_schema
from digest.core.prompt.excerpt import excerpt
from digest.core.prompt.injection import without_instructions
from digest.core.record import Entry, Provenance
from digest.core.source_text import SourceText
from digest.core.summary import FIELDS, Summary
from digest.stages.summarize.budget import Account
from digest.stages.summarize.conversation import Conversation, paid_before
from digest.stages.summarize.drafting import Answers, Drafting, Judged, Limits, Material
from digest.store.cache import Cache
from digest.store.templates import Templates

_TEMPLATES = ("system.md.j2", "ask.md.j2", "repair.md.j2")
_LEAST_TEXT = 500
"""Tokens of a paper's text; with fewer there is nothing to summarise."""
_AROUND_TEXT = 3000
"""Tokens of the instructions, the schema and what is said around the paper's text."""
_MOST_OF_CONTEXT = 4
"""The answer may have one part in so many of a context that is too short for both."""


class OpenAI:
    """Asks the model at most `attempts` times a paper, and `give_up_after` times over all nights."""

    kind = "openai"

    def __init__(
        self,
        chat: Chat,
        config: SummarizerConfig,
        *,
        templates: Templates,
        cache: Cache,
        account: Account,
        now: datetime,
        give_up_after: int,
    ) -> None:
        self._chat = chat
        self._config = config
        self._templates = templates
        self._cache = cache
        self._account = account
        self._now = now
        self._give_up_after = give_up_after
        self._text_tokens = config.input_tokens
        self._max_tokens = config.max_tokens
        self._lock = threading.Lock()
        self._system = templates.render("system.md.j2", meanings=MEANINGS, glossary=config.glossary)
        self._prompt = templates.hash(*_TEMPLATES, more=(self._system, str(json_schema(FIELDS))))

    def summarize(self, paper: Paper, text: SourceText, before: Entry | None) -> Entry:
        known = before.asks if before else 0
        left = self._give_up_after - max(known, paid_before(self._cache, paper.id))
        read, text = without_instructions(paper, text)
        material = self._material(paper, read, text)
        conversation = Conversation(self._chat, self._cache, self._account, material.opening(None), paper.id, known)
        limits = Limits(min(self._config.attempts, left), self._max_tokens, self._config.tolerate)
        judged = Drafting(conversation, material, self._templates, limits).draft()
        provenance = self._provenance(text, conversation)
        provenance = provenance.replace(attempts=max(conversation.asks, paid_before(self._cache, paper.id) - known))
        return self._entry(paper, text, judged, provenance, limits)

    def _material(self, paper: Paper, read: Paper, text: SourceText) -> Material:
        given = excerpt(read, text, self._text_tokens)
        mark = hashlib.sha256(given.encode()).hexdigest()[:12]
        source = prepare(f"{given}\narXiv:{paper.id}")

        def opening(error: TooLongError | None) -> list[Message]:
            if error is not None:
                self._shorten(error)
            shown = excerpt(read, text, self._text_tokens)
            ask = self._templates.render("ask.md.j2", paper=paper, text=shown, kind=text.kind, mark=mark)
            return [{"role": "system", "content": self._system}, {"role": "user", "content": ask}]

        def judge(answers: Answers) -> tuple[Fault, ...]:
            texts = {field: answers[field].text for field in FIELDS if field in answers}
            evidence = {field: answers[field].evidence for field in texts}
            return find_faults(texts, evidence, source, glossary=self._config.glossary)

        return Material(opening, judge, lambda _: (), given, paper.title, mark)

    def _shorten(self, error: TooLongError) -> None:
        """Give the model less text from here on, as much as its context has room for. Raises the error at the least."""
        with self._lock:
            if error.limit is None:
                shorter = self._text_tokens // 2
            else:
                self._max_tokens = max(_LEAST_TEXT, min(self._max_tokens, error.limit // _MOST_OF_CONTEXT))
                room = error.limit - self._max_tokens - _AROUND_TEXT
                shorter = room if room < self._text_tokens else self._text_tokens // 2
            if shorter < _LEAST_TEXT:
                raise error
            self._text_tokens = shorter

    def _entry(self, paper: Paper, text: SourceText, judged: Judged, provenance: Provenance, limits: Limits) -> Entry:
        held = limits.holding(judged.faults)
        return Entry(
            status="failed" if not judged.answers else "draft" if held else "final",
            paper=paper,
            summary=_summary(judged),
            evidence={field: answer.evidence for field, answer in judged.answers.items() if answer.evidence},
            provenance=provenance,
            faults=judged.faults,
        )

    def _provenance(self, text: SourceText, conversation: Conversation) -> Provenance:
        return Provenance(
            summarizer=self.kind,
            model=self._config.model,
            prompt=self._prompt,
            text=text.kind,
            attempts=conversation.asks,
            tokens=conversation.tokens,
            cost_usd=self._account.cost(conversation.tokens),
            at=self._now,
            notes=(*text.notes, *conversation.notes),
        )


def _summary(judged: Judged) -> Summary | None:
    """The summary as far as there is one; a field without an answer is empty."""
    if not judged.answers:
        return None
    return Summary.read({field: judged.answers[field].text if field in judged.answers else "" for field in FIELDS})
