"""What a backfill is worked with: the batches that are kept, the engines that have them, and what these send back."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from itertools import repeat
from pathlib import Path
from typing import Any, Final

from digest.clients.batches import LOST_AFTER, MOST_BYTES, MOST_LINES, Engine, Progress, lacking
from digest.clients.form import Form
from digest.clients.retry import ServiceError
from digest.core.paper import read_custom_id
from digest.core.text import counted
from digest.run import Run
from digest.stages.summarize.batched import SPOOLS, Model, Outbox, Parcel, Way, is_settled, keep_result
from digest.stages.summarize.budget import Left, Spent, left_usd
from digest.stages.summarize.conversation import price_of
from digest.store.batches import Batch, BatchState, Ledger, digest_of, lacks_room, most_lines, name_of
from digest.store.files import move, targets_of

_STRANGE: Final = (
    "{batch.name}: it asks {batch.model!r} at {batch.url}; to collect it, set DIGEST_SUMMARIZER__MODEL={batch.model} "
    "and DIGEST_SUMMARIZER__BASE_URL={batch.url}"
)
_ELSEWHERE: Final = "digest batch {} --to-file writes the lines for another engine"


class Desk:
    """The batches of a workspace. Everything that is paid for is kept in a file before it is asked for."""

    def __init__(self, run: Run) -> None:
        """Raises UsageError for a key that cannot be sent."""
        self.run = run
        found = run.batches.read()
        self._all = list(found.batches)
        self.open = {batch.name: batch for batch in found.open}
        self.unread = found.unread
        run.records.remember()
        self.ledger = self.new_ledger()
        """What is under way, and what this run has noted for the next batch."""
        config = run.workspace.config
        asking = (config.summarizer, config.verifier.settings(config.summarizer))
        self._models = [Model(each.base_url, each.model) for each in asking]
        self._chats = run.chats()
        pairs = zip(self._models, self._chats, strict=True)
        self._engines = {model: Engine(chat, model.url) for model, chat in reversed(list(pairs))}
        self._spool = run.workspace.cache / "batches"
        self._outboxes: list[Outbox] = []
        self.written: tuple[Path, ...] = ()
        """The files of lines that the user sends."""

    def clear(self) -> None:
        """Forget lines that were not sent, those too that a killed run has left."""
        for outbox in self._outboxes:
            outbox.close()
        for path in self._spool.glob(SPOOLS):
            path.unlink(missing_ok=True)

    def new_ledger(self) -> Ledger:
        """What is under way now."""
        return Ledger(self.open.values(), self.unread)

    def new_outbox(self, *, limited: bool = False) -> Outbox:
        """An outbox whose files are of a size that the engines have taken so far.

        If `limited`, its lines keep to the limits that the days under way were submitted with.
        """
        ways = {
            Model(batch.url, batch.model): Way(Form.of(batch.form), batch.most)
            for batch in self.open.values()
            if batch.form or batch.most
        }
        most = most_lines(self.open.values(), MOST_LINES), MOST_BYTES
        left = left_usd(self._all) if limited else None
        self._outboxes.append(Outbox(self._spool, self.ledger, ways=ways, left=left, most=most))
        return self._outboxes[-1]

    @property
    def waited(self) -> set[str]:
        """The lines whose answers may still come."""
        return {each for batch in self.open.values() if batch.is_open for each in batch.lines}

    def recover(self) -> list[str]:
        """Go on with what was being sent when an earlier run ended; why that is impossible today."""
        troubles = self._each("preparing", self._go_on)
        self.ledger = self.new_ledger()
        return troubles

    def look(self) -> list[str]:
        """Ask the engines how far they are, and take the answers of what is over; what went wrong."""
        others = (batch for batch in self.open.values() if not self._is_mine(batch))
        return [*(_STRANGE.format(batch=batch) for batch in others), *self._each("under way", self._look)]

    def _each(self, state: BatchState, work: Callable[[Batch, Engine], list[str]]) -> list[str]:
        """Do something with each batch that an engine has in such a state; what went wrong."""
        troubles: list[str] = []
        for batch in [each for each in self.open.values() if each.state == state]:
            engine = self._engine(batch)
            try:
                troubles += work(batch, engine) if engine else []
            except ServiceError as error:
                troubles.append(f"{batch.name}: {error}; the next digest batch collect tries again")
        return troubles

    def _go_on(self, batch: Batch, engine: Engine) -> list[str]:
        if (found := engine.find(batch.name, batch.input_file)) is not None:
            self._created(batch, found)
            return []
        return self._post(batch) if self._lines_of(batch).exists() else self.end(batch, "lost")

    def _look(self, batch: Batch, engine: Engine) -> list[str]:
        progress = engine.look(batch.id or "", batch.name)
        if progress is None:
            return self._lacks(batch, f"batch {batch.id}", "gone")
        status = f"{progress.status}: {progress.why}" if progress.why else progress.status
        if not progress.is_over:
            self._save(batch, status=status)
            return []
        if progress.is_refused and not lacks_room(status):
            return self._forget(batch, f"{batch.name}: {status}")
        over = self._save(batch, output_file=progress.output_file, error_file=progress.error_file)
        if missing := self._download(over, engine):
            return self._lacks(over, missing, status)
        return self.end(over, status)

    def _lacks(self, batch: Batch, what: str, status: str) -> list[str]:
        """Say that an engine does not have something; after a while that is taken for lost."""
        age = self.run.now - batch.at
        if age >= LOST_AFTER:
            self.end(batch, status)
            self._save(self.open[batch.name], cost_usd=None)  # which may have been paid, so that a limit counts it
        return [f"{batch.name}: {lacking(what, age, self.run.batches.path(batch.name))}"]

    def ready(self) -> tuple[list[date], list[str]]:
        """The days that have new answers, or that a killed run has written, and what cannot be gone on with."""
        mine = [batch for batch in self.open.values() if self._is_mine(batch)]
        moves = {day for batch in self.open.values() if batch.state != "taken" for day in batch.days}
        found = {day for batch in mine for day in batch.days if batch.state == "ended" or day not in moves}
        days = {day for day in found if self.ledger.unknown(day) is None}
        troubles = []
        for batch in list(self.open.values()):
            lost = self._lost(batch, days)
            engine = self._engine(batch)
            if lost and engine is not None:
                try:
                    if missing := self._download(batch, engine):
                        troubles += self._lacks(batch, missing, batch.status)
                except ServiceError as error:
                    troubles.append(f"{batch.name}: {error}")
                lost = self._lost(self.open[batch.name], days)
            if lost:
                days -= {day for day, lines in batch.days.items() if lost & set(lines)}
                troubles.append(
                    f"{batch.name}: {counted(len(lost), 'answer')} not in the cache any more; give the file of results "
                    "again with --from-file"
                )
        return sorted(days), troubles

    def hide(self, values: Any) -> Any:
        """What a file says without the keys."""
        return self._chats[1].hide(self._chats[0].hide(values))

    def share(self, outbox: Outbox, day: date, lines: Collection[str]) -> None:
        """Note a day beside the lines that it waits for and that were asked for another day."""
        outbox.share(day, lines)
        for batch in list(self.open.values()):
            self._save(batch.sharing(day, lines))

    def send(
        self,
        parcels: Sequence[Parcel],
        *,
        to_file: Path | None,
        limit: Left | None = None,
        before: Callable[[], object] = lambda: None,
    ) -> tuple[list[Batch], list[str]]:
        """Remember the files of lines as batches, and have the engines answer them, or leave that to the user.

        `before` is called when they are remembered. The next run tries again; what an engine refuses is not under way.
        """
        made: list[Batch] = []
        for parcel, target in zip(parcels, targets_of(to_file, self.waited) if to_file else repeat(None), strict=False):
            made.append(self._remember(parcel, target, limit, made[0].name if made else None))
        before()
        if to_file is not None:
            return made, []
        troubles = [trouble for batch in made for trouble in self._post(batch)]
        return [self.open[batch.name] for batch in made if batch.name in self.open], troubles

    def _remember(self, parcel: Parcel, to_file: Path | None, limit: Left | None, first: str | None) -> Batch:
        name = name_of(self.run.now, (each for lines in parcel.days.values() for each in lines))
        origin = next((b for b in self.open.values() if b.days.keys() & parcel.days.keys()), None)
        batch = Batch(
            name=name,
            at=self.run.now,
            way="file" if to_file else "engine",
            url=parcel.model.url,
            model=parcel.model.name,
            state="under way" if to_file else "preparing",
            form=parcel.way.form.differences,
            most=parcel.way.most,
            backfill=origin.backfill if origin else first or name,
            limit_usd=origin.limit_usd if origin else limit and limit.usd,
            limit=origin.limit if origin else limit.limit if limit else "",
            requests=parcel.requests,
            reckoned_usd=parcel.cost_usd,
            days={day: dict(lines) for day, lines in sorted(parcel.days.items())},
        )
        target = to_file or self._lines_of(batch)
        move(parcel.path, target)
        self.written += (target,) if to_file else ()
        self._all.append(batch)
        return self._save(batch)

    def _post(self, batch: Batch) -> list[str]:
        """Upload a batch's lines and create it; what went wrong. One that is refused is forgotten."""
        engine = self._engines[Model(batch.url, batch.model)]
        try:
            if batch.input_file is None:
                batch = self._save(batch, input_file=engine.upload(self._lines_of(batch)))
            lines, since = digest_of(batch.lines), name_of(self.run.now - LOST_AFTER, ())
            twin = engine.find_twin(lines, since=since)
            self._created(batch, twin or engine.create(batch.input_file or "", batch.name, lines))
        except ServiceError as error:
            if error.passing or error.may_cost or error.status is None:
                return [f"{batch.name}: {error}; the next digest batch collect tries again"]
            return self._forget(batch, str(error), step="check the key" if error.status in (401, 403) else "")
        return []

    def _forget(self, batch: Batch, why: str, *, step: str = "") -> list[str]:
        """Take back a batch that the engine refuses; answers that led to it lead to it again, when it may be taken."""
        del self.open[batch.name]
        self._all = [each for each in self._all if each.name != batch.name]
        self.run.batches.remove(batch.name)
        earlier = [b for b in self.open.values() if b.state == "taken" and b.days.keys() & batch.days.keys()]
        for each in earlier:
            self._save(each, state="ended")
        self._lines_of(batch).unlink(missing_ok=True)
        return [f"{why}; nothing was sent, {step or _ELSEWHERE.format('collect' if earlier else 'submit')}"]

    def _created(self, batch: Batch, progress: Progress) -> None:
        self._save(batch, state="under way", id=progress.id, input_file=progress.input_file, status=progress.status)
        self._lines_of(batch).unlink(missing_ok=True)

    def _download(self, batch: Batch, engine: Engine) -> str:
        """Take the answers of a batch that is over from the engine's files; which of these it does not have."""
        missing = list[str]()
        for result in engine.results((batch.output_file, batch.error_file), self._spool, missing=missing):
            keep_result(self.run.cache, result, batch.lines)
        return " and ".join(missing)

    def end(self, batch: Batch, status: str) -> list[str]:
        """Note that a batch is over, and what its answers came to; says how many of its lines have none."""
        none = [each for each in batch.lines if not is_settled(self.run.cache, each)]
        is_verifier = Model(batch.url, batch.model) != self._models[0]
        spent = self.price({read_custom_id(each).name for each in batch.lines}, is_verifier=is_verifier)
        self._save(batch.ended(status, none, spent.tokens, spent.cost_usd))
        left, asked = len(batch.lines) - spent.asks, counted(len(batch.lines), "question")
        return [f"{batch.name}: {status}: {left} of {asked} not answered"] if left else []

    def price(self, names: Collection[str], *, is_verifier: bool) -> Spent:
        """What the answers to questions of such names came to."""
        run = self.run.by_file(None, self.ledger)
        return price_of(names, run.cache, run.verifier_account if is_verifier else run.account)

    def _lost(self, batch: Batch, days: Collection[date]) -> set[str]:
        """The answers to a batch's lines of those days that the cache had and has no more."""
        if batch.is_open or not self._is_mine(batch):
            return set()
        lines = {each for day, lines in batch.days.items() if day in days for each in lines}
        return {each for each in lines - set(batch.unanswered) if not is_settled(self.run.cache, each)}

    def settle(self, written: Collection[date], tried: Collection[date]) -> None:
        """Take written days from the batches, and note which batches' answers have all led to the next questions."""
        for batch in list(self.open.values()):
            self._save(batch.settled(written, tried))

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
        if batch == self.open.get(batch.name):
            return batch
        self.open[batch.name] = batch
        self._all = [batch if each.name == batch.name else each for each in self._all]
        self.run.batches.write(batch)
        if batch.state == "done":
            del self.open[batch.name]
        return batch
