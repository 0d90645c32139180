"""A Jekyll post taken apart into front matter and papers, with nothing lost."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from digest.core.paper import parse_id
from digest.core.post.blocks import Chunk, as_heading, read_chunks, read_label, section_name
from digest.core.post.front_matter import FrontMatter, read_front_matter
from digest.core.post.inline import read_heading, read_link_line
from digest.core.post.paper import PaperReading, read_paper
from digest.core.post.sections import extra, extra_text, finding, shortened
from digest.core.record import Extra
from digest.core.summary import Finding
from digest.core.value import Value


class PostReading(Value):
    """What a post says, and what is wrong with it."""

    front_matter: FrontMatter
    papers: tuple[PaperReading, ...]
    """In the order of the post; a paper that comes twice is here twice."""
    extra: tuple[Extra, ...] = ()
    """Every word that belongs to no paper."""
    findings: tuple[Finding, ...] = ()
    """All faults, those of front matter and papers included, in the order of lines."""


class _PostPart(NamedTuple):
    """A heading of a post's own level, and the chunks up to the next one."""

    heading: Chunk | None
    """None for what comes before the first."""
    is_paper: bool
    chunks: list[Chunk]


def read_post(text: str) -> PostReading:
    """Any text read as a post; never fails, and takes time in proportion to the text."""
    return read_body(read_front_matter(text))


def read_body(front_matter: FrontMatter) -> PostReading:
    """A post whose front matter is read already.

    Every word of the body is in a title, a summary, a link or an extra, save the furniture: headings
    and labels that the schema knows, numbers, list signs, rules, and what links to the paper are called.
    """
    parts = list(_divide(read_chunks(front_matter.body, front_matter.body_line)))
    papers = [read_paper(part.heading, part.chunks) for part in parts if part.heading and part.is_paper]
    extras, stray = _stray(part for part in parts if not part.is_paper)
    findings = [
        *front_matter.findings,
        *stray,
        *(each for paper in papers for each in paper.findings),
        *_numbering(papers),
        *_repeated(papers),
    ]
    if not papers:
        findings.append(finding("no-papers", front_matter.body_line, "the post has no paper", "post"))
    return PostReading(
        front_matter=front_matter,
        papers=tuple(papers),
        extra=tuple(extras),
        findings=tuple(sorted(findings, key=lambda each: each.line)),
    )


def _divide(chunks: Sequence[Chunk]) -> Iterator[_PostPart]:
    part = _PostPart(None, False, [])
    level: int | None = None
    for chunk, below, following in _with_what_follows(chunks):
        is_paper = chunk.kind == "heading" and _is_paper(chunk, level, below, following)
        if is_paper or _is_stray(chunk, level):
            yield part
            part = _PostPart(chunk, is_paper, [])
            level = chunk.level if is_paper else level
        else:
            part.chunks.append(chunk)
    yield part


def _with_what_follows(chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, Sequence[Chunk], Chunk | None]]:
    """Each chunk with those between it and the next heading, and that heading; those of a heading only."""
    headings = [index for index, chunk in enumerate(chunks) if chunk.kind == "heading"]
    ends = dict(pairwise([*headings, len(chunks)]))
    for index, chunk in enumerate(chunks):
        end = ends.get(index, index)
        yield chunk, chunks[index + 1 : end], chunks[end] if index < end < len(chunks) else None


def _is_paper(heading: Chunk, level: int | None, below: Sequence[Chunk], following: Chunk | None) -> bool:
    """Whether a heading is a paper's, `level` being that of the last paper.

    A link with an arXiv id says so, in it or on a line of its own below it; so does a section of a summary
    below it; a number and any other link will do.
    """
    if section_name(heading.text):
        return False
    read = read_heading(heading.text)
    named = any(parse_id(link.url) for link in read.links)
    if level is not None and heading.level > level:
        return named and read.number is not None
    if named:
        return True
    if any(parse_id(link.url) for chunk in below for link in read_link_line(chunk.text)):
        return True
    return _has_section(heading, below, following) or bool(read.number is not None and read.links)


def _has_section(heading: Chunk, below: Sequence[Chunk], following: Chunk | None) -> bool:
    if following and following.level > heading.level and section_name(following.text):
        return True
    labelled = (chunk for chunk in map(as_heading, below) if chunk.kind in ("heading", "item", "text"))
    return any(section_name(chunk.text) or read_label(chunk.text) for chunk in labelled)


def _is_stray(chunk: Chunk, level: int | None) -> bool:
    """Whether a heading that is not a paper's ends the paper above it."""
    return chunk.kind == "heading" and level is not None and chunk.level <= level and not section_name(chunk.text)


def _stray(parts: Iterable[_PostPart]) -> tuple[list[Extra], list[Finding]]:
    extras: list[Extra] = []
    findings: list[Finding] = []
    for part in parts:
        where = part.heading.text if part.heading else "preamble"
        if part.heading:
            extras.append(extra(part.heading, where))
            message = f"neither a paper nor a section of one: {shortened(part.heading.text)}"
            findings.append(finding("heading", part.heading.line, message, "heading"))
        for chunk in part.chunks:
            if chunk.kind != "rule":
                words, fault = extra_text(chunk, where)
                extras.append(words)
                findings.append(fault)
    return extras, findings


def _numbering(papers: Sequence[PaperReading]) -> Iterator[Finding]:
    due = 1
    for paper in papers:
        if paper.number != due:
            written = "no number" if paper.number is None else f"number {paper.number}"
            message = f"the paper has {written}; {due} is due"
            yield _of(paper, finding("numbering", paper.line, message, "heading"))
        due = (due if paper.number is None else paper.number) + 1


def _repeated(papers: Sequence[PaperReading]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for paper in papers:
        if paper.id in first:
            message = f"the paper is already on line {first[paper.id]}; keep one of the two"
            yield _of(paper, finding("repeated-paper", paper.line, message))
        elif paper.id:
            first[paper.id] = paper.line


def _of(paper: PaperReading, found: Finding) -> Finding:
    return Finding(line=found.line, fault=found.fault.replace(paper=paper.id))
