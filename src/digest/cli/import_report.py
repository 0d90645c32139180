"""What `digest import` says of each file."""

from collections.abc import Iterable, Iterator

from digest.core.post.import_ import REPEATED
from digest.core.text import counted
from digest.stages.render import CONFIGURED
from digest.tasks.import_ import Imported


def report_import(imported: Imported) -> Iterator[str]:
    """What there is to say of an imported file: a line on the whole, then a line for each remark with its lines."""
    remarks = _remarks(imported)
    if not remarks:
        return
    names = ", ".join(sorted({name for name, _ in remarks}))
    first = min((line for lines in remarks.values() for line in lines), default=1)
    if imported.record is None:
        ((name, message),) = remarks
        yield f"{imported.path}:{first}: {imported.state}: {message} ({name})"
        return
    papers = counted(len(imported.record.entries), "paper")
    yield f"{imported.path}:{first}: {imported.state} with {papers}; remarks: {names}"
    for (name, message), lines in remarks.items():
        yield f"  line {', '.join(map(str, lines))}: {message} ({name})"


def _remarks(imported: Imported) -> dict[tuple[str, str], list[int]]:
    """The lines of each remark, by its name and message."""
    found: dict[tuple[str, str], list[int]] = {}
    for finding in imported.findings:
        found.setdefault((finding.fault.name, finding.fault.message), []).append(finding.line)
    record = imported.record
    for fault in (fault for entry in (record.entries if record else ()) for fault in entry.faults):
        if fault.name == REPEATED:
            found[fault.name, fault.message] = [1]
    for message in _kept_keys(record.front_matter if record else ()):
        found["front-matter", message] = [1]
    return found


def _kept_keys(keys: Iterable[str]) -> Iterator[str]:
    """What becomes of the owner's own front matter."""
    if rendered := [key for key in keys if key not in CONFIGURED]:
        yield f"kept in the record and rendered: {', '.join(rendered)}"
    if kept := [key for key in keys if key in CONFIGURED]:
        yield f"kept in the record, and rendered as the configuration has it: {', '.join(kept)}"
