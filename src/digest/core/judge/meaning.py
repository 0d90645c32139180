"""Rules that hold a field against its own evidence: what it says that the quoted sentences do not.

Each looks for plain words only. It passes over what it cannot be sure of; that is the second reader's work.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from digest.core.judge.absolutes import unsaid_absolutes
from digest.core.judge.judged_field import FieldRule, JudgedField, shorten
from digest.core.judge.prior_work import is_prior_work
from digest.core.judge.units import changed_units

# Words of direction; `…지 않` after them, `not` before them, and they do not count.
_UP: Final = r"높[아았였은다으]|높게|높이|향상|증가|상승|늘어|늘었|커[지졌진]|커진|확대|증대"
_DOWN: Final = (
    r"낮[아았은다으]|낮게|낮추|낮춘|낮췄|감소|저하|하락|줄어|줄었|줄이|줄인|줄였"
    r"|떨어[지졌진뜨]|작아[지졌진]|축소|절감|단축"
)
_RISES: Final = r"higher|increas\w*|ris(?:e|es|ing|en)|rose|rais\w+|grow(?:s|n|ing|th)?|grew|boost\w*|doubl\w+"
_FALLS: Final = (
    r"lower(?:s|ed|ing)?|decreas\w*|drop(?:s|ped|ping)?|declin\w*|reduc\w*|fall(?:s|ing|en)?|fell|shr[aiu]nk\w*"
    r"|cut(?:s|ting)?|halv\w+|sav(?:es?|ed|ing)"
)
_DENIED: Final = r"(?![가-힣]*지\s?(?:않|못))"
_DENIES: Final = r"(?<!\bnot )(?<!\bno )(?<!\bnever )(?<!without )"
# Quantities of which less is better: `속도를 높였다` may be said of `reduces latency`.
_INVERSE: Final = (
    r"오차|오류|손실|비용|지연|시간|메모리|연산|당혹도|왜곡|위험|실패|간극|격차|부담|차이|오탐|누락|대기"
    r"|error|loss|cost|latenc\w*|time|memor\w*|flops|perplexity|fid|distort\w*|risk|fail\w*|gap|overhead|burden|regret"
    r"|delay\w*|miss\w*|rmse|mae|wer|cer|false"
)

_CAUSE: Final = re.compile(r"[가-힣]\s?때문(?:에|이|인|으로)|덕분(?:에|이)|[가-힣]\s탓(?:에|이|으로)")
_CAUSED: Final = re.compile(
    r"\b(?:because|since|due|owing|caus\w+|thanks|results?|resulted|resulting|attribut\w+|lead(?:s|ing)?|led|therefore"
    r"|thus|hence|so|stem\w*|aris\w+|arose|consequen\w*|reasons?|why|enabl\w+|makes?|making|made|driv\w+|explain\w*"
    r"|from|by \w+ing|allow\w*|through|via|depend\w*|rel(?:y|ies|ied|iance)|require\w*|need\w*|when|if|prevent\w*"
    r"|hinder\w*|induc\w+|suffer\w*|without|account(?:s|ed)? for|contribut\w+|impl(?:y|ies)|force\w*|lack\w*)\b"
    r"|,\s+as\b",
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
    quoted = "\n".join(field.evidence)
    ours = _direction_of(field.text, rf"(?:{_UP}){_DENIED}", rf"(?:{_DOWN}){_DENIED}")
    theirs = _direction_of(quoted, rf"{_DENIES}\b(?:{_RISES})\b", rf"{_DENIES}\b(?:{_FALLS})\b")
    if ours and theirs and ours[0] != theirs[0] and _is_inverse(field.text) == _is_inverse(quoted):
        yield f'"{ours[1]}" says the reverse of "{theirs[1]}" in its quote: write what the quote says'


def _direction_of(text: str, up: str, down: str) -> tuple[str, str] | None:
    """Whether the text's one word of direction is `up` or `down`, and that word; None: none, or several."""
    patterns = {"up": up, "down": down}
    words = [(way, m[0]) for way, pattern in patterns.items() for m in re.finditer(pattern, text, re.IGNORECASE)]
    return words[0] if len(words) == 1 else None


def _is_inverse(text: str) -> bool:
    return re.search(rf"(?<![A-Za-z])(?:{_INVERSE})", text, re.IGNORECASE) is not None


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
