"""Much of the same work on all processors: the days of a long history."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

T = TypeVar("T")
R = TypeVar("R")

_WORTH_A_PROCESS = 16
"""Items; fewer are done before a process has begun."""
_AT_A_TIME = 4
"""Items that a process takes: few enough that all end at about the same time."""


def side_by_side(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """What `work` makes of each item, in order; what it raises is raised here. Items must not depend on each other.

    Results and errors must be such as can be pickled. What has begun when all is broken off is done to its end.
    Raises BrokenProcessPool where a process is killed.
    """
    processes = min(_processors(), len(items) // _WORTH_A_PROCESS)
    if processes < 2:
        yield from map(work, items)
        return
    yield work(items[0])  # what it loads and reads is there in each process that is forked now
    pool = _pool(processes, work)
    if pool is None:
        yield from map(work, items[1:])
        return
    with pool:
        yield from pool.map(_do, items[1:], chunksize=_AT_A_TIME)


def _pool(processes: int, work: Callable[[Any], Any]) -> "ProcessPoolExecutor | None":
    """None where the system has no shared memory for it, as in some containers."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    try:
        return ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _adopt, (work,))
    except OSError:
        return None


def _processors() -> int:
    """Those that may be used. A process cannot be forked safely elsewhere than on Linux, nor beside other threads."""
    forks = sys.platform == "linux" and threading.active_count() == 1
    return len(os.sched_getaffinity(0)) if forks else 1


_adopted: Callable[[Any], Any]


def _adopt(work: Callable[[Any], Any]) -> None:
    """Begin a process, which ends with the one that waits for it, and not before: Ctrl-C is for that one."""
    global _adopted  # noqa: PLW0603  a process has one work for all its life
    _adopted = work
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _do(item: Any) -> Any:
    return _adopted(item)
