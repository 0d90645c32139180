"""A conversation with a model about one paper: asks, answers, and what they came to."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from digest.clients.completion import Completion, Problem, as_answer, read_completion
from digest.clients.form import About, Message, Question
from digest.core.prompt.answer import UnreadableAnswerError
from digest.core.prompt.excerpt import count_tokens
from digest.core.record import Tokens
from digest.stages.ports import Asker
from digest.stages.summarize.budget import Account, Spent
from digest.store.cache import Cache

_REASONS: Mapping[Problem, str] = {
    "refusal": "the model refused to answer; summarise the paper from its text",
    "empty": "the answer is empty; answer with the JSON object",
    "filtered": "the server's content filter withheld the answer",
    "too-large": "the answer is far too long; answer with the JSON object alone, a sentence or two a field",
    "unreadable": "the server's answer is not a chat completion; check summarizer.base_url",
}
_LONGEST_SENT_BACK = 20_000
"""Characters of an answer that the model is shown again."""
_LONGEST_TOKEN = 6
"""Characters of a token in any text of some length, at most."""
_FEW = 1000
"""Tokens, a difference of which means nothing."""
_ABSURD = 4
"""A count that is so many times what it can be is not one."""


class CutOffError(UnreadableAnswerError):
    """The answer ends before its end: asking the same way again cannot help, more room can."""

    def __init__(self) -> None:
        super().__init__("the answer was cut off before its end; answer more briefly")


class Read(NamedTuple):
    """What an answer was read as."""

    value: Any
    source: str
    """The part of it that is sent back to the model with the faults."""


class Conversation:
    """Asks about one paper. A readable answer is kept at once: a run that is killed does not pay for it again.

    The asks of earlier runs tell apart the questions of this one from those that led to no final entry.
    """

    def __init__(
        self,
        chat: Asker,
        cache: Cache,
        account: Account,
        opening: Sequence[Message],
        about: About,
        subject: str = "",
    ) -> None:
        """Asks are counted over all runs under the `subject`; empty: they are not."""
        self._chat = chat
        self._cache = cache
        self._account = account
        self._about = about
        self._subject = subject
        self._messages = list(opening)
        self.asks = 0
        """Asks so far, those answered by the cache included."""
        self.tokens = Tokens()
        """What the answers cost, those that an earlier run paid for included."""
        self.notes: dict[str, None] = {}
        """What is worth noting of the server."""

    def begin_again(self, opening: Sequence[Message]) -> None:
        """Forget what was said; what it cost is still counted."""
        self._messages = list(opening)

    def ask(self, schema: Mapping[str, Any], name: str, most: int, read: Callable[[Sequence[str]], Read]) -> Any:
        """What `read` makes of the model's answer; `most` bounds its tokens, `name` is the schema's.

        A model whose answer cannot be read is told why before the next ask.
        Raises UnreadableAnswerError (CutOffError), ServiceError, BudgetSpentError, and UsageError where the answer
        could not be kept.
        """
        question = Question(tuple(self._messages), schema, name, most, self._about)
        key = self._chat.question(question)
        kept = self._cache.get(**key)
        completion = self._pay(question) if not isinstance(kept, dict) else read_completion(kept)
        self.asks += 1
        if self._subject and not isinstance(kept, dict):
            self._cache.put(paid_before(self._cache, self._subject) + 1, **_asks_of(self._subject))
        self.tokens += completion.tokens or _reckoned(_asked(question), completion)
        if completion.tokens and _is_shortened(completion.tokens, question):
            self.notes[_shortened(completion.tokens.input, _asked(question))] = None
        answer = self._read(completion, read)
        self._messages.append({"role": "assistant", "content": answer.source})
        if not isinstance(kept, dict):
            self._cache.put(as_answer(completion), **key)
        return answer.value

    def say(self, text: str) -> None:
        """Tell the model something before the next ask."""
        self._messages.append({"role": "user", "content": text})

    def _read(self, completion: Completion, read: Callable[[Sequence[str]], Read]) -> Read:
        texts = [text for text in (completion.content, *completion.others) if text.strip()]
        if completion.problem not in (None, "cut-off") or not texts:
            said = f": {completion.content}" if completion.problem == "unreadable" and completion.content else ""
            if completion.problem == "cut-off":
                raise CutOffError
            raise UnreadableAnswerError(_REASONS[completion.problem or "empty"] + said)
        try:
            answer = read(texts)
        except UnreadableAnswerError as error:
            if completion.problem == "cut-off":
                raise CutOffError from error
            self._messages.append({"role": "assistant", "content": texts[0][:_LONGEST_SENT_BACK]})
            self.say(str(error))
            raise
        is_short = texts[0] and len(texts[0]) <= 2 * len(answer.source)
        return answer._replace(source=(texts[0] if is_short else answer.source)[:_LONGEST_SENT_BACK])

    def _pay(self, question: Question) -> Completion:
        if self._chat.pays:
            self._cache.check_room()
        asked = _asked(question)
        with self._account.reserved(Tokens(input=asked, output=question.most)) as ask:
            completion = self._chat.ask(question, ask.note_failure)
            reckoned = _reckoned(asked, completion)
            ask.tokens = completion.tokens or reckoned
            ask.is_plausible = completion.tokens is not None and _is_plausible(completion.tokens, reckoned, question)
        return completion


def price_of(names: Iterable[str], cache: Cache, account: Account) -> Spent:
    """What the kept answers to questions of such names came to; no cost where a server has not counted its tokens."""
    answers = (cache.get_named(name) for name in names)
    counts = [read_completion(answer).tokens for answer in answers if isinstance(answer, dict)]
    tokens = sum((each for each in counts if each is not None), Tokens())
    return Spent(tokens, None if None in counts else account.cost(tokens), len(counts))


def paid_before(cache: Cache, subject: str) -> int:
    """Asks about a paper so far, also in runs that led to no record, as far as the cache has them."""
    count = cache.peek(**_asks_of(subject))
    return count if isinstance(count, int) else 0


def close_round(cache: Cache, subject: str) -> None:
    """Note that the asks so far led to no final answer, so that the next run asks anew."""
    cache.put(paid_before(cache, subject), **_round_of(subject))


def open_round(cache: Cache, subject: str) -> int:
    """The round that a subject is in whose asks no record counts."""
    count = cache.peek(**_round_of(subject))
    return count if isinstance(count, int) else 0


def _round_of(subject: str) -> dict[str, str]:
    return {"ask": "round of a paper", "id": subject}


def _asks_of(subject: str) -> dict[str, str]:
    return {"ask": "asks of a paper", "id": subject}


def _asked(question: Question) -> int:
    """The tokens of a question as we count: at least as many as any tokenizer in use."""
    return count_tokens(json.dumps(question.schema)) + sum(count_tokens(m["content"]) for m in question.messages)


def _reckoned(asked: int, completion: Completion) -> Tokens:
    """What an ask of so many tokens came to with its answer, as we count."""
    return Tokens(input=asked, output=sum(map(count_tokens, (completion.content, *completion.others))))


def _least(question: Question) -> int:
    """Tokens of the messages that any tokenizer in use counts at least."""
    return sum(len(message["content"]) for message in question.messages) // _LONGEST_TOKEN


def _is_plausible(told: Tokens, reckoned: Tokens, question: Question) -> bool:
    """Whether a server's count can be true: neither far below what was sent and written, nor far above."""
    is_read = max(1, _least(question)) <= told.input <= _ABSURD * (reckoned.input + _FEW)
    return is_read and reckoned.output // _ABSURD <= told.output <= _ABSURD * (question.most + reckoned.output)


def _is_shortened(told: Tokens, question: Question) -> bool:
    """Whether the server seems to have read only a part of what it was sent."""
    return 0 < told.input < _least(question)


def _shortened(read: int, sent: int) -> str:
    return (
        f"the server read {read:,} of about {sent:,} tokens of the question; "
        "raise the model's context length, or lower summarizer.input_tokens"
    )
