"""Final answers anew: by another model, or from a newer version of the paper. The older answer is kept whole."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from digest.core.merge import GIVEN_UP, with_corrections
from digest.core.paper import Paper, parse_id
from digest.core.record import UNVERIFIED, Entry, Record, Withdrawal
from digest.core.selection import WITHDRAWN
from digest.core.summary import Fault


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
