"""A model that is asked by file: a question without an answer becomes a line of the next batch."""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from digest.clients.batches import MOST_BYTES, MOST_LINES, Result
from digest.clients.chat import Chat, TooLongError
from digest.clients.completion import Completion, parsed, read_completion, said
from digest.clients.form import Form, Question, line_of
from digest.clients.retry import ServiceError, meaning_of
from digest.core.paper import LineId, custom_id, read_custom_id
from digest.core.prompt.excerpt import count_tokens
from digest.core.record import Tokens
from digest.stages.ports import PendingError
from digest.stages.summarize.budget import READ, WRITTEN, Account, BudgetSpentError, Left
from digest.store.batches import Asks, Ledger, Line, OpenLine
from digest.store.cache import Cache, name_of
from digest.store.files import writing

SENDS: Final = 3
"""Times that a question without an answer is sent; then it counts as a failure."""
_AGAIN: Final = frozenset({"moment", "chance", "account"})
"""Errors after which the same question may be answered by a later batch."""
_LIMITED: Final = "might exceed {} of the submission; submit the day again with a higher one"
SPOOLS: Final = ".lines-*.tmp"
"""The names of files of lines that are not sent yet."""
_KEPT: Final = ("choices", "usage")
"""What is kept of an answer in OpenAI's shape."""


def is_settled(cache: Cache, line: str) -> bool:
    """Whether an answer to a line is kept, or what an engine said instead."""
    return cache.has_named(read_custom_id(line).name) or cache.has(**_failure_of(line))


def keep_result(cache: Cache, result: Result | None, lines: Container[str]) -> str:
    """Keep what an engine says of one of the lines; the first good answer to a question counts. What became of it."""
    if result is None:
        return "unread"
    if result.custom_id not in lines:
        return "unknown"
    name = read_custom_id(result.custom_id).name
    if cache.has_named(name):
        return "again"
    if result.answer is None:
        cache.put({"status": result.status, "said": result.said}, **_failure_of(result.custom_id))
        return "failed"
    kept = {key: result.answer[key] for key in _KEPT if key in result.answer}
    cache.put_named(name, kept if "choices" in kept else result.answer)
    return "answered"


def _failure_of(line: str) -> dict[str, str]:
    return {"ask": "failure of a line", "id": line}


class Model(NamedTuple):
    """Whom a batch is for: one model of one server."""

    url: str
    name: str


class Way(NamedTuple):
    """How a model is asked, once its server has refused another way."""

    form: Form = Form()
    most: int | None = None
    """Tokens of an answer that the server has room for; None as long as it has not said."""


class Parcel(NamedTuple):
    """A file of lines that is ready to be sent."""

    path: Path
    model: Model
    way: Way
    days: dict[date, dict[str, Line]]
    requests: int
    tokens: Tokens
    """What they are reckoned to come to."""
    cost_usd: float | None


class _Noted(NamedTuple):
    """A line that is not written to a file yet."""

    model: Model
    data: bytes
    line: Line
    tokens: Tokens
    cost_usd: float | None


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


class _Spool:
    """A file of lines while it is written."""

    def __init__(self, path: Path, model: Model) -> None:
        self.path, self.model = path, model
        self.days: dict[date, dict[str, Line]] = {}
        self.requests = self.size = 0
        self.tokens = Tokens()
        self.cost: float | None = 0.0
        with writing(path):
            self._file = path.open("wb")

    def write(self, each: str, noted: "_Noted", day: date) -> None:
        with writing(self.path):
            self._file.write(noted.data)
        self.requests, self.size = self.requests + 1, self.size + len(noted.data)
        self.tokens += noted.tokens
        self.cost = _sum(self.cost, noted.cost_usd)
        self.days.setdefault(day, {})[each] = noted.line

    def close(self, way: Way) -> Parcel:
        with writing(self.path):
            self._file.close()
        return Parcel(self.path, self.model, way, self.days, self.requests, self.tokens, self.cost)


class Outbox:
    """Takes the lines of the next batches, and writes them to files of a size that engines take.

    The days come one after the other; the questions of a day may come from many threads.
    """

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        *,
        ways: Mapping[Model, Way],
        left: Left | None = None,
        most: tuple[int, int] = (MOST_LINES, MOST_BYTES),
    ) -> None:
        """`left` is what the lines may be reckoned to cost; `most` are requests and bytes of one file."""
        self._folder = folder
        self.ledger = ledger
        self._ways = dict(ways)
        self._left = left
        self._most = most
        self._noted: dict[str, _Noted] = {}
        self._spools: dict[Model, _Spool] = {}
        self._full: list[Parcel] = []
        self._lock = threading.Lock()
        self.day = date.min
        """The day whose questions come now."""
        self.asked: Counter[Asks] = Counter()
        """Lines noted so far."""
        self.tokens: dict[Asks, Tokens] = {"summary": Tokens(), "verdicts": Tokens()}
        """What they are reckoned to take."""
        self.cost_usd: float | None = 0.0
        """What they are reckoned to cost; None where no price is known."""

    def way(self, model: Model) -> Way:
        """How a model is asked."""
        return self._ways.get(model, Way())

    def learn(self, model: Model, way: Way) -> None:
        """Ask a model in another way from here on."""
        self._ways[model] = way

    def post(
        self, model: Model, question: Question, round_: int, name: str, body: Mapping[str, Any], account: Account
    ) -> str:
        """Note a question for the next batch; the id of its line. Raises BudgetSpentError where it may not be asked."""
        about = question.about
        each = custom_id(about.paper, round_, name)
        asks: Asks = "verdicts" if question.name == "verdicts" else "summary"
        line = Line(asks=asks, known=about.round, version=about.version, text=about.read)
        read = sum(count_tokens(message["content"]) for message in question.messages)
        tokens = Tokens(input=round(READ * read), output=WRITTEN[asks])
        cost = account.cost(tokens)
        with self._lock:
            if self._left is not None and (_sum(self.cost_usd, cost) or 0.0) > self._left.usd:
                raise BudgetSpentError(_LIMITED.format(self._left.limit))
            self.cost_usd = _sum(self.cost_usd, cost)
            self.asked[asks] += 1
            self.tokens[asks] += tokens
            self._noted[each] = _Noted(model, line_of(each, model.url, body), line, tokens, cost)
            self.ledger.note(self.day, OpenLine(each, LineId(about.paper, round_, name), line, None))
        return each

    def end_day(self) -> None:
        """Write the lines that were noted since the day before."""
        for each, noted in sorted(self._noted.items()):
            spool = self._spool(noted.model, len(noted.data))
            spool.write(each, noted, self.day)
        self._noted.clear()

    def close(self) -> list[Parcel]:
        """All files, ready to be sent."""
        for model in list(self._spools):
            self._full.append(self._spools.pop(model).close(self.way(model)))
        return self._full

    def share(self, day: date, lines: Collection[str]) -> None:
        """Note a day beside the lines that it waits for and that were noted for another day."""
        for days in [parcel.days for parcel in self._full] + [spool.days for spool in self._spools.values()]:
            found = {each: known[each] for known in days.values() for each in lines if each in known}
            if found:
                days.setdefault(day, {}).update(found)

    def _spool(self, model: Model, size: int) -> _Spool:
        spool = self._spools.get(model)
        if spool is not None and (spool.requests >= self._most[0] or spool.size + size > self._most[1]):
            self._full.append(self._spools.pop(model).close(self.way(model)))
            spool = None
        if spool is None:
            path = self._folder / SPOOLS.replace("*", str(len(self._full) + len(self._spools) + 1))
            spool = self._spools[model] = _Spool(path, model)
        return spool


class BatchedChat:
    """Gives the answers that batches have brought. Of every other question it makes a line.

    It is made for one day's papers, and safe to use from many threads.
    """

    pays = False

    def __init__(
        self, chat: Chat, model: Model, *, outbox: Outbox, ledger: Ledger, cache: Cache, account: Account
    ) -> None:
        self._chat = chat
        self._model = model
        self._outbox = outbox
        self._ledger = ledger
        self._cache = cache
        self._account = account
        self._used: set[str] = set()

    def question(self, question: Question) -> dict[str, Any]:
        values = self._chat.question(question)
        self._used.add(name_of(values))
        return values

    def ask(self, question: Question, failed: Callable[[ServiceError], None] | None = None) -> Completion:
        name = name_of(self._chat.question(question))
        lines = self._ledger.lines(question.about.paper)
        if waited := [each.id for each in lines if each.is_waited_for]:
            raise PendingError(*waited)
        kept = self._asked_otherwise(question, lines)
        if kept is not None:
            return kept
        self._look_at(question, [each for each in lines if each.about.name == name])
        way = self._outbox.way(self._model)
        body = self._chat.body(question._replace(most=min(question.most, way.most or question.most)), way.form)
        round_ = lines[-1].about.round + 1 if lines else 1
        raise PendingError(self._outbox.post(self._model, question, round_, name, body, self._account))

    def _asked_otherwise(self, question: Question, lines: Iterable[OpenLine]) -> Completion | None:
        """The answer to the same question in other words: since it was asked a prompt was edited, or digest updated."""
        for each in lines:
            if each.line.asks == question.name and each.about.name not in self._used:
                kept = self._cache.get_named(each.about.name)
                if isinstance(kept, dict):
                    self._used.add(each.about.name)
                    return read_completion(kept)
        return None

    def _look_at(self, question: Question, sent: list[OpenLine]) -> None:
        """Learn from how the same question failed before. Raises ServiceError where it is not to be asked again."""
        if not sent:
            return
        failure = self._cache.peek(**_failure_of(sent[-1].id)) or {}
        status, body = failure.get("status"), str(failure.get("said", ""))
        meaning = meaning_of(status, body) if status else "moment"
        if meaning in _AGAIN:
            tried = [each for each in sent if each.batch is not None and not each.batch.status.startswith("failed")]
            if len(tried) >= SENDS:
                why = f"no answer in {len(tried)} batches: {said(parsed(body)) or 'no answer came'}"
                raise ServiceError("batch engine", why, status=status, body=body)
            return
        error = ServiceError("batch engine", f"HTTP {status}: {said(parsed(body))}", status=status, body=body)
        way = self._outbox.way(self._model)
        asked = Way(Form.of(sent[-1].batch.form), sent[-1].batch.most) if sent[-1].batch is not None else way
        if asked != way:
            return  # which another line of that batch has taught
        most = min(question.most, way.most or question.most)
        following = self._chat.following(way.form, error, self._chat.body(question, way.form), most)
        if following is None:
            kind = TooLongError if meaning == "length" else ServiceError
            raise kind(error.service, error.reason, status=status, body=body)
        self._outbox.learn(self._model, Way(following, self._chat.most or way.most))
