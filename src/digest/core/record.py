"""A day's record: the truth that posts are rendered from."""

from datetime import date, datetime
from typing import Any, ClassVar, Literal

import msgspec

from digest.core.paper import Paper, SourceReport, State, TextKind
from digest.core.summary import NOTHING_SAID, Evidence, Fault, FieldName, Summary
from digest.core.text import NO_TEXT
from digest.core.value import Value

Day = date
"""A date's type where `date` is the name of a field."""

SCHEMA = 1
"""The record format this code writes; a record with a higher number was written by a newer digest."""

_LONGEST_NAME = 255
"""Bytes of a file's name, on every file system in use."""

UNVERIFIED = "unverified"
"""The name of the fault of a final entry whose verdicts are missing since they could not be asked for."""

REPAIRED = "repaired: "
"""How a note begins on a fault that the model corrected."""

Status = Literal["final", "draft", "failed"]


class Tokens(Value):
    """Tokens of model calls, as the server counted them."""

    input: int = 0
    output: int = 0

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(input=self.input + other.input, output=self.output + other.output)


VerdictName = Literal["supported", "contradicted", "unsaid"]


class Verdict(Value, kw_only=True):
    """What the verifier says of a field held against its own evidence."""

    verdict: VerdictName
    kind: Literal[
        "number",
        "unit",
        "direction",
        "comparison",
        "subject",
        "negation",
        "scope",
        "cause",
        "limitation",
        "other",
        "none",
    ] = "none"
    """What kind of statement is at fault."""
    words: str = ""
    """The words at fault, as the field has them."""
    why: str = ""
    """One sentence."""


class Verification(Value):
    """Who held an entry's fields against their evidence, and what it took."""

    model: str
    prompt: str | None = None
    """`sha256:` of the verifier's prompt templates."""
    tokens: Tokens = Tokens()
    cost_usd: float | None = None
    """None where no price is known."""


class Provenance(Value):
    """Where an entry's summary came from."""

    absent_if_empty: ClassVar = frozenset({"verifier"})

    summarizer: str
    """`openai`, `extractive` or `import`."""
    model: str | None = None
    prompt: str | None = None
    """`sha256:` of the prompt templates and the schema."""
    text: TextKind | None = None
    """The kind of source text that was read."""
    attempts: int = 0
    """Asks of the model for this paper, the first included."""
    tokens: Tokens = Tokens()
    cost_usd: float | None = None
    """None where the configuration names no prices."""
    at: datetime | None = None
    notes: tuple[str, ...] = ()
    """What was noted on the way: hidden text left out, arXiv did not answer."""
    verifier: Verification | None = None
    """None where no verifier was asked."""


class Extra(Value):
    """Words of a post that do not fit the schema."""

    line: int
    """1-based, in the post."""
    where: str
    """The section they are in, in the schema's words if it has some: `method`, `Related Work`; else
    `preamble`, `heading` or `lead`, which is between the heading and the first section."""
    text: str
    """Verbatim, as Markdown."""


class Withdrawal(Value):
    """That a paper was withdrawn from arXiv."""

    at: datetime
    """When it was noticed."""
    comment: str = ""
    """The authors' comment on arXiv, one line."""


class NewerVersion(Value):
    """That arXiv has a newer version of a paper than the one that was read."""

    version: int
    at: datetime
    """When the version was submitted."""


class Correction(Value):
    """That the user has written a field."""

    by: str
    at: datetime


class Entry(Value):
    """A paper, its summary, evidence, provenance and status."""

    absent_if_empty: ClassVar = frozenset(
        {"found", "verdicts", "extra", "withdrawn", "newer", "earlier", "corrected", "changed"}
    )

    status: Status
    paper: Paper
    summary: Summary | None = None
    """None in a failed entry, whose faults say why."""
    evidence: Evidence = {}
    found: Evidence = {}
    """The part of the evidence that digest found itself."""
    verdicts: dict[FieldName, Verdict] = {}
    """Empty where no verifier was asked."""
    provenance: Provenance | None = None
    faults: tuple[Fault, ...] = ()
    extra: tuple[Extra, ...] = ()
    """What an imported post said of the paper that fits no field."""
    withdrawn: Withdrawal | None = None
    newer: NewerVersion | None = None
    earlier: tuple["Entry", ...] = ()
    """Older answers, whole, the oldest first."""
    corrected: dict[FieldName, Correction] = {}
    """The fields that the user has written."""
    changed: datetime | None = None
    """When the post last changed for this entry; None if it never has since it was made."""

    @property
    def asks(self) -> int:
        """Asks of a model for this paper, over all nights."""
        return self.provenance.attempts if self.provenance else 0

    @property
    def unheld(self) -> tuple[FieldName, ...]:
        """The fields that a model wrote with evidence and that no verifier has held against it."""
        if self.status != "final" or self.summary is None or not self.provenance:
            return ()
        if self.provenance.summarizer != "openai" or self.corrected:
            return ()
        if self.verdicts and not self.has_fault(UNVERIFIED):
            return ()
        new = (field for field in self.evidence if field not in self.verdicts)
        return tuple(field for field in new if self.summary.text(field) != NOTHING_SAID)

    def has_fault(self, name: str) -> bool:
        """Whether one of its faults has the name."""
        return any(fault.name == name for fault in self.faults)


class Exclusion(Value, kw_only=True):
    """A listed paper that is not in the post."""

    id: str
    title: str = ""
    reason: str
    """`exclude: \\bmedical\\b`, `limit: 30`, `seen: 2025-12-03`."""


class RecordListing(Value):
    """What the sources answered when the record was last extended."""

    state: State
    sources: tuple[SourceReport, ...] = ()


def record_name(day: date) -> str:
    """The name of a day's record in the folder of records."""
    return f"{day}.json"


def is_path(text: str) -> bool:
    """Whether a record can name a file by it: it is not empty, nor too long, and has no control characters."""
    longest = max(len(part.encode("utf-8", "replace")) for part in text.split("/"))
    return 0 < longest <= _LONGEST_NAME and not NO_TEXT.search(text) and all(sign >= " " for sign in text)


class PostRef(Value):
    """The post that was last rendered from the record."""

    path: str
    """Relative to the workspace, with forward slashes."""
    sha256: str
    """Of the bytes digest wrote; a file that differs was edited by the user."""

    def __post_init__(self) -> None:
        if not is_path(self.path):
            raise ValueError("path is not a file's path")


class Record(Value, kw_only=True):
    """One day's entries and exclusions."""

    absent_if_empty: ClassVar = frozenset({"sample", "extra", "front_matter"})

    schema_: int = msgspec.field(default=SCHEMA, name="schema")
    date: date
    sample: bool = False
    """Whether the papers are those of the sample services; such a record is never published."""
    listing: RecordListing
    entries: tuple[Entry, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    post: PostRef | None = None
    extra: tuple[Extra, ...] = ()
    """What an imported post said that belongs to no paper."""
    front_matter: dict[str, Any] = {}
    """What an imported post's front matter said that this blog's configuration does not."""

    @classmethod
    def empty(cls, day: Day, *, sample: bool = False) -> "Record":
        """The record of a day of which nothing is known yet."""
        return cls(date=day, sample=sample, listing=RecordListing(state="waiting"))

    @property
    def ids(self) -> frozenset[str]:
        """The papers that have an entry."""
        return frozenset(entry.paper.id for entry in self.entries)
