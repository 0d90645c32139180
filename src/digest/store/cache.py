"""Answers of the outside world, by the hash of the question. Disposable, never committed."""

import gzip
import hashlib
import json
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from digest.core.errors import UsageError
from digest.core.value import Value
from digest.store.files import write_whole

_ANSWER = 64_000
"""Bytes that a long answer takes."""
_PACKED = 4_000
"""Bytes from which on an answer is kept compressed: years of papers are a gigabyte of text."""
_GZIP = b"\x1f\x8b"
"""How a compressed file begins; JSON never does."""

T = TypeVar("T")
V = TypeVar("V", bound=Value)

_README = """\
Answers that digest has paid or waited for, named by the hash of their question.
Everything here can be deleted at any time; what is missing is asked again.
"""


class Cache:
    """JSON answers below a folder. An entry that cannot be read counts as missing, and is asked again.

    Without `writes` it keeps nothing new.
    """

    def __init__(self, folder: Path, *, writes: bool = True) -> None:
        self._folder = folder
        self._writes = writes
        self._lock = threading.Lock()
        self.hits = 0

    def get(self, **question: Any) -> Any | None:
        """The kept answer; None if there is none."""
        return self._read(question, lambda answer: answer)

    def get_value(self, kind: type[V], **question: Any) -> V | None:
        """The kept answer as a value; None if there is none, or one that another digest has kept in another shape."""
        return self._read(question, kind.read)

    def peek(self, **question: Any) -> Any | None:
        """The kept answer, without counting it as used."""
        return self._kept(question, lambda answer: answer)

    def peek_value(self, kind: type[V], **question: Any) -> V | None:
        """The kept answer as a value, without counting it as used."""
        return self._kept(question, kind.read)

    def _read(self, question: dict[str, Any], understand: Callable[[Any], T]) -> T | None:
        answer = self._kept(question, understand)
        if answer is not None:
            with self._lock:
                self.hits += 1
        return answer

    def _kept(self, question: dict[str, Any], understand: Callable[[Any], T]) -> T | None:
        return self._readable(self._path(question), understand)

    def _readable(self, path: Path, understand: Callable[[Any], T]) -> T | None:
        try:
            return understand(json.loads(_unpacked(path.read_bytes())))
        except (OSError, EOFError, zlib.error, ValueError, RecursionError):
            return None

    def has(self, **question: Any) -> bool:
        """Whether an answer is kept, without counting it as used."""
        return self._path(question).exists()

    def put(self, answer: Any, **question: Any) -> None:
        """Keep an answer. A cache that cannot be written costs a later run its questions, not this one its answers."""
        try:
            self.put_named(name_of(question), answer)
        except UsageError:
            return

    def has_named(self, name: str) -> bool:
        """Whether an answer is kept to the question with such a name."""
        return self._file(name).exists()

    def get_named(self, name: str) -> Any | None:
        """The answer to the question with such a name, without counting it as used; None if there is none."""
        return self._readable(self._file(name), lambda answer: answer)

    def put_named(self, name: str, answer: Any) -> None:
        """Keep an answer to a question of which only the name is known. Raises UsageError where it cannot be kept."""
        if not self._writes:
            return
        introduce(self._folder)
        write_whole(self._file(name), _packed(_bytes(answer)), durable=False)  # what a power cut breaks is asked again

    def check_room(self) -> None:
        """Look whether an answer could be kept, before it is paid. Raises UsageError where it could not."""
        introduce(self._folder)
        probe = self._folder / f"room-{threading.get_ident()}"
        try:
            write_whole(probe, bytes(_ANSWER), durable=False)
        finally:
            probe.unlink(missing_ok=True)

    def _path(self, question: dict[str, Any]) -> Path:
        return self._file(name_of(question))

    def _file(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name[2:]}.json"


def name_of(question: dict[str, Any]) -> str:
    """The name that a question's answer is kept under: the hash of the question, in hexadecimal digits."""
    return hashlib.sha256(_bytes(question)).hexdigest()


def _packed(data: bytes) -> bytes:
    return data if len(data) < _PACKED else gzip.compress(data, compresslevel=6, mtime=0)


def _unpacked(data: bytes) -> bytes:
    return gzip.decompress(data) if data.startswith(_GZIP) else data


def _bytes(values: Any) -> bytes:
    """Canonical JSON; half a surrogate pair, which a model may well send, passes."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")


def introduce(folder: Path) -> None:
    """Say in a cache folder what it is, and keep it out of git. Raises UsageError where it cannot be written."""
    readme = folder / "README"
    if not readme.exists():
        write_whole(readme, _README.encode())
        write_whole(folder / ".gitignore", b"*\n")
