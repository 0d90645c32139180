"""`digest init`: set up a blog's repository."""

import sys
from pathlib import Path

import click

from digest.cli.options import DEFAULT_CONFIG, common, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit, UsageError
from digest.core.text import counted

_NEXT = (
    "next:",
    "  1. digest doctor                                  what works, and what to fix",
    "  2. digest build --date 2025-12-04 --sample        a first look, without key or network",
    "  3. set OPENAI_API_KEY here and in the repository's Actions secrets, then: digest build",
)


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--install", metavar="SPEC", help="What the workflow installs digest from, in pip's words.")
@click.option("--templates", is_flag=True, help="Copy the templates too, to be edited.")
@click.option("--pages", is_flag=True, help="Add an archive: pages by month, category and paper.")
@click.option("--force", is_flag=True, help="Write over files that are there and differ.")
@common
def command(
    folder: Path, install: str | None, templates: bool, pages: bool, force: bool, config: Path | None, talk: Talk
) -> int:
    """Set up a blog's repository: config.yaml, a workflow for GitHub Actions, and what git is to ignore.

    A site that is there decides the posts' folder, layout, time zone and branch, and a form of the posts' dates that it
    shows on their own day. A workflow that deploys it is started after each push; where none does, the nightly
    workflow deploys. An empty folder gets a small Jekyll site. Files that are there are left alone.

    The workflow installs the digest that wrote it: from --install, else from the repository and commit that it was
    installed from, else from a wheel of it, which is kept beside the workflow.

    --pages adds an archive below /daily-papers/: each paper with one line on what it does, by month, by category and by
    paper. Its layout is yours to change. From then on every command that writes a post keeps the archive up to date,
    until _layouts/daily-papers.html is deleted.

    \b
    Examples:
      digest init
      digest init ../my-blog --templates
      digest init --pages               in a blog that is set up already, too
      digest init --install 'daily-papers-digest @ git+https://github.com/me/digest@v1.2.0'
    """
    from digest.tasks.init.origin import find_origin
    from digest.tasks.init.plan import plan, write

    if config is not None:
        raise UsageError("--config has no meaning for init, which writes config.yaml; name the folder instead")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: not a folder; name one, or a path where one can be made")
    planned = plan(folder, find_origin(install), templates=templates, pages=pages)
    ours = []
    for name, state in write(folder, planned.files, force=force):
        talk.say(f"{state:>11}  {name}")
        ours += [] if state == "left alone" else [name]
        if state not in ("identical", "left alone"):
            click.echo(name)
    if pages and (days := _fill_archive(folder)):
        talk.say(f"the archive has {counted(days, 'day')}; digest publish sends them")
    for note in planned.notes:
        talk.warn(f"note: {note}")
    _offer_commit(folder, ours, talk)
    for line in _NEXT:
        talk.say(line)
    return Exit.DONE


def _fill_archive(folder: Path) -> int:
    """Write what the archive says of the days that have a record; their number."""
    from digest.stages.render import keep_archive
    from digest.store.records import Records

    workspace = open_workspace(folder / DEFAULT_CONFIG)
    records = Records(workspace.data)
    found = [record for day in records.days() if (record := records.readable(day))]
    for record in found:
        keep_archive(workspace, record)
    return len(found)


def _offer_commit(folder: Path, names: list[str], talk: Talk) -> None:
    """Commit the files if the user says so on a terminal; elsewhere say how."""
    from digest.clients.git import GitError
    from digest.tasks.init.plan import commands, commit, uncommitted

    left = uncommitted(folder, names)
    if left is None:
        talk.warn("note: this is not a git repository yet; git init makes it one, and digest publish needs one")
    elif left and sys.stdin.isatty() and click.confirm(f"Commit these {len(left)} files?", default=True, err=True):
        try:
            talk.say(f"committed as {commit(folder, left)}; git push sends it")
        except GitError as error:
            talk.warn(f"not committed: {error}; fix this and run: {commands(folder, left)}")
    elif left:
        talk.say(f"to commit them: {commands(folder, left)}")
