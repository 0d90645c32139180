"""One run at a time in a workspace."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, ClassVar

from digest.core.errors import UsageError
from digest.core.exits import Exit
from digest.store.cache import introduce


class LockHeldError(UsageError):
    """Another run holds the lock."""

    exit: ClassVar[Exit] = Exit.LOCKED


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the lock in a cache folder; it ends with the process, however that ends.

    Raises LockHeldError at once if another run holds it, UsageError where the folder cannot be written.
    """
    introduce(folder)
    path = folder / "lock"
    with _opened(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeldError(f"{path}: another run holds the lock; wait until it ends") from None
        yield


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("ab")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}; make the folder writable") from error
