"""A post that was written elsewhere, or edited by hand, as a record; what fits no field is kept as extra text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple

from digest.core.judge.faults import find_faults
from digest.core.paper import Paper, parse_id
from digest.core.post.inline import Link, is_furniture
from digest.core.post.paper import PaperReading
from digest.core.post.parse import PostReading
from digest.core.post.sections import shortened
from digest.core.record import Correction, Entry, Extra, PostRef, Provenance, Record, RecordListing
from digest.core.summary import FIELDS, NOTHING_SAID, Fault, FieldName, Finding, Summary
from digest.core.text import counted, fold, normal_text, visible
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
    own = {key: value for key, value in record.front_matter.items() if key not in ours or not is_same(ours[key], value)}
    return record.replace(front_matter=own)


def is_same(one: object, other: object) -> bool:
    """Whether two values of front matter read the same, however an editor spells their signs."""
    return one == other or visible(repr(one)) == visible(repr(other))


class Edition(NamedTuple):
    """A post of ours as it was at one time, read."""

    record: Record
    said: Mapping[str, Mapping[FieldName, str]]
    """By paper, the fields that say anything."""
    keys: frozenset[str]
    """Of its front matter."""
    findings: tuple[Finding, ...]

    def text(self, paper_id: str, field: FieldName) -> str | None:
        """A field as a reader sees it; None where the post says nothing under its name."""
        return self.said.get(paper_id, {}).get(field)

    def and_also(self, rendered: "Edition") -> "Edition":
        """The edition as having the other words of another one too, such as a contents line that repeats a field."""
        both = (*self.record.extra, *rendered.record.extra)
        return self._replace(record=self.record.replace(extra=both), findings=(*self.findings, *rendered.findings))

    @property
    def extras(self) -> Counter[str]:
        """The words that fit no field, however their lines are broken."""
        return Counter(map(_words, chain(self.record.extra, *(e.extra for e in self.record.entries))))


class Change(NamedTuple):
    """One person's change of a post."""

    before: Edition
    after: Edition
    by: str
    at: datetime


def edition_of(reading: PostReading, day: date, *, now: datetime, post: PostRef | None = None) -> Edition:
    """An edition of a day's post; it may have no papers."""
    said = {paper.id: paper.summary for paper in reversed(reading.papers) if paper.id}
    record, keys = import_post(reading, day, now=now, post=post), frozenset(reading.front_matter.data)
    return Edition(record, said, keys, reading.findings)


def take_edits(record: Record, base: Edition, edited: Edition, changes: Sequence[Change]) -> Record:
    """A record with what people have changed in its own post; evidence and provenance stay.

    `base` is the post as digest wrote it: what both have in common is not an edit, whatever the template adds. A field
    that differs is a correction, by the last of the `changes`, newest first, that gave it its words. A field under
    whose name nothing is said any more keeps its words. Links and images are noted, since a summary holds none. Papers
    that were added are appended; one that was removed stays in the record.
    """
    now_there = {entry.paper.id: entry for entry in edited.record.entries}
    there = {entry.paper.id: entry for entry in base.record.entries}
    entries = []
    for entry in record.entries:
        corrected = _corrections(entry, base, edited, changes)
        after, before = now_there.get(entry.paper.id), there.get(entry.paper.id)
        words: dict[str, str] = {field: normal_text(edited.said[entry.paper.id][field]) for field in corrected}
        entries.append(_marked(_edited(entry, after, before, words), corrected))
    known = {entry.paper.id for entry in record.entries}
    new = (entry for entry in edited.record.entries if entry.paper.id not in known)
    return record.replace(
        entries=(*entries, *new),
        post=edited.record.post and edited.record.post.keeping(record.post),
        extra=_more(record.extra, edited.record.extra, base.record.extra),
        front_matter=_front_matter(record, base, edited),
    )


def find_losses(base: Edition, rendered: Edition, edited: Edition, ours: Mapping[str, Any]) -> Iterator[Finding]:
    """What people have taken out of a post, `base`, and rendering the record brings back."""
    if gone := list(((base.extras & rendered.extras) - edited.extras).elements()):
        message = f"{counted(len(gone), 'passage')} of the template taken out, and rendered again: {shortened(gone[0])}"
        yield Finding(line=1, fault=Fault(name="hand-edit", message=message))
    both = base.said.keys() & edited.said.keys()
    if [each for each in base.said if each in both] != [each for each in edited.said if each in both]:
        message = "the papers are in another order than in the record; move their entries there"
        yield Finding(line=1, fault=Fault(name="hand-edit", message=message))
    for paper_id, said in base.said.items():
        if paper_id not in edited.said:
            message = f"{paper_id} was taken out of the post, and its record has it still; delete its entry there"
            yield Finding(line=1, fault=Fault(name="hand-edit", message=message, paper=paper_id))
        for field in said.keys() - edited.said.get(paper_id, said).keys():
            message = f"{field} of {paper_id} is not read in the post any more; its record keeps the words it had"
            yield Finding(line=1, fault=Fault(name="hand-edit", message=message, field=field, paper=paper_id))
    for key in sorted(base.keys - edited.keys):
        if key in ours:
            message = f"{key} was taken out of the front matter, and the configuration has it; change it there"
            yield Finding(line=1, fault=Fault(name="hand-edit", message=message, field=key))


def _corrections(
    entry: Entry, base: Edition, edited: Edition, changes: Sequence[Change]
) -> dict[FieldName, Correction]:
    """The fields that a person has written, each with who did it, in the schema's order."""
    if entry.summary is None:
        return {}
    paper_id = entry.paper.id
    news = ((field, _new(edited.text(paper_id, field), base.text(paper_id, field))) for field in FIELDS)
    found = {field: _correction(paper_id, field, text, changes) for field, text in news if text is not None}
    return {field: each for field, each in found.items() if entry.corrected.get(field) != each}  # else it is taken in


def _new(text: str | None, was: str | None) -> str | None:
    """Words that were changed, as digest spells them; None where that makes them what they were."""
    spelled = normal_text(text or "")
    return None if text in (None, was) or spelled == was else spelled


def _correction(paper_id: str, field: FieldName, text: str, changes: Sequence[Change]) -> Correction:
    def said(edition: Edition) -> str:
        return normal_text(edition.text(paper_id, field) or "")

    change = next((each for each in changes if said(each.after) == text != said(each.before)), changes[0])
    return Correction(by=change.by, at=change.at)


def _edited(entry: Entry, edited: Entry | None, base: Entry | None, words: Mapping[str, str]) -> Entry:
    if edited is None or entry.summary is None:
        return entry
    title, was = edited.paper.title, base.paper.title if base else ""
    is_new = title != was and visible(title) not in ("", was)
    return entry.replace(
        paper=entry.paper.replace(title=visible(title) if is_new else entry.paper.title),
        summary=entry.summary.replace(**words),
        provenance=_with_links(entry.provenance, edited, base),
        extra=_more(entry.extra, edited.extra, base.extra if base else ()),
    )


def _marked(entry: Entry, corrected: dict[FieldName, Correction]) -> Entry:
    """An edited entry with what follows: nothing that was said of a field's older words holds of a person's.

    A draft is final where nothing is left against it.
    """
    if not corrected:
        return entry
    faults = tuple(fault for fault in entry.faults if fault.field not in corrected)
    texts = {field: entry.summary.text(field) for field in FIELDS} if entry.summary else {}
    is_good = entry.status == "draft" and bool(entry.faults) and not faults and not find_faults(texts, {}, None)
    both = entry.corrected | corrected
    return entry.replace(
        status="final" if is_good else entry.status,
        verdicts={field: verdict for field, verdict in entry.verdicts.items() if field not in corrected},
        faults=faults,
        corrected={field: both[field] for field in FIELDS if field in both},
    )


def _front_matter(record: Record, base: Edition, edited: Edition) -> dict[str, Any]:
    """The owner's keys: those that the post does not show, those that it still has, and those that were changed."""
    was = base.record.front_matter
    hidden = {key: value for key, value in record.front_matter.items() if not is_same(was.get(key), value)}
    now = edited.record.front_matter.items()
    return hidden | {key: value for key, value in now if key in record.front_matter or not is_same(was.get(key), value)}


def _more(known: tuple[Extra, ...], edited: Iterable[Extra], rendered: Iterable[Extra]) -> tuple[Extra, ...]:
    """The extra text of a record, and that of its edited post which the rendered one does not have."""
    there = Counter(map(_words, (*known, *rendered)))
    added = []
    for each in edited:
        there[_words(each)] -= 1
        added += [each] if there[_words(each)] < 0 else []
    return (*known, *added)


def _words(extra: Extra) -> str:
    return fold(visible(extra.text))


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
