"""Units and currencies of numbers, and where a field gives a number of its quote in another one."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from digest.core.judge.number_words import CARDINALS, NATIVE
from digest.core.judge.numbers import NUMERAL, value_of

_UNITS: Final[Mapping[str, tuple[str, str, str]]] = {
    "seconds": ("time", r"초", r"s|secs?|seconds?"),
    "milliseconds": ("time", r"밀리초", r"ms|msecs?|milliseconds?"),
    "microseconds": ("time", r"마이크로초", r"[µμ]s|microseconds?"),
    "minutes": ("time", r"분(?!의)", r"mins?|minutes?"),
    "hours": ("time", r"시간", r"h|hrs?|hours?"),
    "days": ("time", r"일(?=[간을이의에로 .,)]|$)", r"days?"),
    "weeks": ("time", r"주(?=[간을이의에로 .,)]|$)", r"weeks?"),
    "months": ("time", r"개월|달(?=[간을이의에로 .,)]|$)", r"months?"),
    "years": ("time", r"년(?:간)?(?=[간을이의에로 .,)]|$)", r"years?"),
    "percent": ("share", r"%(?!\s?(?:p|포인트))|퍼센트(?!\s?포인트)", r"%|percent(?!age points?)|per cent"),
    "points": (
        "share",
        r"%\s?p|%\s?포인트|퍼센트\s?포인트|점|포인트",
        r"%\s?points?|percentage[\s-]points?|points?|pp|pts?",
    ),
    "times": ("share", r"배", r"x(?![0-9A-Za-z])|×(?!\s?[0-9])|times|-?fold"),
    "dollars": ("money", r"달러|불(?=[을이의에 .,)]|$)", r"dollars?|USD"),
    "pounds": ("money", r"파운드", r"pounds?|GBP"),
    "euros": ("money", r"유로", r"euros?|EUR"),
    "won": ("money", r"원(?=[을이의에로 .,)]|$)", r"won|KRW"),
    "yen": ("money", r"엔(?=[을이의에 .,)]|$)", r"yen|JPY"),
    "yuan": ("money", r"위안", r"yuan|RMB|CNY"),
    "words": ("text", r"(?:개(?:의)?\s?)?단어", r"words?"),
    "tokens": ("text", r"(?:개(?:의)?\s?)?토큰", r"tokens?"),
    "characters": ("text", r"글자|(?:개(?:의)?\s?)?문자", r"characters?|chars?|letters?"),
    "sentences": ("text", r"(?:개(?:의)?\s?)?문장", r"sentences?"),
    "KB": ("data", r"KB|킬로바이트", r"KB|KiB|kilobytes?"),
    "MB": ("data", r"MB|메가바이트", r"MB|MiB|megabytes?"),
    "GB": ("data", r"GB|기가바이트", r"GB|GiB|gigabytes?"),
    "TB": ("data", r"TB|테라바이트", r"TB|TiB|terabytes?"),
    "mm": ("length", r"mm|밀리미터", r"mm|millimet(?:er|re)s?"),
    "cm": ("length", r"cm|센티미터", r"cm|centimet(?:er|re)s?"),
    "km": ("length", r"km|킬로미터", r"km|kilomet(?:er|re)s?"),
    "m": ("length", r"m(?![A-Za-z])|미터", r"m|met(?:er|re)s?"),
    "mW": ("power", r"mW|밀리와트", r"mW|milliwatts?"),
    "W": ("power", r"W(?![A-Za-z])|와트", r"W|watts?"),
    "kW": ("power", r"kW|킬로와트", r"kW|kilowatts?"),
    "Hz": ("rate", r"Hz|헤르츠", r"Hz|hertz"),
    "kHz": ("rate", r"kHz|킬로헤르츠", r"kHz"),
    "fps": ("rate", r"fps|프레임/초", r"fps|frames per second"),
    "kbps": ("rate", r"kbps", r"kbps|kbit/s"),
    "Mbps": ("rate", r"Mbps", r"Mbps|Mbit/s"),
    "Celsius": ("heat", r"섭씨|℃|°C", r"℃|°\s?C|degrees Celsius"),
    "Fahrenheit": ("heat", r"화씨|℉|°F", r"℉|°\s?F|degrees Fahrenheit"),
}
"""For each unit its kind, how Korean writes it and how English does."""
_SIGNS: Final = {"$": "dollars", "£": "pounds", "€": "euros", "₩": "won", "¥": "yen"}
_SCALES: Final = {
    "": 1,
    "십": 10,
    "백": 100,
    "천": 1000,
    "만": 10**4,
    "억": 10**8,
    "조": 10**12,
    "k": 1000,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "m": 10**6,
    "b": 10**9,
}
_RANGE: Final = rf"(?:\s?(?:[-–—~∼〜]|to|and|에서)\s?(?P<to>{NUMERAL}))?"


def _pattern(language: int, scale: str) -> re.Pattern[str]:
    units = "|".join(f"(?P<u{at}>{spellings[language]})" for at, spellings in enumerate(_UNITS.values()))
    edge = r"(?![A-Za-z])" if language == 2 else ""
    return re.compile(
        rf"(?P<sign>[$£€₩¥])?\s?(?<![A-Za-z0-9.])(?P<number>{NUMERAL}){_RANGE}(?P<scale>\s?(?:{scale}))?"
        rf"(?:[\s-]?(?:{units}){edge})?",
    )


_KOREAN: Final = _pattern(1, "[십백천]?[만억조]|[십백천]|[kKMB](?![A-Za-z])")
_ENGLISH: Final = _pattern(2, r"thousand|million|billion|[kKMB](?![A-Za-z])")
_CARDINAL: Final = re.compile(rf"\b(?:{'|'.join(CARDINALS)})\b(?![\s-](?:{'|'.join(CARDINALS)}))", re.IGNORECASE)
_NATIVE: Final = re.compile(rf"(?<![가-힣])(?:{'|'.join(NATIVE)})(?=\s?(?:시간|배|달|주|개월|단어|토큰|문장|글자))")
_GAINS: Final = re.compile(
    r"\bby\b|gain|improv|increas|decreas|reduc|drop|higher|lower|margin|outperform|surpass|exceed|differ|gap|than|\+"
    r"|\babove\b|\bbelow\b",
    re.IGNORECASE,
)


class Measure(NamedTuple):
    """A number with its unit, or without."""

    text: str
    value: Fraction
    unit: str | None


def changed_units(sentences: Sequence[str], quotes: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Each number of a Korean field that its quotes have in another unit of the same kind: number, unit, their unit."""
    theirs: defaultdict[Fraction, set[str | None]] = defaultdict(set)
    for quote in quotes:
        for measure in read_measures(quote, _ENGLISH):
            theirs[measure.value].add(measure.unit)
            if measure.unit == "percent" and _GAINS.search(quote):
                theirs[measure.value].add("points")
    for sentence in sentences:
        for measure in read_measures(sentence, _KOREAN):
            units = theirs.get(measure.value, {None})
            if measure.unit and None not in units and measure.unit not in units and _same_kind(measure.unit, units):
                yield measure.text, measure.unit, " or ".join(sorted(unit for unit in units if unit))


def shared_measures(korean: str, english: str) -> int:
    """How many numbers a Korean and an English text have in the same unit."""
    ours, theirs = read_measures(korean, _KOREAN), read_measures(english, _ENGLISH)
    return len({(m.value, m.unit) for m in ours if m.unit} & {(m.value, m.unit) for m in theirs})


def _same_kind(unit: str, others: set[str | None]) -> bool:
    return all(other and _UNITS[other][0] == _UNITS[unit][0] for other in others)


def read_measures(text: str, pattern: re.Pattern[str]) -> Iterator[Measure]:
    """The numbers of a text with their units; both ends of a range have its unit."""
    for match in pattern.finditer(in_digits(text)):
        unit = _unit(match)
        for numeral in filter(None, (match["number"], match["to"])):
            yield Measure(match[0].strip(), value_of(numeral) * _scale(match["scale"]), unit)


def in_digits(text: str) -> str:
    """The text with plain number words as digits: `two hours`, `두 시간`."""
    text = text.replace("\\%", "%").replace("{,}", ",").replace("\\times", "×")
    text = _CARDINAL.sub(lambda match: str(CARDINALS[match[0].lower()]), text)
    return _NATIVE.sub(lambda match: str(NATIVE[match[0]]), text)


def _unit(match: re.Match[str]) -> str | None:
    if match["sign"]:
        return _SIGNS[match["sign"]]
    return next((unit for at, unit in enumerate(_UNITS) if match[f"u{at}"]), None)


def _scale(written: str | None) -> int:
    word = (written or "").strip()
    if word.lower() in _SCALES:
        return _SCALES[word.lower()]
    return _SCALES[word[0]] * _SCALES[word[1:]]
