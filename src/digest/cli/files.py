"""The files that PATHs on the command line name."""

from collections.abc import Sequence
from pathlib import Path

from digest.core.errors import UsageError

POSTS = (".md", ".markdown")


def expand(paths: Sequence[Path], suffixes: tuple[str, ...]) -> list[Path]:
    """The files themselves; of a folder all below it with one of the suffixes, in order. Raises UsageError."""
    found: dict[Path, None] = {}
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise UsageError(*(f"{path}: no such file or folder; correct the path" for path in missing))
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix in suffixes and p.is_file()) if path.is_dir() else [path]
        found |= dict.fromkeys(inside)
    return list(found)
