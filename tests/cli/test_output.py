"""What becomes of a command whose output cannot be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = {
    "help": ["--help"],
    "faults, more than a buffer holds": ["check", "--format", "json", "posts"],
    "a line at a time": ["doctor", "--offline"],
    "a day built": ["build", "--sample", "--json", "--date", "2025-12-04", "2512.03405"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with many posts that are none."""
    (tmp_path / "posts").mkdir()
    for number in range(100):
        (tmp_path / "posts" / f"{number}.md").write_text("none")
    return tmp_path


def digest(arguments: list[str], folder: Path, **streams: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "digest", *arguments]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run(command, cwd=folder, text=True, check=False, timeout=60, **streams)


def closed_pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_device_is_one_line(name: str, folder: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    done = digest(COMMANDS[name], folder, stdout=full)
    os.close(full)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "digest: cannot write the output: No space left on device"
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_a_pipe_that_nobody_reads_ends_quietly(name: str, folder: Path) -> None:
    pipe = closed_pipe()
    done = digest(COMMANDS[name], folder, stdout=pipe)
    os.close(pipe)
    assert done.returncode == 141
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_talk_that_nobody_hears_ends_quietly_too(folder: Path) -> None:
    pipe = closed_pipe()
    done = digest(["check", "posts"], folder, stderr=pipe)
    os.close(pipe)
    assert done.returncode == 141
    assert len(done.stdout.splitlines()) >= 100


def test_other_files_that_cannot_be_written_are_told_as_they_are(folder: Path) -> None:
    (folder / "data").write_text("a file")
    done = digest(["build", "--sample", "--date", "2025-12-04", "2512.03405"], folder)
    assert done.returncode == 2
    assert "cannot write the output" not in done.stderr
