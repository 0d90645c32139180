"""Reading in a process of its own: whatever a page does to it, the next page is read."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.services import make_papers

from digest.sample.arxiv_site import page
from digest.stages.source_text import fetch
from digest.stages.source_text.html import read_html
from digest.stages.source_text.worker import ReaderProcess, ReadingError, receive, send

MODULE = """
import os, sys, time
from digest.stages.source_text.worker import answer_all

def read(body):
    if body == b"end":
        os._exit(3)
    if body == b"half":
        sys.stdout.buffer.write(b"\\0\\0\\0\\0\\0\\0\\0\\x09half")
        sys.stdout.buffer.flush()
        os._exit(0)
    if body == b"sleep":
        time.sleep(60)
    if body == b"memory":
        raise MemoryError
    if body == b"bug":
        raise KeyError("a bug of ours")
    return b"%d %d %d" % (os.getpid(), len(body), sum(body))

if __name__ == "__main__":
    answer_all(read, seconds=60, memory=2_000_000_000)
"""
ENDED = "reading it ended the process"


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReaderProcess]:
    (tmp_path / "answering.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    reader = ReaderProcess("answering")
    yield reader
    reader._end()


def test_one_process_reads_many_bodies(reader: ReaderProcess) -> None:
    reader.start()
    bodies = [b"", b"\n", bytes(range(256)) * 4000, b"x" * 5_000_000]
    answers = [reader.ask(body, timeout=30).split() for body in bodies]
    assert len({answer[0] for answer in answers}) == 1
    assert [answer[1:] for answer in answers] == [[str(len(body)).encode(), str(sum(body)).encode()] for body in bodies]


@pytest.mark.parametrize(
    ("body", "timeout", "why"),
    [
        (b"end", 30, ENDED),
        (b"half", 30, ENDED),
        (b"memory", 30, ENDED),
        (b"sleep", 0.2, "could not be read in 0.2 s"),
    ],
)
def test_a_body_that_ends_it_or_takes_too_long_is_given_up_alone(
    reader: ReaderProcess, body: bytes, timeout: float, why: str
) -> None:
    first = reader.ask(b"a", timeout=30).split()
    with pytest.raises(ReadingError) as raised:
        reader.ask(body, timeout=timeout)
    assert str(raised.value) == why
    second = reader.ask(b"a", timeout=30).split()
    assert first[0] != second[0]
    assert first[1:] == second[1:]


def test_a_bug_keeps_its_traceback(reader: ReaderProcess) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)Traceback .*answering.py.*in read.*KeyError: 'a bug of ours'"):
        reader.ask(b"bug", timeout=30)
    assert reader.ask(b"a", timeout=30)


def test_a_process_that_was_killed_meanwhile_is_started_again(reader: ReaderProcess) -> None:
    first = reader.ask(b"a", timeout=30).split()
    os.kill(int(first[0]), signal.SIGKILL)
    second, third = (reader.ask(b"a", timeout=30).split() for _ in range(2))
    assert first[0] != second[0]
    assert second == third


def test_a_process_that_ends_as_it_is_asked_is_asked_again(reader: ReaderProcess) -> None:
    for _ in range(5):
        number = int(reader.ask(b"a", timeout=30).split()[0])
        killer = threading.Timer(0.001, os.kill, (number, signal.SIGKILL))
        killer.start()
        assert reader.ask(b"a" * 5_000_000, timeout=30).split()[1] == b"5000000"
        killer.join()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="alarms are POSIX")
def test_a_process_that_nobody_waits_for_ends_by_itself(reader: ReaderProcess) -> None:
    program = "from answering import answer_all, read; answer_all(read, seconds=0.5, memory=2_000_000_000)"
    for last, code in ((b"sleep", -signal.SIGALRM), (b"", 0)):
        process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        for wait in (0.7, 0):
            send(process.stdin, b"a")
            assert receive(process.stdout).startswith(str(process.pid).encode())
            time.sleep(wait)  # the limit is of one body
        if last:
            send(process.stdin, last)
        process.communicate(timeout=30)
        assert process.returncode == code


def test_many_threads_are_served_in_turn(reader: ReaderProcess) -> None:
    answers: dict[int, bytes] = {}

    def ask(number: int) -> None:
        answers[number] = reader.ask(bytes([number]) * 100_000, timeout=30)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: answer.split()[2] for number, answer in answers.items()} == {
        number: str(number * 100_000).encode() for number in range(8)
    }


def test_a_module_that_is_not_there_is_a_bug() -> None:
    nobody = ReaderProcess("no.such.module")
    with pytest.raises(RuntimeError, match=r"no\.such\.module"):
        nobody.ask(b"a", timeout=30)
    nobody._end()


def test_a_process_that_cannot_be_started_is_reported_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    nobody = ReaderProcess("answering")
    nobody.start()
    with pytest.raises(ReadingError, match="could not be started: No such file or directory"):
        nobody.ask(b"a", timeout=30)


def test_pages_come_out_as_they_would_here() -> None:
    paper = make_papers(1)[0]
    body = page(paper, paper.version).encode()
    text = fetch._read_html(body)
    assert text is not None
    assert text == read_html(body)
    assert fetch._read_html(b"<html>no paper") is None


SIZE = Path("/proc/self/statm")


@pytest.mark.skipif(not SIZE.exists(), reason="how much memory a process has already is told by Linux")
def test_a_page_that_needs_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is 20 MB more than the process has before it reads."""
    size = f"int(open('{SIZE}').read().split()[0]) * {os.sysconf('SC_PAGE_SIZE')}"
    program = f"from digest.stages.source_text import html; html.MEMORY = {size} + 20_000_000; html.main()"
    reader = ReaderProcess("digest.stages.source_text.html")
    monkeypatch.setattr(reader, "_command", (*reader._command[:2], "-c", program))
    huge = b"<html><article class=ltx_document><p>" + b"word " * 400_000
    with pytest.raises(ReadingError, match=ENDED):
        reader.ask(huge, timeout=30)
    paper = make_papers(1)[0]
    assert reader.ask(page(paper, paper.version).encode(), timeout=30) != b"null"
    reader._end()
