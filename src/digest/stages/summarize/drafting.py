"""One paper's way to its summary: ask, judge, give the faults back, bounded."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from digest.clients.chat import TooLongError
from digest.clients.retry import ServiceError
from digest.core.judge.evidence import shorten
from digest.core.prompt.answer import UnreadableAnswerError, json_schema, read_answer
from digest.core.prompt.excerpt import nearest_passages
from digest.core.record import REPAIRED, UNVERIFIED
from digest.core.summary import FIELDS, Fault, FieldName
from digest.stages.summarize.budget import BudgetSpentError
from digest.stages.summarize.conversation import Conversation, CutOffError, Read
from digest.stages.summarize.material import Answers, Material
from digest.store.templates import Templates

_MOST_ROOM = 4
"""Times `max_tokens` that an answer may have after it was cut off, at most."""
_LONGEST_NOTE = 200
"""Characters of a repaired fault that are kept."""
_ABOUT_QUOTES = "evidence"
"""The name of the faults that a few passages are enough to repair."""


class Judged(NamedTuple):
    """Answers so far and what is wrong with them."""

    answers: Answers
    faults: tuple[Fault, ...]

    def of(self, field: FieldName | None) -> int:
        """How many faults a field has; None: all fields together."""
        return sum(fault.field == field for fault in self.faults)


class Limits(NamedTuple):
    """How far a paper's drafting goes."""

    attempts: int
    """Asks at most."""
    max_tokens: int
    """Of the first answer."""
    tolerate: Sequence[str]
    """Names of faults that do not hold an entry back."""

    def holding(self, faults: Sequence[Fault]) -> list[Fault]:
        """The faults that hold an entry back."""
        return [fault for fault in faults if fault.name not in self.tolerate and fault.name != UNVERIFIED]


class Drafting:
    """Asks for a paper's fields until nothing holds them back; of each field the best answer is kept."""

    def __init__(
        self,
        conversation: Conversation,
        material: Material,
        templates: Templates,
        limits: Limits,
        corrected: Answers | None = None,
    ) -> None:
        """`corrected` fields are a person's: they are not asked for, and nothing is held against them."""
        self._corrected = corrected or {}
        self.conversation = conversation
        self._material = material
        self._is_cut = False
        self._templates = templates
        self._limits = limits
        self._most = limits.max_tokens
        self._trouble: Fault | None = None
        self._asked_for: dict[tuple[str, str | None], Fault] = {}

    def repaired(self, judged: Judged) -> tuple[str, ...]:
        """Notes on the faults that were reported to the model and that these answers do not have."""
        left = {(fault.name, fault.field) for fault in judged.faults}
        gone = (fault for key, fault in self._asked_for.items() if key not in left)
        return tuple(f"{REPAIRED}{shorten(fault.message, _LONGEST_NOTE)} ({fault.name})" for fault in gone)

    def draft(self, start: Judged | None = None) -> Judged:
        """The best answers within the limits, and their faults; from the beginning, or from answers with faults."""
        judged, wanted = start or Judged({**self._corrected}, ()), self._asked(FIELDS)
        if start is not None:
            wanted = self._faulty(start)
            self._ask_to_repair(start, wanted)
        while wanted and self.conversation.asks < self._limits.attempts:
            answers = self._ask(wanted)
            if answers is None:
                continue
            if not answers:
                break
            judged = self._held(self._better(judged, self._material.quoted(answers)))
            wanted = self._faulty(judged)
            if wanted:
                self._ask_to_repair(judged, wanted)
        answers = judged.answers if judged.answers.keys() - self._corrected.keys() else {}
        return Judged(answers, judged.faults if self._trouble is None else (*judged.faults, self._trouble))

    def _ask(self, wanted: Sequence[FieldName]) -> Answers | None:
        """The model's answers; None where it is to be asked again, none where it is not."""

        def read(texts: Sequence[str]) -> Read:
            answer = read_answer(texts, wanted)
            return Read(answer.fields, answer.source)

        try:
            answers: Answers = self.conversation.ask(json_schema(wanted), "summary", self._most, read)
        except CutOffError as error:
            self._trouble = error.fault
            self._most = min(2 * self._most, _MOST_ROOM * self._limits.max_tokens)
        except UnreadableAnswerError as error:
            self._trouble = error.fault
        except TooLongError as error:
            return self._ask_with_less(error, wanted)
        except (ServiceError, BudgetSpentError) as error:
            self._trouble = trouble(error)
            return {}
        else:
            self._trouble = None
            return answers
        return None

    def _ask_with_less(self, error: TooLongError, wanted: Sequence[FieldName]) -> Answers | None:
        """Begin again with less of the paper's text."""
        try:
            self.conversation.begin_again(self._material.opening(error))
        except TooLongError:
            self._trouble = trouble(error)
            return {}
        return self._ask(wanted)

    def _held(self, judged: Judged) -> Judged:
        """The answers, once the rules pass them, with evidence completed and what the second reader says of them."""
        if self._limits.holding(judged.faults):
            return judged
        own = {field: answer for field, answer in judged.answers.items() if field not in self._corrected}
        answers = self._material.complete(own)
        return Judged(judged.answers | answers, (*judged.faults, *self._material.hearing.hold(answers)))

    def _better(self, judged: Judged, answers: Answers) -> Judged:
        """The old answers with each new one that has fewer faults in their company.

        A fault of all fields together is no single one's: where the new answers correct it, they are taken as they are.
        """
        proposed = self._judged(judged.answers | answers)
        if proposed.of(None) < judged.of(None) and len(proposed.faults) < len(judged.faults):
            return proposed
        better = {f: a for f, a in answers.items() if f not in judged.answers or proposed.of(f) < judged.of(f)}
        return proposed if better.keys() == answers.keys() else self._judged(judged.answers | better)

    def _judged(self, answers: Answers) -> Judged:
        faults = (fault for fault in self._material.judge(answers) if fault.field not in self._corrected)
        return Judged(answers, tuple(faults))

    def _faulty(self, judged: Judged) -> tuple[FieldName, ...]:
        """The fields to ask for again, in the schema's order: all of them for a fault that names none."""
        held = self._limits.holding(judged.faults)
        if any(fault.field is None for fault in held):
            return self._asked(FIELDS)
        return tuple(field for field in FIELDS if any(fault.field == field for fault in held))

    def _asked(self, fields: Sequence[FieldName]) -> tuple[FieldName, ...]:
        """The fields that a model may be asked for."""
        return tuple(field for field in fields if field not in self._corrected)

    def _ask_to_repair(self, judged: Judged, wanted: Sequence[FieldName]) -> None:
        """Say what is wrong. Where that is a matter of quotes alone, the nearest passages stand in for the paper."""
        held = self._limits.holding(judged.faults)
        self._asked_for |= {(fault.name, fault.field): fault for fault in held}
        answers = {field: judged.answers[field] for field in wanted if field in judged.answers}
        passages = self._passages(held, answers)
        if passages or self._is_cut:
            opening = self._material.opening()
            self.conversation.begin_again(opening[:1] if passages else opening)
        is_new, self._is_cut = bool(passages) or self._is_cut, bool(passages)
        said = self._templates.render(
            "repair.md.j2",
            faults=held,
            fields=wanted,
            passages=passages,
            title=self._material.title,
            mark=self._material.mark,
            answers=_as_json(answers) if is_new else None,
        )
        self.conversation.say(said)

    def _passages(self, held: Sequence[Fault], answers: Answers) -> list[str]:
        """What is enough of the paper to repair the faults; empty where the whole is needed."""
        if {fault.name for fault in held} != {_ABOUT_QUOTES} or any(fault.field is None for fault in held):
            return []
        quotes = [quote for answer in answers.values() for quote in answer.evidence]
        return nearest_passages(self._material.text, quotes) if all(a.evidence for a in answers.values()) else []


def _as_json(answers: Answers) -> str:
    values = {field: {"text": answer.text, "evidence": answer.evidence} for field, answer in answers.items()}
    return json.dumps(values, ensure_ascii=False)


def trouble(error: ServiceError | BudgetSpentError) -> Fault:
    """Why the model was not asked, or did not answer."""
    if isinstance(error, BudgetSpentError):
        return Fault(name="budget", message=f"not asked: the next ask {error}")
    return Fault(name="model", message=str(error))
