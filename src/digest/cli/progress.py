"""How far the papers of a day are: a live display on a terminal, a line for each step elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from digest.cli.talk import Talk
from digest.core.paper import Paper
from digest.run import BEGUN, READY

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

        from digest.cli.display import Display

        display = Display(Console(stderr=True, highlight=False))
        try:
            yield display.step
        finally:
            display.end()
    else:
        yield lambda paper, text: None if text in (BEGUN, READY) else talk.say(f"{paper.id}: {text}")
