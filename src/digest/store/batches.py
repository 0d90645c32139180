"""Batches of questions, one JSON file each below `data/batches/`: ids, hashes and versions, never a paper's text."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Set
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec

from digest.core.clock import days_of
from digest.core.errors import UsageError
from digest.core.paper import LineId, read_custom_id
from digest.core.record import Record, Tokens
from digest.core.value import Frozen
from digest.store.files import read_if_there, write_whole

Asks = Literal["summary", "verdicts"]
BatchState = Literal["preparing", "under way", "ended", "taken", "done"]
"""How far a batch is:

- `preparing`: its lines are written, and it may have been created at the engine or not.
- `under way`: the engine has it, or the user has its file.
- `ended`: no further answers will come.
- `taken`: its answers were judged, and what they led to is asked for.
- `done`: every day of it is written.
"""
_TOO_MUCH: Final = "token_limit"
"""In the words of an engine that has no room."""
_NAMED: Final = "%Y-%m-%dT%H%M%S"
"""How the name of a batch begins: when it was made, in UTC."""
_AHEAD: Final = timedelta(hours=14)
"""What the clocks that are furthest ahead of UTC have more."""


class Line(Frozen, frozen=True, kw_only=True):
    """A question in a batch."""

    asks: Asks
    version: int | None = None
    """The version of the paper that was read."""
    text: str | None = None
    """The kind of text that the question gives of the paper."""
    known: int = 0
    """Asks about the paper before this way of it began."""


class Batch(Frozen, frozen=True, kw_only=True):
    """One batch: one file of lines to one model."""

    name: str
    """Of this file, and in the engine's metadata."""
    at: datetime
    """When it was made."""
    way: Literal["engine", "file"]
    """Whether digest sends it to an engine, or the user does so with the file."""
    url: str
    """The model server's base URL."""
    model: str
    state: BatchState
    status: str = ""
    """As the engine calls it, with its reason where it failed."""
    id: str | None = None
    """The engine's id of the batch."""
    input_file: str | None = None
    """The engine's id of the file of lines."""
    output_file: str | None = None
    error_file: str | None = None
    form: dict[str, Any] = {}
    """How the lines differ from the usual form of a question."""
    most: int | None = None
    """Tokens of an answer that the server has room for; None as long as it has not said."""
    limit_usd: float | None = None
    """What all batches of this backfill may cost."""
    limit: str = "--limit-usd"
    """What has set that limit: the option, or the key of the configuration."""
    requests: int = 0
    reckoned_usd: float | None = None
    """What the lines were reckoned to cost."""
    input_tokens: int = 0
    """What the answers took that have come."""
    output_tokens: int = 0
    cost_usd: float | None = None
    """What they cost; None as long as none has come, or where no price is known."""
    backfill: str = ""
    """The name of the first batch of those that came of one submission."""
    days: dict[date, dict[str, Line]] = {}
    """The lines of each day that is not written yet, by custom id."""
    unanswered: tuple[str, ...] = ()
    """The lines that the engine gave back without an answer or an error."""

    def __str__(self) -> str:
        """`2025-12-10T033000-ab12cd34: in_progress, 12 requests, 2025-12-01…2025-12-03 (3 days)`."""
        sent = "file" if self.way == "file" and self.is_open else self.state
        asked = f"{self.requests} request{'' if self.requests == 1 else 's'}"
        return f"{self.name}: {self.status or sent}, {asked}, {days_of(sorted(self.days))}"

    @property
    def is_open(self) -> bool:
        """Whether answers may still come."""
        return self.state in ("preparing", "under way")

    @property
    def lines(self) -> dict[str, Line]:
        """All, by custom id."""
        return {each: line for lines in self.days.values() for each, line in lines.items()}

    def sharing(self, day: date, lines: Iterable[str]) -> "Batch":
        """The batch with a day noted beside those of its lines that the day waits for."""
        known, noted = self.lines if self.is_open else {}, self.days.get(day, {})
        more = {each: known[each] for each in lines if each in known and each not in noted}
        return self.replace(days={**self.days, day: {**noted, **more}}) if more else self

    def ended(self, status: str, unanswered: Collection[str], tokens: Tokens, cost_usd: float | None) -> "Batch":
        """The batch once its answers are here; one whose answers were taken is to be taken again if there are more."""
        has_more = self.state != "taken" or not set(unanswered) >= set(self.unanswered)
        return self.replace(
            state="ended" if has_more else self.state,
            status=status,
            unanswered=tuple(unanswered),
            input_tokens=tokens.input,
            output_tokens=tokens.output,
            cost_usd=cost_usd,
        )

    def settled(self, written: Collection[date], tried: Collection[date]) -> "Batch":
        """The batch without the days that are written; `tried` are those whose answers led to the next questions."""
        days = {day: lines for day, lines in self.days.items() if day not in written}
        if not days and not self.is_open:
            return self.replace(days={}, state="done", unanswered=())
        is_taken = self.state == "ended" and days.keys() <= set(tried)
        return self.replace(days=days, state="taken" if is_taken else self.state)


def name_of(now: datetime, lines: Iterable[str]) -> str:
    """The name of a batch of such lines that is made now: another one where the lines are others."""
    return f"{now.astimezone(UTC):{_NAMED}}-{digest_of(lines)[:8]}"


def digest_of(lines: Iterable[str]) -> str:
    """The hash of lines by their ids, so that whoever would ask the same finds that they are asked already."""
    return hashlib.sha256(" ".join(sorted(lines)).encode()).hexdigest()[:32]


def most_lines(batches: Iterable[Batch], most: int) -> int:
    """Lines of a batch: half as many as one had that the engine has no room for, and at most so many."""
    return max(1, min([most, *(len(b.lines) // 2 for b in batches if lacks_room(b.status))]))


def lacks_room(status: str) -> bool:
    """Whether an engine has refused a batch since it has no room for one as long as others are under way."""
    return _TOO_MUCH in status


def sent_by_user(batches: Iterable[Batch]) -> set[date]:
    """The days with answers that the user brought, whose next questions the user sends too."""
    return {day for batch in batches if batch.state == "ended" and batch.way == "file" for day in batch.days}


class OpenLine(NamedTuple):
    """A line about a paper whose day is not written yet."""

    id: str
    about: LineId
    line: Line
    batch: Batch | None
    """None where it is noted for the batch that is being made."""

    @property
    def is_waited_for(self) -> bool:
        """Whether its answer may still come."""
        return self.batch is None or self.batch.is_open


class Unread(NamedTuple):
    """A file that cannot be read, so that nobody knows which questions are under way in it."""

    path: Path
    reason: str

    def __str__(self) -> str:
        days = f"days up to {self._last}" if self._last else "all days"
        return f"{self.reason}; {days} wait meanwhile, so that nothing is paid twice"

    def may_hold(self, day: date) -> bool:
        """Whether a day's questions may be in it: a batch has none of days that began after it was made."""
        return self._last is None or day <= self._last

    @property
    def _last(self) -> date | None:
        try:
            return (datetime.strptime(self.path.name[:17], _NAMED) + _AHEAD).date()
        except ValueError:
            return None  # a name that digest does not give


class Found(NamedTuple):
    """What the folder of batches has."""

    batches: tuple[Batch, ...]
    """Oldest first."""
    unread: tuple[Unread, ...]

    @property
    def open(self) -> tuple[Batch, ...]:
        """The batches with days that are not written yet."""
        return tuple(batch for batch in self.batches if batch.state != "done")


class Batches:
    """The folder of batches."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """The file of a batch."""
        return self.folder / f"{name}.json"

    def read(self) -> Found:
        """All batches, and the files that cannot be read. Hidden files are of something else."""
        found = [self._read(path) for path in sorted(self.folder.glob("*.json")) if path.name[0] != "."]
        batches = [each for each in found if isinstance(each, Batch)]
        unread = (each for each in found if isinstance(each, Unread))
        return Found(tuple(sorted(batches, key=lambda batch: (batch.at, batch.name))), tuple(unread))

    def write(self, batch: Batch) -> None:
        """Keep a batch. Raises UsageError where the folder cannot be written."""
        write_whole(self.path(batch.name), msgspec.json.format(msgspec.json.encode(batch), indent=1) + b"\n")

    def remove(self, name: str) -> None:
        """Forget a batch that was never sent."""
        self.path(name).unlink(missing_ok=True)

    def _read(self, path: Path) -> Batch | Unread:
        try:
            batch = msgspec.json.decode(read_if_there(path) or b"", type=Batch)
            for each in batch.lines:
                read_custom_id(each)
            if batch.name != path.stem:
                return Unread(path, f"{path}: has the batch {batch.name!r}; rename it, or delete it if it is a copy")
            return batch
        except UsageError as error:
            return Unread(path, str(error))
        except (msgspec.DecodeError, ValueError) as error:
            return Unread(path, f"{path}: not a batch: {error}; fix it, restore it from git, or delete it to ask again")


class Ledger:
    """The questions whose days are not written yet, by day and by paper."""

    def __init__(self, batches: Iterable[Batch], unread: Iterable[Unread] = ()) -> None:
        self.unread = tuple(unread)
        """Files whose questions are not known."""
        self._days: dict[date, dict[str, None]] = {}
        self._where: dict[str, list[date]] = {}
        self._lines: dict[str, list[OpenLine]] = {}
        for batch in batches:
            for day, lines in batch.days.items():
                for each, line in lines.items():
                    self.note(day, OpenLine(each, read_custom_id(each), line, batch))

    def note(self, day: date, line: OpenLine) -> None:
        """Add a line of a day, or a day of a line."""
        papers = self._days.setdefault(day, {})
        if line.about.paper not in papers:
            papers[line.about.paper] = None
            self._where.setdefault(line.about.paper, []).append(day)
        lines = self._lines.setdefault(line.about.paper, [])
        if all(line.id != each.id for each in lines):
            lines.append(line)
            lines.sort(key=lambda each: each.about.round)

    def unknown(self, day: date) -> Unread | None:
        """A file that may have questions of the day and cannot be read; None if there is none."""
        return next((each for each in self.unread if each.may_hold(day)), None)

    def papers(self, day: date) -> tuple[str, ...]:
        """The papers of a day that have lines."""
        return tuple(self._days.get(day, ()))

    def lines(self, paper: str) -> list[OpenLine]:
        """The lines about a paper, in the order of their rounds."""
        return list(self._lines.get(paper, ()))

    def first(self, paper: str) -> Line | None:
        """The first line about a paper, which says what was read; None if there is none."""
        return next((each.line for each in self._lines.get(paper, ())), None)

    def seen(self, ids: Set[str], *, but: date) -> dict[str, date]:
        """Which of the papers have lines of other days, each with the first such day."""
        found = {each: [day for day in self._where.get(each, ()) if day != but] for each in ids}
        return {each: min(days) for each, days in found.items() if days}

    def through(self, before: Record) -> Iterator[str]:
        """The papers of a day that have been through: their answers led to what the record has."""
        for entry in before.entries:
            lines = self._lines.get(entry.paper.id)
            if lines and entry.status != "final" and entry.asks > max(each.line.known for each in lines):
                yield entry.paper.id
