"""Numbers in source text and in Korean prose, as exact values that can be compared."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from digest.core.judge.number_words import (
    CARDINALS,
    CASED,
    ENGLISH_SCALES,
    MEANINGS,
    PHRASES,
    SUFFIX_SCALES,
    phrase_values,
)

NUMERAL: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|(?<![0-9])\.[0-9]+)"
"""A plain number as a pattern: `1,000`, `57.02`, `.5`."""
MOST_DIGITS: Final = 400
"""Of a number; a model that goes astray may write thousands, and none beyond these is read."""
POWER: Final = (
    rf"(?:(?P<factor>{NUMERAL})\s*[×x*·]\s*)?(?<![0-9.])10\s*\^\s*\{{?\s*(?P<power>[-+]?[0-9]{{1,4}})(?![0-9])\s*\}}?"
)
SCIENTIFIC: Final = rf"(?P<mantissa>{NUMERAL})[eE](?P<exponent>[-+]?[0-9]{{1,2}})(?![0-9A-Za-z])"
FLAT: Final = (
    rf"(?P<times>{NUMERAL})\s*[×x*·]\s*10\s?(?P<flat>[-+]\s?[0-9]{{1,2}}|[2-9])(?![0-9.]*[0-9])"
    r"|(?<![0-9.])10\s?(?P<small>-\s?[1-9])(?![0-9.]*[0-9%])"
)
"""A power whose exponent lost its place: `5.0 × 10-6`, `10-4`."""
FRACTION: Final = r"(?<![0-9./])(?P<top>[0-9]{1,4})\s?/\s?(?P<bottom>[1-9][0-9]{0,3})(?![0-9/]|\.[0-9])"

_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIGNS: Final[dict[str, str]] = {
    **dict(zip("０１２３４５６７８９％．，", "0123456789%.,", strict=True)),
    **dict(zip("−–—‐‑‒⁄～∼˜", "------/~~~", strict=True)),
    **dict.fromkeys("\u00a0\u2009\u202f\u2007\t$", " "),
    **dict(zip("½¼¾⅓⅔", (" 1/2", " 1/4", " 3/4", " 1/3", " 2/3"), strict=True)),
}
_ONE_SPELLING: Final = str.maketrans(_SIGNS)
_TEX: Final = (
    (re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+"), lambda m: "^{" + m[0].translate(_SUPERSCRIPTS) + "}"),
    (re.compile(r"(?<=[0-9])(?:\{,\}|\\[,;!:])(?=[0-9]{3})"), lambda _: ","),
    (re.compile(r"\\[dt]?frac\s*\{([0-9]+)\}\s*\{([0-9]+)\}"), lambda m: f" {m[1]}/{m[2]} "),
    (re.compile(r"\\times\b"), lambda _: "×"),
    (re.compile(r"\\cdot\b"), lambda _: "·"),
    (re.compile(r"\\sim\b"), lambda _: "~"),
    (re.compile(r"\\%"), lambda _: "%"),
)


def level(text: str) -> str:
    """The text with one spelling for the signs around numbers: TeX, superscripts, full width, dashes."""
    for pattern, spell in _TEX:
        text = pattern.sub(spell, text)
    return text.translate(_ONE_SPELLING)


def value_of(numeral: str) -> Fraction:
    """What `NUMERAL` matched: 1000 for `1,000`."""
    return Fraction(numeral.replace(",", "")[:MOST_DIGITS])


def power_of(match: re.Match[str]) -> Fraction:
    """What `POWER` matched: a thousandth for `10^{-3}`."""
    return value_of(match["factor"] or "1") * Fraction(10) ** int(match["power"])


def flat_of(match: re.Match[str]) -> Fraction:
    """What `FLAT` matched: 0.000005 for `5.0 × 10-6`."""
    exponent = (match["flat"] or match["small"]).replace(" ", "")
    return value_of(match["times"] or "1") * Fraction(10) ** int(exponent)


def unflattened(match: re.Match[str]) -> tuple[Fraction, ...]:
    """What else it may be: 10 and 4 for `10-4`, 64 and 108 for `64 × 108`."""
    exponent = (match["flat"] or match["small"]).replace(" ", "")
    if exponent.isdigit():
        return value_of(match["times"]), Fraction(f"10{exponent}")
    return value_of(match["times"] or "10"), Fraction(10), Fraction(exponent[1:])


def scientific_of(match: re.Match[str]) -> Fraction:
    """What `SCIENTIFIC` matched: 0.003 for `3e-3`."""
    return value_of(match["mantissa"]) * Fraction(10) ** int(match["exponent"])


# `57.02 %`, `3.3×`, `7B`, `1.5 million`, `10^{-3}`, `3/4`, `3 to 5 million`; not the words `two hundred`.
_NUMBER: Final = re.compile(
    rf"(?=[0-9.])(?:{POWER}|{SCIENTIFIC}|{FLAT}|{FRACTION}"
    rf"|(?P<plain>(?<![0-9]){NUMERAL})(?P<after>[\s}}]*(?:%|×|percent\b|per cent\b)"
    r"|[-\s}]?(?:x|times|fold)(?![A-Za-z0-9])|-?[\s}]?(?:thousand|million|billion|trillion|bn)(?![a-z])|[kKMBT](?![a-z])"
    r"|\s[MBT](?![A-Za-z]))?)"
    rf"(?=(?:\s?(?:-|~|to|and|or)\s?{NUMERAL}\s?(?P<then>%|[kKMBT](?![A-Za-z])|thousand|million|billion|trillion))?)"
)
"""Looks for a digit or a point first, which passes over the rest of a text eight times as fast."""
_REFERENCE: Final = re.compile(
    r"\b(?:Figures?|Figs?\.|Tables?|Tabs?\.|Sections?|Secs?\.|Equations?|Eqs?\.|Appendix|Algorithm|Theorem|Lemma)"
    r"[\s~(]*(?:[A-Z]\.?)?[0-9]+(?:\.[0-9]+)*"
)
_WORDS: Final = re.compile(r"[A-Za-z]+|[0-9]+|[.,;:()]")
"""Digits and signs between words as well, since they separate numbers."""
_HOST: Final = re.compile(r"(?<![A-Za-z\\])([A-Za-z]{2,})-?$")
"""The word that a number is joined to: `GPT` before `-4o`."""
_LONGEST_HOST: Final = 24
_JOINABLE: Final = (
    "fp bf nf int uint float mxfp nvfp top pass stage phase level step type task layer round case tier day part"
)
_COUNTING: Final = frozenset(_JOINABLE.split())
"""Words that a quantity is joined to: a summary may give the 8 of `FP8` as a number."""
_OUT_OF: Final = re.compile(r"\b([0-9]{1,6}) (?:in|out of)(?: every)? ([1-9][0-9]{0,5})\b(?![.%][0-9])")
_MAGNITUDE: Final = re.compile(r"\b([A-Za-z]+|[0-9])[\s-]+orders?[\s-]+of[\s-]+magnitude")


class SourceNumbers(NamedTuple):
    """The numbers of English text, ready for look-ups."""

    text: str
    values: frozenset[Fraction]
    """Every number in the text, in every reading."""
    ordered: tuple[Fraction, ...]

    def has_between(self, low: Fraction, high: Fraction) -> bool:
        """Whether the text has a number of at least `low` and below `high`."""
        at = bisect_left(self.ordered, low)
        return at < len(self.ordered) and self.ordered[at] < high


def read_numbers(text: str) -> SourceNumbers:
    """The numbers of a text."""
    values = source_values(text)
    return SourceNumbers(text, values, tuple(sorted(values)))


def source_values(text: str) -> frozenset[Fraction]:
    """Every number that English source text states, in every reading that a summary may give.

    `7B` is 7 and 7,000,000,000; `57%` is 57 and 0.57; `3x` is 3 and a third; `two hundred` is 200.
    Numbers of figures, tables and sections are left out.
    """
    text = _REFERENCE.sub(" ", level(text))
    values = {value for match in _NUMBER.finditer(text) for value in _readings(text, match)}
    values.update(_worded(text))
    values.update(Fraction(int(some), int(every)) for some, every in _OUT_OF.findall(text))
    if "magnitude" in text:
        values.update(Fraction(10) ** _worded_count(match[1]) for match in _MAGNITUDE.finditer(text))
    return frozenset(values)


def _worded_count(word: str) -> int:
    return int(word) if word.isdigit() else CARDINALS.get(word.lower(), 1)


def _readings(text: str, match: re.Match[str]) -> Iterator[Fraction]:
    if match["power"]:
        yield from (power_of(match), Fraction(match["power"]), value_of(match["factor"] or "10"))
    elif match["mantissa"]:
        yield from (scientific_of(match), value_of(match["mantissa"]))
    elif match["flat"] or match["small"]:
        yield from (flat_of(match), *unflattened(match))
    elif match["top"]:
        top, bottom = Fraction(match["top"]), Fraction(match["bottom"])
        yield from (top, bottom, top / bottom)
    elif not _part_of_name(text, match):
        value, scales = value_of(match["plain"]), list(_scales(value_of(match["plain"]), match["after"]))
        if not any(scale > 1 for scale in scales):
            yield value
        yield from (value * scale for scale in (*scales, *_scales(value, match["then"])))


def _scales(value: Fraction, *suffixes: str | None) -> Iterator[Fraction]:
    """By what the words after a number multiply it."""
    for suffix in filter(None, suffixes):
        word = suffix.strip(" -}\n").lower()
        if word in SUFFIX_SCALES:
            yield Fraction(SUFFIX_SCALES[word])
        elif word in {"%", "percent", "per cent"}:
            yield Fraction(1, 100)
        elif value:
            yield 1 / value**2


def _part_of_name(text: str, match: re.Match[str]) -> bool:
    """Whether it is the 100 of `H100` or the 4 of `GPT-4o`; the 7 of `Llama-7B` is a quantity."""
    before = text[max(0, match.start() - _LONGEST_HOST) : match.start()]
    last = before[-1:]
    if last.isascii() and last.isalpha() and len(match["plain"].split(".")[0]) > 2:
        return True
    host = _HOST.search(before) if not match["after"] else None
    return host is not None and not host[1].islower() and host[1].lower() not in _COUNTING


_SMALL: Final = (*MEANINGS, *CARDINALS, *ENGLISH_SCALES, *PHRASES)
_NUMBER_WORDS: Final = frozenset({*_SMALL, *map(str.capitalize, _SMALL), *map(str.upper, _SMALL), *CASED})


def _worded(text: str) -> Iterator[Fraction]:
    words = _WORDS.findall(text)
    cardinal = 0
    for at, word in enumerate(words):
        if word not in _NUMBER_WORDS:
            continue
        lower = [each.lower() for each in words[at - 1 : at + 5]] if at else ["", *map(str.lower, words[:5])]
        yield from MEANINGS.get(lower[1], ())
        if lower[1] in CARDINALS or lower[1] in PHRASES:
            yield from phrase_values(lower, 1)
        if word in CASED:
            yield Fraction(CASED[word])
        if word.lower() in CARDINALS and at >= cardinal:
            value, cardinal = _cardinal(words, at)
            yield Fraction(value)
        elif word.lower() in ENGLISH_SCALES and at >= cardinal and not (at and words[at - 1].isdigit()):
            yield Fraction(ENGLISH_SCALES[word.lower()])


def _cardinal(words: list[str], at: int) -> tuple[int, int]:
    """The number that starts there and the place after it: `two hundred and fifty thousand`."""
    total, part, last = 0, 0, 1000
    while at < len(words):
        word = words[at].lower()
        if word in CARDINALS and (CARDINALS[word] < 10 <= last or last >= 100):
            part, last = part + CARDINALS[word], CARDINALS[word] or 1
        elif word == "hundred":
            part, last = (part or 1) * 100, 100
        elif word in ENGLISH_SCALES:
            total, part, last = total + (part or 1) * ENGLISH_SCALES[word], 0, 1000
        elif word != "and" or last < 100 or at + 1 >= len(words) or words[at + 1].lower() not in CARDINALS:
            break
        at += 1
    return total + part, at
