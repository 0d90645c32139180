"""The verifier's question and answer: fields held against their own evidence."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args

from digest.core.judge.given import CELL_END, Given, Passage, prepare
from digest.core.prompt.answer import FieldAnswer, UnfoundError, UnreadableAnswerError, find_object
from digest.core.record import Verdict
from digest.core.summary import Fault, FieldName
from digest.core.text import normal_text

_VERDICTS: Final = get_args(Verdict.__annotations__["verdict"])
_KINDS: Final = get_args(Verdict.__annotations__["kind"])
_LONGEST: Final = 300
"""Characters of the words and of the reason that are kept."""


class Verdicts(NamedTuple):
    """What a verifier said."""

    fields: dict[FieldName, Verdict]
    source: str
    """The object as it wrote it."""


def question(answers: Mapping[FieldName, FieldAnswer], given: Given) -> str:
    """The fields with their quotes and what is around these in the given text, as one JSON object."""
    fields = [
        {
            "field": field,
            "text": answer.text,
            "quotes": list(answer.evidence),
            "around": list(surround(answer.evidence, given)),
        }
        for field, answer in answers.items()
    ]
    return json.dumps({"fields": fields}, ensure_ascii=False)


def verdict_schema() -> dict[str, Any]:
    """The strict schema of an answer, in the subset that every server takes."""
    texts: dict[str, dict[str, Any]] = {
        "field": {"type": "string"},
        "verdict": {"type": "string", "enum": list(_VERDICTS)},
        "kind": {"type": "string", "enum": list(_KINDS)},
        "words": {"type": "string", "description": "the words of the text that are at fault"},
        "why": {"type": "string", "description": "one sentence"},
    }
    item = {"type": "object", "properties": texts, "required": list(texts), "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"verdicts": {"type": "array", "items": item}},
        "required": ["verdicts"],
        "additionalProperties": False,
    }


def read_verdicts(texts: Iterable[str], fields: Sequence[FieldName]) -> Verdicts:
    """One verdict for each of the fields, from the first text that holds any.

    Raises UnreadableAnswerError for an answer without them, with a verdict that has no reason or none of the kinds,
    that is about another field, or that contradicts another or itself.
    """
    trouble = "is not a JSON object"
    for text in texts:
        try:
            found = find_object(text, ("verdicts",))
        except UnfoundError as error:
            trouble = str(error)
            continue
        values = {name.lower(): value for name, value in found.values.items()}["verdicts"]
        return Verdicts(_read(values, fields), found.source)
    raise _bad(trouble)


def verdict_fault(field: FieldName, verdict: Verdict) -> Fault | None:
    """What a verdict holds against a field, in words for the model; None where it is supported."""
    words = f'"{verdict.words}" ' if verdict.words else ""
    why = f"({verdict.kind}): {verdict.why.rstrip('.')}"
    if verdict.verdict == "contradicted":
        message = f"{field}: {words}is contradicted by its quotes {why}; write what they say"
        return Fault(name="meaning", message=message, field=field)
    if verdict.verdict == "unsaid":
        message = f"{field}: {words}is not said in its quotes {why}; leave it out, or quote the sentence that says it"
        return Fault(name="unsupported", message=message, field=field)
    return None


def _read(values: Any, fields: Sequence[FieldName]) -> dict[FieldName, Verdict]:
    known: dict[str, FieldName] = {field: field for field in fields}
    read: dict[FieldName, Verdict] = {}
    for value in values if isinstance(values, list) else []:
        if not isinstance(value, dict):
            raise _bad("has a verdict that is not an object")
        field = known.get(str(value.get("field", "")).strip().lower())
        if field is None:
            raise _bad(f"has a verdict about {str(value.get('field'))[:40]!r}, which was not asked for")
        verdict = _verdict(value, field)
        if read.setdefault(field, verdict).verdict != verdict.verdict:
            raise _bad(f"has two verdicts about {field} that differ")
    missing = [field for field in fields if field not in read]
    if missing:
        raise _bad(f"has no verdict about {', '.join(missing)}")
    return {field: read[field] for field in fields}


def _verdict(value: Mapping[str, Any], field: FieldName) -> Verdict:
    texts = {name: normal_text(str(value.get(name) or ""))[:_LONGEST] for name in ("verdict", "kind", "words", "why")}
    kind, verdict = texts["kind"].lower() or "none", texts["verdict"].lower()
    if verdict not in _VERDICTS or kind not in _KINDS:
        raise _bad(f"has a verdict of no known kind about {field}: {verdict[:20]!r}, {kind[:20]!r}")
    if verdict == "supported" and kind != "none":
        raise _bad(f"says that {field} is supported, and names the error {kind}")
    if verdict != "supported" and (kind == "none" or not texts["why"]):
        raise _bad(f"says that {field} is {verdict} without saying why")
    if verdict == "supported":
        return Verdict(verdict="supported")
    return Verdict.read({**texts, "verdict": verdict, "kind": kind})


def _bad(trouble: str) -> UnreadableAnswerError:
    step = "answer with the JSON object alone: one verdict for each field, with its kind and its reason"
    return UnreadableAnswerError(f"the answer {trouble}; {step}")


def surround(quotes: Sequence[str], given: str | Given) -> tuple[str, ...]:
    """For each quote the heading of its section, the sentence before, its own sentence or sentences and the one after.

    As `[HEADING] BEFORE OWN AFTER` on one line; neighbours are of the same section. The row of a table has the table's
    caption and first row before it. A quote that the text does not have is returned as it is.
    """
    source = prepare(given) if isinstance(given, str) else given
    return tuple(_surrounded(quote, source) for quote in quotes)


def _surrounded(quote: str, given: Given) -> str:
    span = given.locate(quote)
    own = [at for at, p in enumerate(given.passages) if span and p.start < span[1] and span[0] < p.end]
    if not own:
        return " ".join(quote.split())
    first = _head_of_table(given.passages, own[0])
    head = given.passages[max(0, first - 1) : min(first + 1, own[0] - 1)]
    around = [*head, *given.passages[max(0, own[0] - 1) : own[-1] + 2]]
    heading = given.passages[own[0]].heading
    shown = [passage.text for passage in around if _belongs(passage, heading)]
    return " ".join(" ".join([f"[{heading}]" if heading else "", *shown]).split())


def _head_of_table(passages: Sequence[Passage], row: int) -> int:
    """The first row of the table that a passage is in, which names its columns; elsewhere the passage itself."""
    first = row
    while first and CELL_END in passages[row].text and CELL_END in passages[first - 1].text:
        first -= 1
    return first


def _belongs(passage: Passage, heading: str) -> bool:
    return passage.heading == heading and passage.kind in {"sentence", "label"}
