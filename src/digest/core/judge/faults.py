"""What is wrong with a summary: the one door to all rules, each a function of one field or of all."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from digest.core.judge.evidence import FieldRule, JudgedField, Support, support
from digest.core.judge.form import ABSENCE_RULES, FORM_RULES
from digest.core.judge.given import Given, prepare
from digest.core.judge.meaning import MEANING_RULES
from digest.core.judge.quotes import SUPPORT_RULES
from digest.core.judge.style import repeats
from digest.core.summary import FIELDS, NOTHING_SAID, Fault, FieldName
from digest.core.text import split_sentences

ABSENCE: Final[Mapping[str, FieldRule]] = ABSENCE_RULES
"""Where one of these finds a fault, nothing more of the field is judged."""
CONTENT: Final[Mapping[str, FieldRule]] = {**FORM_RULES, **SUPPORT_RULES, **MEANING_RULES}
"""All other rules of one field."""
MOST_CHARACTERS: Final = 1000
"""Of all fields together, white space not counted."""
_LONGEST_JUDGED: Final = 5000
"""Characters of a field; a model that goes astray may write a hundred thousand, which would take minutes to judge."""


def find_faults(
    texts: Mapping[FieldName, str],
    evidence: Mapping[FieldName, Sequence[str]],
    given: str | Given | None,
    *,
    glossary: Mapping[str, str] | None = None,
) -> tuple[Fault, ...]:
    """All that is wrong with a Korean summary of an English paper, in the order of the fields.

    `given` is the text the summary was made from, title and abstract included, plain or prepared (`prepare` once
    where several summaries of a paper are judged); None judges only what needs no source text.
    """
    source = prepare(given) if isinstance(given, str) else given
    fields = [_judged(name, texts, evidence, source, glossary or {}) for name in FIELDS]
    length = sum(len("".join((texts.get(name) or "").split())) for name in FIELDS)
    return tuple(fault for found in (*map(_field_faults, fields), _whole_faults(fields, length)) for fault in found)


def _judged(
    name: FieldName,
    texts: Mapping[FieldName, str],
    evidence: Mapping[FieldName, Sequence[str]],
    given: Given | None,
    glossary: Mapping[str, str],
) -> JudgedField:
    text = (texts.get(name) or "")[:_LONGEST_JUDGED]
    quotes = tuple(evidence.get(name, ()))
    found = support(text, quotes, given) if given else Support()
    return JudgedField(name, text, tuple(split_sentences(text)), quotes, found, given, glossary)


def _field_faults(field: JudgedField) -> Iterator[Fault]:
    """The first of the rules that leave nothing more to judge, else the faults by all others."""
    if field.text == NOTHING_SAID:
        return
    for rules in (ABSENCE, CONTENT):
        found = [_fault(name, message, field) for name, rule in rules.items() for message in rule(field)]
        yield from found
        if found:
            return


def _fault(name: str, message: str, field: JudgedField) -> Fault:
    return Fault(name=name, message=f"{field.name}: {' '.join(message.split())}", field=field.name)


def _whole_faults(fields: Sequence[JudgedField], length: int) -> Iterator[Fault]:
    if all(field.text == NOTHING_SAID for field in fields):
        yield Fault(name="nothing-said", message=f"all fields are `{NOTHING_SAID}`: write what the paper says")
    if length > MOST_CHARACTERS:
        yield Fault(
            name="length",
            message=f"all fields: {length:,} characters without white space: write at most {MOST_CHARACTERS:,}",
        )
    yield from _repeats([field for field in fields if field.text.strip() and field.text != NOTHING_SAID])


def _repeats(fields: Sequence[JudgedField]) -> Iterator[Fault]:
    """Each field that says what others say, the earlier too: any of them may hold what belongs under another."""
    alike = [(one.name, other.name) for one, other in combinations(fields, 2) if repeats(one.text, other.text)]
    for field in fields:
        others = [name for pair in alike if field.name in pair for name in pair if name != field.name]
        if others:
            message = f"says the same as {', '.join(others)}: write what belongs under {field.name}"
            yield _fault("repeat", message, field)
