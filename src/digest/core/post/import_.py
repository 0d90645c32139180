"""A post that was written elsewhere, or edited by hand, as a record; what fits no field is kept as extra text."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from digest.core.paper import Paper, parse_id
from digest.core.post.inline import Link, is_furniture
from digest.core.post.paper import PaperReading
from digest.core.post.parse import PostReading
from digest.core.record import Entry, Extra, PostRef, Provenance, Record, RecordListing
from digest.core.summary import FIELDS, NOTHING_SAID, Fault, Finding, Summary
from digest.core.validation import meaning

FORM = frozenset({"label-missing", "label-repeated", "section-order", "numbering", "front-matter", "heading"})
"""Faults of a post's form alone: rendering the record again fixes them, so they are reported and not kept."""
REPEATED = "repeated-day"


def repeated(paper_id: str, earlier: date) -> Fault:
    """The fault of a paper that an earlier day shows already."""
    message = f"{earlier} has {paper_id} already; delete it from one of the days"
    return Fault(name="repeated-day", message=message, paper=paper_id)


def note_repeated(record: Record, seen: Mapping[str, date]) -> Record:
    """The record, its entries saying which of them another day shows: the past is kept as it was."""
    entries = tuple(
        entry.replace(faults=(*entry.faults, repeated(entry.paper.id, seen[entry.paper.id])))
        if entry.paper.id in seen
        else entry
        for entry in record.entries
    )
    return record.replace(entries=entries)


def import_post(reading: PostReading, day: date, *, now: datetime, post: PostRef | None) -> Record:
    """The record of a post that has papers. Every word of it is in a title, a field, an extra or the front matter."""
    entries: dict[str, Entry] = {}
    extra = list(reading.extra)
    for paper in reading.papers:
        if paper.id is None:
            extra += _whole(paper)
        elif paper.id in entries:
            entries[paper.id] = _with_repeat(entries[paper.id], paper)
        else:
            entries[paper.id] = _entry(paper, now)
    return Record(
        date=day,
        listing=RecordListing(state="ready"),
        entries=tuple(entries.values()),
        post=post,
        extra=tuple(extra),
        front_matter=meaning(reading.front_matter.data),
    )


def without_ours(record: Record, ours: Mapping[str, Any]) -> Record:
    """The record of an imported post without the keys of its front matter that the configuration gives it anyway."""
    own = {key: value for key, value in record.front_matter.items() if key not in ours or ours[key] != value}
    return record.replace(front_matter=own)


def take_edits(record: Record, edited: Record, rendered: Record) -> Record:
    """A record with what a user has changed in its own post; evidence and provenance stay.

    `edited` is the post read, and `rendered` is what digest renders of the record, read in the same way: what both
    have in common is not an edit, whatever the template adds. Links and images that the user added are noted, since a
    summary holds none. Papers that the user added are appended; one that the user removed stays in the record.
    """
    now = {entry.paper.id: entry for entry in edited.entries}
    before = {entry.paper.id: entry for entry in rendered.entries}
    known = {entry.paper.id for entry in record.entries}
    kept = tuple(_edited(entry, now.get(entry.paper.id), before.get(entry.paper.id)) for entry in record.entries)
    new = tuple(entry for entry in edited.entries if entry.paper.id not in known)
    hidden = {key: value for key, value in record.front_matter.items() if rendered.front_matter.get(key) != value}
    return record.replace(
        entries=kept + new,
        post=edited.post and edited.post.keeping(record.post),
        extra=_more(record.extra, edited.extra, rendered.extra),
        front_matter=hidden | edited.front_matter,
    )


def _edited(entry: Entry, edited: Entry | None, rendered: Entry | None) -> Entry:
    if edited is None or edited.summary is None or entry.summary is None:
        return entry
    was = rendered.summary if rendered else None
    words = {f: text for f in FIELDS if (text := edited.summary.text(f)) != (was.text(f) if was else None)}
    title = edited.paper.title if edited.paper.title != (rendered.paper.title if rendered else "") else ""
    return entry.replace(
        paper=entry.paper.replace(title=title or entry.paper.title),
        summary=entry.summary.replace(**words),
        provenance=_with_links(entry.provenance, edited, rendered),
        extra=_more(entry.extra, edited.extra, rendered.extra if rendered else ()),
    )


def _more(known: tuple[Extra, ...], edited: Iterable[Extra], rendered: Iterable[Extra]) -> tuple[Extra, ...]:
    """The extra text of a record, and that of its edited post which the rendered one does not have."""
    there = Counter(each.text for each in (*known, *rendered))
    added = []
    for each in edited:
        there[each.text] -= 1
        added += [each] if there[each.text] < 0 else []
    return (*known, *added)


def _with_links(provenance: Provenance | None, edited: Entry, rendered: Entry | None) -> Provenance | None:
    """The provenance with the links that the user added."""
    if provenance is None or edited.provenance is None:
        return provenance or edited.provenance
    there = set(rendered.provenance.notes) if rendered and rendered.provenance else set()
    links = (link for link in edited.provenance.notes if link not in there and not _leads_to(edited.paper.id, link))
    return provenance.replace(notes=tuple(dict.fromkeys([*provenance.notes, *links])))


def _leads_to(paper_id: str, note: str) -> bool:
    """Whether a noted link leads to the paper and says no more."""
    text, _, url = note.removeprefix("link: ").rpartition(" ")
    named = parse_id(url)
    return named is not None and named.id == paper_id and is_furniture(text)


def _entry(paper: PaperReading, now: datetime) -> Entry:
    texts = {field: paper.summary.get(field, NOTHING_SAID) for field in FIELDS}
    return Entry(
        status="final",
        paper=Paper(id=paper.id or "", version=paper.version, title=paper.title),
        summary=Summary.read(texts),
        provenance=Provenance(summarizer="import", at=now, notes=tuple(map(_link, paper.links))),
        faults=tuple(_kept(paper.findings)),
        extra=paper.extra,
    )


def _link(link: Link) -> str:
    return f"link: {link.text} {link.url}" if link.text else f"link: {link.url}"


def _kept(findings: Iterable[Finding]) -> Iterable[Fault]:
    return (finding.fault for finding in findings if finding.fault.name not in FORM)


def _whole(paper: PaperReading) -> list[Extra]:
    """A paper that no id names, as extra text."""
    where = paper.title or "paper"
    title = Extra(line=paper.line, where=where, text=paper.title)
    fields = [Extra(line=paper.line, where=f"{where}: {field}", text=text) for field, text in paper.summary.items()]
    links = [link for link in (Link(url=paper.url or ""), *paper.links) if link.url]
    notes = [Extra(line=paper.line, where=f"{where}: link", text=_link(link)) for link in links]
    return [title, *fields, *notes, *paper.extra]


def _with_repeat(entry: Entry, paper: PaperReading) -> Entry:
    """The first of two sections on one paper, with what the second one says differently."""
    said = entry.summary.as_json() if entry.summary else {}
    other = {field: text for field, text in paper.summary.items() if said.get(field) != text}
    extra = [Extra(line=paper.line, where=field, text=text) for field, text in other.items()]
    extra += [Extra(line=paper.line, where="link", text=_link(link)) for link in paper.links]
    return entry.replace(extra=(*entry.extra, *extra, *paper.extra))
