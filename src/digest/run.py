"""One run of digest: what it works with, put together from the configuration."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from copy import copy
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from digest.clients.arxiv_api import ArxivApi
from digest.clients.http import HttpClient, Pacer
from digest.core.clock import yesterday
from digest.core.config import ArxivSource, HuggingFaceSource, SourceConfig, SummarizerConfig
from digest.core.merge import Renewal
from digest.core.paper import Paper
from digest.core.record import UNVERIFIED, Entry
from digest.stages.keep import Shelf
from digest.stages.listing.sources import ArxivCategories, HuggingFace, ListFile, NamedPapers
from digest.stages.ports import Asker, Source, Summarizer
from digest.stages.source_text.fetch import ArxivSite
from digest.stages.summarize.budget import Account, Budget, batch_prices_of, prices_of
from digest.stages.summarize.extractive import Extractive
from digest.store.batches import Batches, Ledger
from digest.store.cache import Cache
from digest.store.posts import Posts
from digest.store.records import Records
from digest.store.templates import Templates
from digest.store.workspace import Workspace

if TYPE_CHECKING:
    from digest.clients.chat import Chat
    from digest.stages.summarize.batched import Outbox

BEGUN = "begun"
"""The first step of each paper: all papers of a day take it before any of them takes another."""
READY = "ready"
"""The last step of each paper."""

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

_MOST_AT_ONCE = 64
"""Papers on their way at once. arXiv's pace and the model's concurrency bound what is really asked."""
_GRACE = 0.5
"""Seconds for keeping answers that have arrived when a run is interrupted."""


class Options(NamedTuple):
    """What the command line asked for."""

    papers: Sequence[Paper] = ()
    """Papers named there, instead of those of the configured sources."""
    offline: bool = False
    """Ask nothing outside: cache and records only."""
    force: bool = False
    """Ask for settled listings again, and write over posts that were edited by hand."""
    dry_run: bool = False
    """Write neither posts nor records."""
    renewal: Renewal = Renewal()
    """Which final entries to summarise anew."""
    min_success: float = 0.0
    """The part of a day's papers that must succeed for the day to be written; one paper must in any case."""
    key: str | None = None
    """The model server's API key."""
    verifier_key: str | None = None
    """The API key of the verifier's server."""
    sample: bool = False
    """The services are the sample services, so that the records are never published."""


class Pools(NamedTuple):
    """A run's threads. Papers wait for what is beside them, so that they may not take each other's threads."""

    papers: ThreadPoolExecutor
    beside: ThreadPoolExecutor


class Run:
    """Everything the pipeline works with."""

    def __init__(
        self,
        workspace: Workspace,
        options: Options,
        *,
        now: datetime,
        step: Callable[[Paper, str], None],
        http: HttpClient,
        pools: Pools,
    ) -> None:
        config = workspace.config
        pacer = Pacer(config.arxiv.interval)
        self.workspace = workspace
        self.options = options
        self.now = now
        """When the run started, aware; the pipeline's only clock."""
        self.step = step
        """Called with each step that a paper takes."""
        self.http = http
        self._pools = pools
        self.cache = Cache(workspace.cache)
        self.records = Records(workspace.data)
        self.batches = Batches(workspace.data / "batches")
        self.templates = Templates(workspace.templates)
        posts = Posts(workspace, self.cache)
        self.shelf = Shelf(
            self.records, posts, self.templates, config.blog, force=options.force, dry_run=options.dry_run
        )
        self.api = ArxivApi(http, config.arxiv.api_url, pacer)
        self.site = ArxivSite(http, config.arxiv.site_url, pacer, config.arxiv.full_text)
        asking = config.summarizer
        self.budget = Budget(asking.budget_usd)
        self.account = Account(self.budget, lambda: self.start(prices_of, asking), model=asking.model)
        """Of the summarizer."""
        verifying = config.verifier.settings(asking)
        self.verifier_account = Account(self.budget, lambda: self.start(prices_of, verifying), model=verifying.model)
        self.outbox: Outbox | None = None
        """Where questions go that are asked by file; None where they are asked at once."""
        self.sources: Sequence[Source] = (
            [NamedPapers(options.papers)] if options.papers else [self._source(each) for each in config.sources]
        )

    @cached_property
    def ledger(self) -> Ledger:
        """The questions that are under way in batches."""
        found = self.batches.read()
        return Ledger(found.open, found.unread)

    def by_file(self, outbox: "Outbox | None", ledger: Ledger) -> "Run":
        """The same run with its questions asked by file, at a batch's prices; the model needs no key for that."""
        twin = copy(self)
        config = self.workspace.config
        asking = config.summarizer.replace(kind="openai")
        twin.workspace = self.workspace._replace(config=config.replace(summarizer=asking))
        verifying = config.verifier.settings(asking)
        twin.outbox, twin.ledger = outbox, ledger
        twin.account = Account(Budget(None), lambda: self.start(batch_prices_of, asking), model=asking.model)
        twin.verifier_account = Account(
            Budget(None), lambda: self.start(batch_prices_of, verifying), model=verifying.model
        )
        return twin

    def start(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> Future[T]:
        """Begin some work at the same time as the rest. It must not wait for other work that was started so."""
        return self._pools.beside.submit(work, *args, **options)

    def each(self, work: Callable[[R], T], items: Iterable[R]) -> list[T]:
        """Do the work for each item at the same time; the results come in the order of the items.

        Raises what the work raises. Then, and on Ctrl-C, no further item is begun; after Ctrl-C those under way have
        a moment to keep what they have paid for.
        """
        futures = [self._pools.papers.submit(work, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException as error:
            for future in futures:
                future.cancel()
            if not isinstance(error, Exception):
                self.http.stop()
                wait(futures, timeout=_GRACE)
            raise

    @property
    def quotes_only(self) -> bool:
        """Whether no model is asked, so that entries are drafts of the papers' own sentences."""
        return not self.workspace.config.summarizer.asks_model(self.options.key)

    @property
    def verifies(self) -> bool:
        """Whether a second reader holds what a model writes against its evidence."""
        return self.workspace.config.verifier.kind == "model" and not self.quotes_only

    def is_unverified(self, entry: Entry, day: date) -> bool:
        """Whether verdicts on a final entry are still to be asked for.

        They are where they could not be asked for when it was made, and on all of the last `catch_up_days`.
        """
        if not self.verifies or not entry.unheld:
            return False
        config = self.workspace.config
        age = yesterday(self.now, config.blog.timezone) - day
        return entry.has_fault(UNVERIFIED) or age.days < config.nightly.catch_up_days

    def new_summarizer(self) -> Summarizer:
        """A summarizer as configured. Raises UsageError where a prompt template is broken."""
        if self.quotes_only:
            return Extractive(self.now)
        from digest.stages.summarize import openai, verify  # loaded where a model is asked

        config = self.workspace.config
        chat, second = self.chats()
        verifier = None
        if self.verifies:
            settings = config.verifier.settings(config.summarizer)
            verifier = verify.Verifier(
                self._asker(second, settings, self.verifier_account),
                settings,
                templates=self.templates,
                cache=self.cache,
                account=self.verifier_account,
            )
        return openai.OpenAI(
            self._asker(chat, config.summarizer, self.account),
            config.summarizer,
            templates=self.templates,
            cache=self.cache,
            account=self.account,
            now=self.now,
            give_up_after=config.nightly.give_up_after,
            verifier=verifier,
            alone=self.outbox is not None,
        )

    def chats(self) -> "tuple[Chat, Chat]":
        """The summarizer's model and the verifier's. Raises UsageError for a key that cannot be sent."""
        from digest.clients.chat import Chat

        config = self.workspace.config
        chat = Chat(self.http, config.summarizer, self.options.key)
        own_key = config.verifier.api_key_env is not None
        key = self.options.verifier_key if own_key else self.options.key
        return chat, chat.beside(config.verifier.settings(config.summarizer), key, name="verifier")

    def _asker(self, chat: "Chat", settings: SummarizerConfig, account: Account) -> Asker:
        """Who answers questions for a model: the model itself, or batches."""
        if self.outbox is None:
            return chat
        from digest.stages.summarize.batched import BatchedChat, Model

        model = Model(settings.base_url, settings.model)
        return BatchedChat(chat, model, outbox=self.outbox, ledger=self.ledger, cache=self.cache, account=account)

    def _source(self, config: SourceConfig) -> Source:
        if isinstance(config, HuggingFaceSource):
            return HuggingFace(self.http, config.url)
        if isinstance(config, ArxivSource):
            return ArxivCategories(self.api, config.categories)
        return ListFile(self.workspace.root / config.file)


@contextmanager
def open_run(
    workspace: Workspace, options: Options, *, now: datetime, step: Callable[[Paper, str], None]
) -> Iterator[Run]:
    """A run. At its end its HTTP client is closed, and its threads are not waited for: nobody needs them any more."""
    pools = Pools(ThreadPoolExecutor(_MOST_AT_ONCE, "paper"), ThreadPoolExecutor(thread_name_prefix="beside"))
    with HttpClient(offline=options.offline) as http:
        try:
            yield Run(workspace, options, now=now, step=step, http=http, pools=pools)
        except BaseException:
            http.stop()
            raise
        finally:
            for pool in pools:
                pool.shutdown(wait=False, cancel_futures=True)
