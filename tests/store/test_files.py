"""Files are written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from digest.core.errors import UsageError
from digest.store.files import write_whole


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_content_folder_and_mode(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "post.md"
    write_whole(file, "가\r\n".encode())
    assert file.read_bytes() == "가\r\n".encode()
    assert mode(file) == 0o644
    file.chmod(0o600)
    write_whole(file, b"")
    assert (file.read_bytes(), mode(file)) == (b"", 0o600)
    assert [path.name for path in file.parent.iterdir()] == ["post.md"]


def test_a_reader_sees_the_old_or_the_new(tmp_path: Path) -> None:
    file = tmp_path / "post.md"
    write_whole(file, b"old")
    with file.open("rb") as reader:
        write_whole(file, b"new and longer")
        assert reader.read() == b"old"
    assert file.read_bytes() == b"new and longer"


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_a_write_that_fails_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "post.md"
    write_whole(file, b"old")
    monkeypatch.setattr(os, step, full)
    with pytest.raises(UsageError, match=r"post\.md: cannot be written: No space left on device; make"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["post.md"]


def test_a_write_that_is_broken_off_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "post.md", b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file/post.md", "folder"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match=f"{place}: cannot be written"):
        write_whole(tmp_path / place, b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
