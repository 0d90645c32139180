"""What the commands share: their common options, dates, and the configuration they lead to."""

import functools
import logging
import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from digest.cli.talk import Talk

if TYPE_CHECKING:
    from digest.core.config import SummarizerConfig
    from digest.store.workspace import Workspace

DEFAULT_CONFIG = "config.yaml"


_DAYS_BACK: Final = {"today": 0, "yesterday": 1}


class Day(click.ParamType[date | str]):
    """A date as YYYY-MM-DD, or one of two words, which `common` turns into a date where the blog is."""

    name = "date"

    def convert(self, value: date | str, param: click.Parameter | None, ctx: click.Context | None) -> date | str:
        if isinstance(value, date) or value in _DAYS_BACK:
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write YYYY-MM-DD, yesterday or today", param, ctx)


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `-c`, `-v` and `-q`; the command gets `talk` and `config`, the path as given or None."""

    @click.option("-c", "--config", metavar="FILE", type=click.Path(path_type=Path), help="Default: config.yaml here.")
    @click.option("-v", "--verbose", is_flag=True, help="Report more on stderr.")
    @click.option("-q", "--quiet", is_flag=True, help="Report only what went wrong.")
    @functools.wraps(command)
    def wrapped(*args: Any, verbose: bool, quiet: bool, **options: Any) -> Any:
        logging.basicConfig(format="%(message)s", level=logging.INFO if verbose else logging.CRITICAL, force=True)
        return command(*args, talk=Talk(verbose=verbose, quiet=quiet), **_with_dates(options))

    return wrapped


def _with_dates(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a command with the days that were given as words as dates, in the blog's time zone."""
    given = [each.name for each in click.get_current_context().command.params if isinstance(each.type, Day)]
    words = {name: options[name] for name in given if name and isinstance(options[name], str)}
    if not words:
        return options
    from digest.core.clock import today

    day = today(now(), open_workspace(options["config"]).config.blog.timezone)
    return {**options, **{name: day - timedelta(days=_DAYS_BACK[word]) for name, word in words.items()}}


def open_workspace(config: Path | None) -> "Workspace":
    """The workspace of a configuration file. Raises UsageError with every fault of the configuration."""
    from digest.store.config import read_config
    from digest.store.workspace import Workspace

    path = config or Path(DEFAULT_CONFIG)
    read = read_config(path, os.environ, required=config is not None)
    return Workspace(path.absolute().parent, read)


def api_key(config: "SummarizerConfig") -> str | None:
    """The model server's key from the environment; None where there is none, or nothing but white space."""
    from digest.core.config import bare_key

    return bare_key(os.environ.get(config.api_key_env))


def now() -> datetime:
    """When the command was started: `cli.run` reads the clock once, and everything below takes it as an argument."""
    moment: datetime = click.get_current_context().obj
    return moment
