"""`digest preview`: the posts and their evidence in a browser."""

import errno
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import Day, common, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import UsageError
from digest.core.exits import Exit
from digest.core.text import counted

if TYPE_CHECKING:
    from digest.preview.library import Library
    from digest.preview.server import Server


@click.command("preview")
@click.option("--date", "day", type=Day(), metavar="D", help="YYYY-MM-DD. Print the address of that day's page.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="N", help="0: any that is free."
)
@common
def command(day: date | None, port: int, config: Path | None, talk: Talk) -> int:
    """Show the posts and their evidence in a browser on this machine.

    Each post as the blog would show it; beside every field the paper's own sentences, faults and provenance;
    what was excluded and why; search over all days. Pages follow the files as they change. Keys: arrows for
    days, j and k for papers, / for search, ? for all of them. Ctrl-C ends it.

    \b
    Examples:
      digest preview
      digest preview --date 2025-12-04
      digest preview --port 0             any port that is free
    """
    from digest.preview.library import Library

    library = Library(open_workspace(config))
    days = library.days()
    if day is not None and day not in days:
        talk.warn(f"{day}: no record of that day yet; build it with: digest build --date {day}")
    with _listen(port, library) as server:
        click.echo(f"{server.url}days/{day}" if day else server.url)
        talk.say(f"{counted(len(days), 'day')} in {library.workspace.data}; open the address, Ctrl-C ends")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            talk.say("ended")
    return Exit.DONE


def _listen(port: int, library: "Library") -> "Server":
    """A server that listens already. Raises UsageError where the port cannot be had."""
    from digest.preview.pages import answer, failed
    from digest.preview.server import Server

    try:
        return Server(port, partial(answer, library), partial(failed, library))
    except OSError as error:
        why = "taken by another program" if error.errno == errno.EADDRINUSE else error.strerror
        raise UsageError(f"port {port}: {why}; take a free one with: digest preview --port 0") from error
