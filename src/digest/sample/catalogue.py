"""What the sample services know: papers, and which of them are listed on which date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from digest.core.ids import parse_id
from digest.sample.paper import SamplePaper

Listed = Sequence[str] | Sequence[Mapping[str, Any]]
"""A day's list: ids of papers in the catalogue, or entries served as they are."""


@dataclass(frozen=True)
class Catalogue:
    """Papers by versionless id, and the lists of dates."""

    papers: Mapping[str, SamplePaper]
    listings: Mapping[str, Listed]
    """By ISO date."""
    today: date
    """The newest date whose list is open."""

    def find(self, text: str) -> tuple[SamplePaper, int] | None:
        """The paper and version an id names, the newest if it names none; None if there is no such paper."""
        found = parse_id(text)
        paper = self.papers.get(found.id) if found else None
        if found is None or paper is None or (found.version or 1) > paper.version:
            return None
        return paper, found.version or paper.version
