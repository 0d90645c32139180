"""What becomes of a command whose output cannot be written."""

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from bench.services import serve

from blog import Blog

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
        day = date(2025, 1, 1) + timedelta(days=number)
        (tmp_path / "posts" / f"{day}-daily-papers-{day:%Y%m%d}.md").write_text("none")
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


CLOSED = {
    "stderr closed": ("2>&-", 0),
    "stderr full": ("2>/dev/full", 0),
    "stdout closed": (">&-", 0),
    "all closed": ("<&- >&- 2>&-", 0),
    "no HOME": ("", 0),
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_day_is_built_though_nobody_hears_of_it(name: str, tmp_path: Path) -> None:
    streams, code = CLOSED[name]
    command = f"exec {sys.executable} -m digest build --sample --date 2025-12-04 2512.03405 {streams}"
    environment = {key: value for key, value in os.environ.items() if key != "HOME" or name != "no HOME"}
    done = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == code, done.stderr
    (record,) = tmp_path.rglob("data/2025-12-04.json")
    assert b'"schema"' in record.read_bytes()
    assert b"Traceback" not in done.stderr + record.read_bytes()


def test_control_sequences_of_a_record_do_not_reach_the_terminal(blog: Blog) -> None:
    """From a title, a fault and a configuration: in what check, status and build print, for people and scripts."""
    with serve() as services:
        blog.configure(services)
        blog.build("2512.03405")
        hostile = "a\x1b[31mred\x1b]0;title\x07 \x9b2J\u202e end"
        values = blog.record
        values["entries"][0]["status"] = "draft"
        values["entries"][0]["faults"] = [{"name": "ending", "message": hostile}]
        values["entries"][0]["summary"]["goal"] = hostile
        blog.record_path.write_text(json.dumps(values), "utf-8")
        runs = [
            blog.digest(*words)
            for words in (
                ["check"],
                ["check", "--format", "json"],
                ["check", "--format", "github"],
                ["status"],
                ["status", "--json"],
                ["nightly", "--dry-run"],
                ["doctor", "--offline"],
                ["build", "--date", hostile],
                ["render", "--date", "2025-12-04"],
            )
        ]
    for ran in runs:
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", ran.out + ran.err), ran
    assert "ared" in runs[3].out


def test_talk_that_nobody_hears_ends_quietly_too(folder: Path) -> None:
    pipe = closed_pipe()
    done = digest(["check", "posts"], folder, stderr=pipe)
    os.close(pipe)
    assert done.returncode == 141
    assert len(done.stdout.splitlines()) >= 100


def test_other_files_that_cannot_be_written_are_told_as_they_are(folder: Path) -> None:
    (folder / "sample").write_text("a file")
    done = digest(["build", "--sample", "--date", "2025-12-04", "2512.03405"], folder)
    assert done.returncode == 2
    assert "cannot write the output" not in done.stderr
