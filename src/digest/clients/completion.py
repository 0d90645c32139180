"""What a model server answered, whatever shape it gave it: OpenAI's object, events, lines, an error with status 200."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from digest.core.record import Tokens
from digest.core.text import fold

Problem = Literal["cut-off", "refusal", "empty", "filtered", "unreadable", "too-large"]

_LONGEST: Final = 200_000
"""Characters of an answer that are read; a good one has some thousand."""
_CUT_OFF: Final = frozenset({"length", "max_tokens", "max_output_tokens", "model_length", "token_limit", "incomplete"})
_FILTERED: Final = frozenset({"content_filter", "content_filtered", "safety", "sensitive", "blocked", "recitation"})
_THOUGHTS: Final = frozenset({"reasoning", "thinking", "redacted_thinking", "thought", "analysis"})
_MOST_TOKENS: Final = 10_000_000
"""A count beyond it is not one."""
_STATUSES: Final = (
    (429, re.compile(r"rate.?limit|too many|throttl|quota", re.IGNORECASE)),
    (503, re.compile(r"overloaded|unavailable|temporar|try again", re.IGNORECASE)),
    (401, re.compile(r"api.?key|unauthori|authenticat", re.IGNORECASE)),
    (402, re.compile(r"insufficient (?:credit|balance|fund)|payment", re.IGNORECASE)),
    (400, re.compile(r"context.?length|too long|invalid|unsupported|not supported|content.?(?:policy|filter)", re.I)),
)
"""The status of an error that names none."""


class Completion(NamedTuple):
    """What a model answered."""

    content: str
    """What the model wrote as its answer, or what the server said instead."""
    problem: Problem | None
    """Why the content is not an answer, or not all of it."""
    tokens: Tokens | None
    """As the server counted them; None where it did not, or not in numbers."""
    others: tuple[str, ...] = ()
    """Where else an answer may be found: the arguments of a tool call, the model's reasoning."""


def parse(body: str) -> dict[str, Any]:
    """An answer's body as one object; an empty one where it is neither JSON nor events nor lines of JSON."""
    value = parsed(body)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        return value
    return _joined(_events(body))


def parsed(body: str) -> Any:
    """JSON as a value; None where it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def said(values: Any) -> str:
    """The message in an error's body, whatever its shape: an object, a string, a list of them."""
    first = values[0] if isinstance(values, list) and values else values
    if not isinstance(first, dict):
        return _line(first)
    error = next((first[key] for key in ("error", "detail", "errors", "base_resp") if first.get(key)), first)
    error = error[0] if isinstance(error, list) and error else error
    if not isinstance(error, dict):
        return _line(error)
    return _line(
        next(
            (error[key] for key in ("message", "msg", "status_msg", "error") if error.get(key)),
            error if any(error.values()) else "",
        )
    )


def _line(value: Any) -> str:
    return fold(str(value))[:300] if value else ""


def hidden_error(answer: Mapping[str, Any]) -> tuple[int, Any] | None:
    """The status and the error that an answer with status 200 holds in the place of choices; None if there is none."""
    choice = _choice(answer)
    error = answer.get("error") or choice.get("error")
    if not choice:
        named = any(answer.get(key) for key in ("detail", "errors", "code", "base_resp"))
        error = error or (answer if named else None)
    message = choice.get("message")
    if not error or (isinstance(message, dict) and message.get("content")):
        return None
    status = _status_of(error)
    return None if status is None else (status, error)


def _status_of(error: Any) -> int | None:
    """The HTTP status that an error means, by its code or else by its words; None where neither says."""
    first = error[0] if isinstance(error, list) and error else error
    keys = ("code", "status", "status_code", "http_status")
    codes = [first.get(key) for key in keys] if isinstance(first, dict) else []
    numbers = (int(code) for code in codes if isinstance(code, int | str) and str(code).isdecimal())
    text = str(error)
    by_words = (status for status, words in _STATUSES if words.search(text))
    return next((number for number in numbers if 400 <= number < 600), next(by_words, None))


def read_completion(answer: Mapping[str, Any]) -> Completion:
    """What a server's answer holds, whatever it left out."""
    choice = _choice(answer)
    tokens = _tokens(answer)
    if not choice:
        return Completion(said(answer.get("error")), "unreadable", tokens)
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    content = _text(message.get("content"))
    others = tuple(text for text in _others(message) if text.strip())
    return Completion(content, _problem(choice, message, content or "".join(others)), tokens, others)


def as_answer(completion: Completion) -> dict[str, Any]:
    """A completion as the plainest answer of a server that reads as the same; for keeping."""
    finish = {"cut-off": "length", "filtered": "content_filter"}.get(completion.problem or "", "stop")
    message = {"role": "assistant", "content": completion.content}
    calls = [{"function": {"arguments": text}} for text in completion.others]
    tokens = completion.tokens
    usage = {"prompt_tokens": tokens.input, "completion_tokens": tokens.output} if tokens else None
    return {
        "choices": [{"finish_reason": finish, "message": {**message, **({"tool_calls": calls} if calls else {})}}],
        "usage": usage,
    }


def _choice(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The first choice; servers with a shape of their own have its message at the top. Empty where there is none."""
    choices = answer.get("choices")
    if isinstance(choices, list) and choices:
        first = choices[0]
        if isinstance(first, dict):
            return (
                first
                if "message" in first
                else {**first, "message": first.get("delta") or {"content": first.get("text")}}
            )
        return {}
    if isinstance(answer.get("message"), dict):
        return {"message": answer["message"], "finish_reason": answer.get("done_reason")}
    for key in ("output_text", "content", "output", "response"):
        if answer.get(key) and isinstance(answer[key], str | list):
            finish = answer.get("stop_reason") or answer.get("status")
            return {"message": {"content": answer[key]}, "finish_reason": finish}
    return {}


def _text(content: Any) -> str:
    """Content as a string or in parts, less the parts that are thoughts.

    Halves of surrogate pairs are left out, since no request can carry them back.
    """
    if isinstance(content, dict) and not isinstance(content.get("text"), str):
        content = json.dumps(content, ensure_ascii=False)
    text = "".join(_parts(content))
    return text[:_LONGEST].encode("utf-8", "ignore").decode()


def _parts(content: Any) -> Iterator[str]:
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict) and str(part.get("type")) not in _THOUGHTS and not part.get("thought"):
            inner = part.get("text") or part.get("content")
            text = inner.get("value") if isinstance(inner, dict) else inner
            yield from _parts(text) if isinstance(text, str | list) else ()


def _others(message: Mapping[str, Any]) -> Iterator[str]:
    """Where models of some servers put their answer instead: reasoning first, then the arguments of a call."""
    for key in ("reasoning_content", "reasoning", "thinking"):
        if isinstance(message.get(key), str):
            yield _text(message[key])
    calls = message.get("tool_calls")
    for call in [*(calls if isinstance(calls, list) else []), {"function": message.get("function_call")}]:
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            yield _text(function.get("arguments"))
    if isinstance(message.get("parsed"), dict):
        yield _text(message["parsed"])
    content = message.get("content")
    for part in content if isinstance(content, list) else []:
        if isinstance(part, dict) and isinstance(part.get("input"), dict):
            yield _text(part["input"])


def _problem(choice: Mapping[str, Any], message: Mapping[str, Any], content: str) -> Problem | None:
    finish = str(choice.get("finish_reason") or choice.get("stop_reason") or "").lower()
    if message.get("refusal"):
        return "refusal"
    if finish in _CUT_OFF:
        return "cut-off"
    if finish in _FILTERED:
        return "filtered"
    return None if content.strip() else "empty"


def _tokens(answer: Mapping[str, Any]) -> Tokens | None:
    usage = answer.get("usage")
    usage = usage if isinstance(usage, dict) else answer
    read = next((usage[key] for key in ("prompt_tokens", "input_tokens", "prompt_eval_count") if key in usage), None)
    written = next((usage[key] for key in ("completion_tokens", "output_tokens", "eval_count") if key in usage), None)
    counts = (_count(read), _count(written))
    return None if counts[0] is None or counts[1] is None else Tokens(input=counts[0], output=counts[1])


def _count(value: Any) -> int | None:
    """A count as an integer, a whole float or digits in a string; None for anything else."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal() and len(value) < 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST_TOKENS:
        return None
    return int(value)


def _events(body: str) -> Iterator[dict[str, Any]]:
    """The objects in server-sent events, or in lines of JSON."""
    for line in body.splitlines():
        value = parsed(line.removeprefix("data:").strip()) if line.startswith(("data:", "{")) else None
        if isinstance(value, dict):
            yield value


def _joined(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The pieces of an answer put together."""
    texts: dict[str, str] = {"content": "", "reasoning_content": "", "refusal": "", "arguments": ""}
    answer: dict[str, Any] = {}
    finish = None
    for event in events:
        answer |= {key: event[key] for key in ("error", "usage", "prompt_eval_count", "eval_count") if event.get(key)}
        choice = _choice(event)
        finish = choice.get("finish_reason") or finish
        for key, text in _pieces(choice.get("delta") or choice.get("message")):
            texts[key] += text
    if not any(texts.values()) and finish is None:
        return answer
    arguments = texts.pop("arguments")
    message = {**texts, **({"tool_calls": [{"function": {"arguments": arguments}}]} if arguments else {})}
    return {**answer, "choices": [{"finish_reason": finish, "message": message}]}


def _pieces(delta: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(delta, dict):
        return
    yield "content", _text(delta.get("content"))
    yield "refusal", _text(delta.get("refusal"))
    for text in list(_others(delta))[:1]:
        is_call = bool(delta.get("tool_calls") or delta.get("function_call"))
        yield "arguments" if is_call else "reasoning_content", text
