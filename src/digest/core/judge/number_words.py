"""What number words mean, in English and Korean."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

ENGLISH_SCALES: Final = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SUFFIX_SCALES: Final = ENGLISH_SCALES | {"k": 10**3, "m": 10**6, "b": 10**9, "bn": 10**9, "t": 10**12}
KOREAN_SCALES: Final = {"십": 10, "백": 100, "천": 10**3, "만": 10**4, "억": 10**8, "조": 10**12, "": 1}

_UNITS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
CARDINALS: Final[dict[str, int]] = {
    **{word: value for value, word in enumerate(_UNITS.split())},
    **{word: value * 10 for value, word in enumerate(_TENS.split(), start=2)},
}

_ORDINALS: Final = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_MONTHS: Final = "January February March April May June July August September October November December"
_ROMANS: Final = "II III IV V VI VII VIII IX"

_MEANINGS: Final[dict[str, str]] = {
    "1": "single once sole unified best top mono per each every yearly annual annually daily hourly weekly monthly",
    "2": "twice double doubles doubled doubling both pair pairs paired dual twin couple binary quadratic quadratically "
    "bilingual bimodal bidirectional halves",
    "3": "triple triples tripled tripling thrice ternary cubic trilingual trimodal triplet triplets",
    "4": "quadruple quadruples quadrupled quarter quarters",
    "10": "decade decades",
    "100": "century centuries",
    "1/2": "half halve halves halved halving twice double doubles doubled doubling",
    "1/3": "third",
    "1/4": "quarter",
}


def _meanings() -> dict[str, frozenset[Fraction]]:
    found: dict[str, set[Fraction]] = {}
    for value, words in _MEANINGS.items():
        for word in words.split():
            found.setdefault(word, set()).add(Fraction(value))
    for rank, word in enumerate(_ORDINALS.split(), start=1):
        found.setdefault(word, set()).add(Fraction(rank))
    return {word: frozenset(values) for word, values in found.items()}


MEANINGS: Final = _meanings()
"""Lower-case English words that are not plain cardinals, and every number that each may mean."""

CASED: Final[dict[str, int]] = {
    **{month: at for at, month in enumerate(_MONTHS.split(), start=1)},
    **{roman: at for at, roman in enumerate(_ROMANS.split(), start=2)},
}
"""Words that are numbers only as they are written here: months, and Roman numerals."""

_NATIVE_UNITS: Final = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS: Final = {
    "열": 10,
    "스물": 20,
    "서른": 30,
    "마흔": 40,
    "쉰": 50,
    "예순": 60,
    "일흔": 70,
    "여든": 80,
    "아흔": 90,
}
NATIVE: Final[dict[str, int]] = {
    **{word: value for value, word in enumerate(_NATIVE_UNITS[1:], start=2)},
    **_NATIVE_TENS,
    "스무": 20,
    **{t + u: v + w for t, v in _NATIVE_TENS.items() for w, u in enumerate(_NATIVE_UNITS, start=1)},
}
"""Korean numerals before a counter; one is left out, since `한` is also `a`."""

NATIVE_DAYS: Final = dict(
    zip(("이틀", "사흘", "나흘", "닷새", "엿새", "여드레", "아흐레", "열흘"), (2, 3, 4, 5, 6, 8, 9, 10), strict=True)
)
"""Numbers of days in one word."""

COUNTERS: Final = (
    "가지|갈래|개|건|곳|과제|그룹|단계|단위|대|데이터셋|디코더|명|모달리티|모델|모듈|방향|배|번|벤치마크|범주|분기|분야|"
    "손실|쌍|언어|요소|유형|인코더|작업|장|전략|조건|종|차례|차원|채널|축|층|측면|클래스|태스크|편|항목|회"
)
"""What numerals count."""

# `세 가지`, `두 개의`, `열두 명`, `사흘`; not `세대`, `네트워크`, `두께`.
NATIVE_COUNT: Final = re.compile(
    rf"(?<![가-힣])(?:(?P<few>두|세|네)(?:\s(?:{COUNTERS})|(?:가지|개의|번째|배(?=[의로]?\s)))"
    rf"|(?P<some>{'|'.join(sorted((w for w in NATIVE if w not in {'두', '세', '네', '열'}), key=len, reverse=True))})"
    rf"\s?(?:{COUNTERS})"
    r"|(?P<ten>열)\s(?:가지|개|건|곳|명|배|번|쌍|장|종|차례|편)(?=[의를을은는이가로에]?(?![가-힣]))"
    rf"|(?P<days>{'|'.join(NATIVE_DAYS)}))"
)
"""A native numeral and what it counts; `세대`, `네트워크` and `열 손실` are other words."""

_COUNTED: Final = (
    f"여|{COUNTERS}|시간|토큰|프레임|단어|문장|이상|이하|미만"
    "|퍼센트|%|점|초|분|일|년|개월|주|달러|원|킬로|미터|도|비트|사람"
)
_DIGIT: Final = "일이삼사오육칠팔구"
_GROUP: Final = f"(?:[{_DIGIT}]?천)?(?:[{_DIGIT}]?백)?(?:[{_DIGIT}]?십)?[{_DIGIT}]?"
# `백만 개`, `삼백 명`, `이십오 퍼센트`, `천 장`; not `천장`, `이천`, `조건`, `일이` or `3만 명`.
SINO: Final = re.compile(
    rf"(?<![가-힣0-9])(?P<sino>(?!만일|[일이사오구]조)(?=[{_DIGIT}]?[십백천만억조])(?![억조])[{_DIGIT}십백천만억조]{{2,}}"
    rf"(?=\s?(?:{_COUNTED})|$)|[십백천만](?=\s(?:{_COUNTED})))"
)
"""Numbers written out in Hangul."""
# `칠분의 오`, `3분의 일`, `십분의 3`.
SINO_PART: Final = re.compile(
    rf"(?<![가-힣0-9])(?P<of>[{_DIGIT}십백]{{1,4}}|[0-9]{{1,4}})분의\s?(?P<share>[{_DIGIT}]|[0-9]{{1,4}}(?![0-9]))"
)

SEVERAL: Final = re.compile(
    rf"(?<![가-힣])수(?=[십백천만억조])(?P<small>[십백천]?)(?P<big>[만억조]?)(?=\s?(?:{_COUNTED}))"
)
"""As in `수백만 개`, which is one to ten millions; `할 수만 있다면` is another word."""

_PLURALS: Final = {"tens": 10, "dozens": 10} | {f"{word}s": scale for word, scale in ENGLISH_SCALES.items()}
_ENGLISH_SEVERAL: Final = re.compile(rf"\b(?:(tens|hundreds) of )?({'|'.join(_PLURALS)})\b", re.IGNORECASE)


def sino_value(written: str) -> int | None:
    """What a number written out in Hangul or in digits means; None: it is not one, as `일일`."""
    if written.isdigit():
        return int(written)
    if len(written) == 1 and written in _DIGIT:
        return _DIGIT.index(written) + 1
    if not re.fullmatch(f"(?:{_GROUP}조)?(?:{_GROUP}억)?(?:{_GROUP}만)?{_GROUP}", written):
        return None
    total = group = digit = 0
    for sign in written:
        if sign in _DIGIT:
            digit = _DIGIT.index(sign) + 1
        elif sign in "십백천":
            group, digit = group + (digit or 1) * KOREAN_SCALES[sign], 0
        else:
            total, group, digit = total + ((group + digit) or 1) * KOREAN_SCALES[sign], 0, 0
    return total + group + digit


def several_scale(match: re.Match[str]) -> int:
    """What a match of `SEVERAL` is at least, and less than ten times of."""
    return KOREAN_SCALES[match["small"]] * KOREAN_SCALES[match["big"]]


def says_several(scale: int, text: str) -> bool:
    """Whether English text says so without a number: `hundreds of thousands`."""
    found = (
        (_PLURALS.get((few or "").lower(), 1), _PLURALS[many.lower()]) for few, many in _ENGLISH_SEVERAL.findall(text)
    )
    return any(few * many == scale for few, many in found)


_FRACTIONS: Final[dict[str, int]] = {
    "half": 2, "halves": 2, "quarter": 4, "quarters": 4,
    **{word: rank for rank, word in enumerate(_ORDINALS.split(), start=1) if rank > 2},
    **{f"{word}s": rank for rank, word in enumerate(_ORDINALS.split(), start=1) if rank > 2},
    "hundredth": 100, "hundredths": 100, "thousandth": 1000, "thousandths": 1000,
}  # fmt: skip
FOLDS: Final = {f"{word}fold": value for word, value in (CARDINALS | ENGLISH_SCALES).items()}
"""As in `tenfold`."""
PHRASES: Final = frozenset({*FOLDS, "dozen", "half", "quarter"})
"""Words other than cardinals that begin or end a phrase with a meaning of its own."""


def phrase_values(words: Sequence[str], at: int) -> Iterator[Fraction]:
    """The numbers of the phrases with the word there: `one tenth`, `three in five`, `tenfold`, `half a million`.

    `words` are those of a text, in small letters, digits and signs among them.
    """
    word, rest = words[at], [*words[at + 1 : at + 5], "", "", "", ""]
    if word in FOLDS:
        yield Fraction(FOLDS[word])
    elif word == "dozen":
        yield Fraction(12 * (_count(words[at - 1]) if at else 0) or 12)
    elif word in {"half", "quarter"}:
        scale = rest[1] if rest[0] in {"a", "an"} else rest[0]
        if scale in ENGLISH_SCALES:
            yield Fraction(ENGLISH_SCALES[scale], _FRACTIONS[word])
    elif rest[0] in _FRACTIONS:
        yield Fraction(_count(word), _FRACTIONS[rest[0]])
    elif rest[0] == "fold":
        yield Fraction(_count(word))
    else:
        other = rest[1] if rest[0] == "in" else rest[2] if rest[:2] == ["out", "of"] else ""
        if _count(other):
            yield Fraction(_count(word), _count(other))


def _count(word: str) -> int:
    return int(word[:9]) if word.isdigit() else CARDINALS.get(word, 0)
