"""Files that are written whole or not at all."""

import os
import tempfile
from pathlib import Path

from digest.core.errors import UsageError


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace the file's content; at every moment it is the old or the new one, after a power cut too if `durable`.

    Raises UsageError where the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data, durable=durable)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{path}: cannot be written: {reason}; make the folder writable or free space") from error


def _replace(path: Path, data: bytes, *, durable: bool) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(name, _mode(path))
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _mode(path: Path) -> int:
    """The file's own permissions, or those of a file for all to read; mkstemp gives 0600."""
    return path.stat().st_mode & 0o777 if path.exists() else 0o644
