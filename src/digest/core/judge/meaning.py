"""Rules that hold a field against its own evidence: what it says that the quoted sentences do not.

Each looks for plain words only. It passes over what it cannot be sure of; that is the second reader's work.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from digest.core.judge.absolutes import unsaid_absolutes
from digest.core.judge.directions import reversed_direction
from digest.core.judge.judged_field import FieldRule, JudgedField, shorten
from digest.core.judge.prior_work import is_prior_work
from digest.core.judge.units import changed_units

_CAUSE: Final = re.compile(r"[가-힣]\s?때문(?:에|이|인|으로)|덕분(?:에|이)|[가-힣]\s탓(?:에|이|으로)")
_CAUSED: Final = re.compile(
    r"\b(?:because|since|due|owing|caus\w+|thanks|results?|resulted|resulting|attribut\w+|lead(?:s|ing)?|led|therefore"
    r"|thus|hence|so|stem\w*|aris\w+|arose|consequen\w*|reasons?|why|enabl\w+|makes?|making|made|driv\w+|explain\w*"
    r"|(?:com|benefit|suffer|gain|follow)\w* from|by \w+ing|allow\w*|through|via|depend\w*|rel(?:y|ies|ied|iance)"
    r"|requir\w+|if|prevent\w*|hinder\w*|induc\w+|suffer\w*|account(?:s|ed)? for|contribut\w+|impl(?:y|ies)|forc\w+)\b"
    r"|,\s+as\b|(?:^|\n|[.,;]\s)(?:without|when|given|under)\b",
    re.IGNORECASE,
)


def _absolute(field: JudgedField) -> Iterator[str]:
    for word in unsaid_absolutes(field.text, "\n".join(field.evidence)):
        yield f'"{word}" leaves no exception, and no quote of this field says so: write what the quotes say'


def _unit(field: JudgedField) -> Iterator[str]:
    for number, unit, theirs in changed_units(field.sentences, field.evidence):
        yield f'"{shorten(number)}" is in {unit}, its quote in {theirs}: use the unit of the quote'


def _prior_work(field: JudgedField) -> Iterator[str]:
    if field.name == "limitations" and all(is_prior_work(quote, field.given) for quote in field.evidence):
        yield "its quotes are about other work: write the paper's own limitation, or `정보 부족`"


def _direction(field: JudgedField) -> Iterator[str]:
    found = reversed_direction(field.text, "\n".join(field.evidence))
    if found:
        yield f'"{found[0]}" says the reverse of "{found[1]}" in its quote: write what the quote says'


def _cause(field: JudgedField) -> Iterator[str]:
    cause = _CAUSE.search(field.text)
    if cause and not any(map(_CAUSED.search, field.evidence)):
        yield f'"{cause[0]}" gives a cause that no quote of this field names: leave it out'


def _grounded(rule: FieldRule) -> FieldRule:
    """The rule for fields with evidence from a text that is at hand; without, there is nothing to compare."""
    return lambda field: rule(field) if field.given and field.evidence else iter(())


MEANING_RULES: Final[Mapping[str, FieldRule]] = {
    name: _grounded(rule)
    for name, rule in {
        "absolute": _absolute,
        "unit": _unit,
        "prior-work": _prior_work,
        "direction": _direction,
        "cause": _cause,
    }.items()
}
