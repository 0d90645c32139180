"""`digest check`: faults in posts and records."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit
from digest.core.text import counted

if TYPE_CHECKING:
    from digest.tasks.check import FileFinding


@click.command("check")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@common
def command(paths: tuple[Path, ...], form: str, config: Path | None, talk: Talk) -> int:
    """Find what is wrong with posts and records; exit 1 if anything is.

    Without PATH the blog's posts and records are checked; a PATH may be a folder. Each fault has its line,
    the name of its rule and what to do. check.ignore in the configuration switches rules off.

    \b
    Examples:
      digest check
      digest check posts/2025-12-04-daily-papers-20251204.md
      digest check --format github         annotations in a workflow
    """
    from digest.store.files import POSTS, expand
    from digest.store.records import Records
    from digest.tasks.check import check_files

    workspace = open_workspace(config)
    defaults = [folder for folder in (workspace.data, workspace.posts) if folder.exists()]
    files = expand(paths or defaults, (*POSTS, ".json"))
    found = check_files(files, workspace, Records(workspace.data), now=now())
    click.echo(_FORMS[form](found), nl=bool(found) or form == "json")
    talk.say(f"{counted(len(found), 'fault')} in {counted(len(files), 'file')}")
    return Exit.FAULTS if found else Exit.DONE


def _text(found: "Iterable[FileFinding]") -> str:
    return "\n".join(f"{_shown(each.path)}:{each.finding.line}: {_message(each)}" for each in found)


def _json(found: "Iterable[FileFinding]") -> str:
    values = [{"path": _shown(each.path), "line": each.finding.line, **each.finding.fault.as_json()} for each in found]
    return json.dumps(values, ensure_ascii=False, indent=2)


def _github(found: "Iterable[FileFinding]") -> str:
    """Workflow commands; what would end one early is percent-encoded."""
    return "\n".join(
        f"::error file={_encoded(_shown(each.path), ':,')},line={each.finding.line},"
        f"title={_encoded(each.finding.fault.name, ':,')}::{_encoded(_message(each), '')}"
        for each in found
    )


_FORMS = {"text": _text, "json": _json, "github": _github}


def _shown(path: Path) -> str:
    """As a user in this folder would write it."""
    absolute = path.absolute()
    return absolute.relative_to(Path.cwd()).as_posix() if absolute.is_relative_to(Path.cwd()) else absolute.as_posix()


def _message(each: "FileFinding") -> str:
    fault = each.finding.fault
    paper = f"{fault.paper}: " if fault.paper else ""
    return f"{paper}{fault.message} ({fault.name})"


def _encoded(text: str, more: str) -> str:
    for sign in ("%", "\r", "\n", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
