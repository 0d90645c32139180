"""What a night came to: on the terminal, and as the step summary of GitHub Actions."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from digest.cli.import_ import report_import
from digest.cli.talk import Talk
from digest.core.clock import days_of
from digest.core.errors import Exit
from digest.core.post.inline import escape
from digest.core.text import counted
from digest.run import Run
from digest.tasks.corrections import edited_posts
from digest.tasks.due import Missing, find_missing
from digest.tasks.import_ import Imported
from digest.tasks.nightly import Night, plan_night
from digest.tasks.publish import Published
from digest.tasks.refresh import Refreshed
from digest.tasks.unpublished import Survey

_TO_DO = "what was written is safe, fix this and run: digest publish"


def report_night(night: Night, talk: Talk) -> None:
    """Report a night; each day was reported when it was built."""
    _report_batches(night, talk)
    for each in night.missing:
        if each.what != "not published":
            talk.say(f"missing: {each}")
        elif night.refused is None:
            talk.warn(f"missing: {each}")
    if night.refused is not None:
        report_refusal(night.refused, talk)
    _report_edits(night.edits, talk)
    report_refreshed(night.refreshed, talk)
    if night.growing:
        talk.say(f"lists that may still grow, and are asked for again: {days_of(night.growing)}")
    for found in night.found:
        talk.warn(f"{found.path}:{found.finding.line}: {found.finding.fault.message} ({found.finding.fault.name})")
    if night.archive:
        talk.say(f"imported days are left for digest publish to send: {days_of(night.archive)}")
    if night.published is not None:
        _report_commit(night.published, talk)
    if not night.outcomes:
        talk.say("nothing is due")


def _report_edits(edits: Iterable[Imported], talk: Talk) -> None:
    for edit in edits:
        for line in edit.corrected:
            talk.say(f"{edit.path}: {line}")
        for line in report_import(edit):
            talk.warn(line)
        if edit.record and not edit.corrected and not edit.findings:
            talk.say(f"{edit.path}: edited by hand, and taken into its record")


def _report_batches(night: Night, talk: Talk) -> None:
    for unread in night.unread:
        talk.warn(str(unread))
    if (done := night.collected) is None:
        return
    for trouble in done.troubles:
        talk.warn(trouble)
    for batch in done.open:
        talk.say(str(batch))
    if done.unsent:
        talk.say(f"{counted(done.unsent, 'request')} to be asked next: digest batch collect --to-file F writes them")


def report_refreshed(done: Refreshed, talk: Talk) -> None:
    """Report what has become of the papers of earlier posts."""
    for line in done.news:
        talk.say(line)
    for fault in done.faults:
        talk.warn(f"{fault.message} ({fault.name})")


def report_plan(run: Run, talk: Talk) -> int:
    """Report what a night would do; its exit code."""
    for path, _ in edited_posts(run.workspace, run.records):
        talk.say(f"{run.workspace.relative(path)}: edited by hand; a night takes the edits into its record")
    for unread in run.ledger.unread:
        talk.warn(str(unread))
    for batch in run.batches.read().open:
        talk.say(f"batch {batch} would be collected")
    plans = list(plan_night(run))
    for plan in plans:
        talk.say(f"{plan.day}: {plan.why}: {counted(plan.listed, 'paper')} listed, {plan.papers} to summarise")
        for fault in plan.faults:
            talk.warn(f"{plan.day}: {fault.message} ({fault.name})")
    planned = {plan.day for plan in plans}
    for each in find_missing(run):
        if each.paper or each.day not in planned:
            talk.say(f"missing: {each}")
    if not plans:
        talk.say("nothing is due")
    return Exit.DONE


def report_published(done: Published, talk: Talk) -> int:
    """Report a publication, the paths on stdout; its exit code."""
    _report_held(done, talk)
    _report_commit(done, talk)
    if done.commit is None:
        talk.say("nothing to publish")
    return Exit.NOT_PUBLISHED if done.held else Exit.DONE


def report_survey(found: Survey, talk: Talk) -> int:
    """Report what a publication would send, the paths on stdout; its exit code."""
    _report_held(found, talk)
    for path in found.blobs:
        click.echo(path)
    what = days_of(found.dates) or "what is under way in batches"
    talk.say(f"would publish {what}" if found.blobs else "nothing to publish")
    return Exit.NOT_PUBLISHED if found.held else Exit.DONE


def report_refusal(reason: str, talk: Talk) -> int:
    """Report that git refused, and why; the exit code."""
    talk.warn(f"not published: {reason}; {_TO_DO}")
    return Exit.NOT_PUBLISHED


def _report_commit(done: Published, talk: Talk) -> None:
    for path in done.paths:
        click.echo(path)
    if done.commit is not None:
        talk.say(f"published {counted(len(done.paths), 'file')} in {done.commit[:10]} on {done.where}")
    if done.note:
        talk.say(done.note)


def _report_held(found: Published | Survey, talk: Talk) -> None:
    for each in found.held:
        talk.warn(f"not published: {each.day}: {each.path}: {each.reason}")
    for each in found.edited:
        talk.say(f"left out: {each.path}: {each.reason}")


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
    for edit in night.edits:
        yield from (f"- {escape(f'{edit.path.name}: {line}')}" for line in edit.corrected)
        yield from (f"- {escape(f'{edit.path.name}: {each.fault.message}')}" for each in edit.findings)
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
