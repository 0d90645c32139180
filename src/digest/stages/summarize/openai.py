"""A model on an OpenAI-compatible server as the summarizer: ask, judge, give the faults back, bounded."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from digest.clients.chat import Chat
from digest.clients.errors import ServiceError
from digest.core.config import SummarizerConfig
from digest.core.fault import Fault
from digest.core.judge.faults import find_faults
from digest.core.judge.given import prepare
from digest.core.paper import Paper
from digest.core.prompt.answer import MEANINGS, FieldAnswer, UnreadableAnswerError, json_schema
from digest.core.prompt.excerpt import excerpt
from digest.core.prompt.injection import without_instructions
from digest.core.record import Entry, Provenance
from digest.core.source_text import SourceText
from digest.core.summary import FIELDS, FieldName, Summary
from digest.stages.summarize.budget import Budget, BudgetSpentError
from digest.stages.summarize.conversation import Conversation, CutOffError
from digest.store.cache import Cache
from digest.store.templates import Templates

_TEMPLATES = ("system.md.j2", "ask.md.j2", "repair.md.j2")
_ROOM = 16_000
"""Tokens of room for an answer after one was cut off, doubled each time."""


class Judged(NamedTuple):
    """Answers so far and what is wrong with them."""

    answers: dict[FieldName, FieldAnswer]
    faults: tuple[Fault, ...]

    def of(self, field: FieldName | None) -> int:
        """How many faults a field has; None: all fields together."""
        return sum(fault.field == field for fault in self.faults)


class _Judge:
    """Judges answers on one paper."""

    def __init__(self, text: str, glossary: Mapping[str, str]) -> None:
        self._glossary = glossary
        self._given = prepare(text)

    def __call__(self, answers: dict[FieldName, FieldAnswer]) -> Judged:
        texts = {field: answers[field].text for field in FIELDS if field in answers}
        evidence = {field: answers[field].evidence for field in texts}
        return Judged(answers, find_faults(texts, evidence, self._given, glossary=self._glossary))


class OpenAI:
    """Asks the model at most `attempts` times a paper; of each field the best answer is kept."""

    kind = "openai"

    def __init__(
        self,
        chat: Chat,
        config: SummarizerConfig,
        *,
        templates: Templates,
        cache: Cache,
        budget: Budget,
        now: datetime,
    ) -> None:
        self._chat = chat
        self._config = config
        self._templates = templates
        self._cache = cache
        self._budget = budget
        self._now = now
        self._system = templates.render("system.md.j2", meanings=MEANINGS, glossary=config.glossary)
        self._prompt = templates.hash(*_TEMPLATES, more=(self._system, str(json_schema(FIELDS))))

    def summarize(self, paper: Paper, text: SourceText, before: Entry | None) -> Entry:
        paper_read, text = without_instructions(paper, text)
        text_given = excerpt(paper_read, text, self._config.input_tokens)
        mark = hashlib.sha256(text_given.encode()).hexdigest()[:12]  # what no paper can know, and so cannot close
        ask = self._templates.render("ask.md.j2", paper=paper, text=text_given, kind=text.kind, mark=mark)
        opening = [{"role": "system", "content": self._system}, {"role": "user", "content": ask}]
        round_ = before.provenance.attempts if before and before.provenance else 0
        conversation = Conversation(self._chat, self._cache, self._budget, opening, round_)
        judge = _Judge(f"{text_given}\narXiv:{paper.id}", self._config.glossary)
        judged = self._converse(conversation, judge)
        return self._entry(paper, text, judged, conversation)

    def _converse(self, conversation: Conversation, judge: _Judge) -> Judged:
        judged, wanted, room = Judged({}, ()), FIELDS, None
        trouble: Fault | None = None
        while conversation.asks < self._config.attempts:
            try:
                answers = conversation.ask(wanted, room)
            except CutOffError as error:
                trouble, room = error.fault, 2 * room if room else _ROOM
                continue
            except UnreadableAnswerError as error:
                trouble = error.fault
                continue
            except (ServiceError, BudgetSpentError) as error:
                trouble = _trouble(error)
                break
            trouble = None
            judged = self._better(judged, answers, judge)
            wanted = self._faulty(judged)
            if not wanted:
                break
            conversation.say(self._repair(judged, wanted))
        return judged if trouble is None else Judged(judged.answers, (*judged.faults, trouble))

    def _better(self, judged: Judged, answers: dict[FieldName, FieldAnswer], judge: _Judge) -> Judged:
        """The old answers with each new one that has fewer faults in their company.

        A fault of all fields together is no single one's: where the new answers correct it, they are taken as they are.
        """
        proposed = judge(judged.answers | answers)
        if proposed.of(None) < judged.of(None) and len(proposed.faults) < len(judged.faults):
            return proposed
        better = {f: a for f, a in answers.items() if f not in judged.answers or proposed.of(f) < judged.of(f)}
        return proposed if better.keys() == answers.keys() else judge(judged.answers | better)

    def _faulty(self, judged: Judged) -> tuple[FieldName, ...]:
        """The fields to ask for again, in the schema's order: all of them for a fault that names none."""
        held = self._holding(judged.faults)
        if any(fault.field is None for fault in held):
            return FIELDS
        return tuple(field for field in FIELDS if any(fault.field == field for fault in held))

    def _holding(self, faults: Sequence[Fault]) -> list[Fault]:
        """The faults that hold an entry back."""
        return [fault for fault in faults if fault.name not in self._config.tolerate]

    def _repair(self, judged: Judged, wanted: Sequence[FieldName]) -> str:
        return self._templates.render("repair.md.j2", faults=self._holding(judged.faults), fields=wanted)

    def _entry(self, paper: Paper, text: SourceText, judged: Judged, conversation: Conversation) -> Entry:
        texts = {field: judged.answers[field].text if field in judged.answers else "" for field in FIELDS}
        held = self._holding(judged.faults)
        return Entry(
            status="failed" if not judged.answers else "draft" if held else "final",
            paper=paper,
            summary=Summary.read(texts) if judged.answers else None,
            evidence={field: answer.evidence for field, answer in judged.answers.items() if answer.evidence},
            provenance=self._provenance(text, conversation),
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
            cost_usd=self._budget.cost(conversation.tokens),
            at=self._now,
            notes=text.notes,
        )


def _trouble(error: ServiceError | BudgetSpentError) -> Fault:
    if isinstance(error, BudgetSpentError):
        message = "not asked: the next ask might exceed summarizer.budget_usd; raise it or run again tomorrow"
        return Fault(name="budget", message=message)
    return Fault(name="model", message=str(error))
