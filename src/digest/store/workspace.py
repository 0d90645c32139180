"""A workspace: the folder of a blog, where the configuration's paths lead."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from digest.core.config import Config


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

    def record_path(self, day: date) -> Path:
        """The file of a day's record."""
        return self.data / f"{day}.json"

    def relative(self, path: Path) -> str:
        """A path as the record and the output name it: from the root, with forward slashes."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()
