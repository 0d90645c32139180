"""A night's report as a GitHub Actions step summary."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from digest.core.post.escape import escape
from digest.tasks.missing import Missing
from digest.tasks.nightly import Night

_MOST = 1_000_000
"""Bytes; above one MiB GitHub drops the whole summary."""


def write_summary(path: Path, night: Night, days: Mapping[date, dict[str, Any]]) -> None:
    """Append the report to the file that Actions names."""
    text = "\n".join(_lines(night, days)) + "\n"
    with path.open("ab") as file:
        file.write(text.encode()[:_MOST])


def _lines(night: Night, days: Mapping[date, dict[str, Any]]) -> Iterator[str]:
    yield "## Daily papers\n"
    yield from (f"- **{each.what}** {escape(_about(each))}" for each in night.missing)
    if night.missing:
        yield ""
    yield "| day | state | final | drafts | failed | excluded | tokens | cost | faults |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|"
    yield from (_row(values) for values in days.values())
    yield ""
    for day, values in days.items():
        yield from (f"- {day} {_fault(fault)}" for fault in values["faults"])
    yield from (f"- {each.date} {escape(note)}" for each in night.outcomes for note in each.repaired)
    yield from (f"- {escape(str(each.path.name))}: {escape(each.finding.fault.message)}" for each in night.found)
    yield _published(night)


def _about(each: Missing) -> str:
    where = f"{each.day} {each.paper}" if each.paper else str(each.day)
    return f"{where}: {each.why}"


def _row(values: Mapping[str, Any]) -> str:
    papers, tokens = values["papers"], values["tokens"]
    cost = "unknown" if values["cost_usd"] is None else f"{values['cost_usd']:.4f}"
    cells = (values["date"], values["state"], papers["final"], papers["draft"], papers["failed"], papers["excluded"])
    return "| " + " | ".join(map(str, (*cells, sum(tokens.values()), cost, len(values["faults"])))) + " |"


def _fault(fault: Mapping[str, Any]) -> str:
    field = None if fault["field"] and fault["message"].startswith(f"{fault['field']}:") else fault["field"]
    where = " ".join(part for part in (fault["paper"], field) if part)
    return escape(f"{where}: {fault['message']}" if where else fault["message"])


def _published(night: Night) -> str:
    if night.refused is not None:
        return f"\n**Not published**: {escape(night.refused)}"
    done = night.published
    if done is None or done.commit is None:
        return "\nPublished files: 0"
    return f"\nPublished files: {len(done.paths)}, in {done.commit[:10]} on {escape(done.where)}"
