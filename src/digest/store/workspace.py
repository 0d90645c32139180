"""The workspace: a blog's folders and files, and the lock that keeps other runs away."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import ClassVar, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from filelock import FileLock, Timeout

from digest.core.config import Config
from digest.core.errors import Exit, UsageError
from digest.core.record import Record, is_path, record_name
from digest.store.cache import introduce
from digest.store.config import read_yaml


class Workspace(NamedTuple):
    """Where things are kept; `root` is the folder of the configuration file."""

    root: Path
    config: Config

    @property
    def posts(self) -> Path:
        """The posts."""
        return self.root / self.config.paths.posts

    @property
    def data(self) -> Path:
        """The records."""
        return self.root / self.config.paths.data

    @property
    def templates(self) -> Path:
        """Templates of the workspace's own, which come before those that ship with digest."""
        return self.root / self.config.paths.templates

    @property
    def cache(self) -> Path:
        """Answers of the outside world, and the lock."""
        return self.root / self.config.paths.cache

    def post_path(self, day: date) -> Path:
        """The file of a day's post."""
        return self.posts / self.config.paths.filename.format(date=day)

    def fits(self, path: Path, day: date) -> bool:
        """Whether a file, wherever it is, has the name that the configuration gives to a day's post."""
        return path.absolute().as_posix().endswith(f"/{self.config.paths.filename.format(date=day)}")

    def post_of(self, record: Record) -> Path:
        """The file of a record's post: the one that it names, else the configuration's.

        Raises UsageError where that leads out of the workspace and of the posts' folder: users edit records,
        and what it names is written and removed.
        """
        usual = self.post_path(record.date)
        path = self.root / record.post.path if record.post else usual
        if (path == usual and not path.is_symlink()) or self._holds(path):
            return path
        place = f"{self.record_path(record.date)}: post.path"
        raise UsageError(f"{place}: {self.relative(path)!r} leads out of the blog and of paths.posts; fix it")

    def _holds(self, path: Path) -> bool:
        whole = Path(os.path.realpath(path))
        return any(whole.is_relative_to(os.path.realpath(folder)) for folder in (self.root, self.posts))

    def record_path(self, day: date) -> Path:
        """The file of a day's record."""
        return self.data / record_name(day)

    def relative(self, path: Path) -> str:
        """A path as the record and the output name it: from the root, with forward slashes.

        Raises UsageError for a name that no record can hold.
        """
        named = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()
        if not is_path(named):
            raise UsageError(f"{named!a}: control characters, not UTF-8 or too long; rename the file")
        return named


class SiteSettings(NamedTuple):
    """The settings that decide how a post's date is read."""

    zone: tzinfo = UTC
    """UTC where the site names none: that is what the machines that build sites run in."""
    future: bool = False
    """Whether posts of the future are shown. Jekyll does not unless told to; GitHub Pages' own set-up does."""


def read_site(root: Path) -> SiteSettings:
    """The settings of the site around a folder, with their defaults where there is no `_config.yml`."""
    path = root / "_config.yml"
    values = read_yaml(path) if path.exists() else None
    settings = values if isinstance(values, dict) else {}
    return SiteSettings(_zone(settings.get("timezone")), str(settings.get("future")).lower() == "true")


def _zone(name: object) -> tzinfo:
    try:
        return ZoneInfo(str(name)) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


class LockHeldError(UsageError):
    """Another run holds the lock."""

    exit: ClassVar[Exit] = Exit.LOCKED


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the lock in a cache folder. The system frees it when the process ends, however it ends.

    Raises LockHeldError at once if another run holds it, UsageError where the folder cannot be written.
    """
    introduce(folder)
    lock = FileLock(folder / "lock", fallback_to_soft=False)  # a soft lock would outlive a killed process
    try:
        held = lock.acquire(timeout=0)
    except Timeout:
        raise LockHeldError(f"{lock.lock_file}: another run holds the lock; wait until it ends") from None
    except OSError as error:
        raise UsageError(f"{lock.lock_file}: cannot be written: {error.strerror}; make the folder writable") from error
    with held:
        yield
