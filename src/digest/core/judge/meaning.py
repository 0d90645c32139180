"""Rules that hold a field against its own evidence: what it says that the quoted sentences do not.

Each looks for plain words only. It passes over what it cannot be sure of; that is the second reader's work.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from digest.core.judge.evidence import FieldRule, JudgedField, shorten
from digest.core.judge.given import Given
from digest.core.judge.numbers import NUMERAL
from digest.core.judge.units import changed_units, in_digits

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
    ours = list(_BOUND.finditer(text))
    bounds = {match["number"]: match for match in _BOUNDED.finditer(in_digits(quoted))} if ours else {}
    for match in ours:
        theirs = bounds.get(match["number"])
        if theirs and bool(match["up"]) != bool(theirs["up"]):
            return match[0], theirs[0]
    return None


def _reversed_word(text: str, quoted: str) -> tuple[str, str] | None:
    if (_INVERSE.search(text) is None) != (_INVERSE.search(quoted) is None):
        return None
    for scale in _SCALES:
        if (ours := _only(text, scale.korean)) is None:
            continue
        theirs = _only(quoted, scale.english)
        if theirs and ours[0] != theirs[0]:
            return ours[1], theirs[1]
    return None


def _only(text: str, ways: tuple[re.Pattern[str], re.Pattern[str]]) -> tuple[int, str] | None:
    """Which way the text's one word goes, and that word; None: it has none, or several."""
    words = [(way, match[0]) for way, pattern in enumerate(ways) for match in pattern.finditer(text)]
    return words[0] if len(words) == 1 else None


_OWN: Final = re.compile(
    r"\b(?:we|our|ours|us|ourselves|here|future|limitations?|remains?"
    r"|this (?:paper|work|study|article|research|survey|benchmark|dataset|approach|method|system|model|framework"
    r"|analysis|evaluation|design|limitation)|the (?:proposed|present|current) \w+"
    r"|the (?:authors?|method|model|system|dataset|benchmark|approach|framework|experiments?|study|evaluation))\b",
    re.IGNORECASE,
)
_NOUN: Final = (
    r"(?:methods?|approach(?:es)?|works?|models?|systems?|techniques?|stud(?:y|ies)|formulations?|solutions?|frameworks?"
    r"|algorithms?|benchmarks?|datasets?|corpora|tools?|baselines?|detectors?|solvers?|pipelines?|architectures?|research"
    r"|literature|efforts?|estimators?|encoders?|decoders?|policies|schemes?|strateg(?:y|ies)|paradigms?|networks?"
    r"|planners?|compilers?|codecs?)"
)
# `Existing methods discard …`, `However, such formulations suffer …`, `token-eviction methods (SnapKV) discard …`.
_OTHERS: Final = re.compile(
    r"\b(?:existing|prior|previous|earlier|conventional|traditional|classical|standard|other|such|most|many|recent|current"
    rf"|these|those|competing|state-of-the-art|physics|statistical)\s(?:[\w-]+\s){{0,3}}?{_NOUN}\b|\b{_NOUN}\s\([A-Z]",
    re.IGNORECASE,
)
_CITES: Final = re.compile(
    r"\bet al\b|\((?:[A-Z][a-z]+[^()]{0,60}?)?\b(?:19|20)[0-9]{2}[a-z]?\)|\[[0-9]+(?:[,–-] ?[0-9]+)*\]"
)
_THEIR_SECTION: Final = re.compile(r"related work|background|prior (?:work|art)|literature|preliminar", re.IGNORECASE)


def is_prior_work(sentence: str, given: Given | None = None) -> bool:
    """Whether a sentence is about other work alone: it names or cites other methods, or is in a section about them.

    A sentence that also speaks of the paper itself is not.
    """
    if _OWN.search(sentence):
        return False
    return bool(_OTHERS.search(sentence) or _CITES.search(sentence) or (given and _in_their_section(sentence, given)))


def _in_their_section(sentence: str, given: Given) -> bool:
    span = given.locate(sentence)
    headings = [line for line in given.text[: span[0]].splitlines() if line.startswith("## ")] if span else []
    return bool(headings) and _THEIR_SECTION.search(headings[-1]) is not None


class _Absolute(NamedTuple):
    """A Korean word and its like in English."""

    korean: re.Pattern[str]
    english: re.Pattern[str]


def _kind(korean: str, english: str) -> _Absolute:
    """`english`: words, those that end in `*` by their beginning."""
    words = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in english.split())
    return _Absolute(re.compile(rf"(?<![가-힣])(?:{korean})"), re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE))


_ABSOLUTES: Final = (
    _kind(
        "모든(?![가-힣])",
        "all every* any* each entire* whole full* no none universal* across throughout always regardless arbitrary "
        "complete* overall total never 100%",
    ),
    _kind(
        "(?:항상|언제나|늘)(?![가-힣])",
        "always every* consistent* invariab* all constant* never any* whenever regardless each permanent* ever",
    ),
    _kind(
        r"최초(?![가-힣]*\s?(?:단계|값|상태|입력|시점|토큰|프레임|제안|공개|등장))|처음으로",
        "first* pioneer* unprecedented initial* earliest never new* original* novel* previously inaugural",
    ),
    _kind(
        "(?:완전히|완전하게|완벽히|완벽하게|완벽한)(?![가-힣])",
        "complete* full* entire* perfect* wholly whole total* all thorough* 100% zero lossless* exact* every* any* no "
        "none never purely absolute* flawless* eliminat*",
    ),
    _kind(
        "(?:유일(?:한|하게|무이)|오직)",
        "only sole* unique* single exclusive* alone one just purely merely simply nothing",
    ),
    _kind(
        "(?:절대(?:로|적으로)|반드시)(?![가-힣])",
        "never always must necessar* need* require* guarantee* ensur* absolute* certain* strict* no not mandat* "
        "essential* cannot only should shall inevitabl*",
    ),
    _kind(
        "전혀(?![가-힣])",
        "no none nothing never zero without any* not entire* complete* total* un* in* fail* lack* absen* neither",
    ),
    _kind(
        "(?:누구나|어디서나|무엇이든|무제한|무한히)(?![가-힣])",
        "any* every* all unlimited infinite* unbounded arbitrar* indefinite* no public* open* without free*",
    ),
)


def unsaid_absolutes(text: str, quoted: str) -> Iterator[str]:
    """The absolutes of a Korean text for which the quoted English has no like."""
    for absolute in _ABSOLUTES:
        word = absolute.korean.search(text)
        if word and not absolute.english.search(quoted):
            yield word[0]


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
