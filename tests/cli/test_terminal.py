"""On a terminal, too, what a command says last stays on the screen."""

import io
import os
import pty
import re
import subprocess
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from bench.services import faults, make_papers, serve
from rich.console import Console

from blog import NOW, Blog
from digest.cli.days import Display
from digest.core.paper import Paper
from digest.run import BEGUN, READY
from processes import start

_PIECE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|(\r)|(\n)|([^\x1b\r\n]+)")


class Screen:
    """What a terminal shows of a stream: lines, with the cursor's moves and what is erased."""

    def __init__(self, stream: str) -> None:
        self.lines = [""]
        self._row = self._column = 0
        self.seen: list[str] = []
        """Every text that was ever written."""
        for arguments, letter, back, down, text in _PIECE.findall(stream):
            if letter:
                self._control(letter, arguments)
            elif text:
                self._write(text)
            elif down:
                self._row += 1
                self.lines += [""] * (self._row - len(self.lines) + 1)
            self._column = 0 if back or down else self._column

    @property
    def text(self) -> list[str]:
        """The lines that are not blank."""
        return [line.rstrip() for line in self.lines if line.strip()]

    def _write(self, text: str) -> None:
        line = self.lines[self._row].ljust(self._column)
        self.lines[self._row] = line[: self._column] + text + line[self._column + len(text) :]
        self._column += len(text)
        self.seen.append(text)

    def _control(self, letter: str, arguments: str) -> None:
        count = int(arguments) if arguments.isdecimal() else 1
        if letter == "A":
            self._row = max(0, self._row - count)
        elif letter == "B":
            self._row += count
        elif letter == "K":
            self.lines[self._row] = "" if arguments == "2" else self.lines[self._row][: self._column]
        elif letter == "J":
            self.lines[self._row :] = [self.lines[self._row][: self._column]]


def on_a_terminal(folder: Path, arguments: Sequence[str], answer: bytes = b"") -> tuple[int, Screen]:
    """Run a command with all its streams on a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    streams = dict.fromkeys(range(3), theirs)
    with start(arguments, folder, streams=streams, environment=environment, now=NOW) as command:
        os.close(theirs)
        if answer:
            os.write(ours, answer)
        stream = b"".join(_read(ours))
        code = command.wait()
    os.close(ours)
    return code, Screen(stream.decode())


def _read(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the last program on the terminal has ended
            return
        if not piece:
            return
        yield piece


ABSTRACTS = {"full_text": []}
"""Abstracts are all that is read: no process that reads pages starts."""


def test_a_build(blog: Blog) -> None:
    blog.configure(None, arxiv=ABSTRACTS)
    code, screen = on_a_terminal(blog.folder, ["build", "--sample", "--date", "2025-12-04"])
    assert code == 0, screen.text
    assert screen.text[0].startswith("2025-12-04: written: 8 final")
    assert screen.text[1:] == [
        "next: digest preview --sample --date 2025-12-04 shows it; nothing of it is ever published",
        "sample/posts/2025-12-04-daily-papers-20251204.md",
    ]


@pytest.mark.parametrize(
    ("begun", "ready", "shown"),
    [(3, 0, "0 of 3 papers "), (3, 1, "1 of 3 papers "), (3, 2, "2 of 3 papers, about 0:00 left "), (1, 1, "1 of 1")],
)
def test_how_many_papers_are_ready_and_how_long_the_others_take(begun: int, ready: int, shown: str) -> None:
    stream = io.StringIO()
    display = Display(Console(file=stream, force_terminal=True, width=100))
    papers = make_papers(3)
    for paper in papers[:begun]:
        display.step(Paper(id=paper.id, title=paper.title), BEGUN)
        display.step(Paper(id=paper.id, title=paper.title), "fetched html")
    for paper in papers[:ready]:
        display.step(Paper(id=paper.id), READY)
    display.end()
    screen = Screen(stream.getvalue())
    assert any(shown in text for text in screen.seen)
    assert any("fetched html" in text for text in screen.seen) or ready == begun
    assert screen.text == []


def test_days_in_a_row_and_their_faults(blog: Blog) -> None:
    papers = make_papers(6)
    days = {"2025-12-03": [p.id for p in papers[:3]], "2025-12-04": [p.id for p in papers[3:]]}
    with serve(papers, days) as services:
        blog.configure(services, arxiv=ABSTRACTS)
        services.fail("model", faults.reply(400), match=papers[5].id)
        code, screen = on_a_terminal(blog.folder, ["build", "--from", "2025-12-03", "--to", "2025-12-04"])
    assert code == 3, screen.text
    assert [line[:20] for line in screen.text if "final" in line] == ["2025-12-03: written:", "2025-12-04: written:"]
    assert any(papers[5].id in line and "HTTP 400" in line for line in screen.text)
    assert [line for line in screen.text if line.startswith("posts/")] == [
        "posts/2025-12-03-daily-papers-20251203.md",
        "posts/2025-12-04-daily-papers-20251204.md",
    ]
    assert not any("of 3 papers" in line for line in screen.text)


def test_a_night(blog: Blog) -> None:
    papers = make_papers(3)
    day = str((NOW - timedelta(days=1)).date())
    for command in (["git", "init", "-q", "-b", "main"], ["git", "commit", "-q", "--allow-empty", "-m", "first"]):
        identity = ["-c", "user.name=T", "-c", "user.email=t@e"]
        subprocess.run([command[0], *identity, *command[1:]], cwd=blog.folder, check=True)
    with serve(papers, {day: [p.id for p in papers]}) as services:
        blog.configure(services, arxiv=ABSTRACTS, nightly={"catch_up_days": 1}, publish={"push": False})
        code, screen = on_a_terminal(blog.folder, ["nightly"])
    assert code == 0, screen.text
    whole = "\n".join(screen.text)
    assert f"{day}: written: 3 final" in whole
    assert f"data/{day}.json" in whole


def test_a_day_of_which_nothing_was_written(blog: Blog) -> None:
    papers = make_papers(2)
    with serve(papers, {blog.day: [p.id for p in papers]}) as services:
        blog.configure(services, arxiv=ABSTRACTS)
        services.fail("model", faults.reply(401, body='{"error": {"message": "no"}}'))
        code, screen = on_a_terminal(blog.folder, ["build", "--date", blog.day])
    assert code == 4, screen.text
    assert "401" in "\n".join(screen.text)
    assert "nothing was written" in screen.text[-1]


@pytest.mark.parametrize(("answer", "committed"), [(b"\n", True), (b"y\n", True), (b"n\n", False)])
def test_init_asks_whether_to_commit(blog: Blog, answer: bytes, committed: bool) -> None:
    for line in ("init -q -b main", "config user.name T", "config user.email t@example.com"):
        subprocess.run(["git", *line.split()], cwd=blog.folder, check=True)
    code, screen = on_a_terminal(blog.folder, ["init"], answer)
    assert code == 0
    assert any(line.startswith("Commit these 8 files? [Y/n]") for line in screen.text)
    log = subprocess.run(["git", "log", "--format=%s"], cwd=blog.folder, capture_output=True, text=True, check=False)
    assert (log.stdout == "Set up digest for the daily papers\n") == committed
