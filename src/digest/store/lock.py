"""One run at a time in a workspace."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from filelock import FileLock, Timeout

from digest.core.errors import UsageError
from digest.store.cache import introduce


class LockHeldError(UsageError):
    """Another run holds the lock."""

    exit: ClassVar[int] = 6


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the lock in a cache folder; it ends with the process, however that ends.

    Raises LockHeldError at once if another run holds it, UsageError where the folder cannot be written.
    """
    introduce(folder)
    path = folder / "lock"
    try:
        with FileLock(path, timeout=0):
            yield
    except Timeout:
        raise LockHeldError(f"{path}: another run holds the lock; wait until it ends") from None
