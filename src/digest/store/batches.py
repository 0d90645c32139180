"""Batches of questions, one JSON file each below `data/batches/`: ids, hashes and versions, never a paper's text."""

import base64
import hashlib
import re
from collections.abc import Collection, Container, Iterable, Iterator, Set
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec

from digest.core.clock import days_of
from digest.core.errors import UsageError
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
_LINE: Final = re.compile(rb'\{"custom_id": "([0-9a-zA-Z./_-]+)", "method": "POST", ')
_TOO_MUCH: Final = "token_limit"
"""In the words of an engine that has no room for a batch as long as others are under way."""
_HASH: Final = 43
"""Characters of 256 bits in base64 without its padding."""


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


def left_usd(batches: Iterable[Batch]) -> float | None:
    """What the next questions may cost, by the limits that the days under way were submitted with; None: anything."""
    known = list(batches)
    limits = {each.backfill: each.limit_usd for each in known if each.state != "done" and each.limit_usd is not None}
    spent = {
        name: sum((b.reckoned_usd if b.cost_usd is None else b.cost_usd) or 0.0 for b in known if b.backfill == name)
        for name in limits
    }
    return max(0.0, min(limits[name] - spent[name] for name in limits)) if limits else None


def name_of(now: datetime, lines: Iterable[str]) -> str:
    """The name of a batch of such lines that is made now: another one where the lines are others."""
    return f"{now:%Y-%m-%dT%H%M%S}-{hashlib.sha256(' '.join(sorted(lines)).encode()).hexdigest()[:8]}"


def most_lines(batches: Iterable[Batch], most: int) -> int:
    """Lines of a batch: half as many as one had that the engine has no room for, and at most so many."""
    refused = [len(b.lines) // 2 for b in batches if b.status.startswith("failed") and _TOO_MUCH in b.status]
    return max(1, min([most, *refused]))


def sent_by_user(batches: Iterable[Batch]) -> set[date]:
    """The days with answers that the user brought, whose next questions the user sends too."""
    return {day for batch in batches if batch.state == "ended" and batch.way == "file" for day in batch.days}


def part(target: Path, number: int) -> Path:
    """`F.jsonl`, `F-2.jsonl`, `F-3.jsonl`: where the lines go that are more than one file takes."""
    return target.with_name(f"{target.stem}-{number}{target.suffix}") if number > 1 else target


def refuse_to_lose(target: Path, waited: Container[str]) -> None:
    """Raises UsageError where a file holds anything but lines that were answered; those `waited` for were not."""
    try:
        with target.open("rb") as file:
            first = file.readline()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"--to-file {target}: cannot be written: {error.strerror}; name another file") from error
    line = _LINE.match(first)
    if first.strip() and line is None:
        raise UsageError(f"--to-file {target}: has something other than lines of digest in it; name another file")
    if line is not None and line[1].decode() in waited:
        raise UsageError(f"--to-file {target}: has lines that were not answered yet; name another file")


def custom_id(paper: str, round_: int, name: str) -> str:
    """A line's id, `2512.03405-1-HASH`, at most 64 characters: some servers take no longer ones."""
    return f"{paper}-{round_}-{base64.urlsafe_b64encode(bytes.fromhex(name)).decode().rstrip('=')}"


class LineId(NamedTuple):
    """What a line's id says."""

    paper: str
    round: int
    """From 1, over all batches about the paper."""
    name: str
    """The hash of the question, in hexadecimal digits."""


def read_custom_id(text: str) -> LineId:
    """The parts of a line's id. Raises ValueError for one that digest has not made."""
    paper, _, round_ = text[: -_HASH - 1].rpartition("-")
    name = base64.urlsafe_b64decode(f"{text[-_HASH:]}=").hex()
    return LineId(paper, int(round_), name)


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


class Batches:
    """The folder of batches."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """The file of a batch."""
        return self.folder / f"{name}.json"

    def read(self) -> list[Batch]:
        """All batches, oldest first. Raises UsageError for a file that is not one."""
        found = (self._read(path) for path in self.folder.glob("*.json"))
        return sorted(found, key=lambda batch: (batch.at, batch.name))

    def open(self) -> list[Batch]:
        """The batches with days that are not written yet, oldest first."""
        return [batch for batch in self.read() if batch.state != "done"]

    def write(self, batch: Batch) -> None:
        """Keep a batch. Raises UsageError where the folder cannot be written."""
        write_whole(self.path(batch.name), msgspec.json.format(msgspec.json.encode(batch), indent=1) + b"\n")

    def remove(self, name: str) -> None:
        """Forget a batch that was never sent."""
        self.path(name).unlink(missing_ok=True)

    def _read(self, path: Path) -> Batch:
        try:
            batch = msgspec.json.decode(read_if_there(path) or b"", type=Batch)
            for each in batch.lines:
                read_custom_id(each)
            return batch
        except (msgspec.DecodeError, ValueError) as error:
            raise UsageError(f"{path}: not a batch: {error}; fix it or restore it from git") from error


class Ledger:
    """The questions whose days are not written yet, by day and by paper."""

    def __init__(self, batches: Iterable[Batch]) -> None:
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
