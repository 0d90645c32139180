"""How far the papers of a day are: a live display on a terminal, a line for each step elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from digest.cli.talk import Talk
from digest.core.paper import Paper
from digest.run import BEGUN, READY

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

Step = Callable[[Paper, str], None]


@contextmanager
def show_steps(talk: Talk) -> Iterator[Step]:
    """A function that shows each step a paper takes; safe to call from many threads.

    The live display is gone from the screen before anything else is printed: when the last paper of a day is ready,
    and at the end of the `with` block in any case.
    """
    if talk.quiet:
        yield lambda *_: None
    elif sys.stderr.isatty() and not talk.verbose:
        from rich.console import Console  # loaded where there is a terminal

        display = Display(Console(stderr=True, highlight=False))
        try:
            yield display.step
        finally:
            display.end()
    else:
        yield lambda paper, text: None if text in (BEGUN, READY) else talk.say(f"{paper.id}: {text}")


_ENOUGH: Final = 2
"""Papers that must be ready before the time left is estimated from them."""
_TITLE: Final = 50
"""Characters of a title that are shown."""


class Display:
    """The papers that are under way, a line each, below a line that counts them."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._lock = Lock()
        self._progress: Progress | None = None
        self._lines: dict[str, TaskID] = {}
        self._total = self._ready = 0
        self._began = 0.0

    def step(self, paper: Paper, text: str) -> None:
        """Show a step; the first of a day opens the display, the last one closes it."""
        with self._lock:
            progress = self._progress or self._open()
            self._total += text == BEGUN
            self._ready += text == READY
            if text == READY:
                self._drop(progress, paper)
            elif text != BEGUN:
                self._show(progress, paper, text)
            progress.update(progress.task_ids[0], description=self._count())
            if self._ready == self._total:
                self._close()

    def end(self) -> None:
        """Close the display, if it is open."""
        with self._lock:
            self._close()

    def _open(self) -> "Progress":
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        progress = Progress(
            *columns, console=self._console, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        progress.add_task("")
        progress.start()
        self._progress, self._lines, self._total, self._ready, self._began = progress, {}, 0, 0, time.monotonic()
        return progress

    def _close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _show(self, progress: "Progress", paper: Paper, text: str) -> None:
        title = paper.title if len(paper.title) <= _TITLE else f"{paper.title[: _TITLE - 1]}…"
        line = f"{paper.id}  {text:<22} {title}"
        if paper.id not in self._lines:
            self._lines[paper.id] = progress.add_task(line)
        progress.update(self._lines[paper.id], description=line)

    def _drop(self, progress: "Progress", paper: Paper) -> None:
        if paper.id in self._lines:
            progress.remove_task(self._lines.pop(paper.id))

    def _count(self) -> str:
        """`12 of 30 papers, about 1:20 left`."""
        count = f"{self._ready} of {self._total} papers"
        if self._ready < _ENOUGH or self._ready == self._total:
            return count
        left = round((time.monotonic() - self._began) / self._ready * (self._total - self._ready))
        return f"{count}, about {left // 60}:{left % 60:02} left"
