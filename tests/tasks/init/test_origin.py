"""Where the workflow installs digest from, and the wheel that is packed where there is no such place."""

import base64
import csv
import hashlib
import io
import json
import zipfile
from importlib.metadata import PathDistribution, distribution
from pathlib import Path
from typing import Any

import pytest

from digest.tasks.init.origin import NAME, pack, place_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GIT = {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"}
REPOSITORY = "https://github.com/me/digest.git"
PLACES: dict[str, tuple[Any, str | None]] = {
    "a repository": ({"url": REPOSITORY, "vcs_info": GIT}, f"{NAME} @ git+{REPOSITORY}@{COMMIT}"),
    "a folder of it": (
        {"url": REPOSITORY, "vcs_info": GIT, "subdirectory": "tools/digest"},
        f"{NAME} @ git+{REPOSITORY}@{COMMIT}#subdirectory=tools/digest",
    ),
    "a repository with keys": ({"url": "ssh://git@github.com/me/digest.git", "vcs_info": GIT}, None),
    "a repository with a password": ({"url": "https://me:secret@example.com/digest.git", "vcs_info": GIT}, None),
    "a repository on this machine": ({"url": "file:///srv/digest.git", "vcs_info": GIT}, None),
    "another system": ({"url": "https://example.com/d", "vcs_info": {**GIT, "vcs": "hg"}}, None),
    "no commit": ({"url": REPOSITORY, "vcs_info": {"vcs": "git", "commit_id": "main"}}, None),
    "a checkout": ({"url": "file:///home/me/digest", "dir_info": {"editable": True}}, None),
    "a wheel on this machine": ({"url": "file:///tmp/d.whl", "archive_info": {}}, None),
    "an index": (None, None),
    "not an object": ([], None),
}


@pytest.mark.parametrize("name", PLACES)
def test_the_place_that_an_installation_came_from(tmp_path: Path, name: str) -> None:
    written, place = PLACES[name]
    if written is not None:
        (tmp_path / "direct_url.json").write_text(json.dumps(written))
    assert place_of(PathDistribution(tmp_path)) == place


def test_a_broken_note_of_the_place_is_none(tmp_path: Path) -> None:
    (tmp_path / "direct_url.json").write_text("{")
    assert place_of(PathDistribution(tmp_path)) is None


def test_the_wheel_is_whole_and_the_same_each_time() -> None:
    wheel = pack(distribution(NAME))
    assert pack(distribution(NAME)) == wheel
    archive = zipfile.ZipFile(io.BytesIO(wheel.content))
    files = {name: archive.read(name) for name in archive.namelist()}
    [record] = [name for name in files if name.endswith(".dist-info/RECORD")]
    lines = {name: (digest, size) for name, digest, size in csv.reader(io.StringIO(files[record].decode()))}
    assert set(lines) == set(files)
    assert lines.pop(record) == ("", "")
    for name, (digest, size) in lines.items():
        own = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
        assert (digest, int(size)) == (f"sha256={own}", len(files[name]))
    names = {name.partition("/")[2] for name in files if name.startswith("digest/")}
    assert {"py.typed", "templates/post.md.j2", "scaffold/config.yaml", "scaffold/site/_config.yml"} <= names
    assert sum(name.startswith("sample/papers/") for name in names) == 8
    assert not any("__pycache__" in name or name.endswith(".pyc") for name in names)
    folder = record.rpartition("/")[0]
    assert {f"{folder}/{name}" for name in ("METADATA", "WHEEL", "entry_points.txt", "licenses/LICENSE")} <= set(files)
