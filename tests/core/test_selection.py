"""Which papers are taken."""

from datetime import date

import pytest

from digest.core.config import Select
from digest.core.paper import Paper
from digest.core.selection import select
from settings import fitted

SEEN = {"3": date(2025, 12, 3)}


def paper(paper_id: str, title: str = "A title", abstract: str = "An abstract.", upvotes: int | None = 5) -> Paper:
    return Paper(id=paper_id, title=title, abstract=abstract, upvotes=upvotes, metadata="arxiv")


PAPERS = (
    paper("1", title="Medical images"),
    paper("2", abstract="On\nlarge language MODELS."),
    paper("3"),
    paper("4", upvotes=0),
    paper("5", upvotes=None),
    Paper(id="6"),
)

RULES = {
    "nothing asked": ({}, {"3": "seen: 2025-12-03"}),
    "seen does not matter": ({"skip_seen": False}, {}),
    "a title left out, case aside": (
        {"exclude": [r"\bmedical\b"]},
        {"1": r"exclude: \bmedical\b", "3": "seen: 2025-12-03"},
    ),
    "the first pattern that matches": (
        {"exclude": ["x{9}", "images", "med"]},
        {"1": "exclude: images", "3": "seen: 2025-12-03"},
    ),
    "an abstract taken": (
        {"include": ["vision", r"language\s+models"]},
        {
            "1": "include: no pattern matches",
            "4": "include: no pattern matches",
            "5": "include: no pattern matches",
            "3": "seen: 2025-12-03",
        },
    ),
    "exclude before include": (
        {"include": ["."], "exclude": ["models"], "skip_seen": False},
        {"2": "exclude: models"},
    ),
    "votes, where the source has them": ({"min_upvotes": 1}, {"3": "seen: 2025-12-03", "4": "min_upvotes: 0 < 1"}),
    "the limit, in the listing's order": (
        {"limit": 2},
        {"3": "seen: 2025-12-03", "4": "limit: 2", "5": "limit: 2", "6": "limit: 2"},
    ),
    "what is left out takes no room": (
        {"limit": 2, "exclude": ["medical"]},
        {"1": "exclude: medical", "3": "seen: 2025-12-03", "5": "limit: 2", "6": "limit: 2"},
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_reasons(name: str) -> None:
    rules, reasons = RULES[name]
    selection = select(PAPERS, fitted(Select, rules), seen=SEEN)
    assert {exclusion.id: exclusion.reason for exclusion in selection.excluded} == reasons
    assert [p.id for p in selection.papers] == [p.id for p in PAPERS if p.id not in reasons]
    assert all(
        exclusion.title == next(p.title for p in PAPERS if p.id == exclusion.id) for exclusion in selection.excluded
    )


def test_papers_that_are_there_already_count_towards_the_limit() -> None:
    assert [p.id for p in select(PAPERS, Select(limit=4), seen={}, taken=3).papers] == ["1"]
    assert select(PAPERS, Select(limit=4), seen={}, taken=9).papers == ()


def test_no_papers() -> None:
    assert select([], Select(), seen={}) == ((), ())
