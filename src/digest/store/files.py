"""Files: found below folders, read, written whole or not at all, and not written over."""

import errno
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from digest.core.errors import UsageError

POSTS = (".md", ".markdown")
"""What Jekyll takes for Markdown."""
_LINE = re.compile(rb'\{"custom_id": "([0-9a-zA-Z./_-]+)", "method": "POST", ')
_LARGEST = 20_000_000
"""Bytes of a post or a record."""


def expand(paths: Sequence[Path], suffixes: tuple[str, ...]) -> list[Path]:
    """The files themselves; of a folder all below it with one of the suffixes, in order, but for hidden ones.

    Raises UsageError where a path is missing.
    """
    found: dict[Path, None] = {}
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise UsageError(*(f"{path}: no such file or folder; correct the path" for path in missing))
    for path in paths:
        below = path.rglob("*") if path.is_dir() else [path]
        inside = sorted((p for p in below if p.suffix in suffixes or p == path), key=lambda p: p.parts)
        found |= dict.fromkeys(each for each in inside if not _is_hidden(each.relative_to(path)))
    return list(found)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def read_if_there(path: Path) -> bytes | None:
    """A file's content; None where there is no such file. Raises UsageError where it cannot be read."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; make it readable") from error


def read_text(path: Path) -> str:
    """The text of a post or record. Raises UsageError where the file cannot be read or is not text of such a size."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path}: larger than {_LARGEST // 1_000_000} MB; name a post or a record")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; name another path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error


def _part(target: Path, number: int) -> Path:
    """`F.jsonl`, `F-2.jsonl`, `F-3.jsonl`: where goes what is more than one file takes."""
    return target.with_name(f"{target.stem}-{number}{target.suffix}") if number > 1 else target


def _first_line(path: Path) -> bytes:
    """The first line of a file that is to be written over; empty where the file does not exist yet.

    Raises OSError where the file could not be replaced: its folder is read-only, or it is a folder, a pipe or a device.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
    except FileNotFoundError:
        pass
    folder = next(each for each in path.absolute().parents if each.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, f"{folder} is read-only")
    if not path.exists():
        return b""
    with path.open("rb") as file:
        return file.readline()


def move(path: Path, target: Path) -> None:
    """Move a file to another place, on another disk too, whole or not at all. Raises UsageError where it cannot."""
    place = Path(os.path.realpath(target))
    with writing(place):
        try:
            os.replace(path, place)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            beside = place.with_name(f".{place.name}.tmp")
            try:
                shutil.copyfile(path, beside)
                os.replace(beside, place)
            finally:
                beside.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace the file's content; at every moment it is the old or the new one, after a power cut too if `durable`.

    Raises UsageError where the folder cannot be written.
    """
    with writing(path):
        _replace(path, data, durable=durable)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Make the file's folder, and raise UsageError where the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
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


def check_target(target: Path, waited: Container[str]) -> None:
    """Raises UsageError where a file cannot be written, or has anything but lines that were answered.

    Those `waited` for were not.
    """
    try:
        first = _first_line(target)
    except OSError as error:
        raise UsageError(f"--to-file {target}: cannot be written: {error.strerror}; name another file") from error
    line = _id_of(first)
    if first.strip() and line is None:
        raise UsageError(f"--to-file {target}: has something other than lines of digest in it; name another file")
    if line in waited:
        raise UsageError(f"--to-file {target}: has lines that were not answered yet; name another file")


def targets_of(to_file: Path, waited: Container[str]) -> Iterator[Path]:
    """Where lines are written: a file, which is to be fit for that, and those of F-2, F-3 and so on that are."""
    check_target(to_file, waited)
    yield to_file
    for number in range(2, 1000):
        with suppress(UsageError):
            check_target(target := _part(to_file, number), waited)
            yield target


def _id_of(line: bytes) -> str | None:
    """The id of a line that `line_of` has made; None for anything else."""
    found = _LINE.match(line)
    return found[1].decode() if found else None
