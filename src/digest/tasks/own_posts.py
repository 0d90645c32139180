"""Which files are digest's posts: those that a record names, and those that fit `paths.filename`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from digest.core.errors import UsageError
from digest.core.post.front_matter import read_front_matter
from digest.core.post.jekyll import day_of
from digest.core.record import Record
from digest.store.files import POSTS, expand, read_text
from digest.store.records import Records
from digest.store.workspace import Workspace


def record_of(path: Path, day: date | None, workspace: Workspace, records: Records) -> Record | None:
    """The day's record, if it names this file as its post."""
    record = records.readable(day) if day is not None else None
    if record is None or record.post is None:
        return None
    return record if workspace.post_of(record) == path.absolute() else None


def is_own(path: Path, days: Iterable[date | None], workspace: Workspace, records: Records) -> bool:
    """Whether a file is digest's post of one of the days."""
    some = [day for day in days if day is not None]
    return any(workspace.fits(path, day) or _is_named(path, day, workspace, records) for day in some)


def _is_named(path: Path, day: date, workspace: Workspace, records: Records) -> bool:
    try:
        return record_of(path, day, workspace, records) is not None
    except UsageError:  # the record names a file outside of the blog; the record's own check reports that
        return False


def files_to_check(paths: Sequence[Path], workspace: Workspace, records: Records) -> list[Path]:
    """The posts and records among the paths, by default all of the blog's. Raises UsageError where a path is missing.

    A folder of posts may hold posts of the owner's own: of those that are only found there, digest's alone are taken.
    """
    defaults = [folder for folder in (workspace.data, workspace.posts) if folder.exists()]
    named = {path for path in paths if not path.is_dir()}
    return list(_taken(expand(paths or defaults, (*POSTS, ".json")), named, workspace, records))


def _taken(files: Iterable[Path], named: set[Path], workspace: Workspace, records: Records) -> Iterator[Path]:
    posts = workspace.posts.absolute()
    for path in files:
        may_be_others = path not in named and path.suffix != ".json" and path.absolute().is_relative_to(posts)
        if not may_be_others or is_own(path, _days(path), workspace, records):
            yield path


def _days(path: Path) -> Iterator[date | None]:
    """The days that a post may be of: that of its name, and that of its front matter."""
    yield day_of(path.name, "")
    try:
        yield day_of("", str(read_front_matter(read_text(path)).data.get("date", "")))
    except UsageError:
        return
