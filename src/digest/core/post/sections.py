"""What stands below a paper's heading, section by section."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from digest.core.post.events import Event, Referred, Said, extra, extra_text, finding, shortened
from digest.core.post.heading import read_link_line
from digest.core.post.inline import read_inline
from digest.core.post.introduction import read_introduction
from digest.core.post.labels import BOLD, as_heading, read_label, split_at_labels
from digest.core.post.lines import Chunk
from digest.core.post.names import INTRODUCTION, SectionName, says_more, section_name
from digest.core.summary import FieldName

_NOTHING_SAID: Final = re.compile(r"정보\s?부족\s?[.。]?")


class _Section(NamedTuple):
    """A heading, or a label that stands for one, and what stands below it."""

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
    that calls a section by another name when it comes again is no furniture.
    """
    pieces = (piece for chunk in chunks for piece in split_at_labels(as_heading(chunk)))
    called: dict[SectionName | None, str] = {}
    for section in _divide(pieces, first_line):
        heading = section.heading if section.chunks else None
        if heading and called.setdefault(section.name, heading.text) != heading.text:
            yield extra(heading, section.where)
        yield from _read(section)


def _divide(chunks: Iterator[Chunk], first_line: int) -> Iterator[_Section]:
    section = _Section(None, "lead", first_line, 0, [])
    for chunk in chunks:
        opened = _open(chunk, section)
        if opened:
            yield section
            section = opened
        else:
            section.chunks.append(chunk)
    yield section


def _open(chunk: Chunk, section: _Section) -> _Section | None:
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
    return _Section(label.name, label.name, chunk.line, BOLD, [chunk._replace(text=label.rest)])


def _open_heading(chunk: Chunk, section: _Section) -> _Section | None:
    name = section_name(chunk.text)
    if name and says_more(chunk.text):
        return _Section(name, name, chunk.line, chunk.level, [chunk])
    if name:
        return _Section(name, name, chunk.line, chunk.level, [], heading=chunk)
    if section.name and chunk.level > section.level:
        return None
    return _Section(None, read_inline(chunk.text).text, chunk.line, chunk.level, [chunk])


def _read(section: _Section) -> Iterator[Event]:
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


def _read_prose(section: _Section, prose: Sequence[Chunk]) -> Iterator[Event]:
    if section.where == "lead" or section.name == "introduction":
        yield from read_introduction(prose, section.where)
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


def is_nothing_said(text: str) -> bool:
    """Whether a section only says that the paper says nothing: `정보 부족.`"""
    return _NOTHING_SAID.fullmatch(text) is not None
