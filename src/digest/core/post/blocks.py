"""The lines of a post's body, put together into headings, bullets and paragraphs, and the names of its sections."""

import re
from collections.abc import Callable, Iterator, Sequence
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


Kind = Literal["heading", "text", "item", "quote", "rule", "verbatim"]


class Chunk(NamedTuple):
    """A few lines that belong together."""

    kind: Kind
    """`verbatim`: code, tables, HTML blocks, comments, definitions; nothing in them is read."""
    line: int
    """The first line's number in the post, 1-based."""
    text: str
    """Its Markdown without the block's own signs (`##`, `-`, `>`), line breaks kept."""
    source: str
    """The lines as they are."""
    level: int = 0
    """A heading's 1 to 6; else how many columns the first line is indented."""


# Matches `## Method`, `#1. [Title](url)` and `##Method`; not `#hashtag`, nor `####### seven`.
_HEADING: Final = re.compile(
    r" {0,3}(?P<marks>#{1,6})(?:[ \t]+|(?=\d+\\?[.)]|\[|\*\*)|(?<=##)(?=\w)|$)(?P<text>.{0,4000})$"
)
_CLOSING_MARKS: Final = re.compile(r"(?:^|(?<=\s))#+$")
_UNDERLINE: Final = re.compile(r" {0,3}(?P<sign>=|-)(?P=sign)+\s*")
_RULE: Final = re.compile(r" {0,3}(?P<sign>[-*_])(?:[ \t]*(?P=sign)){2,}\s*")
_ITEM: Final = re.compile(r"(?P<indent>[ \t]*)(?:[-*+•‣][ \t]+|(?P<number>\d{1,2})[.)][ \t]+|[-*+][ \t]*$)")
_QUOTE: Final = re.compile(r" {0,3}>[ \t]?")
_FENCE: Final = re.compile(r"[ \t]*(?P<marks>`{3,}|~{3,})(?P<info>.*)")
_ALONE: Final = re.compile(r"[ \t]*(?:\{[:%].*\}|\[[^\]]+\]:[ \t]*\S.*|\|.*\|)\s*")
"""One line that is not prose: kramdown attributes, Liquid tags, definitions of links and notes, rows of tables."""
# Matches `<div class="x">`, `</table>` and `<hr/>`; not `<b>`, which is part of a sentence, nor `<divide>`.
_HTML: Final = re.compile(
    r" {0,3}</?(?:address|article|aside|details|div|dl|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr"
    r"|iframe|link|main|nav|ol|section|summary|table|tbody|td|tfoot|th|thead|tr|ul|video)(?=[\s/>]|$)",
    re.IGNORECASE,
)
_SPANS: Final = {"<!--": "-->", "<script": "</script>", "<style": "</style>", "<pre": "</pre>"}
"""HTML that runs over empty lines until it is closed."""
_FOLDED_LINES: Final = 4
"""Lines, at most, that a heading's link text may be folded over."""
BOLD: Final = 7
"""The level of headings that are bold text: below all others."""
_BOLD_LINE: Final = re.compile(r"(?P<mark>\*\*|__)(?P<text>[^*_\n]{1,40})(?P=mark)[:：]?\s*")
_SENTENCE_END: Final = re.compile(r".*(?:[.!?。]|다)\s*", re.DOTALL)
_LINE: Final = re.compile(r"\n[ \t]*(?=\S)")
# Matches the space before `Motivation:` in `Goal: a. Motivation: b` and before `**Goal**`; not one inside a sentence.
_WITHIN: Final = re.compile(r"(?<=[.!?。;|/])\s+(?=\S)|\s+(?=\*\*|__)|\n[ \t]*(?=\S)")


def read_chunks(body: str, first_line: int) -> list[Chunk]:
    """The chunks of a body, in order: together they have every line but the empty ones, each once.

    Reads as both kramdown and CommonMark would where they agree. A fence, comment or script that is never
    closed is text. Takes time in proportion to the text.
    """
    return list(_BlockReader(body.split("\n"), first_line).chunks())


class _BlockReader:
    """The lines, and how far they have been read."""

    def __init__(self, lines: Sequence[str], first_line: int) -> None:
        self.lines = lines
        self.first_line = first_line
        self.at = 0
        self.last_fence = {sign: _last(lines, rf"[ \t]*{sign}{{3,}}[ \t]*") for sign in "`~"}
        self.last_close = {start: _last(lines, rf"(?i:.*{re.escape(end)}.*)") for start, end in _SPANS.items()}

    def chunks(self) -> Iterator[Chunk]:
        while self.at < len(self.lines):
            if self.lines[self.at].strip():
                yield self._chunk()
            else:
                self.at += 1

    def _chunk(self) -> Chunk:
        line = self.lines[self.at]
        if end := self._verbatim_end(line):
            return self._take("verbatim", end)
        if _HEADING.match(line):
            return self._heading(line)
        if self._is_underlined():
            level = 1 if "=" in self.lines[self.at + 1] else 2
            return self._take("heading", self.at + 2, text=line.strip(), level=level)
        if _RULE.fullmatch(line):
            return self._take("rule", self.at + 1)
        if _QUOTE.match(line):
            return self._quote()
        return self._item() if _ITEM.match(line) else self._take("text", self._prose_end())

    def _take(self, kind: Kind, end: int, *, text: str | None = None, level: int | None = None) -> Chunk:
        source = "\n".join(self.lines[self.at : end])
        line = self.first_line + self.at
        level = _indent(self.lines[self.at]) if level is None else level
        self.at = end
        return Chunk(kind, line, source if text is None else text, source, level)

    def _heading(self, line: str) -> Chunk:
        end = self.at + 1
        text = _heading_text(line)
        if "[" in text and "](" not in text:
            end = self._folded_end()
            text = " ".join([text, *(more.strip() for more in self.lines[self.at + 1 : end])])
        match = _HEADING.match(line)
        return self._take("heading", end, text=text, level=len(match["marks"]) if match else 1)

    def _folded_end(self) -> int:
        """Where a link that begins in this heading ends; the next line if it does not."""
        for end in range(self.at + 1, min(self.at + 1 + _FOLDED_LINES, len(self.lines))):
            line = self.lines[end]
            if not line.strip() or _HEADING.match(line) or _ITEM.match(line) or _QUOTE.match(line):
                break
            if "](" in line:
                return end + 1
        return self.at + 1

    def _is_underlined(self) -> bool:
        """Whether this one line is a heading by the line below it.

        Dashes are a rule to those who write them, unless the line is a known heading.
        """
        line, below = self.lines[self.at], self.at + 1
        if below >= len(self.lines) or not (match := _UNDERLINE.fullmatch(self.lines[below])):
            return False
        if _ITEM.match(line) or _QUOTE.match(line):
            return False
        return match["sign"] == "=" or "](http" in line or section_name(line) is not None

    def _quote(self) -> Chunk:
        end = self.at
        while end < len(self.lines) and _QUOTE.match(self.lines[end]):
            end += 1
        text = "\n".join(_QUOTE.sub("", line, count=1) for line in self.lines[self.at : end])
        return self._take("quote", end, text=text)

    def _item(self) -> Chunk:
        end = self._prose_end()
        first, *more = self.lines[self.at : end]
        return self._take("item", end, text="\n".join([_ITEM.sub("", first, count=1), *more]))

    def _prose_end(self) -> int:
        """Where a paragraph or bullet that begins here ends."""
        end = self.at + 1
        while end < len(self.lines) and self.lines[end].strip() and not self._interrupts(end):
            end += 1
        return end

    def _interrupts(self, index: int) -> bool:
        line = self.lines[index]
        item = _ITEM.match(line)
        starts = item and (not item["number"] or item["number"] == "1" or _ITEM.match(self.lines[self.at]))
        return bool(
            starts or _HEADING.match(line) or _RULE.fullmatch(line) or _QUOTE.match(line)
            or _UNDERLINE.fullmatch(line) or self._verbatim_end(line, index)
        )  # fmt: skip

    def _verbatim_end(self, line: str, index: int | None = None) -> int:
        """Where what is not prose ends, if it begins at this line; else 0."""
        at = self.at if index is None else index
        if (fence := _FENCE.match(line)) and at < self.last_fence[fence["marks"][0]]:
            return self._fence_end(at, fence["marks"]) if "`" not in fence["info"] else 0
        for start, close in _SPANS.items():
            if line.lstrip().lower().startswith(start) and at <= self.last_close[start]:
                return next(i + 1 for i in range(at, len(self.lines)) if close in self.lines[i].lower())
        if _ALONE.fullmatch(line):
            return _end_of(self.lines, at, lambda line: not _ALONE.fullmatch(line))
        if _HTML.match(line):
            return _end_of(self.lines, at, lambda line: not line.strip())
        return 0

    def _fence_end(self, at: int, marks: str) -> int:
        closing = re.compile(rf"[ \t]*{marks[0]}{{{len(marks)},}}[ \t]*")
        return next(
            (i + 1 for i in range(at + 1, len(self.lines)) if closing.fullmatch(self.lines[i])), len(self.lines)
        )


def _end_of(lines: Sequence[str], start: int, ends: Callable[[str], bool]) -> int:
    """The index of the first line, from the start on, that ends a run; the number of lines if none does."""
    return next((index for index in range(start, len(lines)) if ends(lines[index])), len(lines))


def _last(lines: Sequence[str], pattern: str) -> int:
    """The index of the last line that matches as a whole; -1 if none does."""
    matcher = re.compile(pattern)
    return next((i for i in range(len(lines) - 1, -1, -1) if matcher.fullmatch(lines[i])), -1)


def _indent(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())


def _heading_text(line: str) -> str:
    match = _HEADING.match(line)
    return _CLOSING_MARKS.sub("", match["text"].strip()).strip() if match else ""


def as_heading(chunk: Chunk) -> Chunk:
    """A paragraph of a few bold words that are not a sentence, as the heading that it is meant to be."""
    match = _BOLD_LINE.fullmatch(chunk.text) if chunk.kind == "text" else None
    if not match or _SENTENCE_END.fullmatch(match["text"]):
        return chunk
    return chunk._replace(kind="heading", text=match["text"].strip(), level=BOLD)


def split_at_labels(chunk: Chunk) -> Iterator[Chunk]:
    """A paragraph or bullet, cut where a line begins with a label.

    One that begins with a label is also cut where a sentence of it does, since then labels are how it is ordered.
    """
    if chunk.kind not in ("text", "item"):
        yield chunk
        return
    candidates = _WITHIN if read_label(chunk.text) else _LINE
    starts = [match.end() for match in candidates.finditer(chunk.text) if _is_label_at(chunk.text, match.end())]
    line = chunk.line
    for start, end in zip([0, *starts], [*starts, len(chunk.text)], strict=True):
        text = chunk.text[start:end]
        whole = not starts
        yield chunk._replace(line=line, text=text, source=chunk.source if whole else text.strip())
        line += text.count("\n")


def _is_label_at(text: str, start: int) -> bool:
    return read_label(text[start : start + LABEL_REACH]) is not None
