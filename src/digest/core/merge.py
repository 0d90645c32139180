"""How a day's record grows: what is there keeps its place, what is new comes after, and nothing good is lost.

Final answers are made anew only where that is asked for, by another model or from a newer version of the paper; then
the older answer is kept whole.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar

from digest.core.paper import Listing, Paper, parse_id
from digest.core.record import UNVERIFIED, Entry, Exclusion, Provenance, Record, RecordListing, Withdrawal
from digest.core.selection import WITHDRAWN
from digest.core.summary import FIELDS, Fault, FieldName

T = TypeVar("T")

GIVEN_UP = "given-up"
"""The name of the fault of a paper whose asks are used up."""
_RANK = {"final": 2, "draft": 1, "failed": 0}


def merge(
    before: Record,
    listing: Listing,
    excluded: Iterable[Exclusion],
    made: Mapping[str, Entry],
    *,
    give_up_after: int,
) -> Record:
    """The day's record with the entries just made, by id. Where nothing has changed it is the one from before.

    A paper that took `give_up_after` asks without becoming final is given up, which is a fault.
    """
    entries = tuple(_given_up(entry, give_up_after) for entry in _merge_entries(before.entries, made))
    record = before.replace(entries=entries, excluded=_merge_exclusions(before.excluded, excluded, entries))
    return before if record == before else record.replace(listing=_merge_listing(before.listing, listing))


def _merge_entries(before: Iterable[Entry], made: Mapping[str, Entry]) -> tuple[Entry, ...]:
    """Entries from before in their places, new ones appended in order."""
    kept = [_better(entry, made.get(entry.paper.id)) for entry in before]
    ids = {entry.paper.id for entry in kept}
    return (*kept, *(entry for paper_id, entry in made.items() if paper_id not in ids))


def _merge_exclusions(
    before: Iterable[Exclusion], now: Iterable[Exclusion], entries: Iterable[Entry]
) -> tuple[Exclusion, ...]:
    """Older exclusions, then those of today's listing; never a paper with an entry."""
    by_id = {exclusion.id: exclusion for exclusion in (*before, *now)}
    has_entry = {entry.paper.id for entry in entries}
    return tuple(exclusion for exclusion in by_id.values() if exclusion.id not in has_entry)


def _merge_listing(before: RecordListing, listing: Listing) -> RecordListing:
    """What the sources answered this time, with the unknown keys of what they answered before."""
    known = {source.kind: source for source in before.sources}
    sources = tuple(source.keeping(known.get(source.kind)) for source in listing.sources)
    return before.replace(state=listing.state, sources=sources)


def _better(old: Entry, new: Entry | None) -> Entry:
    """The fitter of two tries at a paper, with what both of them cost."""
    if new is None:
        return old
    new = with_corrections(new, old)
    if old.status == "final":  # which is made again for its verdicts alone
        return old if new.status == "failed" else new.keeping(old)
    winner = new.keeping(old) if _fitness(new) > _fitness(old) else old
    return winner.replace(provenance=_both(winner.provenance, old.provenance, new.provenance))


def with_corrections(new: Entry, old: Entry) -> Entry:
    """A new answer with the fields that a person has written: these keep their words, whatever a model says.

    Nothing is held against them: no verdict, and no fault that the model's words had there.
    """
    if not old.corrected or old.summary is None or new.summary is None:
        return new
    left = tuple(fault for fault in new.faults if fault.field not in old.corrected)
    return new.replace(
        status="final" if new.status == "draft" and new.faults and not left else new.status,
        summary=new.summary.replace(**{field: old.summary.text(field) for field in old.corrected}),
        evidence=_of_person(new.evidence, old.evidence, old.corrected),
        found=_of_person(new.found, old.found, old.corrected),
        verdicts=_of_person(new.verdicts, {}, old.corrected),
        faults=left,
        corrected=old.corrected,
    )


def keep_corrections(record: Record, known: Record) -> Record:
    """A record that takes another's place, its fields still a person's where the words are the same."""
    old = {entry.paper.id: entry for entry in known.entries}
    return record.replace(entries=tuple(_as_corrected(entry, old.get(entry.paper.id)) for entry in record.entries))


def _as_corrected(entry: Entry, old: Entry | None) -> Entry:
    if old is None or old.summary is None or entry.summary is None:
        return entry
    same = {f: each for f, each in old.corrected.items() if old.summary.text(f) == entry.summary.text(f)}
    return entry.replace(corrected=same)


def _of_person(new: Mapping[FieldName, T], old: Mapping[FieldName, T], fields: Collection[str]) -> dict[FieldName, T]:
    """What is kept of each field: of a person's fields the old, of all others the new, in the schema's order."""
    found = {field: (old if field in fields else new).get(field) for field in FIELDS}
    return {field: value for field, value in found.items() if value is not None}


def _given_up(entry: Entry, give_up_after: int) -> Entry:
    if entry.status == "final" or entry.asks < give_up_after or entry.has_fault(GIVEN_UP):
        return entry
    message = f"given up after {entry.asks} asks; correct the record by hand, or raise nightly.give_up_after"
    return entry.replace(faults=(*entry.faults, Fault(name=GIVEN_UP, message=message)))


def _fitness(entry: Entry) -> tuple[int, bool, int]:
    by_model = entry.provenance is not None and entry.provenance.summarizer == "openai"
    return _RANK[entry.status], by_model, -len(entry.faults)


def _both(winner: Provenance | None, old: Provenance | None, new: Provenance | None) -> Provenance | None:
    if winner is None or old is None or new is None or not (old.attempts and new.attempts):
        return winner
    costs = (old.cost_usd, new.cost_usd)
    spent = {
        "attempts": old.attempts + new.attempts,
        "tokens": (old.tokens + new.tokens).keeping(old.tokens),
        "cost_usd": None if None in costs else sum(cost for cost in costs if cost is not None),
    }
    return winner.replace(**spent)


class Renewal(NamedTuple):
    """Which final entries are to be summarised anew. Withdrawn papers never are."""

    model: str | None = None
    """Those that this model did not write; None: whoever wrote them."""
    versions: bool = False
    """Those of which arXiv has a newer version, as `digest refresh` noted it."""
    papers: frozenset[str] = frozenset()
    """These papers alone; empty: all of the day."""

    @property
    def is_asked_for(self) -> bool:
        """Whether anything is to be summarised anew."""
        return self.model is not None or self.versions

    def papers_of(self, record: Record) -> dict[str, Paper]:
        """The papers to read again, by id, each with the version that is to be read."""
        return {entry.paper.id: self._to_read(entry) for entry in record.entries if self._is_due(entry)}

    def plan(self, record: Record, model: str) -> Iterator[str]:
        """What would be asked of the model, a line for each paper."""
        for entry in record.entries:
            if self._is_due(entry):
                yield f"would be summarised anew: {_change(entry, self._to_read(entry), model)}"

    def _is_due(self, entry: Entry) -> bool:
        if entry.status != "final" or entry.withdrawn is not None or parse_id(entry.paper.id) is None:
            return False
        if self.papers and entry.paper.id not in self.papers:
            return False
        by_another = self.model is not None and self.model != _writer(entry)
        return by_another or (self.versions and entry.newer is not None)

    def _to_read(self, entry: Entry) -> Paper:
        """The newer version where that is wanted, else the one that was read, if it is known."""
        newer = entry.newer if self.versions else None
        version = newer.version if newer else entry.paper.version
        return entry.paper.replace(version=version, pinned=version is not None)


class Renewed(NamedTuple):
    """What became of the papers that were summarised anew."""

    entries: dict[str, Entry]
    """All entries that were made, but for those whose older answer stays."""
    faults: tuple[Fault, ...] = ()
    """Why older answers stay."""
    news: tuple[str, ...] = ()
    """What is new of each paper, a line each."""


def renew(before: Record, made: Mapping[str, Entry], due: Collection[str], now: datetime) -> Renewed:
    """Put new answers in the place of older ones, for the papers that are due.

    A draft, a failure, and an answer that no verifier could be asked about do not replace a final one.
    """
    old = {entry.paper.id: entry for entry in before.entries}
    entries = dict(made)
    faults: list[Fault] = []
    news: list[str] = []
    for paper_id in due:
        new = with_corrections(made[paper_id], old[paper_id])
        if new.has_fault(WITHDRAWN):
            entries[paper_id] = _withdrawn(old[paper_id], new, now)
            news.append(f"{paper_id}: withdrawn: {new.faults[0].message}")
        elif new.status == "final" and not new.has_fault(UNVERIFIED):
            entries[paper_id] = _replaced(old[paper_id], new, now)
            news += _news(old[paper_id], entries[paper_id])
        else:
            del entries[paper_id]
            stays = [_stays(old[paper_id], fault) for fault in new.faults]
            faults += [fault for fault in stays if fault.name != GIVEN_UP]
            news += [f"{paper_id}: {fault.message}" for fault in stays if fault.name == GIVEN_UP]
    return Renewed(entries, tuple(faults), tuple(news))


def _withdrawn(old: Entry, new: Entry, now: datetime) -> Entry:
    return old.replace(withdrawn=Withdrawal(at=now, comment=new.faults[0].message), changed=now)


def _replaced(old: Entry, new: Entry, now: datetime) -> Entry:
    """The new answer, with the older one in `earlier`. The same version keeps its title: a post may have its own."""
    paper, read = new.paper, new.paper.version or 0
    if old.paper.version in (None, new.paper.version):
        paper = paper.replace(title=old.paper.title or paper.title, pinned=old.paper.pinned)
    return new.replace(
        paper=paper,
        newer=old.newer if old.newer and old.newer.version > read else None,
        earlier=(*old.earlier, old.replace(earlier=())),
        changed=now,
    )


def _stays(old: Entry, fault: Fault) -> Fault:
    message = f"{fault.message}; the older answer, by {_writer(old)}, stays"
    return fault.replace(message=message, paper=old.paper.id)


def _news(old: Entry, new: Entry) -> Iterator[str]:
    yield f"summarised anew: {_change(old, new.paper, _writer(new))}; the older answer is kept in the record"
    if new.paper.name != old.paper.name:
        yield f"{new.paper.id}: the title is now {new.paper.name!r}; it was {old.paper.name!r}"


def _change(old: Entry, paper: Paper, model: str) -> str:
    """What differs from the older answer: `2512.03405: version 2 in place of 1, by large in place of small`."""
    versions = f"version {paper.version} in place of {old.paper.version}"
    parts = [versions] if paper.version != old.paper.version else []
    parts.append(f"by {model}" if model == _writer(old) else f"by {model} in place of {_writer(old)}")
    return f"{old.paper.id}: {', '.join(parts)}"


def _writer(entry: Entry) -> str:
    """Who wrote an entry: the model, else `import` or `extractive`, or `the user` where nobody is named."""
    made = entry.provenance
    return "the user" if made is None else made.model if made.summarizer == "openai" and made.model else made.summarizer
