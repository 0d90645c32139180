"""One run at a time in a workspace."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from filelock import FileLock, Timeout

from digest.core.errors import Exit, UsageError
from digest.store.cache import introduce


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
