"""One run of digest: what it works with, put together from the configuration."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import cached_property
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from digest.clients.http import HttpClient
from digest.clients.pacer import Pacer
from digest.core.config import ArxivSource, HuggingFaceSource, SourceConfig
from digest.core.paper import Paper
from digest.stages.keep import Shelf
from digest.stages.listing.huggingface import HuggingFace
from digest.stages.listing.named import ListFile, NamedPapers
from digest.stages.listing.port import Source
from digest.store.cache import Cache
from digest.store.posts import Posts
from digest.store.records import Records
from digest.store.templates import Templates
from digest.store.workspace import Workspace

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from digest.clients.arxiv_api import ArxivApi
    from digest.stages.source_text.fetch import ArxivSite
    from digest.stages.summarize.budget import Budget
    from digest.stages.summarize.port import Summarizer


_MOST_AT_ONCE = 64
"""Papers on their way at once. arXiv's pace and the model's concurrency bound what is really asked."""


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
    min_success: float = 0.0
    """The part of a day's papers that must succeed for the day to be written; one paper must in any case."""
    key: str | None = None
    """The model server's API key."""


class Run:
    """Everything the pipeline works with. What a run may turn out not to need is made, and loaded, when it is."""

    def __init__(
        self,
        workspace: Workspace,
        options: Options,
        *,
        now: datetime,
        step: Callable[[Paper, str], None],
        http: HttpClient,
    ) -> None:
        config = workspace.config
        self.workspace = workspace
        self.options = options
        self.now = now
        """When the run started, aware; the pipeline's only clock."""
        self.step = step
        """Told of each step that a paper takes."""
        self.http = http
        self.cache = Cache(workspace.cache)
        self.records = Records(workspace.data)
        self.templates = Templates(workspace.templates)
        posts = Posts(workspace, self.cache)
        self.shelf = Shelf(
            self.records, posts, self.templates, config.blog, force=options.force, dry_run=options.dry_run
        )
        self._pacer = Pacer(config.arxiv.interval)
        self._ending = ExitStack()
        self.aside: SimpleQueue[Callable[[], object]] = SimpleQueue()
        """What can be made ready while the model thinks."""
        self.sources = self._sources()

    def close(self) -> None:
        """Let go of the threads. What they still do is not waited for: whoever needed it is gone."""
        self._ending.close()

    @cached_property
    def pool(self) -> "ThreadPoolExecutor":
        """The threads of all papers of all days."""
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="paper")
        self._ending.callback(pool.shutdown, wait=False, cancel_futures=True)
        return pool

    @property
    def quotes_only(self) -> bool:
        """Whether no model is asked, so that entries are drafts of the papers' own sentences."""
        return not self.workspace.config.summarizer.asks_model(self.options.key)

    @cached_property
    def api(self) -> "ArxivApi":
        """arXiv's metadata."""
        from digest.clients.arxiv_api import ArxivApi

        return ArxivApi(self.http, self.workspace.config.arxiv.api_url, self._pacer)

    @cached_property
    def site(self) -> "ArxivSite":
        """arXiv's pages."""
        from digest.stages.source_text.fetch import ArxivSite

        config = self.workspace.config.arxiv
        return ArxivSite(self.http, config.site_url, self._pacer, config.full_text)

    @cached_property
    def budget(self) -> "Budget":
        """What the run may spend on a model, and what it has."""
        from digest.stages.summarize.budget import Budget

        config = self.workspace.config.summarizer
        return Budget(config.budget_usd, config.prices)

    @cached_property
    def summarizer(self) -> "Summarizer":
        """Who fills the schema. Raises UsageError where a prompt template is broken."""
        if self.quotes_only:
            from digest.stages.summarize.extractive import Extractive

            return Extractive(self.now)
        from digest.clients.chat import Chat
        from digest.stages.summarize.openai import OpenAI

        config = self.workspace.config.summarizer
        chat = Chat(self.http, config, self.options.key)
        return OpenAI(
            chat,
            config,
            templates=self.templates,
            cache=self.cache,
            budget=self.budget,
            now=self.now,
            aside=self.aside.put,
        )

    def _sources(self) -> Sequence[Source]:
        if self.options.papers:
            return [NamedPapers(self.options.papers)]
        return [self._source(config) for config in self.workspace.config.sources]

    def _source(self, config: SourceConfig) -> Source:
        if isinstance(config, HuggingFaceSource):
            return HuggingFace(self.http, config.url)
        if isinstance(config, ArxivSource):
            from digest.stages.listing.arxiv import ArxivCategories

            return ArxivCategories(self.api, config.categories)
        return ListFile(self.workspace.root / config.file)


@contextmanager
def open_run(
    workspace: Workspace, options: Options, *, now: datetime, step: Callable[[Paper, str], None]
) -> Iterator[Run]:
    """A run, its threads and its HTTP client closed at the end; what is broken off ends at once."""
    with (
        HttpClient(offline=options.offline) as http,
        closing(Run(workspace, options, now=now, step=step, http=http)) as run,
    ):
        try:
            yield run
        except BaseException:
            http.stop()
            raise
