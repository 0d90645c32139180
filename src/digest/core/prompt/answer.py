"""A model's answer: its JSON schema, and how what it wrote is read."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from digest.core.summary import Fault, FieldName
from digest.core.text import normal_quote, normal_text

_DECODER: Final = json.JSONDecoder(strict=False)
_OPENING: Final = re.compile(r'\{(?=\s*")')
_THOUGHT_END: Final = re.compile(
    # Matches `</think>`, `</reasoning>`, `[/THINK]`, `<|end_of_thought|>`, `<|channel|>final<|message|>`, `◁/think▷`.
    # Does not match `<think>` and `<answer>`.
    r"<[^<>\s/]{0,12}/[^<>\s/]{0,12}(?:think|thought|reason|reflect|analysis|scratchpad)[a-z]*>"
    r"|\[/(?:think|reasoning)\]|◁/think▷|<\|/?(?:end_of_|end_)?(?:think|thought|reasoning)(?:_end|ing_end)?\|>"
    r"|<\|channel\|>\s*final\s*<\|message\|>",
    re.IGNORECASE,
)
_DEEPEST: Final = 3
"""Times that an answer may be encoded as a JSON string."""
_MOST_WORK: Final = 2_000_000
"""Characters that are read in vain, at most; an answer of many braces would take minutes."""


class Found(NamedTuple):
    """An object in a text."""

    values: dict[str, Any]
    source: str
    """As the model wrote it."""


class UnfoundError(ValueError):
    """There is no object that can be read; the message says what there is instead."""


def find_object(text: str, wanted: Collection[str]) -> Found:
    """The answer in a text: after the last closing mark of thinking, else the last complete object.

    Of several objects it is the one with the most of the wanted keys, the last of equals, however deep it is wrapped.
    Where none is complete, slips such as trailing commas, single quotes and comments are repaired. Raises UnfoundError.
    """
    marks = list(_THOUGHT_END.finditer(text))
    tails = [text[marks[-1].end() :], text] if marks else [text]
    for read in (_strict, _unwrapped, _repaired):
        for tail in tails:
            found = _best(read(tail, wanted), wanted)
            if found is not None:
                return found
    raise UnfoundError(_trouble(text))


def keys_of(values: dict[str, Any], wanted: Collection[str]) -> int:
    """How many of the wanted keys an object has, upper and lower case alike."""
    return len({key.strip().lower() for key in values} & {*wanted})


def _best(objects: Iterator[Found], wanted: Collection[str]) -> Found | None:
    best, most = None, 1
    for found in objects:
        if (count := keys_of(found.values, wanted)) >= most:
            best, most = found, count
    return best


def _strict(text: str, wanted: Collection[str]) -> Iterator[Found]:
    """The objects of a text that JSON has no objection to. Those within a wanted one are parts of it."""
    source = kept_backslashes(text)
    at, work = 0, 0
    while (opening := _OPENING.search(source, at)) and work < _MOST_WORK:
        start = opening.start()
        try:
            values, end = _DECODER.raw_decode(source, start)
        except json.JSONDecodeError as error:
            at, work = start + 1, work + error.pos - start
            continue
        except RecursionError:
            return
        yield Found(values, source[start:end])
        is_wanted = keys_of(values, wanted) > 0
        at, work = (end, work) if is_wanted else (start + 1, work + end - start)


def _unwrapped(text: str, wanted: Collection[str], depth: int = 0) -> Iterator[Found]:
    """The objects in a text that is itself a JSON string, or a list of fields that name themselves."""
    start = re.search(r'["\[]', text)
    if start is None or depth >= _DEEPEST:
        return
    try:
        value, end = _DECODER.raw_decode(text if text[start.start()] == '"' else kept_backslashes(text), start.start())
    except (ValueError, RecursionError):
        return
    if isinstance(value, str):
        yield from _strict(value, wanted)
        yield from _unwrapped(value, wanted, depth + 1)
    elif isinstance(value, list):
        named = {str(each.get("field") or each.get("name")): each for each in value if isinstance(each, dict)}
        yield Found(named, text[start.start() : end])


def _repaired(text: str, wanted: Collection[str]) -> Iterator[Found]:
    """The object between the first brace and the last, its slips repaired; one that does not end is not complete."""
    start, end = text.find("{"), text.rfind("}") + 1
    span = text[start:end]
    if not 0 <= start < end or span.count("{") > span.count("}"):
        return
    import json_repair  # few answers need it, and it is slow to load

    try:
        value = json_repair.loads(kept_backslashes(span), skip_json_loads=True)
    except (ValueError, RecursionError):
        return
    for each in value if isinstance(value, list) else [value]:
        yield from _within(each, span, wanted)


def _within(value: Any, source: str, wanted: Collection[str]) -> Iterator[Found]:
    """An object and, where it has none of the wanted keys, the objects in it."""
    if isinstance(value, dict):
        yield Found(value, source)
        if not keys_of(value, wanted):
            for inner in value.values():
                yield from _within(inner, source, wanted)


def _trouble(text: str) -> str:
    opening = _OPENING.search(kept_backslashes(text))
    if opening is None:
        return "is not a JSON object"
    try:
        _DECODER.raw_decode(kept_backslashes(text), opening.start())
    except (ValueError, RecursionError) as error:
        return f"is broken JSON ({error})"
    return "has none of the fields asked for"


_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{4}|(?P<tex>[a-zA-Z]{2,})|.)", re.DOTALL)
_TEX: Final = re.compile(
    r"[bf]|n(?:u|abla|eq?|ot|otin|eg|exists|i|leq|geq|mid|sim)(?![a-z])"
    r"|r(?:ho|ight(?:arrow|leftharpoons)?|angle|ceil|floor|m|aise|brace|brack|[vV]ert)(?![a-z])"
    r"|t(?:ext[a-z]*|au|heta|imes|o|op|ilde|frac|riangle[a-z]*|anh?|herefore)(?![a-z])"
)
"""TeX commands that begin as an escape of white space does; `\b` and `\f` are never meant as controls."""


def kept_backslashes(source: str) -> str:
    r"""JSON in which TeX's lone backslashes are doubled: `\frac` is not a form feed, `\nu` not a new line before a `u`.

    An escape that JSON does not have is TeX, too.
    """

    def doubled(match: re.Match[str]) -> str:
        text = match.group()
        if match["tex"] is not None:
            white = text[1] in "nrt" and not _TEX.match(match["tex"])
            return text if white else "\\" + text
        return text if len(text) > 2 or text[1] in '"\\/bfnrt' else "\\" + text

    return _ESCAPE.sub(doubled, source)


_LONGEST_TEXT: Final = 5000
"""Characters of a field that are read; at most a thousand are allowed."""
_LONGEST_QUOTE: Final = 2000
_MOST_QUOTES: Final = 20

MEANINGS: Mapping[FieldName, str] = {
    "goal": "what the paper sets out to do; one sentence",
    "motivation": "the problem or gap that makes it necessary; one sentence",
    "contribution": "what is new in it; one sentence",
    "method": "how it works; two or three sentences",
    "results": "what was measured, with the most telling numbers and their baselines; one or two sentences",
    "limitations": "what the authors say their own work cannot do or leaves open; one sentence",
    "conclusion": "what follows from it; one sentence",
}
"""What each field says; the prompt and the JSON schema are both written from it."""


class FieldAnswer(NamedTuple):
    """One field as the model wrote it."""

    text: str
    evidence: tuple[str, ...]


class Answer(NamedTuple):
    """What a model answered."""

    fields: dict[FieldName, FieldAnswer]
    source: str
    """The object as the model wrote it."""


class UnreadableAnswerError(ValueError):
    """The answer holds none of the fields that were asked for; the message says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.fault = Fault(name="answer", message=reason)


def json_schema(fields: Iterable[FieldName]) -> dict[str, Any]:
    """The strict schema of an answer with these fields, in the subset that every server takes."""
    properties = {field: _field_schema(MEANINGS[field]) for field in fields}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _field_schema(meaning: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": meaning,
        "properties": {
            "text": {"type": "string", "description": "the Korean text"},
            "evidence": {
                "type": "array",
                "items": {"type": "string"},
                "description": "sentences quoted word for word from the paper's text",
            },
        },
        "required": ["text", "evidence"],
        "additionalProperties": False,
    }


def read_answer(texts: Iterable[str], fields: Iterable[FieldName]) -> Answer:
    """The fields of the first text that holds any of those asked for; a field that is off is left out.

    Raises UnreadableAnswerError where there is none at all.
    """
    wanted = tuple(fields)
    trouble = None
    for text in texts:
        try:
            found = find_object(text, wanted)
        except UnfoundError as error:
            trouble = trouble or error
            continue
        values = {key.strip().lower(): value for key, value in found.values.items()}
        answers = {field: answer for field in wanted if (answer := _field(values.get(field))) is not None}
        if answers:
            return Answer(answers, found.source)
    what = trouble or "has none of the fields asked for"
    raise UnreadableAnswerError(f"the answer {what}; answer with the JSON object alone")


def _field(value: Any) -> FieldAnswer | None:
    """One field as text and quotes, bounded: what is longer is kept up to there, and is a fault by other rules."""
    if isinstance(value, str):
        return FieldAnswer(normal_text(value[:_LONGEST_TEXT]), ())
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return None
    evidence = value.get("evidence")
    quotes = evidence if isinstance(evidence, list) else [evidence]
    texts = (_quote(quote) for quote in quotes[:_MOST_QUOTES])
    kept = tuple(dict.fromkeys(text for text in texts if text))
    return FieldAnswer(normal_text(value["text"][:_LONGEST_TEXT]), kept)


def _quote(quote: Any) -> str:
    """A quote, also one that is wrapped in an object."""
    if isinstance(quote, dict):
        quote = next((quote[key] for key in ("quote", "text", "sentence") if key in quote), None)
    return normal_quote(quote[:_LONGEST_QUOTE]) if isinstance(quote, str) else ""
