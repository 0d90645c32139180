"""One paper of a post: its heading and what the post says of it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from digest.core.paper import PaperId, parse_id
from digest.core.post.blocks import INTRODUCTION, Chunk
from digest.core.post.inline import Link, PaperHeading, is_furniture, read_heading
from digest.core.post.sections import Event, Referred, Said, finding, is_nothing_said, read_sections, shortened
from digest.core.record import Extra
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName, Finding
from digest.core.value import Value


class PaperReading(Value, kw_only=True):
    """What a post says of one paper."""

    line: int
    """The line of its heading, 1-based."""
    number: int | None
    """As written."""
    title: str
    """As a reader sees it."""
    id: str | None
    """Versionless; None where no link names one."""
    version: int | None = None
    url: str | None = None
    """The link to the paper, as written."""
    links: tuple[Link, ...] = ()
    """All other links."""
    summary: dict[FieldName, str]
    """What was recognised, as a reader sees it, each field on one line."""
    extra: tuple[Extra, ...] = ()
    """Every word that does not fit the schema, in order."""
    findings: tuple[Finding, ...] = ()
    """What is wrong with it, in the order of lines."""


def read_paper(heading: Chunk, below: Sequence[Chunk]) -> PaperReading:
    """A paper's heading, and the chunks up to the next one."""
    read = read_heading(heading.text)
    events = list(read_sections(below, heading.line))
    main = _main_link(read, events)
    named = parse_id(main.url) if main else None
    summary, repeated = _summary(event for event in events if isinstance(event, Said))
    faults = [
        *(event for event in (*events, *repeated) if isinstance(event, Finding)),
        *_heading_faults(read, heading.line, named),
        *_mismatches(read, events, heading.line, named),
        *_missing(summary, events, heading.line),
        *_disorder(events),
    ]
    return PaperReading(
        line=heading.line,
        number=read.number,
        title=read.title,
        id=named.id if named else None,
        version=named.version if named else None,
        url=main.url if main else None,
        links=tuple(link for link in _links(read, events) if link is not main or _is_named(link, read)),
        summary=summary,
        extra=tuple(_extra(read, heading.line, (*events, *repeated))),
        findings=tuple(_about(named, faults)),
    )


def _main_link(read: PaperHeading, events: Sequence[Event]) -> Link | None:
    """The link to the paper: the heading's, unless only one below it names a paper."""
    below = (link for event in events if isinstance(event, Referred) for link in event.links)
    named = next((link for link in (*read.links, *below) if parse_id(link.url)), None)
    return next((link for link in read.links if parse_id(link.url)), named) or next(iter(read.links), None)


def _is_named(link: Link, read: PaperHeading) -> bool:
    """Whether a link's text says more than what it leads to, and is not in the heading."""
    return link not in read.links and not is_furniture(link.text)


def _links(read: PaperHeading, events: Sequence[Event]) -> Iterator[Link]:
    yield from read.links
    for event in events:
        if isinstance(event, Referred):
            yield from event.links
        elif isinstance(event, Link):
            yield event


def _summary(said: Iterator[Said]) -> tuple[dict[FieldName, str], list[Event]]:
    """The fields in their order; of those that come twice the first, the others as extra text."""
    fields: dict[FieldName, str] = {}
    repeated: list[Event] = []
    for each in said:
        if each.field in fields and each.text:
            repeated.append(Extra(line=each.line, where=each.field, text=each.source))
            message = f"{each.field} comes twice; keep one of the two"
            repeated.append(finding("section-repeated", each.line, message, each.field))
        elif each.text:
            fields[each.field] = NOTHING_SAID if is_nothing_said(each.text) else each.text
    return {field: fields[field] for field in FIELDS if field in fields}, repeated


def _extra(read: PaperHeading, line: int, events: Sequence[Event]) -> list[Extra]:
    heading = [Extra(line=line, where="heading", text=read.extra)] if read.extra else []
    return heading + sorted((each for each in events if isinstance(each, Extra)), key=lambda each: each.line)


def _heading_faults(read: PaperHeading, line: int, named: PaperId | None) -> Iterator[Finding]:
    if read.is_broken:
        yield finding("heading", line, "the heading is not of the form `# 1. [title](url)`", "heading")
    if read.extra:
        yield finding("extra-text", line, f"the heading says more than the title: {shortened(read.extra)}", "heading")
    if named is None:
        yield finding("id", line, "no arXiv link names the paper; link the title to it", "heading")


def _mismatches(read: PaperHeading, events: Sequence[Event], line: int, named: PaperId | None) -> Iterator[Finding]:
    """Links of the heading, and lines of links, that name another paper."""
    lines = [Referred(line, read.links), *(event for event in events if isinstance(event, Referred))]
    for at, links in lines:
        for link in links:
            other = parse_id(link.url)
            if named and other and other.id != named.id:
                message = f"a link names {other.id}, the paper is {named.id}: {link.url}"
                yield finding("link-mismatch", at, message, "link")


def _missing(summary: Mapping[FieldName, str], events: Sequence[Event], line: int) -> Iterator[Finding]:
    lines = {event.field: event.line for event in reversed(events) if isinstance(event, Said)}
    begun = next((lines[field] for field in INTRODUCTION if field in lines), None)
    if begun is None:
        yield finding("section-missing", line, "there is no introduction; add it", "introduction")
    for field in FIELDS:
        if field in summary or (begun is None and field in INTRODUCTION):
            continue
        if field in lines:
            yield finding("section-missing", lines[field], f"nothing is said under {field}; write it", field)
        elif field in INTRODUCTION:
            yield finding("label-missing", begun or line, f"the introduction has no {field}; add it", field)
        else:
            yield finding("section-missing", line, f"there is no section {field}; add it", field)


def _disorder(events: Sequence[Event]) -> Iterator[Finding]:
    """Each part that comes after a later one of the schema."""
    said = [event for event in events if isinstance(event, Said) and event.text]
    lines = {event.field: event.line for event in reversed(said)}
    for above, field in pairwise(dict.fromkeys(event.field for event in said)):
        if FIELDS.index(field) < FIELDS.index(above):
            message = f"{field} comes after {above}; the order is {', '.join(FIELDS)}"
            yield finding("section-order", lines[field], message, field)


def _about(named: PaperId | None, faults: Sequence[Finding]) -> Iterator[Finding]:
    for each in sorted(faults, key=lambda each: each.line):
        yield each.replace(fault=each.fault.replace(paper=named.id if named else None))
