"""One run of digest: what it works with, put together from the configuration."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from digest.clients.arxiv_api import ArxivApi
from digest.clients.chat import Chat
from digest.clients.pacer import Pacer
from digest.clients.web import Web
from digest.core.config import ArxivSource, HuggingFaceSource, SourceConfig
from digest.core.paper import Paper
from digest.stages.keep import Shelf
from digest.stages.listing.arxiv import ArxivCategories
from digest.stages.listing.huggingface import HuggingFace
from digest.stages.listing.named import ListFile, NamedPapers
from digest.stages.listing.port import Source
from digest.stages.source_text.fetch import ArxivSite
from digest.stages.summarize.budget import Budget
from digest.stages.summarize.extractive import Extractive
from digest.stages.summarize.openai import OpenAI
from digest.stages.summarize.port import Summarizer
from digest.store.cache import Cache
from digest.store.posts import Posts
from digest.store.records import Records
from digest.store.templates import Templates
from digest.store.workspace import Workspace


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
    key: str | None = None
    """The model server's API key."""


class Run(NamedTuple):
    """Everything the pipeline works with."""

    workspace: Workspace
    now: datetime
    """When the run started, aware; the pipeline's only clock."""
    step: Callable[[Paper, str], None]
    """Told of each step that a paper takes."""
    web: Web
    cache: Cache
    records: Records
    shelf: Shelf
    sources: Sequence[Source]
    api: ArxivApi
    site: ArxivSite
    summarizer: Summarizer


@contextmanager
def open_run(
    workspace: Workspace, options: Options, *, now: datetime, step: Callable[[Paper, str], None]
) -> Iterator[Run]:
    """A run, its HTTP client closed at the end. Raises UsageError where a prompt template is broken."""
    config = workspace.config
    cache = Cache(workspace.cache)
    templates = Templates(workspace.templates)
    records = Records(workspace.data)
    pacer = Pacer(config.arxiv.interval)
    with Web(offline=options.offline) as web:
        api = ArxivApi(web, config.arxiv.api_url, pacer)
        yield Run(
            workspace=workspace,
            now=now,
            step=step,
            web=web,
            cache=cache,
            records=records,
            shelf=Shelf(
                records, Posts(workspace, cache), templates, config.blog, force=options.force, dry_run=options.dry_run
            ),
            sources=_sources(workspace, options, web, api),
            api=api,
            site=ArxivSite(web, config.arxiv.site_url, pacer, config.arxiv.full_text),
            summarizer=_summarizer(workspace, options, web, cache, templates, now),
        )


def _sources(workspace: Workspace, options: Options, web: Web, api: ArxivApi) -> Sequence[Source]:
    if options.papers:
        return [NamedPapers(options.papers)]
    return [_source(config, workspace, web, api) for config in workspace.config.sources]


def _source(config: SourceConfig, workspace: Workspace, web: Web, api: ArxivApi) -> Source:
    if isinstance(config, HuggingFaceSource):
        return HuggingFace(web, config.url)
    if isinstance(config, ArxivSource):
        return ArxivCategories(api, config.categories)
    return ListFile(workspace.root / config.file)


def _summarizer(
    workspace: Workspace, options: Options, web: Web, cache: Cache, templates: Templates, now: datetime
) -> Summarizer:
    config = workspace.config.summarizer
    if config.kind == "extractive" or (config.kind == "auto" and options.key is None):
        return Extractive(now)
    budget = Budget(config.budget_usd, config.prices)
    return OpenAI(Chat(web, config, options.key), config, templates=templates, cache=cache, budget=budget, now=now)
