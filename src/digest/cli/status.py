"""`digest status`: how the last weeks went."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import api_key, common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit
from digest.core.text import as_json_text, counted, printable

if TYPE_CHECKING:
    from digest.tasks.status import DayStatus, Status


@click.command("status")
@click.option("--json", "as_json_", is_flag=True, help="Print an object instead of the calendar.")
@common
def command(as_json_: bool, config: Path | None, talk: Talk) -> int:
    """Show the last five weeks: days, gaps, unfinished papers and why, tokens and cost, what is due.

    \b
    Examples:
      digest status
      digest status --json
    """
    from digest.run import Options, open_run
    from digest.tasks.status import as_json, read_status

    workspace = open_workspace(config)
    options = Options(offline=True, key=api_key(workspace.config.summarizer))
    with open_run(workspace, options, now=now(), step=lambda *_: None) as run:
        status = read_status(run)
    if as_json_:
        click.echo(as_json_text(as_json(status)))
        return Exit.DONE
    for line in _lines(status):
        click.echo(printable(line))
    if status.due:
        talk.say("next: digest nightly builds what is due")
    if status.batches:
        talk.say("next: digest batch collect takes the answers that have come")
    return Exit.DONE


def _lines(status: "Status") -> Iterator[str]:
    yield "week of      Mon     Tue     Wed     Thu     Fri     Sat     Sun"
    for week in _weeks(status.days):
        yield f"{week[0].day}   " + "".join(_cell(day).ljust(8) for day in week).rstrip()
    yield ""
    yield "legend: N final papers; N+M with M drafts or failed; . quiet; - missing; ~ in a batch; ? cannot be read"
    growing = [day for day, why in status.due if why == "the list may grow"]
    due = [f"{day} ({why})" for day, why in status.due if day not in growing]
    yield f"due: {', '.join(due) or 'nothing'}"
    if growing:
        yield f"lists that may still grow, and are asked for again: {', '.join(map(str, growing))}"
    for batch in status.batches:
        price = "" if batch.reckoned_usd is None else f", about {batch.reckoned_usd:.4f} USD"
        yield f"batch {batch}{price}"
    yield from (f"cannot be read: {unread}" for unread in status.unread)
    yield from map(str, status.missing)
    shown = {(each.day, each.paper) for each in status.missing}
    for trouble in status.troubles:
        if (trouble.day, trouble.paper) not in shown:
            yield f"{trouble.day} {trouble.paper} {trouble.status}: {trouble.reason}"
    for month in status.months:
        cost = "cost unknown" if month.cost_usd is None else f"{month.cost_usd:.2f} USD"
        tokens = f"{month.input_tokens} + {month.output_tokens} tokens"
        yield f"{month.month}: {counted(month.papers, 'paper')}, {tokens}, {cost}"
    if status.verdicts:
        yield "verdicts: " + ", ".join(f"{count} {verdict}" for verdict, count in status.verdicts.items())
    for model, count in status.models.items():
        yield f"{model}: {counted(count, 'paper')}"


def _weeks(days: "tuple[DayStatus, ...]") -> "Iterator[tuple[DayStatus, ...]]":
    for start in range(0, len(days), 7):
        yield days[start : start + 7]


def _cell(day: "DayStatus") -> str:
    signs = {"quiet": ".", "missing": "-", "broken": "?", "under way": "~"}
    unfinished = day.draft + day.failed
    return signs.get(day.state) or (f"{day.final}+{unfinished}" if unfinished else str(day.final))
