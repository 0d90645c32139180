"""The text that matters: what of a paper the model is given, within a number of tokens.

Not the first so many characters: where a paper is too long, each role has a share of the room, sections are cut in
their middle, cuts are marked, and sentences that admit a limitation come first. A table is whole or left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from digest.core.paper import Paper, Section, SourceText
from digest.core.prompt.sections import (
    CONTRIBUTION_CUE,
    LIMITS_CUE,
    LIMITS_WORD,
    RESULTS_CUE,
    Role,
    admits_limits,
    foreign_of,
    is_table,
    role_of_table,
    roles_of,
)
from digest.core.text import split_english

_TOKENS: Final = re.compile(r"[A-Za-z]{1,4}|[0-9]{1,3}|\n\s*|\S")


def count_tokens(text: str) -> int:
    """An upper estimate that holds for the tokenizers in use, without running one: they differ between models.

    A word costs a token for each four letters begun, a number one for each three digits begun, a line break one, a
    space none, and every other character one.
    """
    return len(_TOKENS.findall(text))


CUT: Final = "[...]"
"""Marks where text was left out."""

_SHARES: Final[Mapping[Role, float]] = {
    "limitations": 0.12,
    "conclusion": 0.12,
    "introduction": 0.22,
    "results": 0.26,
    "method": 0.26,
    "other": 0.02,
}
"""Parts of the room that is left after the abstract; what a role does not use goes to the next sentences of all."""
_TABLES: Final = 0.1
"""The part that tables of results have of the room. The roles share the rest."""
_ADMITS: Final[Sequence[Role]] = ("limitations", "conclusion", "other", "results", "method", "introduction")
"""Where an admitted limitation is the paper's own, the likeliest place first."""
_SETTINGS: Final = 40
"""The rank of other tables than those of results."""
_LEAST_ABSTRACT: Final = 200
"""Letters; less may be said twice for a reason."""
_FRONT_SECTIONS: Final = 2
"""Sections in which an abstract is looked for."""
_LONGEST: Final = 400
"""Characters of a sentence after which it is split, so that text without sentence ends can be cut too."""
_PIECE: Final = re.compile(rf"\S.{{0,{_LONGEST - 1}}}(?!\S)|\S{{1,{_LONGEST}}}", re.DOTALL)
_MARK: Final = count_tokens(f"{CUT} ")
_GAP: Final = count_tokens(f"\n\n{CUT}")


class _Sentence(NamedTuple):
    """A sentence, or a piece of a long one, and its place in the queue for room."""

    section: int
    at: int
    text: str
    """With the white space that follows it."""
    cost: int
    role: Role
    rank: tuple[int, int]
    """Low comes first: a section's ends before its middle, the beginning before the end."""
    foreign: bool
    """Of a prompt or an instruction to others, which comes last."""
    table: bool = False
    """A whole table, with its caption."""


_Chosen = dict[tuple[int, int], _Sentence]
"""Sentences by section and place."""


class SectionShare(NamedTuple):
    """How much of a section is in the excerpt."""

    heading: str
    level: int
    role: Role
    foreign: bool
    """For other readers than the paper's, such as a prompt: left out first."""
    given: int
    """Tokens."""
    whole: int
    """Tokens of all its text."""


class Excerpt(NamedTuple):
    """The text that a model is given, and what of each section is in it."""

    text: str
    sections: tuple[SectionShare, ...]


def excerpt(paper: Paper, text: SourceText, tokens: int) -> str:
    """Title, abstract and sections, with headings, of at most so many tokens (500 or more)."""
    return plan_excerpt(paper, text, tokens).text


def plan_excerpt(paper: Paper, text: SourceText, tokens: int) -> Excerpt:
    """The excerpt of at most so many tokens (500 or more), with an account of it."""
    sections = () if text.kind == "abstract" else _without_abstract(text.sections, paper.abstract)
    roles = roles_of(sections)
    headings = headings_of(sections, roles)
    head = _within(f"Title: {paper.title}", tokens // 4)
    room = tokens - count_tokens(head) - _heading_cost("Abstract")
    abstract = _within(paper.abstract, room // 2 if sections else room)
    opening = f"{head}\n\n## Abstract\n{abstract}" if abstract else head
    sentences = list(_sentences(sections, roles))
    chosen = _choose(sentences, headings, tokens - count_tokens(opening))
    shown = "\n\n".join([opening, *_shown(chosen, headings, Counter(s.section for s in sentences))])
    return Excerpt(shown, tuple(_shares(sections, roles, sentences, chosen)))


def _shares(
    sections: Sequence[Section], roles: Sequence[Role], sentences: Iterable[_Sentence], chosen: _Chosen
) -> Iterator[SectionShare]:
    whole: Counter[int] = Counter()
    given: Counter[int] = Counter()
    for sentence in sentences:
        whole[sentence.section] += sentence.cost
        given[sentence.section] += sentence.cost * ((sentence.section, sentence.at) in chosen)
    foreign = foreign_of(sections)
    for at, (section, role) in enumerate(zip(sections, roles, strict=True)):
        yield SectionShare(section.heading, section.level, role, foreign[at], given[at], whole[at])


def _without_abstract(sections: Sequence[Section], abstract: str) -> tuple[Section, ...]:
    """The sections without a paragraph that says the abstract once more."""
    key = _letters(abstract)
    if len(key) < _LEAST_ABSTRACT:
        return tuple(sections)
    return tuple(
        section.replace(text="\n\n".join(each for each in section.text.split("\n\n") if not _repeats(each, key)))
        if section.heading == "" or at < _FRONT_SECTIONS
        else section
        for at, section in enumerate(sections)
    )


def _repeats(paragraph: str, key: str) -> bool:
    letters = _letters(paragraph)
    return len(letters) >= _LEAST_ABSTRACT and (letters in key or (key in letters and len(letters) < 1.2 * len(key)))


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalpha())


def headings_of(sections: Sequence[Section], roles: Sequence[Role]) -> list[str]:
    """What each section begins with: its heading, or its role where it has none."""
    return [section.heading or role.capitalize() for section, role in zip(sections, roles, strict=True)]


def _within(text: str, tokens: int) -> str:
    """The beginning that fits, and a mark where the rest did not."""
    parts = list(_parts(text))
    left = tokens - sum(map(count_tokens, parts))
    marked = left < 0
    while parts and left - _MARK * marked < 0:
        left += count_tokens(parts.pop())
    return "".join([*parts, CUT if marked and parts else ""]).strip()


def _parts(text: str) -> Iterator[str]:
    """Sentences, and pieces of those without end, each with the white space that is to follow it."""
    for paragraph in re.split(r"\n\s*\n", text):
        if is_table(paragraph):
            yield paragraph.strip() + "\n"
            continue
        pieces = [piece.strip() for sentence in split_english(paragraph) for piece in _PIECE.findall(sentence)]
        yield from (piece + ("\n" if n == len(pieces) else " ") for n, piece in enumerate(pieces, start=1))


def _sentences(sections: Sequence[Section], roles: Sequence[Role]) -> Iterator[_Sentence]:
    plain = len(set(roles)) == 1
    for number, (section, role, foreign) in enumerate(zip(sections, roles, foreign_of(sections), strict=True)):
        parts = list(_parts(section.text))
        admits = not foreign and (plain or section.appendix or role not in ("introduction", "other"))
        admitted = admits_limits(parts) if admits else [False] * len(parts)
        for at, (part, admits_one) in enumerate(zip(parts, admitted, strict=True)):
            if is_table(part.strip()):
                yield _table(number, at, part, role_of_table(part.strip(), role), foreign)
                continue
            contributes = role == "introduction" and CONTRIBUTION_CUE.fits(part)
            measures = role == "results" and RESULTS_CUE.fits(part)
            telling = contributes or measures or (admits_one and (LIMITS_WORD.fits(part) or LIMITS_CUE.fits(part)))
            rank = 0 if telling else min(at, 2 * (len(parts) - at) - 1)
            tier, own = (_ADMITS.index(role), _ADMITS[0]) if admits_one else (0, role)
            yield _Sentence(number, at, part, count_tokens(part), own, (tier, rank), foreign)


def _table(section: int, at: int, text: str, role: Role, foreign: bool) -> _Sentence:
    rank = (0, 1 if role == "results" else _SETTINGS)
    return _Sentence(section, at, text, count_tokens(text), role, rank, foreign, table=True)


def _choose(sentences: Sequence[_Sentence], headings: Sequence[str], room: int) -> _Chosen:
    """All sentences where there is room, else each role's first ones, then the next of all roles."""
    if sum(s.cost for s in sentences) + sum(map(_heading_cost, headings)) <= room:
        return {(s.section, s.at): s for s in sentences}
    chosen: _Chosen = {}
    order = {role: n for n, role in enumerate(_SHARES)}
    queue = sorted(sentences, key=lambda s: (s.foreign, s.role == "other", s.rank, order[s.role]))
    left = room = room - _GAP
    tables = [s for s in queue if s.table and s.role == "results"]
    left -= _take(tables, headings, int(room * _TABLES), chosen)
    room = left
    for role, share in _SHARES.items():
        own = (s for s in queue if s.role == role and not s.table)
        left -= _take(own, headings, int(room * share), chosen)
    _take(queue, headings, left, chosen)
    return chosen


def _take(queue: Iterable[_Sentence], headings: Sequence[str], room: int, chosen: _Chosen) -> int:
    """Choose from a queue, in order, what there is room for; how much of it that took."""
    opened = {section for section, _ in chosen}
    left = room
    for sentence in queue:
        section, at = sentence.section, sentence.at
        cost = sentence.cost + (0 if section in opened else _heading_cost(headings[section]) + _MARK + _GAP)
        if at and (section, at - 1) not in chosen and (section, at + 1) not in chosen:
            cost += _MARK
        if (section, at) not in chosen and cost <= left:
            chosen[section, at] = sentence
            opened.add(section)
            left -= cost
    return room - left


def _heading_cost(heading: str) -> int:
    return count_tokens(f"\n\n## {heading}\n")


def _shown(chosen: _Chosen, headings: Sequence[str], lengths: Mapping[int, int]) -> Iterator[str]:
    """The sections that have something to show, in the paper's order, and a mark where whole sections are left out."""
    gap = False
    for section, heading in enumerate(headings):
        own = sorted(at for of, at in chosen if of == section)
        if own:
            marks = [f"{CUT} " if b - a > 1 else "" for a, b in pairwise([-1, *own, lengths[section]])]
            texts = [*(chosen[section, at].text for at in own), ""]
            yield f"## {heading}\n" + "".join(mark + text for mark, text in zip(marks, texts, strict=True)).strip()
            gap = False
        elif lengths[section] and not gap:
            yield CUT
            gap = True


_AROUND: Final = 1
"""Sentences shown before and after the nearest one."""
_NEAREST: Final = 3
"""Sentences for each quote."""
_SHORTEST: Final = 20
"""Characters; anything shorter is near to everything."""
_LONGEST_PASSAGE: Final = 1000
"""Characters of a sentence that is compared; a longer one is a table or a formula."""


def nearest_passages(text: str, quotes: Iterable[str]) -> list[str]:
    """Passages of a few sentences, in the order of the text, among which the model finds what it meant to quote."""
    lines = (sentence for line in text.split("\n") for sentence in split_english(line))
    sentences = [sentence for sentence in lines if _SHORTEST <= len(sentence) <= _LONGEST_PASSAGE]
    lowered = [sentence.lower() for sentence in sentences]
    chosen: set[int] = set()
    for quote in quotes:
        for _, _, at in process.extract(quote.lower(), lowered, scorer=fuzz.token_set_ratio, limit=_NEAREST):
            chosen |= set(range(max(0, at - _AROUND), min(len(sentences), at + _AROUND + 1)))
    return list(_runs(sentences, sorted(chosen)))


def _runs(sentences: list[str], places: list[int]) -> Iterator[str]:
    """Neighbouring sentences together."""
    run: list[str] = []
    for number, at in enumerate(places):
        if number and at != places[number - 1] + 1:
            yield " ".join(run)
            run = []
        run.append(" ".join(sentences[at].split()))
    if run:
        yield " ".join(run)
