"""The one home of retry policy: what a failure means, whether it passes, and how long it is waited for."""

import re
import time
from collections.abc import Callable
from typing import Final, Literal, NamedTuple, TypeVar

from digest.clients.errors import ServiceError

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
