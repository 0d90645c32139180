"""One line a paper while it is on its way: live on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from digest.cli.talk import Talk
from digest.core.paper import Paper

Step = Callable[[Paper, str], None]


@contextmanager
def show_steps(talk: Talk) -> Iterator[Step]:
    """A function that shows each step a paper takes; safe to call from many threads."""
    if talk.quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        with _live() as step:
            yield step
    else:
        yield lambda paper, text: talk.say(f"{paper.id}: {text}")


@contextmanager
def _live() -> Iterator[Step]:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.text import Text

    lines: dict[str, TaskID] = {}
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def step(paper: Paper, text: str) -> None:
            title = Text(paper.title)
            title.truncate(50, overflow="ellipsis")
            line = f"{paper.id}  {text:<22} {title.plain}"
            if paper.id not in lines:
                lines[paper.id] = progress.add_task(line, total=1)
            done = text.startswith("summarised")
            progress.update(lines[paper.id], description=line, completed=int(done))

        yield step
