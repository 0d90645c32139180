"""Which listed papers are taken, and why the others are not."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from digest.core.config import Select
from digest.core.paper import Paper
from digest.core.record import Exclusion


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
