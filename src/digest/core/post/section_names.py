"""What posts call the parts of a summary, in headings and in labels: this blog, other scripts, and people."""

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from digest.core.summary import FieldName

SectionName = FieldName | Literal["introduction"]

INTRODUCTION: Final[tuple[FieldName, ...]] = ("goal", "motivation", "contribution")
"""The fields below the first heading, each with its label."""

_NAMES: Final[tuple[tuple[SectionName, str], ...]] = (
    ("introduction", "introduction, intro, overview, 서론, 소개, 개요, 도입, 머리말"),
    ("goal", "goal, goals, research goal, objective, objectives, aim, purpose"),
    ("goal", "목표, 목적, 연구 목표, 연구 목적, 논문 목표"),
    ("motivation", "motivation, motivations, background, problem, problem statement"),
    ("motivation", "동기, 연구 동기, 동기부여, 동기 부여, 배경, 연구 배경, 필요성"),
    ("motivation", "문제, 문제 의식, 문제의식, 문제 정의, 문제 제기"),
    ("contribution", "contribution, contributions, key contribution, key contributions"),
    ("contribution", "main contribution, main contributions"),
    ("contribution", "기여, 기여점, 기여 사항, 주요 기여, 핵심 기여, 연구 기여, 공헌"),
    ("method", "method, methods, methodology, approach, proposed method, proposed approach"),
    ("method", "방법, 방법론, 연구 방법, 연구 방법론, 제안 방법, 제안 방법론, 제안 기법"),
    ("method", "접근, 접근법, 접근 방법, 접근 방식, 기법, 주요 방법, 핵심 방법"),
    ("results", "result, results, main results, key results, findings, key findings"),
    ("results", "experiment, experiments, experimental results, evaluation"),
    ("results", "결과, 연구 결과, 실험, 실험 결과, 주요 결과, 핵심 결과, 평가, 평가 결과"),
    ("limitations", "limitation, limitations, 한계, 한계점, 연구 한계, 연구의 한계"),
    ("limitations", "제한, 제한점, 제한 사항, 제약, 제약 사항"),
    ("conclusion", "conclusion, conclusions, concluding remarks, 결론, 맺음말, 마무리"),
)
_SECTIONS: Final[dict[str, SectionName]] = {
    spelling: name for name, spellings in _NAMES for spelling in spellings.split(", ")
}
_BESIDE: Final = frozenset(
    [
        *("future work", "future works", "discussion", "analysis", "summary", "details"),
        *("향후 연구", "향후 과제", "논의", "분석", "요약", "고찰", "시사점"),
    ]
)
"""What headings often name next to a section of the schema."""

# Matches `3. `, `2.1 `, `iv) ` and `a. `; not `3D `, which is a word, nor `2025. `.
_NUMBER: Final = re.compile(r"\d{1,2}(?:\.\d{1,2})*(?:\\?[.)]\s*|\s+)|(?:[ivx]{1,4}|[a-h])\\?[.)]\s*")
_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")
_PARTS: Final = re.compile(r"[(（/|,·&+:]|\band\b|\s및\s|(?<!결)[와과]\s")
_LONGEST: Final = 60
"""Characters; no name is longer, and no sentence need be looked at."""


@lru_cache(maxsize=1024)
def section_name(text: str) -> SectionName | None:
    """The section that a heading or label names, in English or Korean; None for anything else.

    Numbers, emphasis, emoji and case do not matter, and of several names the first that is known counts:
    `**3) Method**`, `방법 (Method)`, `Limitations & Future Work`. A link to elsewhere is not a name.
    """
    if len(text) > _LONGEST or "://" in text:
        return None
    return next((_SECTIONS[name] for name in _candidates(text) if name in _SECTIONS), None)


@lru_cache(maxsize=1024)
def says_more(text: str) -> bool:
    """Whether a heading or label that names a section says more than that and the words usual next to it."""
    whole, *parts = _candidates(text)
    return whole not in _SECTIONS and any(part and part not in _SECTIONS and part not in _BESIDE for part in parts)


def _candidates(text: str) -> list[str]:
    key = _key(_NUMBER.sub("", _key(text), count=1))
    return [key, *(_key(part) for part in _PARTS.split(key))]


def _key(text: str) -> str:
    return " ".join(_EDGES.sub("", text).lower().split())


# Matches `**Goal:** text`, `**목표** — text`, `[Goal] text`, `*Goal*: text` and `Goal: text`; not `[Goal](url)`, which
# is a link, nor `The goal of this paper is clear.`, which has no colon.
_FORMS: Final = tuple(
    re.compile(form, re.DOTALL)
    for form in (
        r"(?P<mark>\*\*|__)(?P<name>[^*_\n]{1,60}?)[:：]?\s*(?P=mark)\s*(?:[:：]|[-–—](?=\s))?(?P<rest>.*)",
        r"[\[【(](?P<name>[^\[\]【】()\n]{1,40})[\]】)](?!\()\s*[:：]?(?P<rest>.*)",
        r"[*_]?(?P<name>[^:：*_\n]{1,40}?)[*_]?\s*[:：](?P<rest>.*)",
    )
)
_SIGNS: Final = re.compile(r"[*_\[【(]|[^:：\n]*[:：]")
LABEL_REACH: Final = 80
"""Characters within which a label and its colon must be."""


class Label(NamedTuple):
    """A label and what follows it."""

    name: SectionName
    rest: str
    """Markdown."""


def read_label(text: str) -> Label | None:
    """The label that a text begins with: `Goal:`, `**목표**:`, `**Goal:**`, `**Goal** —`, `[목표]`."""
    if not _SIGNS.match(text[:LABEL_REACH]):
        return None
    for form in _FORMS:
        match = form.match(text[:LABEL_REACH])
        name = section_name(match["name"]) if match and match["name"].count("(") == match["name"].count(")") else None
        if match and name and not says_more(match["name"]):
            return Label(name, text[match.start("rest") :].strip())
    return None
