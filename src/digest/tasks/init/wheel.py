"""A wheel of the digest that is running, packed from its files and its metadata: no build backend, no network."""

import hashlib
import io
import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution
from pathlib import Path
from typing import Final, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import digest

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in it, so that the same digest gives the same bytes."""
_WHEEL: Final = b"Wheel-Version: 1.0\nGenerator: digest init\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_KEPT: Final = ("METADATA", "entry_points.txt")
_SKIPPED: Final = frozenset({"__pycache__"})


class Wheel(NamedTuple):
    """A wheel file."""

    name: str
    content: bytes


def pack(distribution: Distribution) -> Wheel:
    """The wheel of an installed distribution whose package is `digest`."""
    stem = f"{distribution.name.replace('-', '_')}-{distribution.version}"
    metadata = f"{stem}.dist-info"
    files = {
        **{f"digest/{name}": data for name, data in _package(Path(digest.__file__).parent)},
        **{f"{metadata}/{name}": data for name, data in _metadata(distribution)},
    }
    files[f"{metadata}/RECORD"] = _record(files, f"{metadata}/RECORD")
    return Wheel(f"{stem}-py3-none-any.whl", _zip(files))


def _package(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The package's files; linked folders, as a checkout has them, are followed."""
    for path, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(set(folders) - _SKIPPED)
        for name in sorted(names):
            if not name.endswith((".pyc", ".tmp")):
                yield (Path(path) / name).relative_to(folder).as_posix(), (Path(path) / name).read_bytes()


def _metadata(distribution: Distribution) -> Iterator[tuple[str, bytes]]:
    for name in _KEPT:
        if text := distribution.read_text(name):
            yield name, text.encode()
    yield "WHEEL", _WHEEL
    for file in distribution.files or ():
        if file.parent.name == "licenses":
            yield f"licenses/{file.name}", Path(str(file.locate())).read_bytes()


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    """A line of name, hash and size for each file, and one with the name alone for this list."""
    lines = [f"{name},sha256={_hash(data)},{len(data)}" for name, data in sorted(files.items())]
    return "\n".join((*lines, f"{own},,", "")).encode()


def _hash(data: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def _zip(files: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, data)
    return whole.getvalue()
