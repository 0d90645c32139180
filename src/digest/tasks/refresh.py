"""What has become of published papers: withdrawn ones are marked, new versions noted; arXiv is asked, no model."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from digest.clients.arxiv_api import MOST_IDS, ArxivApi
from digest.clients.retry import ServiceError
from digest.core.clock import today
from digest.core.config import Config
from digest.core.errors import UsageError
from digest.core.paper import Paper, parse_id
from digest.core.record import Entry, NewerVersion, Record, Withdrawal
from digest.core.selection import withdrawal_of
from digest.core.summary import Fault
from digest.stages.keep import Shelf, keep
from digest.store.records import Records


class Refreshed(NamedTuple):
    """What a look at the records' papers came to."""

    days: tuple[date, ...] = ()
    """The days whose records have changed."""
    posts: tuple[str, ...] = ()
    """The posts that have changed, by their paths."""
    news: tuple[str, ...] = ()
    """What is new of each paper, a line each."""
    faults: tuple[Fault, ...] = ()
    """Requests that failed, and posts that could not be changed."""
    asked: int = 0
    """The papers that arXiv was asked for."""


def days_to_refresh(records: Records, config: Config, now: datetime, count: int | None = None) -> list[date]:
    """The days with a record among the last `count`, or `nightly.refresh_days`, before today."""
    first = today(now, config.blog.timezone) - timedelta(days=config.nightly.refresh_days if count is None else count)
    return [day for day in records.days() if day >= first]


def refresh(
    days: Iterable[date], shelf: Shelf, api: ArxivApi, *, now: datetime, older: timedelta = timedelta()
) -> Refreshed:
    """Look at the papers that the days' posts show, if they were summarised longer ago than `older`.

    A paper that is marked as withdrawn is not asked for again. One request to arXiv's API is made for a hundred papers;
    what one that fails would have said is left to the next time.
    """
    records = [record for day in days if (record := shelf.records.readable(day)) and not record.sample]
    watched = (entry for record in records for entry in _watched(record))
    ids = dict.fromkeys(entry.paper.id for entry in watched if _made_at(entry, now) <= now - older)
    found, faults = _ask(list(ids), api)
    kept: list[date] = []
    posts: list[str] = []
    news: list[str] = []
    for record in records:
        entries = tuple(_refreshed(entry, found, now) for entry in record.entries)
        if entries == record.entries:
            continue
        news += _news(record, entries, found)
        try:
            done = keep(shelf, record.replace(entries=entries), record)
        except UsageError as error:
            faults.append(Fault(name="usage", message=str(error)))
            continue
        kept.append(record.date)
        faults += done.faults
        if done.record.post and record.post and done.record.post.sha256 != record.post.sha256:
            posts.append(done.record.post.path)
    return Refreshed(tuple(kept), tuple(posts), tuple(news), tuple(faults), len(ids))


def _watched(record: Record) -> Iterator[Entry]:
    for entry in record.entries:
        if entry.status == "final" and entry.withdrawn is None and parse_id(entry.paper.id):
            yield entry


def _made_at(entry: Entry, now: datetime) -> datetime:
    at = entry.provenance.at if entry.provenance else None
    return at if at is not None and at.tzinfo is not None else now - timedelta(days=3660)


def _ask(ids: Sequence[str], api: ArxivApi) -> tuple[dict[str, Paper], list[Fault]]:
    found: dict[str, Paper] = {}
    faults: list[Fault] = []
    for start in range(0, len(ids), MOST_IDS):
        try:
            found |= api.by_ids(ids[start : start + MOST_IDS])
        except ServiceError as error:
            faults.append(Fault(name="metadata", message=str(error)))
    return found, faults


def _refreshed(entry: Entry, found: Mapping[str, Paper], now: datetime) -> Entry:
    """An entry with what arXiv says of its paper today. A withdrawal changes the post, a new version is only noted."""
    paper = found.get(entry.paper.id)
    if paper is None or entry.status != "final" or entry.withdrawn is not None:
        return entry
    if why := withdrawal_of(paper):
        return entry.replace(withdrawn=Withdrawal(at=now, comment=why), changed=now)
    read, seen = entry.paper.version, entry.newer.version if entry.newer else 0
    if read is None or paper.version is None or paper.version <= max(read, seen):
        return entry
    at = datetime.fromisoformat(paper.updated) if paper.updated else now
    return entry.replace(newer=NewerVersion(version=paper.version, at=at))


def _news(record: Record, entries: Iterable[Entry], found: Mapping[str, Paper]) -> Iterator[str]:
    for old, new in zip(record.entries, entries, strict=True):
        if new == old:
            continue
        name = f"{record.date}: {new.paper.id}"
        if new.withdrawn:
            yield f"{name}: withdrawn: {new.withdrawn.comment}"
        elif new.newer:
            newer, read = new.newer, new.paper.version
            yield f"{name}: version {newer.version} of {newer.at:%Y-%m-%d}; version {read} was read"
            title = found[new.paper.id].title
            if title and title != new.paper.name:
                yield f"{name}: the title on arXiv is now {title!r}; the post keeps its own"
