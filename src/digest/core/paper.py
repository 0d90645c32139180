"""Papers, the listing that names them for a date, and the text that a summary may rely on."""

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


TextKind = Literal["html", "pdf", "abstract"]


class Section(Value):
    """A heading and the paragraphs below it, up to the next heading."""

    heading: str
    """As printed, white space folded, without its number; empty for text before any heading."""
    text: str
    """Paragraphs separated by one empty line; formulas as their TeX between single dollars."""
    level: int = 1
    """1 for a section, 2 for a subsection, and so on."""
    appendix: bool = False


class SourceText(Value):
    """Sections of the arXiv HTML, else of the PDF, else the abstract alone."""

    absent_if_empty: ClassVar = frozenset({"lacks"})

    kind: TextKind
    sections: tuple[Section, ...]
    """Without the abstract (unless kind is `abstract`), references, acknowledgements and page furniture."""
    version: int | None = None
    """The version that was read, where the page says so."""
    notes: tuple[str, ...] = ()
    """What was left out or could not be read, in words: "hidden text left out: 212 characters in white"."""
    lacks: str = ""
    """Why the page is not the whole paper, in words, as far as the page itself shows; empty if it does not."""

    @property
    def length(self) -> int:
        """Characters of text in all sections."""
        return sum(len(section.text) for section in self.sections)
