"""`digest init`: set up a blog's repository."""

from pathlib import Path

import click

from digest.cli.options import common
from digest.cli.talk import Talk
from digest.core.errors import Exit, UsageError


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--templates", is_flag=True, help="Copy the templates too, to be edited.")
@click.option("--force", is_flag=True, help="Write over files that are there and differ.")
@common
def command(folder: Path, templates: bool, force: bool, config: Path | None, talk: Talk) -> int:
    """Set up a blog's repository: config.yaml, a workflow for GitHub Actions, and what git is to ignore.

    A Jekyll site's _config.yml decides the posts' folder, the time zone, and a form of the posts' dates that the site
    shows on their own day. Files that are there are left alone.

    \b
    Examples:
      digest init
      digest init ../my-blog --templates
    """
    from digest.tasks.init import plan, write

    if config is not None:
        raise UsageError("--config has no meaning for init, which writes config.yaml; name the folder instead")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: not a folder; name one, or a path where one can be made")
    planned = plan(folder, templates=templates)
    for name, state in write(folder, planned.files, force=force):
        talk.say(f"{state:>11}  {name}")
        if state in ("created", "overwritten"):
            click.echo(name)
    for note in planned.notes:
        talk.warn(f"note: {note}")
    if not any((parent / ".git").exists() for parent in (folder.absolute(), *folder.absolute().parents)):
        talk.warn("note: this is no git repository yet; git init makes it one, and digest publish needs one")
    talk.say("next:")
    talk.say("  1. digest doctor                                  what works, and what to mend")
    talk.say("  2. digest build --date 2025-12-04 --sample        a first look, without key or network")
    talk.say("  3. set OPENAI_API_KEY here and in the repository's Actions secrets, then: digest build")
    return Exit.DONE
