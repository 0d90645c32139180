"""A conversation with a model about one paper: asks, answers, and what they came to."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from digest.clients.chat import Chat, Completion, Message, Problem, read_completion
from digest.core.prompt.answer import FieldAnswer, UnreadableAnswerError, json_schema, read_answer
from digest.core.prompt.tokens import count_tokens
from digest.core.record import Tokens
from digest.core.summary import FieldName
from digest.stages.summarize.budget import Budget
from digest.store.cache import Cache

_REASONS: Mapping[Problem, str] = {
    "refusal": "the model refused to answer; summarise the paper from its text",
    "empty": "the answer is empty; answer with the JSON object",
    "filtered": "the server's content filter withheld the answer",
    "unreadable": "the server's answer is not a chat completion; check summarizer.base_url",
}


class CutOffError(UnreadableAnswerError):
    """The answer ends before its end: asking the same way again cannot help, more room can."""

    def __init__(self) -> None:
        super().__init__("the answer was cut off before its end; answer more briefly")


class Conversation:
    """Asks about one paper. A readable answer is kept at once: a run that is killed does not pay for it again.

    `round_` tells apart the questions of a later run from those of an earlier one that led to no final entry.
    """

    def __init__(self, chat: Chat, cache: Cache, budget: Budget, opening: Sequence[Message], round_: int) -> None:
        self._chat = chat
        self._cache = cache
        self._budget = budget
        self._round = round_
        self._messages = list(opening)
        self.asks = 0
        """Asks so far, those answered by the cache included."""
        self.tokens = Tokens()
        """What the answers cost, those that an earlier run paid for included."""

    def ask(self, fields: Sequence[FieldName], room: int | None) -> dict[FieldName, FieldAnswer]:
        """The fields as the model answers them; `room` bounds the answer's tokens.

        A model whose answer cannot be read is told why before the next ask.
        Raises UnreadableAnswerError (CutOffError), ServiceError and BudgetSpentError.
        """
        schema = json_schema(fields)
        question = {**self._chat.question(self._messages, schema, room), "round": self._round}
        kept = self._cache.get(**question)
        answer = kept if isinstance(kept, dict) else self._pay(schema, room)
        self.asks += 1
        completion = self._complete(answer)
        self._messages.append({"role": "assistant", "content": completion.content})
        try:
            read = read_answer(completion.content, fields)
        except UnreadableAnswerError as error:
            self.say(str(error))
            raise
        if answer is not kept:
            self._cache.put(answer, **question)
        return read

    def say(self, text: str) -> None:
        """Tell the model something before the next ask."""
        self._messages.append({"role": "user", "content": text})

    def _complete(self, answer: Mapping[str, Any]) -> Completion:
        completion = read_completion(answer)
        self.tokens += completion.tokens
        if completion.problem == "cut-off":
            raise CutOffError
        if completion.problem is not None:
            said = f": {completion.content}" if completion.problem == "unreadable" and completion.content else ""
            raise UnreadableAnswerError(_REASONS[completion.problem] + said)
        return completion

    def _pay(self, schema: Mapping[str, Any], room: int | None) -> dict[str, Any]:
        texts = [*(message["content"] for message in self._messages), json.dumps(schema)]
        asked = sum(map(count_tokens, texts)) if self._budget.has_limit else 0
        with self._budget.reserved(asked, room) as ask:
            answer = self._chat.ask(self._messages, schema, room)
            ask.tokens = read_completion(answer).tokens
        return answer
