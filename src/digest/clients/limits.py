"""What a refusal says of tokens: how many a model takes, and how many an answer may have."""

import re

_CONTEXT = re.compile(
    # Matches `maximum context length is 4096 tokens`, `context size (8192 tokens)`, `"n_ctx": 4096`, `200000 maximum`.
    r"(?:context[ _-]?(?:length|window|size)|maximum|max_model_len|n_ctx)\D{0,40}(\d[\d,]{2,})"
    r"|(\d[\d,]{2,})(?: tokens?)? maximum",
    re.IGNORECASE,
)
_INPUT = re.compile(
    # Matches `(6000 in the messages, 80 in the completion)`, `request has 3000 input tokens`, `n_prompt_tokens: 900`.
    r"(\d[\d,]*)(?: tokens)? (?:in the messages|input tokens|prompt tokens|in your prompt|from the input)"
    r"|(?:n_prompt_tokens|prompt contains|request has)\D{0,12}(\d[\d,]*)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    # Matches `can only afford 1200`, `at most 4096 completion tokens`, `<= 8192`, `range of [1, 4096]`.
    r"(?:afford|at most|less than(?: or equal to)?|<=?|maximum(?: value)?(?: of| is)?|up to|\[1, ?)\s*`?(\d[\d,]*)",
    re.IGNORECASE,
)
_MARGIN = 64
"""Tokens that a server's own counting of a question may differ by."""


def room_in(body: str) -> int | None:
    """Tokens that an answer may have, as a refusal names them; None if it does not."""
    read = _number(_INPUT, body)
    context = context_in(body)
    if read is not None and context is not None:
        return context - read - _MARGIN
    return None if context is not None else _number(_BOUND, body)


def context_in(body: str) -> int | None:
    """Tokens of question and answer together that a refusal names; None if it names none."""
    return _number(_CONTEXT, body)


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(next(group for group in match.groups() if group).replace(",", "")) if match else None
