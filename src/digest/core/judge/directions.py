"""Words of direction in Korean and English, and where a field has the reverse of its quotes' one."""

import re
from typing import Final, NamedTuple

from digest.core.judge.numbers import NUMERAL
from digest.core.judge.units import in_digits

_DENIED: Final = r"(?![가-힣]*지\s?(?:않|못))"
_DENIES: Final = r"(?<!\bnot )(?<!\bno )(?<!\bnever )(?<!without )\b"


class _Scale(NamedTuple):
    """The words for both ways of one thing; negated words do not count."""

    korean: tuple[re.Pattern[str], re.Pattern[str]]
    english: tuple[re.Pattern[str], re.Pattern[str]]


def _scale(up: str, down: str, rises: str, falls: str) -> _Scale:
    korean = [re.compile(rf"(?:{words}){_DENIED}") for words in (up, down)]
    english = [re.compile(rf"{_DENIES}(?:{words})\b", re.IGNORECASE) for words in (rises, falls)]
    return _Scale((korean[0], korean[1]), (english[0], english[1]))


_SCALES: Final = (
    _scale(
        "높[아았였은다으]|높게|높이|향상|증가|상승|늘어|늘었|커[지졌진]|커진|확대|증대",
        "낮[아았은다으]|낮게|낮추|낮춘|낮췄|감소|저하|하락|줄어|줄었|줄이|줄인|줄였|떨어[지졌진뜨]|작아[지졌진]|축소|절감|단축",
        r"higher|increas\w*|ris(?:e|es|ing|en)|rose|rais\w+|grow(?:s|n|ing|th)?|grew|boost\w*|doubl\w+",
        r"lower(?:s|ed|ing)?|decreas\w*|drop(?:s|ped|ping)?|declin\w*|reduc\w*|fall(?:s|ing|en)?|fell|shr[aiu]nk\w*"
        r"|cut(?:s|ting)?|halv\w+|sav(?:es?|ed|ing)",
    ),
    _scale(
        "향상|개선|우수",
        "저하|악화|열등|손상",
        r"improv\w*|better|superior|enhanc\w*",
        r"degrad\w*|worse\w*|inferior|h[ua]r[tm]s?",
    ),
    _scale("빠르|빠른|빨라|빨랐", "느리|느린|느려|느렸", r"fast\w*|quick\w*", r"slow\w*"),
)
# Quantities of which less is better: `응답 속도를 높였다` may be said of `reduces latency`.
_INVERSE: Final = re.compile(
    r"오차|오류|손실|비용|지연|시간|메모리|연산|당혹도|왜곡|위험|실패|간극|격차|부담|차이|오탐|누락|대기|소모|소비"
    r"|(?<![A-Za-z])(?:error|loss|cost|latenc\w*|time|memor\w*|flops|perplexity|fid|distort\w*|risk|fail\w*|gap|overhead"
    r"|burden|regret|delay\w*|miss\w*|rmse|mae|wer|cer|false|consum\w*)",
    re.IGNORECASE,
)
# `20곳 이상`, `20건을 넘는`, `5회 미만`; and `more than 20`, `at most 5`; not `이상 탐지` or `over the baseline`.
_BOUND: Final = re.compile(
    rf"(?P<number>{NUMERAL})[가-힣A-Za-z%]{{0,4}}\s?(?:(?P<up>이상|초과|넘[는어은])|(?P<down>미만|이하))"
)
_BOUNDED: Final = re.compile(
    r"\b(?:(?P<up>(?:more|greater|longer|larger|higher) than|at least|over|above|exceed\w*)"
    rf"|(?P<down>(?:less|fewer|shorter|smaller|lower) than|at most|under|below|up to|within))\s[$£€]?"
    rf"(?P<number>{NUMERAL})",
    re.IGNORECASE,
)


def reversed_direction(text: str, quoted: str) -> tuple[str, str] | None:
    """The field's word of direction and the quotes' one, where each has one of a scale and they differ."""
    return _reversed_bound(text, quoted) or _reversed_word(text, quoted)


def _reversed_bound(text: str, quoted: str) -> tuple[str, str] | None:
    bounds = {match["number"]: match for match in _BOUNDED.finditer(in_digits(quoted))}
    for match in _BOUND.finditer(text):
        theirs = bounds.get(match["number"])
        if theirs and bool(match["up"]) != bool(theirs["up"]):
            return match[0], theirs[0]
    return None


def _reversed_word(text: str, quoted: str) -> tuple[str, str] | None:
    if (_INVERSE.search(text) is None) != (_INVERSE.search(quoted) is None):
        return None
    for scale in _SCALES:
        ours, theirs = _only(text, scale.korean), _only(quoted, scale.english)
        if ours and theirs and ours[0] != theirs[0]:
            return ours[1], theirs[1]
    return None


def _only(text: str, ways: tuple[re.Pattern[str], re.Pattern[str]]) -> tuple[int, str] | None:
    """Which way the text's one word goes, and that word; None: it has none, or several."""
    words = [(way, match[0]) for way, pattern in enumerate(ways) for match in pattern.finditer(text)]
    return words[0] if len(words) == 1 else None
