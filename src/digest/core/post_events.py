"""What reading the lines below a paper's heading comes upon, in order."""

from typing import NamedTuple

from digest.core.fault import Fault
from digest.core.finding import Finding
from digest.core.post_lines import Chunk
from digest.core.post_text import Link
from digest.core.summary import FieldName
from digest.core.value import Value


class Extra(Value):
    """Words of a post that do not fit the schema."""

    line: int
    """1-based."""
    where: str
    """The section they stand in, in the schema's words if it has some: `method`, `Related Work`; else
    `preamble`, `heading` or `lead`, which is between the heading and the first section."""
    text: str
    """Verbatim, as Markdown."""


class Said(NamedTuple):
    """What a post says under one of the schema's names."""

    field: FieldName
    text: str
    """As a reader sees it; empty where a section or label has nothing below or behind it."""
    line: int
    source: str
    """Verbatim."""


class Referred(NamedTuple):
    """A line of links to the paper itself: `> [Alphaxiv](...)`."""

    line: int
    links: tuple[Link, ...]


Event = Said | Extra | Referred | Link | Finding


def extra(chunk: Chunk, where: str) -> Extra:
    """The chunk as it stands."""
    return Extra(line=chunk.line, where=where, text=chunk.source)


def finding(name: str, line: int, message: str, field: str | None = None) -> Finding:
    """A fault of a post, in its place."""
    return Finding(line=line, fault=Fault(name=name, message=message, field=field))


def extra_text(chunk: Chunk, where: str) -> tuple[Extra, Finding]:
    """Words that no part of the schema holds, and the fault that they are."""
    start = " ".join(chunk.source.split())[:40]
    message = f"text that fits no part of a summary; move it into one or delete it: {start!r}"
    return extra(chunk, where), finding("extra-text", chunk.line, message, where)
