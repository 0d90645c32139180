"""What reading the lines below a paper's heading comes upon, in order."""

from typing import NamedTuple

from digest.core.fault import Fault
from digest.core.finding import Finding
from digest.core.post.inline import Link
from digest.core.post.lines import Chunk
from digest.core.record import Extra
from digest.core.summary import FieldName


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
    message = f"text that fits no part of a summary; move it into one or delete it: {shortened(chunk.source)}"
    return extra(chunk, where), finding("extra-text", chunk.line, message, where)


def shortened(text: str) -> str:
    """The beginning of a text, in quotes, for a message."""
    start = " ".join(text[:200].split())
    return repr(start if len(start) <= 40 else f"{start[:40]}…")
