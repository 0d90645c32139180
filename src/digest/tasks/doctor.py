"""What works and what does not: the configuration, the key, the services, the repository, the files."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from digest.clients.arxiv_api import ArxivApi
from digest.clients.chat import Chat
from digest.clients.environment import check_environment, host_of, is_direct
from digest.clients.http import Answer, HttpClient, Pacer, Service
from digest.clients.retry import ServiceError
from digest.core.clock import days_of, today
from digest.core.config import Config, HuggingFaceSource, SummarizerConfig, bare_key, usable_key
from digest.core.errors import UsageError
from digest.core.text import counted
from digest.stages.render import is_archived
from digest.stages.summarize.budget import prices_of
from digest.store.batches import Batches
from digest.store.posts import Archive
from digest.store.records import Records
from digest.store.workspace import LockHeldError, Workspace, hold_lock
from digest.tasks.check import check_files, files_to_check
from digest.tasks.doctor_repository import Diagnosis, examine_repository


class _Ask(NamedTuple):
    """Tokens of one ask."""

    input: int
    output: int


_A_SUMMARY = _Ask(input=3_000, output=1_500)
"""The paper's text aside."""
_SOME_VERDICTS = _Ask(input=2_500, output=300)
"""Of one paper."""
_KNOWN = "1706.03762"
"""A paper that arXiv has had for years, and no one will take away."""
_THINGS = {"summarizer": "model", "verifier": "verifier"}
_HUGGING_FACE = Service("Hugging Face", "huggingface", "application/json")
_NO_SUCH_PAGE = frozenset({404, 405, 501})
_LATEST = 35
"""Days whose part of the archive is compared with their records."""
_LEAST_FREE = 500_000_000
"""Bytes of free disk below which a night may not find room."""


class _Asked(NamedTuple):
    """A model that a night asks."""

    role: str
    """The section of the configuration that names it."""
    settings: SummarizerConfig
    key: str | None


def examine(
    workspace: Workspace, *, key: str | None, verifier_key: str | None, now: datetime, offline: bool
) -> Iterator[Diagnosis]:
    """Look at everything a night relies on, one thing after the other."""
    yield Diagnosis("configuration", "ok", f"read; the workspace is {workspace.root}")
    yield _clock(workspace, now)
    models = _models(workspace.config, key, verifier_key)
    keys = {model.role: _key(model) for model in models}
    yield from keys.values()
    network = _network(workspace.config)
    yield from network
    if not offline and not any(each.state == "fail" for each in network):
        with HttpClient(patient=False) as http:
            yield from _services(workspace, http)
            for model in models:
                if keys[model.role].state != "fail":
                    yield from _model(workspace.config, model, http)
    yield from _folders(workspace)
    yield from _archive(workspace)
    yield from _batches(workspace)
    yield from examine_repository(workspace, now=now)
    yield _files(workspace, now)


def _clock(workspace: Workspace, now: datetime) -> Diagnosis:
    zone = workspace.config.blog.timezone
    return Diagnosis("clock", "ok", f"it is {now:%Y-%m-%d %H:%M} UTC, and {today(now, zone)} in {zone}")


def _network(config: Config) -> list[Diagnosis]:
    """The variables that decide how requests are sent, where any of them is set."""
    try:
        check_environment(os.environ)
    except UsageError as error:
        return [Diagnosis("network", "fail", str(error))]
    named = sorted(name for name in os.environ if name.lower() in ("http_proxy", "https_proxy", "all_proxy"))
    asked = [config.arxiv.api_url, config.arxiv.site_url, config.summarizer.base_url]
    past = [host_of(url) for url in asked if is_direct(url, os.environ)]
    if not named:
        return []
    besides = f", but for {', '.join(dict.fromkeys(past))}" if past else ""
    return [Diagnosis("network", "ok", f"requests go through the proxy of {', '.join(named)}{besides}")]


def _models(config: Config, key: str | None, verifier_key: str | None) -> list[_Asked]:
    """The summarizer's, and the verifier's where it is another one."""
    models = [_Asked("summarizer", config.summarizer, key)]
    verifying = config.verifier.settings(config.summarizer)
    is_own = any(
        each is not None for each in (config.verifier.base_url, config.verifier.model, config.verifier.api_key_env)
    )
    if config.verifier.kind == "model" and is_own and config.summarizer.asks_model(bare_key(key)):
        models.append(_Asked("verifier", verifying, verifier_key))
    return models


def _key(model: _Asked) -> Diagnosis:
    config, thing = model.settings, "key" if model.role == "summarizer" else "verifier key"
    if config.kind == "extractive":
        return Diagnosis(
            thing, "ok", "none is needed: summarizer.kind is extractive, and posts stay unpublished drafts"
        )
    try:
        usable = usable_key(model.key, config.api_key_env)
    except UsageError as error:
        return Diagnosis(thing, "fail", str(error))
    if usable is not None:
        return Diagnosis(thing, "ok", f"${config.api_key_env} is set")
    if model.role == "verifier" or config.asks_model(usable):
        return Diagnosis(thing, "warn", f"${config.api_key_env} is not set; fine for a local server, not for others")
    return Diagnosis(thing, "warn", f"${config.api_key_env} is not set, so days are drafts; set it")


def _services(workspace: Workspace, http: HttpClient) -> Iterator[Diagnosis]:
    config = workspace.config
    pacer = Pacer(config.arxiv.interval)
    for url in [source.url for source in config.sources if isinstance(source, HuggingFaceSource)]:
        newest = f"{url}/api/daily_papers?limit=1"
        yield _ask("Hugging Face", partial(http.ask, _HUGGING_FACE, newest, check=_check_list))
    yield _ask("arXiv API", lambda: _find_known(ArxivApi(http, config.arxiv.api_url, pacer)))
    site = Service("arXiv site", "arxiv", "text/html, */*;q=0.1", pacer)
    yield _ask("arXiv site", lambda: http.ask(site, f"{config.arxiv.site_url}/abs/{_KNOWN}"), missing_is_fine=True)


def _check_list(answer: Answer) -> None:
    try:
        items = json.loads(answer.body)
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list):
        raise ServiceError(_HUGGING_FACE.name, "what answers there has no JSON list of papers")


def _find_known(api: ArxivApi) -> None:
    if _KNOWN not in api.by_ids([_KNOWN]):
        raise ServiceError("arXiv API", f"what answers there does not know {_KNOWN}, which arXiv has")


def _model(config: Config, model: _Asked, http: HttpClient) -> Iterator[Diagnosis]:
    """Nothing where no model is asked. What a day costs is said once, of the summarizer."""
    key = bare_key(model.key)
    if model.role == "summarizer" and not model.settings.asks_model(key):
        return
    try:
        found = _ask_model(model, Chat(http, model.settings, key))
    except UsageError as error:
        found = Diagnosis(_THINGS[model.role], "fail", str(error))
    says_cost = found.state == "ok" and model.role == "summarizer"
    yield found._replace(message=f"{found.message}; {_cost(config)}") if says_cost else found


def _cost(config: Config) -> str:
    """What a full day costs as configured, repairs aside."""
    asked = [(config.summarizer, _A_SUMMARY._replace(input=config.summarizer.input_tokens + _A_SUMMARY.input))]
    if config.verifier.kind == "model":
        asked.append((config.verifier.settings(config.summarizer), _SOME_VERDICTS))
    papers, usd = config.select.limit, 0.0
    for settings, (read, written) in asked:
        prices = prices_of(settings)
        if prices is None:
            return "no price is known for it; set summarizer.prices to see what a day costs"
        usd += papers * (read * prices.input + written * prices.output) / 1_000_000
    return f"a day of {counted(papers, 'paper')} costs about {usd:.2f} USD, repairs aside"


def _ask_model(model: _Asked, chat: Chat) -> Diagnosis:
    thing, name = _THINGS[model.role], model.settings.model
    try:
        names = chat.models()
    except ServiceError as error:
        if error.status in _NO_SUCH_PAGE:
            what = f"no list of models ({error.reason}), which not every server has"
            return Diagnosis(thing, "warn", f"{what}; if builds fail, check {model.role}.base_url")
        return Diagnosis(thing, "fail", f"{error.reason}; check {model.role}.base_url, the key and the network")
    if not names & {name, f"models/{name}", f"{name}:latest"}:
        return Diagnosis(thing, "warn", f"answers, but does not list {name!r}; check {model.role}.model")
    return Diagnosis(thing, "ok", "answers")


def _ask(thing: str, ask: Callable[[], object], *, missing_is_fine: bool = False) -> Diagnosis:
    try:
        ask()
    except ServiceError as error:
        if missing_is_fine and error.status == 404:
            return Diagnosis(thing, "ok", "answers")
        return Diagnosis(thing, "fail", f"{error.reason}; check the address in the configuration and the network")
    return Diagnosis(thing, "ok", "answers")


def _folders(workspace: Workspace) -> Iterator[Diagnosis]:
    """The folders, and the lock where there can be one."""
    for name, folder in (("posts", workspace.posts), ("records", workspace.data), ("cache", workspace.cache)):
        existing = next(parent for parent in (folder, *folder.parents) if os.path.exists(parent))
        found = _folder(name, folder, existing)
        yield found
    if found.state != "fail":
        yield _lock(workspace)


def _folder(name: str, folder: Path, existing: Path) -> Diagnosis:
    if not existing.is_dir():
        return Diagnosis(name, "fail", f"{existing} is a file; move it away")
    if not _is_writable(existing):
        return Diagnosis(name, "fail", f"{existing} cannot be written; make it writable")
    free = shutil.disk_usage(existing).free
    if free < _LEAST_FREE:
        return Diagnosis(name, "warn", f"{folder}: only {free // 1_000_000} MB are free; make room")
    return Diagnosis(name, "ok", f"{folder} can be written")


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _lock(workspace: Workspace) -> Diagnosis:
    try:
        with hold_lock(workspace.cache):
            return Diagnosis("lock", "ok", "free")
    except LockHeldError:
        return Diagnosis("lock", "warn", "another run holds it; wait until it ends")
    except UsageError as error:
        return Diagnosis("lock", "fail", str(error))


def _files(workspace: Workspace, now: datetime) -> Diagnosis:
    records = Records(workspace.data)
    try:
        paths = files_to_check((), workspace, records)
        found = check_files(paths, workspace, records, now=now)
    except UsageError as error:
        return Diagnosis("files", "fail", str(error))
    if found:
        return Diagnosis(
            "files", "warn", f"{counted(len(found), 'fault')} in posts and records; digest check names them"
        )
    return Diagnosis("files", "ok", f"{len(paths)} posts and records agree")


def _batches(workspace: Workspace) -> Iterator[Diagnosis]:
    """Whether what is under way in batches can be read, if there is anything."""
    found = Batches(workspace.data / "batches").read()
    for each in found.unread:
        yield Diagnosis("batches", "fail", str(each))
    if found.batches and not found.unread:
        yield Diagnosis("batches", "ok", f"all can be read; with days under way: {len(found.open)}")


def _archive(workspace: Workspace) -> Iterator[Diagnosis]:
    """Whether the archive has what the records give, if there is one; of old days no more than a file is looked for."""
    archive, records = Archive(workspace.root), Records(workspace.data)
    if not archive.is_kept:
        return
    days = records.days()
    looked_at = (day for day in days if day in days[-_LATEST:] or not archive.path(day).exists())
    found = [record for day in looked_at if (record := records.readable(day))]
    if stale := [record.date for record in found if not is_archived(workspace, record)]:
        yield Diagnosis(
            "archive", "warn", f"it does not say what the records of {days_of(stale)} do; digest render --all"
        )
    else:
        yield Diagnosis("archive", "ok", f"it has what the records of {counted(len(days), 'day')} give")
