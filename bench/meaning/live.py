"""The verifier as a reader: each case is one question to the model that config.yaml names."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.faults.pairs import Pair
from digest.clients.chat import Chat
from digest.clients.http import HttpClient
from digest.core.judge.given import prepare
from digest.core.paper import Paper
from digest.core.prompt.answer import FieldAnswer
from digest.core.summary import FieldName
from digest.stages.summarize.budget import Account, Budget, prices_of
from digest.stages.summarize.verify import Verifier
from digest.store.cache import Cache
from digest.store.config import read_config
from digest.store.templates import Templates
from digest.store.workspace import Workspace

_CONFIG: Final = Path("config.yaml")


class LiveReader:
    """Asks the verifier about one field at a time. Safe to use from many threads."""

    def __init__(self, verifier: Verifier, account: Account, concurrency: int) -> None:
        self._verifier = verifier
        self._account = account
        self.concurrency = concurrency
        """Questions at the same time."""
        self.unread: list[str] = []
        """Why there is no verdict, for each case without one."""

    def read(self, pair: Pair, field: FieldName) -> str | None:
        """The verdict and its reason, where the field is not supported."""
        answer = FieldAnswer(pair.texts[field], pair.evidence[field])
        reading = self._verifier.ask({field: answer}, prepare(pair.text), Paper(id=""))
        if reading.trouble:
            self.unread.append(reading.trouble)
        verdict = reading.verdicts.get(field)
        return f"{verdict.verdict}: {verdict.why}" if verdict and verdict.verdict != "supported" else None

    @property
    def bill(self) -> str:
        """What the asks of this run came to; answers from the cache cost nothing."""
        spent = self._account.spent()
        cost = "unknown" if spent.cost_usd is None else f"{spent.cost_usd:.4f} USD"
        asks = f"{spent.asks} asks, {spent.tokens.input:,} tokens in, {spent.tokens.output:,} out, cost {cost}"
        return f"{asks}; {len(self.unread)} unread" + "".join(f": {why}" for why in self.unread[:1])


@contextmanager
def open_reader() -> Iterator[LiveReader]:
    """The verifier of config.yaml in this folder, or of the defaults; keys come from the environment."""
    workspace = Workspace(Path.cwd(), read_config(_CONFIG, os.environ, required=False))
    settings = workspace.config.verifier.settings(workspace.config.summarizer)
    with HttpClient() as http, ThreadPoolExecutor(1) as pool:
        account = Account(Budget(None), lambda: pool.submit(prices_of, settings), model=settings.model)
        chat = Chat(http, settings, os.environ.get(settings.api_key_env))
        templates, cache = Templates(workspace.templates), Cache(workspace.cache)
        verifier = Verifier(chat, settings, templates=templates, cache=cache, account=account)
        yield LiveReader(verifier, account, settings.concurrency)
