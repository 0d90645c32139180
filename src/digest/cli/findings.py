"""How findings in files are printed: by line, as JSON, or as workflow annotations."""

from collections.abc import Iterable
from pathlib import Path

from digest.core.fault import Fault
from digest.core.text import as_json_text, printable
from digest.tasks.check import FileFinding


def as_text(found: Iterable[FileFinding]) -> str:
    """A line for each finding."""
    return "\n".join(f"{shown(each.path)}:{each.finding.line}: {_message(each.finding.fault)}" for each in found)


def as_json(found: Iterable[FileFinding]) -> str:
    """A list of objects."""
    values = [{"path": shown(each.path), "line": each.finding.line, **each.finding.fault.as_json()} for each in found]
    return as_json_text(values, indent=2)


def as_github(found: Iterable[FileFinding]) -> str:
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


def _message(fault: Fault) -> str:
    paper = f"{fault.paper}: " if fault.paper else ""
    return printable(f"{paper}{fault.message} ({fault.name})")


def _encoded(text: str, more: str) -> str:
    for sign in ("%", "\r", "\n", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
