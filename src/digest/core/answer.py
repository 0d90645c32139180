"""A model's answer: its JSON schema, and how what it wrote is read."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from digest.core.fault import Fault
from digest.core.summary import FIELDS, FieldName
from digest.core.text import fold

MEANINGS: Mapping[FieldName, str] = {
    "goal": "what the paper sets out to do; one sentence",
    "motivation": "the problem or gap that makes it necessary; one sentence",
    "contribution": "what is new in it; one sentence",
    "method": "how it works; one to three sentences",
    "results": "what was measured, with the most telling numbers; one sentence",
    "limitations": "what the authors say it cannot do or leave open; one sentence",
    "conclusion": "what follows from it; one sentence",
}
"""What each field says; the prompt and the JSON schema are both written from it."""


class FieldAnswer(NamedTuple):
    """One field as the model wrote it."""

    text: str
    evidence: tuple[str, ...]


class UnreadableAnswerError(ValueError):
    """The answer is no object with the fields that were asked for; the message says why."""

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


def read_answer(content: str, fields: Iterable[FieldName]) -> dict[FieldName, FieldAnswer]:
    """The fields that an answer holds, of those asked for; a field that is off is left out.

    Raises UnreadableAnswerError where there is none at all.
    """
    values = _object(content)
    found = {field: answer for field in fields if (answer := _field(values.get(field))) is not None}
    if not found:
        raise UnreadableAnswerError("the answer has none of the fields asked for; answer with the JSON object alone")
    return found


def _object(content: str) -> dict[str, Any]:
    start, end = content.find("{"), content.rfind("}")
    if start < 0 or end < start:
        raise UnreadableAnswerError("the answer is not a JSON object; answer with the JSON object alone")
    try:
        values = json.loads(_kept_backslashes(content[start : end + 1]), strict=False)
    except ValueError as error:
        raise UnreadableAnswerError(f"the answer is broken JSON ({error}); answer with the JSON object alone") from None
    if not isinstance(values, dict):
        raise UnreadableAnswerError("the answer is not a JSON object; answer with the JSON object alone")
    nested = next((v for v in values.values() if isinstance(v, dict) and any(f in v for f in FIELDS)), None)
    return nested if nested is not None and not any(f in values for f in FIELDS) else values


_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|(?P<tex>[a-zA-Z]{2,})|.)", re.DOTALL)
_WHITE = re.compile(r"n(?=[A-Z\W]|$)")


def _kept_backslashes(source: str) -> str:
    r"""JSON in which TeX's lone backslashes are doubled: `\frac` is no form feed, `\beta` no backspace.

    A letter escape followed by more lower-case letters is a TeX command, unless it is `\n` before a new sentence.
    """

    def doubled(match: re.Match[str]) -> str:
        text = match.group()
        if match["tex"] is not None:
            return text if _WHITE.match(match["tex"]) else "\\" + text
        return text if text[1] in '"\\/bfnrtu' else "\\" + text

    return _ESCAPE.sub(doubled, source)


def _field(value: Any) -> FieldAnswer | None:
    if isinstance(value, str):
        return FieldAnswer(fold(value), ())
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return None
    evidence = value.get("evidence")
    quotes = [evidence] if isinstance(evidence, str) else evidence if isinstance(evidence, list) else []
    return FieldAnswer(fold(value["text"]), tuple(fold(quote) for quote in quotes if isinstance(quote, str)))
