"""Which listed papers are taken, why the others are not, and which are withdrawn."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from digest.core.config import Select
from digest.core.paper import Paper, SourceText
from digest.core.record import Entry, Exclusion
from digest.core.summary import Fault


class Selection(NamedTuple):
    """The papers that are taken, in the listing's order, and those that are not."""

    papers: tuple[Paper, ...]
    excluded: tuple[Exclusion, ...]


def select(papers: Iterable[Paper], rules: Select, *, seen: Mapping[str, date], taken: int = 0) -> Selection:
    """Judge papers on title, abstract and votes.

    `seen` maps ids to the other day whose record has them. `taken` papers of the day count towards the limit already.
    A paper without metadata cannot be judged and is let through: that it has none is reported later, as its failure.
    """
    chosen: list[Paper] = []
    excluded: list[Exclusion] = []
    for paper in papers:
        reason = _reason_against(paper, rules, seen)
        if reason is None and taken + len(chosen) >= rules.limit:
            reason = f"limit: {rules.limit}"
        if reason is None:
            chosen.append(paper)
        else:
            excluded.append(Exclusion(id=paper.id, title=paper.title, reason=reason))
    return Selection(tuple(chosen), tuple(excluded))


def _reason_against(paper: Paper, rules: Select, seen: Mapping[str, date]) -> str | None:
    if rules.skip_seen and paper.id in seen:
        return f"seen: {seen[paper.id]}"
    if paper.metadata == "none":
        return None
    text = f"{paper.title}\n{paper.abstract}"
    if against := next((p for p in rules.exclude if re.search(p, text, re.IGNORECASE)), None):
        return f"exclude: {against}"
    if rules.include and not any(re.search(p, text, re.IGNORECASE) for p in rules.include):
        return "include: no pattern matches"
    if paper.upvotes is not None and paper.upvotes < rules.min_upvotes:
        return f"min_upvotes: {paper.upvotes} < {rules.min_upvotes}"
    return None


WITHDRAWN: Final = "withdrawn"
"""The name of the fault of an entry that becomes an exclusion."""
_COMMENT: Final = re.compile(
    r"\bwithdrawn (?:by|due|because|for|as|since|at|in|on|and|until|pending|temporarily)\b|\bwithdrawn\s*(?:[.;,:!(]|$)"
    r"|\b(?:has|have) (?:now |since )?been (?:temporarily )?withdrawn\b(?! from (?!arxiv))|\bwe (?:have )?withdr[ae]w\b"
    r"|\bwithdrawn from (?:the )?arxiv\b"
    r"|\bthis (?:paper|submission|article|version) (?:is|was) withdrawn\b(?! from (?!arxiv))"
    r"|\b(?:the )?authors? (?:has |have )?(?:withdrawn?|withdrew|requests? (?:the )?withdrawal)\b",
    re.IGNORECASE,
)
"""Matches `This paper has been withdrawn by the authors`; not `withdrawn from ICLR 2025, accepted at TMLR`."""
_STATEMENT: Final = re.compile(
    r"\bthis (?:paper|submission|article|manuscript|work|preprint|version) (?:has been|is|was) (?:\w+ )?withdrawn\b"
    r"|^\s*(?:paper |article )?withdrawn\b",
    re.IGNORECASE,
)
"""Matches `This article has been withdrawn by arXiv administrators`; not `30 participants were withdrawn`."""
_LONGEST_STATEMENT: Final = 1_500
"""Characters of an abstract or a text that says little more than that its paper is withdrawn."""


def withdrawal_of(paper: Paper, text: SourceText | None = None) -> str:
    """What says that a paper is withdrawn: arXiv's comment, its abstract or its page; empty if nothing does."""
    if paper.comment and _COMMENT.search(paper.comment):
        return " ".join(paper.comment.split())
    said = [paper.abstract]
    if text is not None and text.length <= _LONGEST_STATEMENT:
        said += [section.text for section in text.sections]
    return next((_first_sentence(each) for each in said if _says_so(each)), "")


def without_withdrawn(made: Mapping[str, Entry]) -> tuple[dict[str, Entry], list[Exclusion]]:
    """The entries without those of withdrawn papers, and these as exclusions."""
    gone = {paper_id: fault for paper_id, entry in made.items() for fault in entry.faults if fault.name == WITHDRAWN}
    kept = {paper_id: entry for paper_id, entry in made.items() if paper_id not in gone}
    return kept, [
        Exclusion(id=paper_id, title=made[paper_id].paper.title, reason=f"{WITHDRAWN}: {fault.message}")
        for paper_id, fault in gone.items()
    ]


def withdrawn_entry(paper: Paper, why: str) -> Entry:
    """What is made of a withdrawn paper, until it is excluded."""
    return Entry(status="failed", paper=paper, faults=(Fault(name=WITHDRAWN, message=why, paper=paper.id),))


def _says_so(text: str) -> bool:
    found = _STATEMENT.search(text) if len(text) <= _LONGEST_STATEMENT else None
    return found is not None and found.start() < 300


def _first_sentence(text: str) -> str:
    found = _STATEMENT.search(text)
    start = found.start() if found else 0
    return " ".join(text[start:].split())[:200]
