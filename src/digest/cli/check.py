"""`digest check`: faults in posts and records."""

from pathlib import Path

import click

from digest.cli.options import common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit
from digest.core.text import counted


@click.command("check")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@common
def command(paths: tuple[Path, ...], form: str, config: Path | None, talk: Talk) -> int:
    """Find what is wrong with posts and records; exit 1 if anything is.

    Without PATH the blog's posts and records are checked: posts that have a record or fit paths.filename, not the
    owner's others. A PATH may be a folder. Each fault has its line,
    the name of its rule and what to do. check.ignore in the configuration switches rules off.

    \b
    Examples:
      digest check
      digest check posts/2025-12-04-daily-papers-20251204.md
      digest check --format github         annotations in a workflow
    """
    from digest.store.records import Records
    from digest.tasks.check import as_github, as_json, as_text, check_files, files_to_check

    workspace = open_workspace(config)
    records = Records(workspace.data)
    files = files_to_check(paths, workspace, records)
    found = check_files(files, workspace, records, now=now())
    write = {"text": as_text, "json": as_json, "github": as_github}[form]
    click.echo(write(found), nl=bool(found) or form == "json")
    talk.say(f"{counted(len(found), 'fault')} in {counted(len(files), 'file')}")
    return Exit.FAULTS if found else Exit.DONE
