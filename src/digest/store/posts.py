"""What Jekyll reads of digest: the posts, and the archive's data and pages."""

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Final, Literal

from digest.core.clock import named_day
from digest.core.record import PostRef, Record
from digest.store.cache import Cache
from digest.store.files import read_if_there, write_whole
from digest.store.workspace import Workspace

PostState = Literal["missing", "same", "ours", "edited"]
"""Whether a post's file is absent, holds the text already, holds what digest wrote, or something else."""


class Posts:
    """The folder of posts."""

    def __init__(self, workspace: Workspace, cache: Cache) -> None:
        self.workspace = workspace
        self._cache = cache

    def ref(self, record: Record, text: str) -> PostRef:
        """How the record is to name its post. A post keeps the file it has, since readers know its URL.

        One whose name Jekyll takes for no post has no URL, and gets the name that the configuration gives.
        Raises UsageError where that is outside the blog.
        """
        named = self.workspace.post_of(record)
        path = named if named_day(named.name) else self.workspace.post_path(record.date)
        ref = PostRef(path=self.workspace.relative(path), sha256=sha256(text.encode()))
        return ref.keeping(record.post)

    def remove_old(self, record: Record, ref: PostRef) -> None:
        """Remove the file that a record's post had under another name, if it is still as the record knows it.

        Raises UsageError where it cannot be read.
        """
        old, new = self.workspace.post_of(record), self.workspace.root / ref.path
        found = read_if_there(old)
        if record.post is None or found is None or old.samefile(new):
            return
        if sha256(found) == record.post.sha256:
            old.unlink()

    def state(self, record: Record, text: str) -> PostState:
        """How a day's file compares with the text rendered for it. Raises UsageError where it cannot be read."""
        path = self.workspace.root / self.ref(record, text).path
        found = read_if_there(path)
        if found is None:
            return "missing"
        if found == text.encode():
            return "same"
        found_hash = sha256(found)
        ours = record.post is not None and record.post.sha256 == found_hash
        return "ours" if ours or self._cache.has(**_written(found_hash)) else "edited"

    def has_written(self, data: bytes) -> bool:
        """Whether digest has written such a post here before, as far as the cache knows."""
        return self._cache.has(**_written(sha256(data)))

    def is_as_rendered(self, record: Record, made_from: str) -> bool:
        """Whether the record's post is the file rendered from just these parts, not edited since.

        Raises UsageError where it cannot be read.
        """
        path = self.workspace.post_of(record)
        if record.post is None or not self._cache.has(**_rendered(record.post, made_from)):
            return False
        found = read_if_there(path)
        return found is not None and sha256(found) == record.post.sha256

    def note_rendered(self, ref: PostRef, made_from: str) -> None:
        """Remember what a post was rendered from, so that it need not be rendered again to find it the same."""
        self._cache.put(ref.path, **_rendered(ref, made_from))

    def write(self, ref: PostRef, text: str) -> None:
        """Write a post, whole.

        Its hash is noted first: were the run killed before the record names the post, the next one would take its
        own work for the user's.
        """
        self._cache.put(ref.path, **_written(ref.sha256))
        write_whole(self.workspace.root / ref.path, text.encode())


def sha256(data: bytes) -> str:
    """The hash by which a record knows its post."""
    return hashlib.sha256(data).hexdigest()


def _rendered(ref: PostRef, made_from: str) -> dict[str, str]:
    return {"ask": "post rendered", "from": made_from, "sha256": ref.sha256}


def _written(found_hash: str) -> dict[str, str]:
    return {"ask": "post written", "sha256": found_hash}


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
