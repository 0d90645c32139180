"""No model: the paper's own English sentences, picked for each field by the part they play.

Its entries are drafts, since they are not Korean; they show what would be summarised, and cost nothing.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from digest.core.paper import Paper, SourceText
from digest.core.prompt.sections import LIMITS_CUE, Role, roles_of
from digest.core.record import Entry, Provenance
from digest.core.summary import FIELDS, NOTHING_SAID, Fault, FieldName, Summary
from digest.core.text import split_english

_SHORTEST, _LONGEST = 40, 400
"""Characters of a sentence that can stand alone."""

_FAULT = Fault(
    name="not-korean",
    message="the sentences are the paper's own English, since no model was asked; set a key and build again",
)


class _Candidate(NamedTuple):
    role: Role | None
    """None in the abstract."""
    text: str


class _Wish(NamedTuple):
    """What a field looks for: words that speak for a sentence, and the sections it would stand in."""

    cue: re.Pattern[str]
    roles: tuple[Role, ...]
    most: int = 1
    needs_cue: bool = False


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_WISHES: Mapping[FieldName, _Wish] = {
    "goal": _Wish(_cue(r"\b(we|this (paper|work)) (present|propose|introduce|stud|address|investigat|aim)"), ()),
    "motivation": _Wish(_cue(r"\b(however|existing|prior|lack|challeng|limited|costly|struggle)"), ("introduction",)),
    "contribution": _Wish(_cue(r"\b(contribut|novel|first|new|introduce)"), ("introduction",)),
    "method": _Wish(_cue(r"\b(we|our|consists|uses?|trained|method|model)\b"), ("method",), most=2),
    "results": _Wish(_cue(r"\d|outperform|improve|achiev|experiments? show"), ("results",)),
    "limitations": _Wish(_cue(LIMITS_CUE.pattern), ("limitations", "conclusion"), needs_cue=True),
    "conclusion": _Wish(_cue(r"\b(conclu|overall|demonstrat|show)"), ("conclusion",)),
}


class Extractive:
    """Quotes instead of summarising."""

    kind = "extractive"

    def __init__(self, now: datetime) -> None:
        self._now = now

    def summarize(self, paper: Paper, text: SourceText, before: Entry | None, *, anew: bool = False) -> Entry:
        picked = _pick(list(_sentences(paper, text)))
        texts = {field: " ".join(picked[field]) or NOTHING_SAID for field in FIELDS}
        return Entry(
            status="draft",
            paper=paper,
            summary=Summary.read(texts),
            evidence={field: quotes for field, quotes in picked.items() if quotes},
            provenance=Provenance(summarizer=self.kind, text=text.kind, at=self._now, notes=text.notes),
            faults=(_FAULT,),
        )


def _sentences(paper: Paper, text: SourceText) -> Iterator[_Candidate]:
    sources: list[tuple[Role | None, str]] = [(None, paper.abstract)]
    if text.kind != "abstract":
        sources += [(r, s.text) for r, s in zip(roles_of(text.sections), text.sections, strict=True)]
    for role, source in sources:
        for sentence in split_english(source):
            if _SHORTEST <= len(sentence) <= _LONGEST:
                yield _Candidate(role, " ".join(sentence.split()))


def _pick(sentences: list[_Candidate]) -> dict[FieldName, tuple[str, ...]]:
    """For each field its best sentences, in the paper's order; none is taken twice."""
    picked: dict[FieldName, tuple[str, ...]] = {}
    left = list(sentences)
    for field, wish in _WISHES.items():
        ranked = sorted((s for s in left if _score(s, wish)), key=lambda s: -_score(s, wish))
        chosen = set(ranked[: wish.most])
        picked[field] = tuple(s.text for s in left if s in chosen)
        left = [s for s in left if s not in chosen]
    return picked


def _score(sentence: _Candidate, wish: _Wish) -> int:
    """0 for a sentence that does not fit at all; a sentence of the right section with a cue fits best."""
    has_cue = wish.cue.search(sentence.text) is not None
    if wish.needs_cue and not has_cue:
        return 0
    at_home = sentence.role in wish.roles or (not wish.roles and sentence.role is None)
    return 2 * has_cue + 2 * at_home + (sentence.role is None)
