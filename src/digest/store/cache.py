"""Answers of the outside world, by the hash of the question. Disposable, never committed."""

import hashlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from digest.core.errors import UsageError
from digest.core.value import Value
from digest.store.files import write_whole

_ANSWER = 64_000
"""Bytes that a long answer takes."""

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
        try:
            return understand(json.loads(self._path(question).read_bytes()))
        except (OSError, ValueError, RecursionError):
            return None

    def has(self, **question: Any) -> bool:
        """Whether an answer is kept, without counting it as used."""
        return self._path(question).exists()

    def put(self, answer: Any, **question: Any) -> None:
        """Keep an answer. A cache that cannot be written costs a later run its questions, not this one its answers."""
        if not self._writes:
            return
        path = self._path(question)
        try:
            introduce(self._folder)
            write_whole(path, _bytes(answer), durable=False)  # what a power cut breaks is asked again
        except UsageError:
            return

    def check_room(self) -> None:
        """Look whether an answer could be kept, before it is paid. Raises UsageError where it could not."""
        introduce(self._folder)
        probe = self._folder / f"room-{threading.get_ident()}"
        try:
            write_whole(probe, bytes(_ANSWER), durable=False)
        finally:
            probe.unlink(missing_ok=True)

    def forget(self, **question: Any) -> None:
        """Drop an answer, so that the question is asked again."""
        self._path(question).unlink(missing_ok=True)

    def _path(self, question: dict[str, Any]) -> Path:
        name = hashlib.sha256(_bytes(question)).hexdigest()
        return self._folder / name[:2] / f"{name[2:]}.json"


def _bytes(values: Any) -> bytes:
    """Canonical JSON; half a surrogate pair, which a model may well send, passes."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")


def introduce(folder: Path) -> None:
    """Say in a cache folder what it is, and keep it out of git. Raises UsageError where it cannot be written."""
    readme = folder / "README"
    if not readme.exists():
        write_whole(readme, _README.encode())
        write_whole(folder / ".gitignore", b"*\n")
