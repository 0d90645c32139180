"""Papers that are not there any more: withdrawn by their authors or by arXiv."""

import re
from collections.abc import Mapping
from typing import Final

from digest.core.fault import Fault
from digest.core.paper import Paper
from digest.core.record import Entry, Exclusion
from digest.core.source_text import SourceText

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
