"""The posts on disk, and whether the user has edited them."""

import hashlib
from typing import Literal

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
