"""Reading in a process of its own: whatever a page does to it, the next page is read."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.sample import make_papers
from digest.sample.latexml import page
from digest.stages.source_text import fetch, html_worker
from digest.stages.source_text.html import read_html
from digest.stages.source_text.process import ReaderProcess

MODULE = """
import os, signal, sys, time
from digest.stages.source_text.process import receive, send
while True:
    body = receive(sys.stdin.buffer)
    if body == b"end":
        os._exit(3)
    if body == b"half":
        sys.stdout.buffer.write(b"\\0\\0\\0\\0\\0\\0\\0\\x09half")
        sys.stdout.buffer.flush()
        os._exit(0)
    if body == b"sleep":
        time.sleep(60)
    send(sys.stdout.buffer, b"%d %d %d" % (os.getpid(), len(body), sum(body)))
"""


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReaderProcess]:
    (tmp_path / "answering.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    reader = ReaderProcess("answering")
    yield reader
    reader.close()


def test_one_process_reads_many_bodies(reader: ReaderProcess) -> None:
    reader.start()
    bodies = [b"", b"\n", bytes(range(256)) * 4000, b"x" * 5_000_000]
    answers = [reader.ask(body, timeout=30) for body in bodies]
    processes = {(answer or b"").split()[0] for answer in answers}
    assert len(processes) == 1
    assert [(answer or b"").split()[1:] for answer in answers] == [
        [str(len(body)).encode(), str(sum(body)).encode()] for body in bodies
    ]


@pytest.mark.parametrize(("body", "timeout"), [(b"end", 30), (b"half", 30), (b"sleep", 0.2)])
def test_a_body_that_ends_it_or_takes_too_long_is_given_up_alone(
    reader: ReaderProcess, body: bytes, timeout: float
) -> None:
    first = reader.ask(b"a", timeout=30)
    assert reader.ask(body, timeout=timeout) is None
    second = reader.ask(b"a", timeout=30)
    assert first is not None
    assert second is not None
    assert first.split()[0] != second.split()[0]
    assert first.split()[1:] == second.split()[1:]


def test_a_process_that_was_killed_meanwhile_is_started_again(reader: ReaderProcess) -> None:
    first = reader.ask(b"a", timeout=30)
    assert first is not None
    os.kill(int(first.split()[0]), signal.SIGKILL)
    answers = [reader.ask(b"a", timeout=30) for _ in range(2)]
    assert answers[1] is not None


def test_many_threads_are_served_in_turn(reader: ReaderProcess) -> None:
    answers: dict[int, bytes | None] = {}

    def ask(number: int) -> None:
        answers[number] = reader.ask(bytes([number]) * 100_000, timeout=30)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: (answer or b"").split()[2] for number, answer in answers.items()} == {
        number: str(number * 100_000).encode() for number in range(8)
    }


def test_a_module_that_is_not_there_answers_nothing(reader: ReaderProcess) -> None:
    nobody = ReaderProcess("no.such.module")
    assert nobody.ask(b"a", timeout=30) is None
    nobody.close()


def test_pages_come_out_as_they_would_here() -> None:
    paper = make_papers(1)[0]
    body = page(paper, paper.version).encode()
    assert fetch._read_html(body) == read_html(body) != None  # noqa: E711
    assert fetch._read_html(b"<html>no paper") is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of memory are POSIX")
def test_a_page_that_needs_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "from digest.stages.source_text import html_worker; html_worker.MEMORY = 150_000_000; html_worker.main()"
    reader = ReaderProcess("digest.stages.source_text.html_worker")
    monkeypatch.setattr(reader, "_command", (*reader._command[:2], "-c", program))
    huge = b"<html><article class=ltx_document>" + b"<p class=ltx_p>word " * 900_000
    assert len(huge) < html_worker.MEMORY
    assert reader.ask(huge, timeout=30) in (None, b"null")
    paper = make_papers(1)[0]
    assert reader.ask(page(paper, paper.version).encode(), timeout=30) not in (None, b"null")
    reader.close()
