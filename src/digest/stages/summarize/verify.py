"""A second reader: each field is held against its own evidence, in a conversation of its own."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from digest.clients.form import About, Message
from digest.clients.retry import ServiceError
from digest.core.config import SummarizerConfig
from digest.core.judge.given import Given
from digest.core.paper import Paper
from digest.core.prompt.answer import FieldAnswer, UnreadableAnswerError
from digest.core.prompt.verdicts import question, read_verdicts, verdict_fault, verdict_schema
from digest.core.record import Tokens, Verdict, Verification
from digest.core.summary import NOTHING_SAID, Fault, FieldName
from digest.stages.ports import Asker
from digest.stages.summarize.budget import Account, BudgetSpentError
from digest.stages.summarize.conversation import Conversation, CutOffError, Read
from digest.store.cache import Cache
from digest.store.templates import Templates

_TEMPLATE = "verify.md.j2"
_ATTEMPTS = 2
"""Asks of one question at most: a bad answer is asked for once more."""

Answers = Mapping[FieldName, FieldAnswer]


class Reading(NamedTuple):
    """What came of one question."""

    verdicts: dict[FieldName, Verdict]
    trouble: str | None
    """Why there are none."""
    tokens: Tokens


class Verifier:
    """Asks a model for verdicts. Safe to use from many threads."""

    def __init__(
        self,
        chat: Asker,
        settings: SummarizerConfig,
        *,
        templates: Templates,
        cache: Cache,
        account: Account,
    ) -> None:
        self._chat = chat
        self._model = settings.model
        self._max_tokens = settings.max_tokens
        self._cache = cache
        self._account = account
        self._system = templates.render(_TEMPLATE)
        self._prompt = templates.hash(_TEMPLATE, more=(str(verdict_schema()),))

    def ask(self, answers: Answers, given: Given, paper: Paper) -> "Reading":
        """Verdicts on the answers about a paper; none, and the reason, where they cannot be asked for."""
        fields, held = tuple(answers), question(answers, given)
        about = About(paper.id, paper.version)
        conversation = Conversation(self._chat, self._cache, self._account, self._opening(held), about)
        verdicts, trouble = self._converse(conversation, fields, held)
        return Reading(verdicts, trouble, conversation.tokens)

    def _opening(self, held: str, complaint: str = "") -> list[Message]:
        """The messages of a question; the last ends with the fields, also where an earlier answer was a bad one."""
        before = f"An earlier answer cannot be used: {complaint}.\n\n" if complaint else ""
        asked = f"{before}Hold these fields against their quotes.\n\n{held}"
        return [{"role": "system", "content": self._system}, {"role": "user", "content": asked}]

    def verification(self, tokens: Tokens) -> Verification:
        """Who read, and what it took."""
        return Verification(model=self._model, prompt=self._prompt, tokens=tokens, cost_usd=self._account.cost(tokens))

    def _converse(
        self, conversation: Conversation, fields: Sequence[FieldName], held: str
    ) -> tuple[dict[FieldName, Verdict], str | None]:
        def read(texts: Sequence[str]) -> Read:
            answer = read_verdicts(texts, fields)
            return Read(answer.fields, answer.source)

        trouble, most = None, self._max_tokens
        while conversation.asks < _ATTEMPTS:
            try:
                verdicts: dict[FieldName, Verdict] = conversation.ask(verdict_schema(), "verdicts", most, read)
            except CutOffError as error:
                trouble, most = str(error), 2 * most
            except UnreadableAnswerError as error:
                trouble = str(error)
                conversation.begin_again(self._opening(held, trouble))
            except ServiceError as error:
                return {}, str(error)
            except BudgetSpentError as error:
                return {}, f"the next ask {error}"
            else:
                return verdicts, None
        return {}, trouble


class Hearing:
    """What the verifier says of one paper's fields; each answer is held against its evidence once.

    Without a verifier nothing is held, and nothing is missing.
    """

    def __init__(self, verifier: Verifier | None, given: Given, paper: Paper) -> None:
        self._verifier = verifier
        self._given = given
        self._paper = paper
        self._known: dict[tuple[FieldName, FieldAnswer], Verdict] = {}
        self._tokens = Tokens()

    def know(self, answers: Answers, verdicts: Mapping[FieldName, Verdict]) -> None:
        """Take verdicts on answers from an earlier run."""
        self._known |= {(field, answers[field]): verdict for field, verdict in verdicts.items() if field in answers}

    def hold(self, answers: Answers) -> tuple[Fault, ...]:
        """What the verifier holds against the answers, and that it could not be asked, if so."""
        if self._verifier is None:
            return ()
        new = {f: a for f, a in answers.items() if (f, a) not in self._known and a.evidence and a.text != NOTHING_SAID}
        trouble = None
        if new:
            reading = self._verifier.ask(new, self._given, self._paper)
            self.know(new, reading.verdicts)
            self._tokens += reading.tokens
            trouble = reading.trouble
        faults = (verdict_fault(field, verdict) for field, verdict in self.verdicts(answers).items())
        return (*filter(None, faults), *(() if trouble is None else (_unverified(trouble),)))

    def verdicts(self, answers: Answers) -> dict[FieldName, Verdict]:
        """What is known of the answers."""
        return {f: self._known[f, a] for f, a in answers.items() if (f, a) in self._known}

    def verification(self, before: Verification | None) -> Verification | None:
        """Who read, and what it took, earlier runs included; None where nobody did."""
        if self._verifier is None or not (self._known or self._tokens.input):
            return before
        return self._verifier.verification(self._tokens + (before.tokens if before else Tokens()))


def _unverified(trouble: str) -> Fault:
    return Fault(name="unverified", message=f"not held against its evidence: {trouble}; the next run asks again")
