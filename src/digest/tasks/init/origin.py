"""Where the workflow installs digest from: exactly the digest that wrote it, from a place that exists."""

import hashlib
import io
import json
import os
import re
import shlex
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import digest
from digest.core.errors import UsageError
from digest.tasks.init.site import FOLDER

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


NAME: Final = "daily-papers-digest"
_OPTION: Final = "--install SPEC says where the workflow is to install digest from"


class Origin(NamedTuple):
    """A place to install from."""

    spec: str
    """One word for pip, quoted for a shell."""
    wheel: Wheel | None = None
    """What is to be kept in the repository, beside the workflow, for it."""

    @property
    def wheel_path(self) -> str | None:
        """Where the wheel is, from the repository's root."""
        return f"{FOLDER}/{self.wheel.name}" if self.wheel else None


def find_origin(spec: str | None) -> Origin:
    """What `--install` says, else the repository and commit that this digest was installed from, else a wheel of it.

    Never a bare name that this digest chose: an index may have another program of that name. Raises UsageError.
    """
    if spec is not None:
        return Origin(shlex.quote(_checked(spec)))
    try:
        own = distribution(NAME)
    except PackageNotFoundError:
        raise UsageError(f"this digest is not an installed {NAME}; {_OPTION}") from None
    if place := place_of(own):
        return Origin(shlex.quote(place))
    wheel = pack(own)
    return Origin(shlex.quote(f"./{FOLDER}/{wheel.name}"), wheel)


def place_of(own: Distribution) -> str | None:
    """The repository and commit that a distribution was installed from (PEP 610), as pip takes them.

    None where there is none that another machine could reach.
    """
    try:
        origin = json.loads(own.read_text("direct_url.json") or "{}")
        url, commit = origin["url"], origin["vcs_info"]["commit_id"]
        is_git = origin["vcs_info"]["vcs"] == "git"
    except (ValueError, KeyError, TypeError):
        return None
    parts = urlsplit(str(url))
    if not is_git or parts.scheme != "https" or parts.username or not re.fullmatch(r"[0-9a-f]{40}", str(commit)):
        return None
    return f"{NAME} @ git+{url}@{commit}{_subfolder(origin)}"


def _subfolder(origin: dict[str, Any]) -> str:
    return f"#subdirectory={origin['subdirectory']}" if origin.get("subdirectory") else ""


def _checked(spec: str) -> str:
    """The user's own words, unless they cannot work in a workflow. Raises UsageError."""
    if not spec.strip() or spec.startswith("-") or "${{" in spec or any(sign < " " for sign in spec):
        raise UsageError(
            f"--install {spec!r}: is not one requirement for pip; write a name, URL or path in the repository"
        )
    path = spec.partition(" @ ")[2] or spec
    if path.startswith(("/", "~", "file:", "../")) or re.match(r"[A-Za-z]:\\", path):
        raise UsageError(
            f"--install {spec!r}: is a place on this machine, which a workflow does not reach; name another"
        )
    return spec.strip()
