"""Much of the same work on all processors: the days of a long history."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_WORTH_A_PROCESS = 16
"""Items; fewer are done before a process has begun."""
_AT_A_TIME = 4
"""Items that a process takes: few enough that all end at about the same time."""


def side_by_side(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """What `work` makes of each item, in order; what it raises is raised here. Items must not depend on each other.

    Results and errors must be such as can be pickled. Memory does not grow with the number of items.
    """
    processes = min(_processors(), len(items) // _WORTH_A_PROCESS)
    if processes < 2:
        yield from map(work, items)
        return
    yield work(items[0])  # what it loads and reads is there in each process that is forked now
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(processes, _adopt, (work,)) as pool:
        yield from pool.imap(_do, items[1:], _AT_A_TIME)


def _processors() -> int:
    """Those that may be used; elsewhere than on Linux a process cannot be forked safely."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


_adopted: Callable[[Any], Any]


def _adopt(work: Callable[[Any], Any]) -> None:
    """Begin a process, which ends with the one that waits for it. Ctrl-C is for that one."""
    global _adopted  # noqa: PLW0603  a process has one work for all its life
    _adopted = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _do(item: Any) -> Any:
    return _adopted(item)
