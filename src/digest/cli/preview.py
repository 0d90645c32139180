"""`digest preview`: the posts and their evidence in a browser."""

from datetime import date
from pathlib import Path
from threading import Thread

import click

from digest.cli.options import Day, common, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit
from digest.core.text import counted


@click.command("preview")
@click.option(
    "--date",
    "day",
    type=Day(),
    metavar="D",
    help="YYYY-MM-DD, today or yesterday. Print that day's address.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="N", help="0: any that is free."
)
@click.option("--open", "opens", is_flag=True, help="Open the address in a browser.")
@click.option("--sample", is_flag=True, help="Show what digest build --sample has made in ./sample.")
@common
def command(day: date | None, port: int, opens: bool, sample: bool, config: Path | None, talk: Talk) -> int:
    """Show the posts and their evidence in a browser on this machine.

    Each post as the blog would show it; beside every field the paper's own sentences, faults and provenance;
    what was excluded and why; search over all days by words and dates (2025-10, 2025-10-03). In English or Korean, as
    the browser prefers. Pages follow the files as they change. Keys: arrows for days, j and k for papers, / for search,
    ? for all of them. Ctrl-C ends it.

    \b
    Examples:
      digest preview
      digest preview --date 2025-12-04 --open
      digest preview --port 0             any port that is free
      digest preview --sample             the sample day, after digest build --sample
    """
    from digest.preview.library import Library
    from digest.preview.server import PreviewServer

    workspace = open_workspace(config)
    if sample:
        from digest.cli.sample import sample_workspace

        workspace = sample_workspace(workspace)
    library = Library(workspace)
    days = library.days()
    if day is not None and day not in days:
        talk.warn(f"{day}: no record of that day yet; build it with: digest build --date {day}{' --sample' * sample}")
    with PreviewServer(port, library) as server:
        address = f"{server.url}days/{day}" if day else server.url
        click.echo(address)
        talk.say(f"{counted(len(days), 'day')} in {library.workspace.data}; open the address, Ctrl-C ends")
        if opens:
            Thread(target=_open, args=(address, talk), daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            talk.say("ended")
    return Exit.DONE


def _open(address: str, talk: Talk) -> None:
    """Open a browser, while the server answers it: one that runs in a terminal returns when it is closed."""
    import webbrowser

    try:
        is_open = webbrowser.open(address)
    except (webbrowser.Error, OSError):
        is_open = False
    if not is_open:
        talk.warn(f"no browser could be opened; open {address} yourself")
