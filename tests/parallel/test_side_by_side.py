"""The same work on all processors."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures.process import BrokenProcessPool

import pytest
from bench.history import make_records

from blog import Blog
from digest.core.errors import UsageError
from digest.parallel import side_by_side as module
from digest.parallel.side_by_side import side_by_side

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_processors", lambda: 2)


def where(number: int) -> tuple[int, int]:
    time.sleep(0.005)
    return number, os.getpid()


def odd(number: int) -> int:
    if number == 21:
        raise UsageError("the first line", "the second")
    return number


@pytest.mark.parametrize("count", [0, 1, 2, 15, 16, 31, 32, 33, 100])
def test_in_order_whatever_the_number(two: None, count: int) -> None:
    assert [number for number, _ in side_by_side(where, range(count))] == list(range(count))


@LINUX
def test_much_work_is_shared_and_little_is_not(two: None) -> None:
    assert {process for _, process in side_by_side(where, range(31))} == {os.getpid()}
    assert len({process for _, process in side_by_side(where, range(200))}) == 3


def test_what_is_raised_is_raised_here(two: None) -> None:
    with pytest.raises(UsageError, match="the first line\nthe second"):
        list(side_by_side(odd, range(100)))


def ended(number: int) -> int:
    if number == 40:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@LINUX
def test_a_process_that_is_killed_is_told_and_not_waited_for(two: None) -> None:
    with pytest.raises(BrokenProcessPool):
        list(side_by_side(ended, range(100)))


@LINUX
def test_nothing_is_forked_beside_other_threads() -> None:
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    assert {process for _, process in side_by_side(where, range(100))} == {os.getpid()}
    waiting.set()
    thread.join()


LONG = """
import os, time
from digest.parallel import side_by_side as module
module._processors = lambda: 2
def work(number):
    os.write(1, b"%d\\n" % number)
    time.sleep(number and 0.2)
    os.write(1, b"%d done\\n" % number)
list(module.side_by_side(work, range(100)))
"""


@LINUX
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_when_told_to_and_leaves_no_process(told: int) -> None:
    program = f"import signal; signal.signal(signal.SIGTERM, signal.default_int_handler)\n{LONG}"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdout is not None
        assert {running.stdout.readline() for _ in range(4)} == {b"0\n", b"0 done\n", b"1\n", b"5\n"}
        started = time.monotonic()
        running.send_signal(told)
        rest = running.stdout.read().splitlines()  # to its end: nobody is left who could write
        assert running.wait() != 0
        assert len(rest) < 40
        begun, done = [line for line in rest if b"done" not in line], [line for line in rest if b"done" in line]
        assert told == signal.SIGKILL or len(done) == len(begun) + 2
        assert time.monotonic() - started < 10


def test_a_long_history_comes_out_the_same_from_one_process_and_from_two(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_records(blog.folder / "data", 40)
    outputs = []
    for processors in (1, 2):
        monkeypatch.setattr(module, "_processors", lambda processors=processors: processors)
        rendered = blog.digest("render", "--all", "--force")
        (blog.folder / "posts" / "2025-11-20-daily-papers-20251120.md").write_text("by hand", encoding="utf-8")
        (blog.folder / "data" / "2025-11-25.json").write_bytes(b"{")
        checked = blog.digest("check")
        outputs.append((rendered, checked, blog.digest("render", "--all").code))
        (blog.folder / "data" / "2025-11-25.json").unlink()
        make_records(blog.folder / f"again-{processors}", 40)
        blog.folder.joinpath(f"again-{processors}", "2025-11-25.json").rename(blog.folder / "data" / "2025-11-25.json")
    assert outputs[0][0].out == outputs[1][0].out
    assert [ran.code for ran in outputs[0][:2]] == [0, 1]
    assert outputs[0][1:] == outputs[1][1:]
