"""What number words mean, in English and Korean."""

import re
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
    "1": "single once sole unified best top mono",
    "2": "twice double doubles doubled doubling both pair pairs paired dual twin couple binary quadratic quadratically "
    "bilingual bimodal bidirectional halves",
    "3": "triple triples tripled tripling thrice ternary cubic trilingual trimodal triplet triplets",
    "4": "quadruple quadruples quadrupled quarter quarters",
    "10": "decade decades",
    "12": "dozen",
    "100": "century centuries",
    "1/2": "half halve halves halved halving twice double doubles doubled doubling",
    "1/3": "third thirds",
    "1/4": "quarter",
    "2/3": "thirds",
    "3/4": "quarters",
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
_NATIVE_TENS: Final = {"열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50}
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

_COUNTED: Final = "여|개|명|쌍|장|건|편|시간|토큰|번|프레임|단어|문장|배|이상"
SINO: Final = re.compile(
    r"(?<![가-힣0-9])(?P<digit>[일이삼사오육칠팔구]?)(?P<small>[십백천])(?P<big>만|억|조)"
    rf"(?=\s?(?:{_COUNTED})|$)"
)
"""Round numbers written out in Hangul, as in `백만 개`."""

SEVERAL: Final = re.compile(
    rf"(?<![가-힣])수(?=[십백천만억조])(?P<small>[십백천]?)(?P<big>[만억조]?)(?=\s?(?:{_COUNTED}))"
)
"""As in `수백만 개`, which is one to ten millions; `할 수만 있다면` is another word."""

_PLURALS: Final = {"tens": 10, "dozens": 10} | {f"{word}s": scale for word, scale in ENGLISH_SCALES.items()}
_ENGLISH_SEVERAL: Final = re.compile(rf"\b(?:(tens|hundreds) of )?({'|'.join(_PLURALS)})\b", re.IGNORECASE)


def sino_value(match: re.Match[str]) -> int:
    """What a match of `SINO` means."""
    digit = "일이삼사오육칠팔구".find(match["digit"] or "일") + 1
    return digit * KOREAN_SCALES[match["small"]] * KOREAN_SCALES[match["big"]]


def several_scale(match: re.Match[str]) -> int:
    """What a match of `SEVERAL` is at least, and less than ten times of."""
    return KOREAN_SCALES[match["small"]] * KOREAN_SCALES[match["big"]]


def says_several(scale: int, text: str) -> bool:
    """Whether English text says so without a number: `hundreds of thousands`."""
    found = (
        (_PLURALS.get((few or "").lower(), 1), _PLURALS[many.lower()]) for few, many in _ENGLISH_SEVERAL.findall(text)
    )
    return any(few * many == scale for few, many in found)
