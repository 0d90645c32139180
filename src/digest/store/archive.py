"""The archive's data and pages in a blog's Jekyll site. They are kept while the site has the archive's layout."""

import re
from datetime import date
from pathlib import Path
from typing import Final

from digest.store.files import read_if_there, write_whole

LAYOUT: Final = "daily-papers.html"
PAGES: Final = "daily-papers"
"""The folder of the pages, which is the first part of their addresses, too."""
_DATA: Final = "daily_papers"
"""The folder of the data; its name is what Liquid calls it."""
_VIEWS: Final = {"": "월별", "categories": "분야별", "papers": "논문별"}
"""The pages of a year, by the end of their addresses."""


class Archive:
    """What Jekyll makes the archive from."""

    def __init__(self, root: Path) -> None:
        self.root = root
        settings = read_if_there(root / "_config.yml") or b""
        self.layout = root / _folder(settings, "layouts_dir", "_layouts") / LAYOUT
        """The user's to change; without it no archive is kept."""
        self.data = root / _folder(settings, "data_dir", "_data") / _DATA
        self.pages = root / PAGES

    @property
    def is_kept(self) -> bool:
        """Whether the site has an archive."""
        return self.layout.is_file()

    def path(self, day: date) -> Path:
        """The file of a day's data."""
        return self.data / f"{day}.json"

    def pages_of(self, day: date) -> list[Path]:
        """The pages of the day's year that are as digest writes them."""
        pages = {self.pages / name: text for name, text in archive_pages(f"{day:%Y}").items()}
        return [path for path, text in pages.items() if read_if_there(path) == text]

    def keep(self, day: date, data: bytes | None) -> None:
        """Keep a day's data, and see that its year has its pages; what the user made of those is left alone.

        Raises UsageError where a folder cannot be written.
        """
        path = self.path(day)
        found = read_if_there(path)
        if data is None:
            path.unlink(missing_ok=True)
            return
        if data != found:
            write_whole(path, data)
        for name, text in archive_pages(f"{day:%Y}").items():
            if not (self.pages / name).exists():
                write_whole(self.pages / name, text)


def _folder(settings: bytes, key: str, usual: str) -> str:
    """A folder that `_config.yml` names. One line is looked for, since reading all of it as YAML takes longer."""
    found = re.search(rf"^{key}[ \t]*:[ \t]*[\"']?([^\s\"'#]+)".encode(), settings, re.MULTILINE)
    return found[1].decode("utf-8", "replace").strip("/") if found else usual


def archive_pages(year: str) -> dict[str, bytes]:
    """The pages of a year by name. All that they show comes from their layout and the data."""
    return {
        f"{year}{view and f'-{view}'}.html": (
            f'---\nlayout: daily-papers\ntitle: "Daily Papers {year} {name}"\n'
            f'permalink: /{PAGES}/{year}/{view and f"{view}/"}\nyear: "{year}"\nview: "{view}"\n---\n'
        ).encode()
        for view, name in _VIEWS.items()
    }
