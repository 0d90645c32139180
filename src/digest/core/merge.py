"""How a day's record grows: what is there keeps its place, what is new comes after, and nothing good is lost."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from digest.core.paper import Listing
from digest.core.record import Entry, Exclusion, Provenance, Record, RecordListing
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


def _of_person(new: Mapping[FieldName, T], old: Mapping[FieldName, T], fields: Collection[str]) -> dict[FieldName, T]:
    """What is kept of each field: of a person's fields the old, of all others the new, in the schema's order."""
    found = {field: (old if field in fields else new).get(field) for field in FIELDS}
    return {field: value for field, value in found.items() if value is not None}


def _given_up(entry: Entry, give_up_after: int) -> Entry:
    if entry.status == "final" or entry.asks < give_up_after or entry.has_fault(GIVEN_UP):
        return entry
    message = f"given up after {entry.asks} asks; correct the record by hand, or raise nightly.give_up_after"
    return entry.replace(faults=(*entry.faults, Fault(name="given-up", message=message)))


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
