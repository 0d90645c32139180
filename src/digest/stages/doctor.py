"""What works and what does not: the configuration, the key, the services, the repository, the files."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from digest.clients.arxiv_api import ArxivApi
from digest.clients.errors import ServiceError
from digest.clients.git import GitError, Repository
from digest.clients.pacer import Pacer
from digest.clients.service import Service
from digest.clients.web import Web
from digest.core.clock import today
from digest.core.config import HuggingFaceSource
from digest.stages.checking import check_files
from digest.store.lock import LockHeldError, hold_lock
from digest.store.records import Records
from digest.store.workspace import Workspace

_KNOWN = "1706.03762"
"""A paper that arXiv has had for years, and no one will take away."""
_HUGGING_FACE = Service("Hugging Face", "huggingface", "application/json")
_LEAST_FREE = 500_000_000
"""Bytes of free disk below which a night may not find room."""


class Diagnosis(NamedTuple):
    """What was found of one thing."""

    thing: str
    state: Literal["ok", "warn", "fail"]
    message: str
    """What is, or what to do."""


def examine(workspace: Workspace, *, key: str | None, now: datetime, offline: bool) -> Iterator[Diagnosis]:
    """Look at everything a night relies on, one thing after the other."""
    yield Diagnosis("configuration", "ok", f"read; the workspace is {workspace.root}")
    yield _clock(workspace, now)
    yield _key(workspace, key)
    if not offline:
        with Web(patient=False) as web:
            yield from _services(workspace, web, key)
    yield from _folders(workspace)
    yield _lock(workspace)
    yield _repository(workspace)
    yield _files(workspace, now)


def _clock(workspace: Workspace, now: datetime) -> Diagnosis:
    zone = workspace.config.blog.timezone
    return Diagnosis("clock", "ok", f"it is {now:%Y-%m-%d %H:%M} UTC, and {today(now, zone)} in {zone}")


def _key(workspace: Workspace, key: str | None) -> Diagnosis:
    config = workspace.config.summarizer
    if key is not None:
        return Diagnosis("key", "ok", f"${config.api_key_env} is set")
    if config.kind == "extractive":
        return Diagnosis(
            "key", "ok", "none is needed: summarizer.kind is extractive, and posts stay unpublished drafts"
        )
    if config.kind == "openai":
        return Diagnosis("key", "warn", f"${config.api_key_env} is not set; fine for a local server, not for others")
    return Diagnosis("key", "warn", f"${config.api_key_env} is not set, so days are drafts; set it")


def _services(workspace: Workspace, web: Web, key: str | None) -> Iterator[Diagnosis]:
    config = workspace.config
    pacer = Pacer(config.arxiv.interval)
    for url in [source.url for source in config.sources if isinstance(source, HuggingFaceSource)]:
        yield _ask("Hugging Face", partial(web.ask, _HUGGING_FACE, f"{url}/api/daily_papers?limit=1"))
    yield _ask("arXiv API", lambda: ArxivApi(web, config.arxiv.api_url, pacer).by_ids([_KNOWN]))
    site = Service("arXiv site", "arxiv", "text/html, */*;q=0.1", pacer)
    yield _ask("arXiv site", lambda: web.ask(site, f"{config.arxiv.site_url}/abs/{_KNOWN}"), missing_is_fine=True)
    if config.summarizer.kind == "openai" or (config.summarizer.kind == "auto" and key):
        model = Service("model", "model", "application/json")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        yield _ask("model", lambda: web.ask(model, f"{config.summarizer.base_url}/models", headers=headers))


def _ask(thing: str, ask: Callable[[], object], *, missing_is_fine: bool = False) -> Diagnosis:
    try:
        ask()
    except ServiceError as error:
        if missing_is_fine and error.status == 404:
            return Diagnosis(thing, "ok", "answers")
        return Diagnosis(thing, "fail", f"{error.reason}; check the address in the configuration and the network")
    return Diagnosis(thing, "ok", "answers")


def _folders(workspace: Workspace) -> Iterator[Diagnosis]:
    for name, folder in (("posts", workspace.posts), ("records", workspace.data), ("cache", workspace.cache)):
        existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
        yield _folder(name, folder, existing)


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


def _repository(workspace: Workspace) -> Diagnosis:
    config = workspace.config.publish
    try:
        repository = Repository(workspace.root)
    except GitError as error:
        return Diagnosis("repository", "warn", f"{error}; digest publish needs one: git init")
    if not config.push:
        return Diagnosis("repository", "ok", f"{repository.root}; publish.push is false, so nothing is pushed")
    if repository.find("remote", "get-url", config.remote) is None:
        return Diagnosis(
            "repository", "warn", f"there is no remote {config.remote!r}: git remote add {config.remote} URL"
        )
    try:
        repository.ask("ls-remote", "--quiet", config.remote, f"refs/heads/{config.branch}")
    except GitError as error:
        return Diagnosis("repository", "fail", f"{config.remote} does not answer: {error}")
    return Diagnosis("repository", "ok", f"{config.remote} answers; digest publish pushes to {config.branch}")


def _files(workspace: Workspace, now: datetime) -> Diagnosis:
    folders = [(workspace.data, "*.json"), (workspace.posts, "*.md")]
    paths = [path for folder, pattern in folders if folder.is_dir() for path in sorted(folder.glob(pattern))]
    found = check_files(paths, workspace, Records(workspace.data), now=now)
    if found:
        return Diagnosis("files", "warn", f"{len(found)} faults in posts and records; digest check tells them")
    return Diagnosis("files", "ok", f"{len(paths)} posts and records agree")
