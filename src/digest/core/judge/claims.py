"""The numbers that Korean prose states, and whether source text has them."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from digest.core.judge.number_words import (
    COUNTERS,
    KOREAN_SCALES,
    NATIVE,
    NATIVE_COUNT,
    NATIVE_DAYS,
    SEVERAL,
    SINO,
    SINO_PART,
    SUFFIX_SCALES,
    says_several,
    several_scale,
    sino_value,
)
from digest.core.judge.numbers import (
    FLAT,
    FRACTION,
    MOST_DIGITS,
    NUMERAL,
    POWER,
    SCIENTIFIC,
    SourceNumbers,
    flat_of,
    power_of,
    scientific_of,
    unflattened,
    value_of,
)

_CHUNK: Final = rf"{NUMERAL}\s?(?:[십백천]?(?:만(?!큼)|억|조(?![건각합정직사명작치절]))|[십백천])"
_KOREAN: Final = re.compile(rf"(?P<korean>{_CHUNK}(?:\s?{_CHUNK})*(?:\s?(?:[0-9],?)?[0-9]{{3}}(?![0-9]))?)")
_PIECE: Final = re.compile(rf"({NUMERAL})\s?([십백천]?)([만억조]?)")
# Matches `10^{-3}`, `2e-5`, `1억 2천만`, `3/4`, `57.02`, `90K`; not `세 가지`, which `NATIVE_COUNT` reads.
_CLAIM: Final = re.compile(
    rf"{POWER}|{SCIENTIFIC}|{FLAT}|{_KOREAN.pattern}|{FRACTION}|(?P<plain>{NUMERAL})"
    r"(?P<suffix>[kKMBT](?![A-Za-z])|\s(?:thousand|million|billion|trillion)\b)?"
)
_LABEL: Final = re.compile(r"\([1-9]\)")
_AFTER: Final = re.compile(r"\s?(?P<percent>%|퍼센트)|\s?(?P<over>여)(?![러부전기섯덟분성행])")
_ABOUT: Final = re.compile(r"(?:(?<![가-힣])약|대략|거의)\s?[-+]?$")
_ROUGHLY: Final = re.compile(r"[^\s0-9]{0,4}\s?(?:정도|내외|가량|안팎|가까|남짓)")
_RANGE: Final = re.compile(rf"\s?[~-]\s?{NUMERAL}\s?(?P<scale>%|퍼센트|[십백천]?[만억]|[KMB](?![A-Za-z]))")
_COUNTED: Final = re.compile(rf"\s?(?:{COUNTERS})")
# `1%`, `1초`, `1 GB`, `1배`; not `1위`, `1단계`, `1분야` or `1초점`.
_MEASURED: Final = re.compile(
    r"\s?(?:%|퍼센트|배(?![치경포열])|점(?![가-힣]*수)|포인트|p\b|초(?!점)|분(?![의야류할석])|시간|개월|년|달러|유로|x|×"
    r"|일(?=[간이에만 ]|$)|주(?=[간일이에만 ]|$)|원(?=[을이의에 ]|$)|[kMGT]?i?B(?![A-Za-z])|m?s(?![A-Za-z])"
    r"|[kMG]?Hz|[cmk]?m(?![A-Za-z])|[km]?W(?![A-Za-z]))"
)
_JOINT: Final = re.compile(r"[,·;、/]|(?<=[가-힣A-Za-z0-9)])[와과]\s|\s(?:및|또는|그리고)\s|하고\s|하며\s")
_TOLERANCE: Final = Fraction(1, 20)
_MARKS: Final = re.compile(r"차이|포인트|[0-9]\s?(?:%?p|점|만큼)|향상\s?폭|총|합계|격차|개선\s?폭|감소\s?폭")
_NEVER_PERCENT: Final = re.compile(r"상관|카파|피어슨|스피어만|[Kk]appa|[Cc]orrelation|Pearson|Spearman|κ")
_NEAR: Final = 20
"""How far before a number, in characters, the name of its quantity is."""
_NEXT_TO: Final = 12
"""How far from a number, in characters, a word says that it was worked out."""


class Claim(NamedTuple):
    """A number that a Korean text states."""

    text: str
    start: int
    end: int
    readings: tuple[frozenset[Fraction], ...]
    """A source has it if it has all numbers of one of these."""
    value: Fraction
    step: Fraction
    """One unit in its last written place that is not zero: 10,000 for `9만`, 0.1 for `3.3`."""
    looseness: str = ""
    """`about`: another number may round to it; `over`: another may be up to one step larger; `several`: up to ten
    times as large."""
    measured: bool = False
    """Whether a unit follows: `1%` is a measurement, `1위` and `1단계` need not be in the source."""
    counts: bool = False
    """Whether it is a small count; a listing in the same sentence may show that it is right."""


@lru_cache(maxsize=64)  # several rules read the claims of a sentence
def read_claims(text: str) -> tuple[Claim, ...]:
    """The numbers of Korean prose; `text` as `level` gives it, names with digits blanked out."""
    return tuple(_claims(text))


def _claims(text: str) -> Iterator[Claim]:
    text = _LABEL.sub(lambda m: " " * len(m[0]), text)
    for match in SINO_PART.finditer(text):
        share, of = sino_value(match["share"]), sino_value(match["of"])
        if share and of:
            yield _exact(match, Fraction(share, of))
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    for match in _CLAIM.finditer(text):
        if not _glued(text, match.start()):
            yield _claim(text, match)
    for match in NATIVE_COUNT.finditer(text):
        yield _native(match)
    for match in SINO.finditer(text):
        if value := sino_value(match["sino"]):
            yield _exact(match, Fraction(value))
    for match in SEVERAL.finditer(text):
        yield _exact(match, Fraction(several_scale(match)))._replace(looseness="several")
    for match in re.finditer(r"(?<![가-힣])절반", text):
        yield _exact(match, Fraction(1, 2))


def _glued(text: str, at: int) -> bool:
    """Whether a Greek letter comes right before: τ0 is a name."""
    before = text[at - 1 : at] if at else ""
    return "Ͱ" <= before <= "Ͽ"


def _exact(match: re.Match[str], value: Fraction) -> Claim:
    return Claim(match[0], match.start(), match.end(), (frozenset({value}),), value, Fraction(1))


def _native(match: re.Match[str]) -> Claim:
    if match["days"]:
        return _exact(match, Fraction(NATIVE_DAYS[match["days"]]))
    claim = _exact(match, Fraction(NATIVE[match["few"] or match["some"] or match["ten"]]))
    return claim._replace(counts=claim.value <= 5 and not match[0].endswith("배"))


def _claim(text: str, match: re.Match[str]) -> Claim:
    values = _values(match)
    if match["top"]:
        return Claim(match[0], *match.span(), tuple(values), next(iter(values[0])), Fraction(1))
    value = next(iter(values[0]))
    after = _AFTER.match(text, match.end())
    end = after.end() if after else match.end()
    for scale in _shared_scales(text, match.end()) | _percents(text, match.start(), after):
        values.append(frozenset({value * scale}))
    return Claim(
        text=text[match.start() : end],
        start=match.start(),
        end=end,
        readings=tuple(values),
        value=value,
        step=_step(match[0], value),
        measured=_MEASURED.match(text, end) is not None or bool(after and after["percent"]),
        looseness=_looseness(text, match.start(), end, over=bool(after and after["over"])),
        counts=value in {2, 3, 4, 5} and _COUNTED.match(text, end) is not None,
    )


def _percents(text: str, start: int, after: re.Match[str] | None) -> set[Fraction]:
    """What a sign of percent says of a number; a correlation is never told in percent."""
    percent = after is not None and after["percent"] and not _NEVER_PERCENT.search(text[max(0, start - _NEAR) : start])
    return {Fraction(1, 100)} if percent else set()


def _values(match: re.Match[str]) -> list[frozenset[Fraction]]:
    if match["power"]:
        return [frozenset({power_of(match)})]
    if match["mantissa"]:
        return [frozenset({scientific_of(match)})]
    if match["flat"] or match["small"]:
        return [frozenset({flat_of(match)}), frozenset(unflattened(match))]
    if match["top"]:
        top, bottom = Fraction(match["top"]), Fraction(match["bottom"])
        return [frozenset({top / bottom}), frozenset({top, bottom})]
    if match["korean"]:
        return [frozenset({korean_value(match["korean"])})]
    return [frozenset({value_of(match["plain"]) * SUFFIX_SCALES.get((match["suffix"] or "").strip().lower(), 1)})]


def korean_value(text: str) -> Fraction:
    """`3억 5천만` is 350,000,000; `1만 2,345` is 12,345."""
    pieces = _PIECE.findall(text)
    return sum((value_of(n) * KOREAN_SCALES[small] * KOREAN_SCALES[big] for n, small, big in pieces), Fraction(0))


def _shared_scales(text: str, end: int) -> set[Fraction]:
    """What the second number of a range says of the first: in `3~5만`, the first is 30,000 as well."""
    match = _RANGE.match(text, end)
    if match is None:
        return set()
    scale = match["scale"]
    if scale in {"%", "퍼센트"}:
        return {Fraction(1, 100)}
    if scale.lower() in SUFFIX_SCALES:
        return {Fraction(SUFFIX_SCALES[scale.lower()])}
    return {korean_value(f"1{scale}")}


def _step(written: str, value: Fraction) -> Fraction:
    decimals = re.search(r"\.([0-9]+)", written)
    numeral = re.sub(r"[^0-9]", "", (re.match(NUMERAL, written) or [written])[0])[:MOST_DIGITS]
    unit = value / int(numeral) if int(numeral or 0) else Fraction(1)
    zeros = 0 if decimals else len(numeral) - len(numeral.rstrip("0"))
    return unit * Fraction(10**zeros)


def _looseness(text: str, start: int, end: int, *, over: bool) -> str:
    if over:
        return "over"
    return "about" if _ABOUT.search(text[:start]) or _ROUGHLY.match(text, end) else ""


def quoted(claim: Claim, text: str) -> str:
    """The number with the word it is part of, for people to find it: `6종의`."""
    rest = re.match(r"[가-힣A-Za-z]{0,6}", text[claim.end :])
    return (claim.text + (rest[0] if rest else "")).strip()


def is_in(claim: Claim, numbers: SourceNumbers) -> bool:
    """Whether the source has the number, or for a loose claim one close by."""
    if (claim.value == 1 and not claim.measured) or any(reading <= numbers.values for reading in claim.readings):
        return True
    if claim.looseness == "over":
        return numbers.has_between(claim.value, claim.value + claim.step)
    if claim.looseness == "several":
        return numbers.has_between(claim.value, 10 * claim.value) or says_several(int(claim.value), numbers.text)
    margin = min(claim.step / 2, claim.value * _TOLERANCE)
    return claim.looseness == "about" and numbers.has_between(claim.value - margin, claim.value + margin)


def is_listed(claim: Claim, sentence: str) -> bool:
    """Whether a small count counts what its sentence lists: `두 단계(학습, 평가)`."""
    return claim.counts and len(_JOINT.findall(sentence)) >= claim.value - 1


def is_derived(claim: Claim, text: str, known: frozenset[Fraction]) -> bool:
    """Whether it is marked as worked out, and is the difference, sum or ratio of two known numbers."""
    if not _MARKS.search(text[max(0, claim.start - _NEXT_TO) : claim.end + _NEXT_TO]):
        return False
    numbers = sorted(value for value in known if value > 0)
    if text.startswith("배", claim.end):
        return any(_near(b * claim.value, b * claim.step / 2, numbers) for b in numbers)
    margin = claim.step / 2 if claim.looseness == "about" else Fraction(0)
    worked_out = {value for reading in claim.readings if len(reading) == 1 for value in reading}
    return any(
        _near(b + value, margin, numbers) or (2 * b != value and _near(value - b, margin, numbers))
        for b in numbers
        for value in worked_out
    )


def _near(value: Fraction, margin: Fraction, numbers: Sequence[Fraction]) -> bool:
    """Whether one of the numbers, which are in order, is no farther from the value than the margin."""
    at = bisect_left(numbers, value - margin)
    return at < len(numbers) and numbers[at] <= value + margin
