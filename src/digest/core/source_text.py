"""Source text: what a summary may rely on."""

from typing import ClassVar, Literal

from digest.core.value import Value

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
