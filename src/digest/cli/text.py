"""`digest text`: what a model would be given of a paper."""

from pathlib import Path

import click

from digest.cli.options import common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit


@click.command("text")
@click.argument("paper", metavar="ID")
@click.option("--offline", is_flag=True, help="Ask nothing: the cache only.")
@common
def command(paper: str, offline: bool, config: Path | None, talk: Talk) -> int:
    """Print what a model would be given of a paper.

    That is each section with its role and how much of it is given, notes on what could not be read or was left out as
    untrusted, and the excerpt itself. ID is an arXiv id or URL, with a version or without. Look here first when a
    summary is wrong.

    \b
    Examples:
      digest text 2512.03405
      digest text https://arxiv.org/abs/2512.03534v2
    """
    from digest.cli.days import papers_of
    from digest.run import Options, open_run
    from digest.tasks.text import given_text, report_text

    (named,) = papers_of((paper,), None)
    with open_run(open_workspace(config), Options(offline=offline), now=now(), step=lambda *_: None) as run:
        given = given_text(run, named)
    for line in report_text(given):
        click.echo(line)
    if given.text.kind == "abstract":
        talk.warn(f"{named.id}: no text but the abstract was found")
    return Exit.DONE
