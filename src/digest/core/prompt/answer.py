"""A model's answer: its JSON schema, and how what it wrote is read."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from digest.core.fault import Fault
from digest.core.normal import normal_quote, normal_text
from digest.core.prompt.find_json import UnfoundError, find_object
from digest.core.summary import FieldName

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
