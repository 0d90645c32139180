"""How asking a service fails, and the one home of retry policy: what passes, and how long it is waited for."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal, NamedTuple, TypeVar


class ServiceError(Exception):
    """A service did not give a usable answer; the message names the service, the reason and never a secret."""

    def __init__(
        self,
        service: str,
        reason: str,
        *,
        passing: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
        body: str = "",
        may_cost: bool = False,
    ) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason
        self.passing = passing
        """Whether asking the same again may help."""
        self.status = status
        """The HTTP status; None where there was none."""
        self.retry_after = retry_after
        """Seconds that the service asked to be left alone; None where it did not say."""
        self.body = body
        """The start of the answer, for telling apart what a status alone does not."""
        self.may_cost = may_cost
        """Whether the service may have done the work all the same: it was asked, and no refusal came."""


class TooLargeError(ServiceError):
    """The answer is larger than any good one, and was not read to its end."""


class ServiceDownError(ServiceError):
    """The service is not asked any more in this run: it failed for good, or for all."""


class OfflineError(ServiceDownError):
    """Nothing is asked, since the run is to stay offline."""

    def __init__(self, service: str) -> None:
        super().__init__(service, "not asked, since the run is offline")


T = TypeVar("T")

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
"""Statuses that the same question may get past."""

THROTTLING = PASSING | {406}
"""Those of arXiv, which answers 406 where it means 429."""

THROTTLED = 429
ATTEMPTS = 4
TOTAL_SECONDS = 90.0
THROTTLED_ATTEMPTS = 12
THROTTLED_SECONDS = 600.0
"""For a service that says it is asked too often: it answers, and names a time."""
LONGEST_WAIT = 60.0
"""A service that asks for a longer rest is left for the next run."""

Meaning = Literal["moment", "account", "length", "bound", "chance", "content", "form", "question"]
"""What a model server's error is about:

- `moment`: the same question may be answered a moment later.
- `account`: no question will be answered: the key, the credit or the quota.
- `length`: the question is too long for the model.
- `bound`: the bound on the answer is larger than the server allows.
- `chance`: the server rejected what its own model wrote; the next answer may pass.
- `content`: the server does not want to read this text.
- `form`: the way of asking: the response format, a role, a key of the body.
- `question`: this question, for a reason that its words do not tell.
"""


class Rule(NamedTuple):
    """A row of the table: errors with one of the statuses, whose body has such words, have the meaning."""

    meaning: Meaning
    statuses: frozenset[int] | None
    """None: any."""
    words: re.Pattern[str] | None
    """None: whatever the body says."""


def _rule(meaning: Meaning, statuses: set[int] | None, words: str = "") -> Rule:
    compiled = re.compile(words, re.IGNORECASE) if words else None
    return Rule(meaning, None if statuses is None else frozenset(statuses), compiled)


_REFUSED: Final = {400, 403, 404, 405, 409, 413, 415, 422, 451, 501}
TABLE: Final[tuple[Rule, ...]] = (
    _rule("bound", {400, 402, 403, 413, 422, 429}, r"can only afford|fewer max_?tokens"),
    _rule("account", None, r"per[ _-]?day|insufficient_quota|daily (?:limit|quota)"),
    _rule("length", {413}),
    _rule(
        "length",
        {*_REFUSED, 429, 500},
        # Matches `maximum context length is 4096 tokens`, `prompt is too long`, `exceed_context_size_error`.
        # Does not match `Too many tokens, please wait`, which is about the last minute.
        r"context[ _-]?(?:length|window|size)|maximum context|max_model_len|exceed_context|n_ctx|num_ctx"
        r"|(?:prompt|input|request)(?: is)? too (?:long|large)|reduce the length|string_above_max_length"
        r"|input token count|(?:input|prompt) tokens? [^.]{0,40}exceed",
    ),
    _rule(
        "bound",
        {400, 422},
        # Matches `max_tokens is too large: 8000. This model supports at most 4096 completion tokens`.
        # Does not match `Unsupported parameter: 'max_tokens'`, which is about the name.
        r"max_?(?:completion_?|output_?|new_?)?tokens[^.]{0,80}"
        r"(?:too large|at most|less than|<=?|maximum|exceed|range|between)"
        r"|at most \d+ (?:completion|output) tokens",
    ),
    _rule("moment", {429}, r"retry|try again|per (?:minute|second)|rate[ _-]?limit"),
    _rule("account", {402}),
    _rule(
        "account",
        {400, 403, 429},
        r"exceeded your current quota|insufficient (?:balance|credits?|funds)|out of credits?|credit balance|arrear",
    ),
    _rule("account", {401}),
    _rule(
        "account", {400, 403}, r"(?:invalid|incorrect)[ _]?(?:x-)?api[ _-]?key|api key (?:not valid|is invalid|expired)"
    ),
    _rule("moment", _REFUSED, r"rate.?limit|too many requests|overloaded|temporarily|try again|server (?:is )?busy"),
    _rule("chance", {400, 422, 500}, r"json_validate_failed|failed_generation|failed to (?:generate|validate) json"),
    _rule(
        "content",
        {*_REFUSED, 500},
        r"content[ _-]?(?:policy|filter|management|moderation|violation)|moderation|moderated|flagged|safety|unsafe"
        r"|inappropriate|data_?inspection|harmful|responsible ai|prohibited|sensitive",
    ),
    _rule("form", {500, 501}, r"grammar|schema|response_?format|structured|unsupported|not supported|not implemented"),
    _rule("form", {404}, r"parameter|response_?format|schema|structured|json_object"),
    _rule("form", {400, 415, 422}),
    _rule("moment", set(PASSING)),
    _rule("question", None),
)
"""The first row that fits counts."""


def meaning_of(status: int, body: str) -> Meaning:
    """What a model server's error is about."""
    return next(
        rule.meaning
        for rule in TABLE
        if (rule.statuses is None or status in rule.statuses) and (rule.words is None or rule.words.search(body))
    )


def persist(ask: Callable[[], T]) -> T:
    """Ask until it works or patience ends; the last ServiceError is let through."""
    try:
        return ask()
    except ServiceError as error:
        if not error.passing:
            raise
        first = [error]
    import stamina  # loaded when something has failed

    for attempt in stamina.retry_context(
        on=_Patience(),
        attempts=THROTTLED_ATTEMPTS,
        timeout=THROTTLED_SECONDS,
        wait_initial=0.5,
        wait_max=15.0,
        wait_jitter=0.5,
    ):
        with attempt:
            if first:
                raise first.pop()  # which has used up one attempt
            return ask()
    raise AssertionError("unreachable: the last attempt returns or raises")


class _Patience:
    """How long one question is asked again; longer where the service answers that it is asked too often."""

    def __init__(self) -> None:
        self._failures = 0
        self._began = time.monotonic()

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, ServiceError) or not error.passing:
            return False
        if error.status != THROTTLED:
            self._failures += 1
            if self._failures >= ATTEMPTS or time.monotonic() - self._began > TOTAL_SECONDS:
                return False
        if error.retry_after is None:
            return True
        return error.retry_after if error.retry_after <= LONGEST_WAIT else False


_RESETS: Final = ("x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "x-ratelimit-reset", "ratelimit-reset")
_UNITS: Final = {"ms": 0.001, "m": 60.0, "h": 3600.0, "분": 60.0, "시": 3600.0}
"""Seconds in a unit, by its first letter; all others are seconds."""
_DURATION: Final = (
    r"\d+(?:\.\d+)?\s*(?:milliseconds?|minutes?|seconds?|hours?|mins?|secs?|ms|[hms]\b|[hm](?=\d)|초|秒|분|시간)?"
)
_TOLD: Final = re.compile(
    # Matches `"retryDelay": "34s"`, `retry in 34.07s`, `try again after 7m12s`, `wait 30 seconds`, `retry_after_ms: 8`.
    # Does not match `retry 3 times` or `available models: 12`.
    rf"(?P<cue>retry[_ -]?(?:delay|after|in)(?P<ms>[_-]?ms)?|(?:try|available) again (?:in|after)"
    r"|wait(?: for)?(?: at least)?|resets?(?:[_ -]?(?:in|after))|available in|reset[_-]?seconds)"
    r"[\"']?\s*[:=]?\s*[\"']?(?:about |another )?"
    rf"(?P<time>(?:{_DURATION}\s*)+)",
    re.IGNORECASE,
)
_EAST: Final = re.compile(r"(?P<time>(?:\d+(?:\.\d+)?\s*(?:초|秒|분))+)\s*(?:후|뒤|后|後)")
_RATE: Final = re.compile(
    r"(\d+)\s*(?:requests?|calls?|req)\s*(?:per|/|a|every)\s*(second|minute|hour|sec|min)|(\d+)\s*rpm", re.I
)
_PIECE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+|초|秒|분|시간)?", re.IGNORECASE)
_LONGEST: Final = 40
"""Characters of a header that names a time."""
_EPOCH: Final = 1_000_000_000


def told_wait(headers: Mapping[str, str], body: str, now: datetime) -> float | None:
    """Seconds to wait as a refused request is told, in whatever spelling; None if it is told nothing."""
    if (seconds := retry_after(headers.get("retry-after"), now)) is not None:
        return seconds
    if (milliseconds := retry_after(headers.get("retry-after-ms"), now)) is not None:
        return milliseconds / 1000
    if (seconds := wait_in(body, now)) is not None:
        return seconds
    resets = [retry_after(headers.get(name), now) for name in _RESETS]
    return max((seconds for seconds in resets if seconds is not None), default=None)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds in a header: a number, a duration such as `1m2s`, a time since 1970, or a date; else None."""
    if header is None or len(header) > _LONGEST:
        return None
    if re.fullmatch(r"\s*[0-9]{1,13}(\.[0-9]+)?\s*", header):
        return _since(float(header), now)
    if re.fullmatch(rf"\s*(?:{_DURATION})+\s*", header):
        return _seconds(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def wait_in(body: str, now: datetime) -> float | None:
    """Seconds to wait that the words of an answer name; a rate such as `10 requests per minute` counts as its pace."""
    if match := _TOLD.search(body):
        seconds = _seconds(match["time"])
        return _since(seconds / 1000 if match["ms"] else seconds, now)
    if match := _EAST.search(body):
        return _seconds(match["time"])
    if match := _RATE.search(body):
        period = {"s": 1.0, "m": 60.0, "h": 3600.0}[(match[2] or "m")[0].lower()]
        return period / max(1, int(match[1] or match[3]))
    return None


def _seconds(duration: str) -> float:
    return sum(float(number) * _unit(unit) for number, unit in _PIECE.findall(duration))


def _unit(unit: str) -> float:
    name = unit.lower()
    return _UNITS["ms"] if name in ("ms",) or name.startswith("milli") else _UNITS.get(name[:1], 1.0)


def _since(seconds: float, now: datetime) -> float:
    """A time since 1970, in seconds or milliseconds, as seconds from now; a smaller number is such already."""
    if seconds < _EPOCH:
        return seconds
    moment = seconds / 1000 if seconds > 1000 * _EPOCH else seconds
    return max(0.0, moment - now.timestamp())
