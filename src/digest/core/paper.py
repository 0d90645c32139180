"""Papers, and the listing that names them for a date."""

from datetime import date, datetime
from typing import ClassVar, Literal

from digest.core.fault import Fault
from digest.core.text import fold
from digest.core.value import Value

State = Literal["ready", "quiet", "waiting", "error"]


class Paper(Value):
    """One arXiv paper's metadata."""

    absent_if_empty: ClassVar = frozenset({"code", "project"})

    id: str
    """The versionless arXiv id: `2512.03405`, `hep-th/9901001`."""
    version: int | None = None
    """The version that was read; None as long as nobody said."""
    pinned: bool = False
    """Whether that version was asked for by name; otherwise the latest is read."""
    title: str = ""
    """One line, white space folded, LaTeX verbatim."""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    """One paragraph, white space folded, LaTeX verbatim."""
    categories: tuple[str, ...] = ()
    published: str | None = None
    """When version 1 was submitted, ISO 8601 in UTC."""
    updated: str | None = None
    """When the version that was read was submitted, ISO 8601 in UTC."""
    comment: str | None = None
    """The authors' comment, as arXiv has it."""
    upvotes: int | None = None
    """Votes in the listing when the paper was taken; None where the source has no votes."""
    code: str | None = None
    """The URL of the paper's code, as the listing has it."""
    project: str | None = None
    """The URL of the paper's project page, as the listing has it."""
    metadata: Literal["arxiv", "listing", "none"] = "none"
    """Who said all this: arXiv's API, only the listing (arXiv did not answer), or nobody yet."""

    @property
    def name(self) -> str:
        """What readers are shown: the title on one line, or the id where there is none."""
        return fold(self.title) or self.id


class SourceReport(Value):
    """What one source answered for a date."""

    absent_if_empty: ClassVar = frozenset({"since", "grew"})

    kind: str
    """`huggingface`, `arxiv`, `list` or `ids`."""
    state: State
    papers: int = 0
    settled: bool = True
    """Whether its list for the date could no longer grow; one that could is asked for again on later nights."""
    at: datetime | None = None
    """When it was asked."""
    since: datetime | None = None
    """When it first answered so: with papers, or without any. None in records of an older digest."""
    grew: bool = False
    """Whether it had papers that it did not have the time before."""


class Listing(Value):
    """The papers that the sources name for a date, in order, each once."""

    date: date
    state: State
    papers: tuple[Paper, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    faults: tuple[Fault, ...] = ()
