"""What a backfill is worked with: the batches that are kept, the engines that have them, and what these send back."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from digest.clients.batches import MOST_BYTES, MOST_LINES, Engine, Progress, Result, read_results
from digest.clients.completion import read_completion
from digest.clients.retry import ServiceError
from digest.core.errors import UsageError
from digest.core.record import Tokens
from digest.core.text import counted
from digest.run import Run
from digest.stages.summarize.batched import Model, Outbox, Parcel, Way, as_values, failure_of, form_of
from digest.store.batches import Batch, Ledger, read_custom_id

_KEPT: Final = ("choices", "usage")
"""What is kept of an answer in OpenAI's shape."""
_TOO_MUCH: Final = "token_limit"
"""In the words of an engine that has no room for a batch as long as others are under way."""

Received = Counter[str]
"""Lines of results: `answered`, `failed`, `again`, `unknown` and `unread`."""


class Desk:
    """The batches of a workspace. Everything that is paid for is kept in a file before it is asked for."""

    def __init__(self, run: Run) -> None:
        """Raises UsageError for a batch that cannot be read, and for a key that cannot be sent."""
        self.run = run
        self._batches = run.batches
        self._all = self._batches.read()
        self.open = {batch.name: batch for batch in self._all if batch.state != "done"}
        run.records.remember()
        self.ledger = Ledger(self.open.values())
        """What is under way, and what this run has noted for the next batch."""
        config = run.workspace.config
        asking = (config.summarizer, config.verifier.settings(config.summarizer))
        self._models = [Model(each.base_url, each.model) for each in asking]
        pairs = zip(self._models, run.chats(), strict=True)
        self._engines = {model: Engine(chat, model.url) for model, chat in reversed(list(pairs))}
        self._spool = run.workspace.cache / "batches"
        self.written: tuple[Path, ...] = ()
        """The files of lines that the user sends."""

    def new_outbox(self, to_file: Path | None, *, limit_usd: float | None = None) -> Outbox:
        """An outbox whose files are of a size that the engines have taken so far."""
        ways = {
            Model(batch.url, batch.model): Way(form_of(batch.form), batch.most)
            for batch in self.open.values()
            if batch.form or batch.most
        }
        refused = [
            len(b.lines) // 2 for b in self.open.values() if b.status.startswith("failed") and _TOO_MUCH in b.status
        ]
        most = max(1, min([MOST_LINES, *refused])), MOST_BYTES
        folder = to_file.absolute().parent if to_file else self._spool
        return Outbox(folder, self.ledger, ways=ways, limit_usd=limit_usd, most=most)

    def recover(self) -> list[str]:
        """Go on with what was being sent when an earlier run ended; why that is impossible today."""
        troubles = []
        for batch in [each for each in self.open.values() if each.state == "preparing"]:
            engine = self._engine(batch)
            if engine is None:
                continue
            try:
                found = engine.find(batch.name, batch.input_file)
                if found is not None:
                    self._created(batch, found)
                elif self._lines_of(batch).exists():
                    troubles += self._post(batch)
                else:
                    self._end(batch, "lost")
            except ServiceError as error:
                troubles.append(f"{batch.name}: {error}")
        self.ledger = Ledger(self.open.values())
        return troubles

    def look(self) -> list[str]:
        """Ask the engines how far they are, and take the answers of what is over; what went wrong."""
        troubles = [f"{batch.name}: {why}" for batch in self.open.values() if (why := self._why_left(batch))]
        for batch in [each for each in self.open.values() if each.state == "under way" and each.id]:
            engine = self._engine(batch)
            if engine is None:
                continue
            try:
                progress = engine.look(batch.id or "")
                status = f"{progress.status}: {progress.why}" if progress.why else progress.status
                if progress.is_over:
                    files = {"output_file": progress.output_file, "error_file": progress.error_file}
                    over = self._save(batch, **files)
                    self._download(over, engine)
                    self._end(over, status)
                else:
                    self._save(batch, status=status)
            except ServiceError as error:
                troubles.append(f"{batch.name}: {error}")
        return troubles

    def receive(self, files: Sequence[Path]) -> Received:
        """Take the answers in files of results. A batch of which any line was answered there has ended."""
        received, touched = Received(), set[str]()
        owners = {each: batch.name for batch in self.open.values() for each in batch.lines}
        for path in files:
            try:
                for result in read_results(path):
                    received[self._receive(result, owners)] += 1
                    if result is not None and result.custom_id in owners:
                        touched.add(owners[result.custom_id])
            except OSError as error:
                raise UsageError(
                    f"{path}: cannot be read: {error.strerror}; name the engine's file of results"
                ) from error
        for name in touched:
            self._end(self.open[name], self.open[name].status or "answered")
        self.ledger = Ledger(self.open.values())
        return received

    def ready(self) -> tuple[list[date], list[str]]:
        """The days that have new answers, oldest first, and what cannot be gone on with."""
        ended = [batch for batch in self.open.values() if batch.state == "ended" and self._is_mine(batch)]
        days = {day for batch in ended for day in batch.days}
        troubles = []
        for batch in list(self.open.values()):
            lost = self._lost(batch, days)
            engine = self._engine(batch)
            if lost and engine is not None:
                try:
                    self._download(batch, engine)
                except ServiceError as error:
                    troubles.append(f"{batch.name}: {error}")
                lost = self._lost(batch, days)
            if lost:
                days -= {day for day, lines in batch.days.items() if lost & set(lines)}
                troubles.append(
                    f"{batch.name}: {counted(len(lost), 'answer')} not in the cache any more; give the file of results "
                    "again with --from-file"
                )
        return sorted(days), troubles

    def by_way(self, days: Iterable[date]) -> tuple[list[date], list[date]]:
        """The days whose next questions an engine takes, and those that the user sends."""
        files = [batch for batch in self.open.values() if batch.state == "ended" and batch.way == "file"]
        sent = {day for batch in files for day in batch.days}
        return [day for day in days if day not in sent], [day for day in days if day in sent]

    def left_usd(self) -> float | None:
        """What the next questions may cost, by the limits that the days under way were submitted with."""
        limits = {b.backfill: b.limit_usd for b in self.open.values() if b.limit_usd is not None}
        left = [limit - self._spent(backfill) for backfill, limit in limits.items()]
        return max(0.0, min(left)) if left else None

    def _spent(self, backfill: str) -> float:
        batches = [batch for batch in self._all if batch.backfill == backfill]
        return sum((b.reckoned_usd if b.cost_usd is None else b.cost_usd) or 0.0 for b in batches)

    def share(self, outbox: Outbox, day: date, lines: Collection[str]) -> None:
        """Note a day beside the lines that it waits for and that were asked for another day."""
        outbox.share(day, lines)
        for batch in list(self.open.values()):
            known = batch.lines if batch.is_open else {}
            more = {each: known[each] for each in lines if each in known and each not in batch.days.get(day, {})}
            if more:
                self._save(batch, days={**batch.days, day: {**batch.days.get(day, {}), **more}})

    def send(
        self,
        parcels: Sequence[Parcel],
        *,
        to_file: Path | None,
        limit_usd: float | None = None,
        before: Callable[[], object] = lambda: None,
    ) -> tuple[list[Batch], list[str]]:
        """Remember the files of lines as batches, and have the engines answer them, or leave that to the user.

        `before` is called when they are remembered. Of the troubles, those that pass are tried again by the next run;
        what an engine refuses is not under way.
        """
        made: list[Batch] = []
        for number, parcel in enumerate(parcels, 1):
            made.append(self._remember(parcel, to_file, number, limit_usd, made[0].name if made else None))
        before()
        if to_file is not None:
            return made, []
        troubles = [trouble for batch in made for trouble in self._post(batch)]
        return [self.open[batch.name] for batch in made if batch.name in self.open], troubles

    def _remember(
        self, parcel: Parcel, to_file: Path | None, number: int, limit_usd: float | None, first: str | None
    ) -> Batch:
        ids = sorted(each for lines in parcel.days.values() for each in lines)
        name = f"{self.run.now:%Y-%m-%dT%H%M%S}-{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:8]}"
        origin = next((b for b in self.open.values() if b.days.keys() & parcel.days.keys()), None)
        batch = Batch(
            name=name,
            at=self.run.now,
            way="file" if to_file else "engine",
            url=parcel.model.url,
            model=parcel.model.name,
            state="under way" if to_file else "preparing",
            form=as_values(parcel.way.form),
            most=parcel.way.most,
            backfill=origin.backfill if origin else first or name,
            limit_usd=origin.limit_usd if origin else limit_usd,
            requests=parcel.requests,
            reckoned_usd=parcel.cost_usd,
            days={day: dict(lines) for day, lines in sorted(parcel.days.items())},
        )
        target = _numbered(to_file, number) if to_file else self._lines_of(batch)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(parcel.path, target)
        self.written += (target,) if to_file else ()
        self._all.append(batch)
        return self._save(batch)

    def _post(self, batch: Batch) -> list[str]:
        """Upload a batch's lines and create it; what went wrong. One that is refused is forgotten."""
        engine = self._engines[Model(batch.url, batch.model)]
        try:
            if batch.input_file is None:
                batch = self._save(batch, input_file=engine.upload(self._lines_of(batch)))
            self._created(batch, self._create(engine, batch))
        except ServiceError as error:
            if error.passing or error.may_cost or error.status is None:
                return [f"{batch.name}: {error}; the next digest batch collect tries again"]
            del self.open[batch.name]
            self._batches.remove(batch.name)
            for each in [b for b in self.open.values() if b.state == "taken" and b.days.keys() & batch.days.keys()]:
                self._save(each, state="ended")
            self._lines_of(batch).unlink(missing_ok=True)
            return [f"{error}; nothing of it was sent: a server without batch endpoints takes its lines with --to-file"]
        return []

    def _create(self, engine: Engine, batch: Batch) -> Progress:
        try:
            return engine.create(batch.input_file or "", batch.name)
        except ServiceError as error:
            if (error.may_cost or error.passing) and (found := engine.find(batch.name, batch.input_file)) is not None:
                return found
            raise

    def _created(self, batch: Batch, progress: Progress) -> None:
        self._save(batch, state="under way", id=progress.id, input_file=progress.input_file, status=progress.status)
        self._lines_of(batch).unlink(missing_ok=True)

    def _download(self, batch: Batch, engine: Engine) -> None:
        """Take the answers of a batch that is over from the engine's files."""
        owners = dict.fromkeys(batch.lines, batch.name)
        into = self._spool / f"{batch.name}.results"
        into.parent.mkdir(parents=True, exist_ok=True)
        try:
            for file in (batch.output_file, batch.error_file):
                if file is not None:
                    engine.download(file, into)
                    for result in read_results(into):
                        self._receive(result, owners)
        finally:
            into.unlink(missing_ok=True)

    def _receive(self, result: Result | None, owners: Mapping[str, str]) -> str:
        """Keep what a line of results says; the first good answer to a question counts. What became of the line."""
        if result is None:
            return "unread"
        if result.custom_id not in owners:
            return "unknown"
        name = read_custom_id(result.custom_id).name
        if self.run.cache.has_named(name):
            return "again"
        if result.answer is None:
            self.run.cache.put({"status": result.status, "said": result.said}, **failure_of(result.custom_id))
            return "failed"
        kept = {key: result.answer[key] for key in _KEPT if key in result.answer}
        self.run.cache.put_named(name, kept if "choices" in kept else result.answer)
        return "answered"

    def _end(self, batch: Batch, status: str) -> None:
        """Note that a batch is over, and which of its lines have come to nothing."""
        none = [each for each in batch.lines if not self._is_settled(each)]
        answers = (self.run.cache.get_named(read_custom_id(each).name) for each in batch.lines)
        counts = (read_completion(answer).tokens for answer in answers if isinstance(answer, dict))
        tokens = sum((each for each in counts if each is not None), Tokens())
        is_verifier = Model(batch.url, batch.model) != self._models[0]
        run = self.run.by_file(None, self.ledger)
        cost = (run.verifier_account if is_verifier else run.account).cost(tokens)
        state = batch.state if batch.state == "taken" and set(none) >= set(batch.unanswered) else "ended"
        self._save(
            batch,
            state=state,
            status=status,
            unanswered=tuple(none),
            input_tokens=tokens.input,
            output_tokens=tokens.output,
            cost_usd=cost,
        )

    def _is_settled(self, line: str) -> bool:
        return self.run.cache.has_named(read_custom_id(line).name) or self.run.cache.has(**failure_of(line))

    def _lost(self, batch: Batch, days: Collection[date]) -> set[str]:
        """The answers to a batch's lines of those days that the cache had and has no more."""
        if batch.is_open or not self._is_mine(batch):
            return set()
        lines = {each for day, lines in batch.days.items() if day in days for each in lines}
        return {each for each in lines - set(batch.unanswered) if not self._is_settled(each)}

    def settle(self, written: Collection[date], tried: Collection[date]) -> None:
        """Take written days from the batches, and note which batches' answers have all led to the next questions."""
        for batch in list(self.open.values()):
            days = {day: lines for day, lines in batch.days.items() if day not in written}
            is_taken = batch.state == "ended" and days.keys() <= set(tried)
            state = "done" if not days and not batch.is_open else "taken" if is_taken else batch.state
            if days.keys() != batch.days.keys() or state != batch.state:
                self._save(batch, days=days, state=state, unanswered=() if state == "done" else batch.unanswered)

    def waiting(self) -> list[date]:
        """The days that wait for answers, oldest first."""
        return sorted({day for batch in self.open.values() for day in batch.days})

    def discard(self, parcels: Iterable[Parcel]) -> None:
        """Forget files of lines that are not to be sent."""
        for parcel in parcels:
            parcel.path.unlink(missing_ok=True)

    def _why_left(self, batch: Batch) -> str | None:
        """Why a batch is not collected: it was asked of another model than the configured one."""
        if self._is_mine(batch):
            return None
        return (
            f"it asks {batch.model!r} at {batch.url}; collect it with DIGEST_SUMMARIZER__MODEL={batch.model} "
            f"DIGEST_SUMMARIZER__BASE_URL={batch.url}"
        )

    def _is_mine(self, batch: Batch) -> bool:
        if batch.way == "file":
            return batch.model in {model.name for model in self._models}
        return Model(batch.url, batch.model) in self._models

    def _engine(self, batch: Batch) -> Engine | None:
        return self._engines.get(Model(batch.url, batch.model)) if batch.way == "engine" else None

    def _lines_of(self, batch: Batch) -> Path:
        return self._spool / f"{batch.name}.jsonl"

    def _save(self, batch: Batch, **changes: Any) -> Batch:
        """Keep a batch where it differs from what is kept."""
        batch = batch.replace(**changes)
        self.open[batch.name] = batch
        self._all = [batch if each.name == batch.name else each for each in self._all]
        self._batches.write(batch)
        if batch.state == "done":
            del self.open[batch.name]
        return batch


def _numbered(path: Path, number: int) -> Path:
    """`F.jsonl`, `F-2.jsonl`, `F-3.jsonl`."""
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
