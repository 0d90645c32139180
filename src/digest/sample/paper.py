"""Sample papers: what arXiv would hold of them, and what a good model would answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import msgspec
import yaml

from digest.core.paper import parse_id
from digest.core.summary import FieldName
from digest.core.value import Frozen

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C, where PyYAML was built with it, is ten times as fast: a tenth of a second of each sample run."""


class _Sample(Frozen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a sample paper's file, which may have no other keys."""


class SampleSection(_Sample):
    """A heading, paragraphs (inline formulas as `$tex$`, a displayed one as a paragraph `$$tex$$`), subsections."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    caption: str | None = None
    """Of the figure that closes the section."""
    subsections: tuple["SampleSection", ...] = ()


class SampleField(_Sample):
    """One field of the answer."""

    text: str
    evidence: tuple[str, ...] = ()


class SamplePaper(_Sample, kw_only=True):
    """One paper."""

    id: str
    title: str
    authors: tuple[str, ...] = ("Sample Author A", "Sample Author B")
    categories: tuple[str, ...] = ("cs.CV",)
    published: str = "2025-12-03T12:00:00Z"
    """When version 1 was submitted."""
    updated: str | None = None
    """When the newest version was submitted; None: at `published`."""
    version: int = 1
    """The newest."""
    comment: str | None = None
    upvotes: int = 1
    full_text: tuple[Literal["html", "pdf"], ...] = ("html", "pdf")
    """What the site has beside the abstract."""
    abstract: str
    sections: tuple[SampleSection, ...] = ()
    answer: Mapping[FieldName, SampleField] | None = None
    """What the model says; None: something general."""


def walk(sections: tuple[SampleSection, ...], level: int = 1) -> Iterator[tuple[int, SampleSection]]:
    """Every section with its level, in reading order."""
    for section in sections:
        yield level, section
        yield from walk(section.subsections, level + 1)


def given_text(paper: SamplePaper) -> str:
    """The text that a reader of the fullest form gets: all paragraphs, else the abstract."""
    paragraphs = [text for _, section in walk(paper.sections) for text in section.paragraphs]
    return "\n\n".join(paragraphs) if paper.full_text else paper.abstract


@cache
def load_papers() -> tuple[SamplePaper, ...]:
    """The papers that ship with digest, most votes first."""
    folder = files("digest.sample") / "papers"
    texts = [file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".yaml")]
    papers = [msgspec.convert(yaml.load(text, Loader=_LOADER), SamplePaper) for text in texts]  # noqa: S506  a safe one
    return tuple(sorted(papers, key=lambda paper: -paper.upvotes))


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
