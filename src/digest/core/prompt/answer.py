"""A model's answer: its JSON schema, and how what it wrote is read."""

import json
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from digest.core.fault import Fault
from digest.core.summary import FieldName
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


def read_answer(content: str, fields: Iterable[FieldName]) -> dict[FieldName, FieldAnswer]:
    """The fields that an answer holds, of those asked for; a field that is off is left out.

    Raises UnreadableAnswerError where there is none at all.
    """
    wanted = tuple(fields)
    values = _object(_kept_backslashes(content), wanted)
    found = {field: answer for field in wanted if (answer := _field(values.get(field))) is not None}
    if not found:
        raise UnreadableAnswerError("the answer has none of the fields asked for; answer with the JSON object alone")
    return found


def _object(source: str, fields: Iterable[FieldName]) -> dict[str, Any]:
    """The first object in the text that has one of the fields, however deep it is wrapped; else the first of all."""
    found: dict[str, Any] | None = None
    trouble = "is not a JSON object"
    for start in islice(_OPENING.finditer(source), _MOST_OPENINGS):
        try:
            values, _ = _DECODER.raw_decode(source, start.start())
        except (ValueError, RecursionError) as error:
            trouble = f"is broken JSON ({error})" if trouble == "is not a JSON object" else trouble
            continue
        if any(field in values for field in fields):
            return dict(values)
        found = values if found is None else found
    if found is None:
        raise UnreadableAnswerError(f"the answer {trouble}; answer with the JSON object alone")
    return found


_DECODER: Final = json.JSONDecoder(strict=False)
_OPENING: Final = re.compile(r'\{(?=\s*["}])')
_MOST_OPENINGS: Final = 100
"""Places where an object is looked for, at most; a thinking model may write some before its answer."""
_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{4}|(?P<tex>[a-zA-Z]{2,})|.)", re.DOTALL)
_TEX: Final = re.compile(
    r"[bf]|n(?:u|abla|eq?|ot|otin|eg|exists|i|leq|geq|mid|sim)(?![a-z])"
    r"|r(?:ho|ight(?:arrow|leftharpoons)?|angle|ceil|floor|m|aise|brace|brack|[vV]ert)(?![a-z])"
    r"|t(?:ext[a-z]*|au|heta|imes|o|op|ilde|frac|riangle[a-z]*|anh?|herefore)(?![a-z])"
)
"""TeX commands that begin as an escape of white space does; `\b` and `\f` are never meant as controls."""


def _kept_backslashes(source: str) -> str:
    r"""JSON in which TeX's lone backslashes are doubled: `\frac` is no form feed, `\nu` no new line before a `u`.

    An escape that JSON does not have is TeX, too.
    """

    def doubled(match: re.Match[str]) -> str:
        text = match.group()
        if match["tex"] is not None:
            white = text[1] in "nrt" and not _TEX.match(match["tex"])
            return text if white else "\\" + text
        return text if len(text) > 2 or text[1] in '"\\/bfnrt' else "\\" + text

    return _ESCAPE.sub(doubled, source)


def _field(value: Any) -> FieldAnswer | None:
    if isinstance(value, str):
        return FieldAnswer(fold(value), ())
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return None
    evidence = value.get("evidence")
    quotes = [evidence] if isinstance(evidence, str) else evidence if isinstance(evidence, list) else []
    return FieldAnswer(fold(value["text"]), tuple(fold(quote) for quote in quotes if isinstance(quote, str)))
