"""What is below a paper's heading, section by section."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from digest.core.post.blocks import (
    BOLD,
    INTRODUCTION,
    Chunk,
    SectionName,
    as_heading,
    read_label,
    says_more,
    section_name,
    split_at_labels,
)
from digest.core.post.inline import Link, read_inline, read_link_line
from digest.core.record import Extra
from digest.core.summary import Fault, FieldName, Finding

_NOTHING_SAID: Final = re.compile(r"정보\s?부족\s?[.。]?")


class Said(NamedTuple):
    """What a post says under one of the schema's names."""

    field: FieldName
    text: str
    """As a reader sees it; empty where nothing follows the section's heading or the label."""
    line: int
    source: str
    """Verbatim."""


class Referred(NamedTuple):
    """A line of links to the paper itself: `> [Alphaxiv](...)`."""

    line: int
    links: tuple[Link, ...]


_Bullet = list[Chunk]
"""A bullet or paragraph, and the chunks that continue it."""
Event = Said | Extra | Referred | Link | Finding
"""What reading the chunks below a paper's heading finds, in order."""


def extra(chunk: Chunk, where: str) -> Extra:
    """The chunk, verbatim."""
    return Extra(line=chunk.line, where=where, text=chunk.source)


def finding(name: str, line: int, message: str, field: str | None = None) -> Finding:
    """A fault of a post, with its line."""
    return Finding(line=line, fault=Fault(name=name, message=message, field=field))


def extra_text(chunk: Chunk, where: str) -> tuple[Extra, Finding]:
    """Words that no part of the schema holds, and the fault that they are."""
    message = f"text that fits no part of a summary; move it into one or delete it: {shortened(chunk.source)}"
    return extra(chunk, where), finding("extra-text", chunk.line, message, where)


def shortened(text: str) -> str:
    """The beginning of a text, composed and in quotes, for a message."""
    start = unicodedata.normalize("NFC", " ".join(text[:200].split()))
    return repr(start if len(start) <= 40 else f"{start[:40]}…")


class _PostSection(NamedTuple):
    """A heading, or a label in the place of one, and the chunks below it."""

    name: SectionName | None
    """None: the schema has no such section."""
    where: str
    """What to call it."""
    line: int
    level: int
    chunks: list[Chunk]
    heading: Chunk | None = None
    """The heading, where it says no more than the name."""


def read_sections(chunks: Sequence[Chunk], first_line: int) -> Iterator[Event]:
    """What the chunks below a paper's heading say: every word of them is said, a link, extra, or furniture.

    Furniture are headings, labels and list signs that the schema knows, rules, and what links are called. A heading
    that calls a section by another name when it comes again is not furniture.
    """
    pieces = (piece for chunk in chunks for piece in split_at_labels(as_heading(chunk)))
    called: dict[SectionName | None, str] = {}
    for section in _divide(pieces, first_line):
        heading = section.heading if section.chunks else None
        if heading and called.setdefault(section.name, heading.text) != heading.text:
            yield extra(heading, section.where)
        yield from _read(section)


def _divide(chunks: Iterator[Chunk], first_line: int) -> Iterator[_PostSection]:
    section = _PostSection(None, "lead", first_line, 0, [])
    for chunk in chunks:
        opened = _open(chunk, section)
        if opened:
            yield section
            section = opened
        else:
            section.chunks.append(chunk)
    yield section


def _open(chunk: Chunk, section: _PostSection) -> _PostSection | None:
    """The section that begins here, if one does."""
    if chunk.kind == "heading":
        return _open_heading(chunk, section)
    if chunk.kind not in ("text", "item") or not (label := read_label(chunk.text)):
        return None
    in_introduction = section.name == "introduction" or section.where == "lead"
    if in_introduction and label.name in INTRODUCTION:
        return None
    if section.name not in (None, "introduction") and section.level < BOLD:
        return None
    return _PostSection(label.name, label.name, chunk.line, BOLD, [chunk._replace(text=label.rest)])


def _open_heading(chunk: Chunk, section: _PostSection) -> _PostSection | None:
    name = section_name(chunk.text)
    if name and says_more(chunk.text):
        return _PostSection(name, name, chunk.line, chunk.level, [chunk])
    if name:
        return _PostSection(name, name, chunk.line, chunk.level, [], heading=chunk)
    if section.name and chunk.level > section.level:
        return None
    return _PostSection(None, read_inline(chunk.text).text, chunk.line, chunk.level, [chunk])


def _read(section: _PostSection) -> Iterator[Event]:
    prose: list[Chunk] = []
    is_over = False
    for chunk in section.chunks:
        if chunk.kind == "rule":
            is_over = bool(prose)
        elif chunk.kind == "heading":
            yield extra(chunk, section.where)
            message = f"a summary has no section of this name; rename or delete it: {shortened(chunk.text)}"
            yield finding("section-unknown", chunk.line, message, section.where)
        elif links := () if chunk.kind == "verbatim" else read_link_line(chunk.text):
            yield Referred(chunk.line, links)
        elif chunk.kind in ("text", "item") and not is_over:
            prose.append(chunk)
        else:
            yield from extra_text(chunk, section.where)
    yield from _read_prose(section, prose)


def _read_prose(section: _PostSection, prose: Sequence[Chunk]) -> Iterator[Event]:
    if section.where == "lead" or section.name == "introduction":
        yield from _read_introduction(prose, section.where)
    elif section.name is None:
        yield from (extra(chunk, section.where) for chunk in prose)
    else:
        yield from _read_field(section.name, section.line, prose)


def _read_field(name: FieldName, line: int, prose: Sequence[Chunk]) -> Iterator[Event]:
    """One paragraph: bullets and paragraphs joined by spaces, a label that repeats the heading left out."""
    texts = []
    for chunk in prose:
        label = read_label(chunk.text)
        inline = read_inline(label.rest if label and label.name == name else chunk.text)
        texts.append(inline.text)
        yield from inline.links
    text = " ".join(text for text in texts if text)
    yield Said(name, text, prose[0].line if prose else line, "\n\n".join(chunk.source for chunk in prose))


def _read_introduction(chunks: Sequence[Chunk], where: str) -> Iterator[Event]:
    """What an introduction's paragraphs and bullets say.

    Labels decide. A bullet without one takes the next field that has no label anywhere; where there are
    neither bullets nor labels, so does a paragraph. Indented text continues the bullet above it. Only
    labels count outside the `introduction`.
    """
    entries = _bullets(_lines_of_three(chunks))
    labels = [_label(entry[0]) for entry in entries]
    in_order = where == "introduction"
    bullets = any(labels) or any(entry[0].kind == "item" for entry in entries)
    free = [field for field in INTRODUCTION if field not in labels]
    said: list[FieldName] = []
    for entry, label in zip(entries, labels, strict=True):
        takes_place = in_order and (entry[0].kind == "item" or not bullets)
        field = label or (_next(free, said) if takes_place else None)
        if field is None:
            for chunk in entry:
                yield from extra_text(chunk, where)
        elif field in said:
            yield from _repeated(entry, field)
        else:
            said += [field] if _text(entry) else []
            yield from _said(entry, field, labelled=label is not None)


def _label(chunk: Chunk) -> FieldName | None:
    label = read_label(chunk.text)
    return label.name if label and label.name in INTRODUCTION else None


def _rest(chunk: Chunk) -> str:
    """The text after the label, if there is one."""
    label = read_label(chunk.text)
    return label.rest if label and label.name in INTRODUCTION else chunk.text


def _bullets(chunks: Sequence[Chunk]) -> list[_Bullet]:
    """Chunks, each with those that continue it: they are indented below it, or follow a label without text."""
    entries: list[_Bullet] = []
    for chunk in chunks:
        head = entries[-1] if entries else None
        goes_on = head and (chunk.level > head[0].level or (len(head) == 1 and not _rest(head[0])))
        if head and goes_on and not _label(chunk):
            head.append(chunk)
        else:
            entries.append([chunk])
    return entries


def _lines_of_three(chunks: Sequence[Chunk]) -> Sequence[Chunk]:
    """A lone paragraph of three lines as three paragraphs: the bullets' signs were forgotten."""
    if len(chunks) != 1 or chunks[0].kind != "text" or chunks[0].text.strip().count("\n") != 2:
        return chunks
    chunk = chunks[0]
    return [
        chunk._replace(line=chunk.line + number, text=line, source=line)
        for number, line in enumerate(chunk.text.strip().split("\n"))
    ]


def _next(free: Sequence[FieldName], said: Sequence[FieldName]) -> FieldName | None:
    """The first free field after the one that was filled last."""
    start = INTRODUCTION.index(said[-1]) + 1 if said else 0
    return next((field for field in INTRODUCTION[start:] if field in free), None)


def _text(entry: _Bullet) -> str:
    first, *more = entry
    return read_inline("\n".join([_rest(first), *(chunk.text for chunk in more)])).text


def _said(entry: _Bullet, field: FieldName, *, labelled: bool) -> Iterator[Event]:
    first, *more = entry
    for source in (_rest(first), *(chunk.text for chunk in more)):
        yield from read_inline(source).links
    yield Said(field, _text(entry), first.line, "\n".join(chunk.source for chunk in entry))
    if not labelled:
        yield finding("label-missing", first.line, f"read as the {field} by its place; write its label", field)


def _repeated(entry: _Bullet, field: FieldName) -> Iterator[Event]:
    for chunk in entry:
        yield extra(chunk, field)
    yield finding("label-repeated", entry[0].line, f"{field} comes twice; keep one of the two", field)


def is_nothing_said(text: str) -> bool:
    """Whether a section only says that the paper says nothing: `정보 부족.`"""
    return _NOTHING_SAID.fullmatch(text) is not None
