"""One paper of a post: its heading and what the post says of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from digest.core.errors import Finding
from digest.core.ids import PaperId, parse_id
from digest.core.post.blocks import Chunk
from digest.core.post.inline import Link, PaperHeading, is_furniture, read_heading
from digest.core.post.sections import Event, Referred, Said, finding, is_nothing_said, read_sections, shortened
from digest.core.record import Extra
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName
from digest.core.value import Value

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


class PaperReading(Value, kw_only=True):
    """What a post says of one paper."""

    line: int
    """The line of its heading, 1-based."""
    number: int | None
    """As written."""
    title: str
    """As a reader sees it."""
    id: str | None
    """Versionless; None where no link names one."""
    version: int | None = None
    url: str | None = None
    """The link to the paper, as written."""
    links: tuple[Link, ...] = ()
    """All other links."""
    summary: dict[FieldName, str]
    """What was recognised, as a reader sees it, each field on one line."""
    extra: tuple[Extra, ...] = ()
    """Every word that does not fit the schema, in order."""
    findings: tuple[Finding, ...] = ()
    """What is wrong with it, in the order of lines."""


def read_paper(heading: Chunk, below: Sequence[Chunk]) -> PaperReading:
    """A paper's heading, and the chunks up to the next one."""
    read = read_heading(heading.text)
    events = list(read_sections(below, heading.line))
    main = _main_link(read, events)
    named = parse_id(main.url) if main else None
    summary, repeated = _summary(event for event in events if isinstance(event, Said))
    faults = [
        *(event for event in (*events, *repeated) if isinstance(event, Finding)),
        *_heading_faults(read, heading.line, named),
        *_mismatches(read, events, heading.line, named),
        *_missing(summary, events, heading.line),
        *_disorder(events),
    ]
    return PaperReading(
        line=heading.line,
        number=read.number,
        title=read.title,
        id=named.id if named else None,
        version=named.version if named else None,
        url=main.url if main else None,
        links=tuple(link for link in _links(read, events) if link is not main or _is_named(link, read)),
        summary=summary,
        extra=tuple(_extra(read, heading.line, (*events, *repeated))),
        findings=tuple(_about(named, faults)),
    )


def _main_link(read: PaperHeading, events: Sequence[Event]) -> Link | None:
    """The link to the paper: the heading's, unless only one below it names a paper."""
    below = (link for event in events if isinstance(event, Referred) for link in event.links)
    named = next((link for link in (*read.links, *below) if parse_id(link.url)), None)
    return next((link for link in read.links if parse_id(link.url)), named) or next(iter(read.links), None)


def _is_named(link: Link, read: PaperHeading) -> bool:
    """Whether a link's text says more than what it leads to, and is not in the heading."""
    return link not in read.links and not is_furniture(link.text)


def _links(read: PaperHeading, events: Sequence[Event]) -> Iterator[Link]:
    yield from read.links
    for event in events:
        if isinstance(event, Referred):
            yield from event.links
        elif isinstance(event, Link):
            yield event


def _summary(said: Iterator[Said]) -> tuple[dict[FieldName, str], list[Event]]:
    """The fields in their order; of those that come twice the first, the others as extra text."""
    fields: dict[FieldName, str] = {}
    repeated: list[Event] = []
    for each in said:
        if each.field in fields and each.text:
            repeated.append(Extra(line=each.line, where=each.field, text=each.source))
            message = f"{each.field} comes twice; keep one of the two"
            repeated.append(finding("section-repeated", each.line, message, each.field))
        elif each.text:
            fields[each.field] = NOTHING_SAID if is_nothing_said(each.text) else each.text
    return {field: fields[field] for field in FIELDS if field in fields}, repeated


def _extra(read: PaperHeading, line: int, events: Sequence[Event]) -> list[Extra]:
    heading = [Extra(line=line, where="heading", text=read.extra)] if read.extra else []
    return heading + sorted((each for each in events if isinstance(each, Extra)), key=lambda each: each.line)


def _heading_faults(read: PaperHeading, line: int, named: PaperId | None) -> Iterator[Finding]:
    if read.is_broken:
        yield finding("heading", line, "the heading is not of the form `# 1. [title](url)`", "heading")
    if read.extra:
        yield finding("extra-text", line, f"the heading says more than the title: {shortened(read.extra)}", "heading")
    if named is None:
        yield finding("id", line, "no arXiv link names the paper; link the title to it", "heading")


def _mismatches(read: PaperHeading, events: Sequence[Event], line: int, named: PaperId | None) -> Iterator[Finding]:
    """Links of the heading, and lines of links, that name another paper."""
    lines = [Referred(line, read.links), *(event for event in events if isinstance(event, Referred))]
    for at, links in lines:
        for link in links:
            other = parse_id(link.url)
            if named and other and other.id != named.id:
                message = f"a link names {other.id}, the paper is {named.id}: {link.url}"
                yield finding("link-mismatch", at, message, "link")


def _missing(summary: Mapping[FieldName, str], events: Sequence[Event], line: int) -> Iterator[Finding]:
    lines = {event.field: event.line for event in reversed(events) if isinstance(event, Said)}
    begun = next((lines[field] for field in INTRODUCTION if field in lines), None)
    if begun is None:
        yield finding("section-missing", line, "there is no introduction; add it", "introduction")
    for field in FIELDS:
        if field in summary or (begun is None and field in INTRODUCTION):
            continue
        if field in lines:
            yield finding("section-missing", lines[field], f"nothing is said under {field}; write it", field)
        elif field in INTRODUCTION:
            yield finding("label-missing", begun or line, f"the introduction has no {field}; add it", field)
        else:
            yield finding("section-missing", line, f"there is no section {field}; add it", field)


def _disorder(events: Sequence[Event]) -> Iterator[Finding]:
    """Each part that comes after a later one of the schema."""
    said = [event for event in events if isinstance(event, Said) and event.text]
    lines = {event.field: event.line for event in reversed(said)}
    for above, field in pairwise(dict.fromkeys(event.field for event in said)):
        if FIELDS.index(field) < FIELDS.index(above):
            message = f"{field} comes after {above}; the order is {', '.join(FIELDS)}"
            yield finding("section-order", lines[field], message, field)


def _about(named: PaperId | None, faults: Sequence[Finding]) -> Iterator[Finding]:
    for each in sorted(faults, key=lambda each: each.line):
        yield each.replace(fault=each.fault.replace(paper=named.id if named else None))
