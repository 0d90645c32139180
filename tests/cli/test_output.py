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
from processes import run

COMMANDS = {
    "help": ["--help"],
    "faults, more than a buffer holds": ["check", "--format", "json", "posts"],
    "a line at a time": ["doctor", "--offline"],
    "a day built": ["build", "--sample", "--json", "--date", "2025-12-04", "2512.03405"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with many posts that are none, whose papers are read as abstracts: what is read is not the question."""
    (tmp_path / "config.yaml").write_text("arxiv: {full_text: []}\n")
    (tmp_path / "posts").mkdir()
    for number in range(100):
        day = date(2025, 1, 1) + timedelta(days=number)
        (tmp_path / "posts" / f"{day}-daily-papers-{day:%Y%m%d}.md").write_text("none")
    return tmp_path


def closed_pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_device_is_one_line(name: str, folder: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    done = run(COMMANDS[name], folder, streams={1: full})
    os.close(full)
    assert done.code == 1
    assert done.err.splitlines()[-1] == "digest: cannot write the output: No space left on device"
    assert "Traceback" not in done.err
    assert "Exception" not in done.err


@pytest.mark.parametrize("name", COMMANDS)
def test_a_pipe_that_nobody_reads_ends_quietly(name: str, folder: Path) -> None:
    pipe = closed_pipe()
    done = run(COMMANDS[name], folder, streams={1: pipe})
    os.close(pipe)
    assert done.code == 141
    assert "Traceback" not in done.err
    assert "Exception" not in done.err


DAY = ["build", "--sample", "--date", "2025-12-04", "2512.03405"]


@pytest.mark.parametrize("how", ["stderr closed", "stderr full", "stdout closed", "no HOME"])
def test_a_day_is_built_though_nobody_hears_of_it(how: str, folder: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "HOME" or how != "no HOME"}
    with open("/dev/full", "wb") as full:
        streams = {"stderr closed": {2: None}, "stderr full": {2: full.fileno()}, "stdout closed": {1: None}}
        done = run(DAY, folder, streams=streams.get(how), environment=environment)
    assert done.code == 0, done.err
    assert "Traceback" not in done.err + record_in(folder)


def test_a_day_is_built_by_a_python_that_starts_without_streams(folder: Path) -> None:
    command = f"exec {sys.executable} -m digest {' '.join(DAY)} <&- >&- 2>&-"
    assert subprocess.run(command, shell=True, cwd=folder, check=False).returncode == 0
    assert "Traceback" not in record_in(folder)


def record_in(folder: Path) -> str:
    (record,) = folder.rglob("data/2025-12-04.json")
    text = record.read_text("utf-8")
    assert '"schema"' in text
    return text


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
    done = run(["check", "posts"], folder, streams={2: pipe})
    os.close(pipe)
    assert done.code == 141
    assert len(done.out.splitlines()) >= 100


def test_other_files_that_cannot_be_written_are_told_as_they_are(folder: Path) -> None:
    (folder / "sample").write_text("a file")
    done = run(["build", "--sample", "--date", "2025-12-04", "2512.03405"], folder)
    assert done.code == 2
    assert "cannot write the output" not in done.err
