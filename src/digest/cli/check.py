"""`digest check`: faults in posts and records."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit
from digest.core.text import as_json_text, counted, printable

if TYPE_CHECKING:
    from digest.core.summary import Fault
    from digest.tasks.check import FileFinding


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
    from digest.tasks.check import check_files, files_to_check

    workspace = open_workspace(config)
    records = Records(workspace.data)
    files = files_to_check(paths, workspace, records)
    found = check_files(files, workspace, records, now=now())
    write = {"text": as_text, "json": as_json, "github": as_github}[form]
    click.echo(write(found), nl=bool(found) or form == "json")
    talk.say(f"{counted(len(found), 'fault')} in {counted(len(files), 'file')}")
    return Exit.FAULTS if found else Exit.DONE


def as_text(found: "Iterable[FileFinding]") -> str:
    """A line for each finding."""
    return "\n".join(f"{shown(each.path)}:{each.finding.line}: {_message(each.finding.fault)}" for each in found)


def as_json(found: "Iterable[FileFinding]") -> str:
    """A list of objects."""
    values = [{"path": shown(each.path), "line": each.finding.line, **each.finding.fault.as_json()} for each in found]
    return as_json_text(values, indent=2)


def as_github(found: "Iterable[FileFinding]") -> str:
    """Workflow commands; what would end one early is percent-encoded."""
    return "\n".join(
        f"::error file={_encoded(shown(each.path), ':,')},line={each.finding.line},"
        f"title={_encoded(each.finding.fault.name, ':,')}::{_encoded(_message(each.finding.fault), '')}"
        for each in found
    )


def shown(path: Path) -> str:
    """As a user in this folder would write it."""
    absolute = path.absolute()
    own = absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute
    return printable(own.as_posix())


def _message(fault: "Fault") -> str:
    paper = f"{fault.paper}: " if fault.paper else ""
    return printable(f"{paper}{fault.message} ({fault.name})")


def _encoded(text: str, more: str) -> str:
    for sign in ("%", "\r", "\n", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
