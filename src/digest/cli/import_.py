"""`digest import`: posts written elsewhere become records."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit
from digest.core.text import counted

if TYPE_CHECKING:
    from digest.tasks.import_ import Imported


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over records that are there already.")
@click.option("--dry-run", is_flag=True, help="Show what would be made, and ask and write nothing.")
@common
def command(paths: tuple[Path, ...], force: bool, dry_run: bool, config: Path | None, talk: Talk) -> int:
    """Make records of posts that were written by hand or by other programs.

    Nothing is lost: what fits no field of the schema is kept in the record and reported with its line. Metadata that a
    post does not have is filled from arXiv where it answers. A post of digest's own that was edited by hand is taken
    in the same way: its words replace the record's, as corrections. A PATH may be a folder.

    \b
    Examples:
      digest import _posts --dry-run
      digest import _posts && digest render --all && digest check
    """
    from digest.clients.arxiv_api import ArxivApi
    from digest.clients.http import HttpClient, Pacer
    from digest.stages.keep import keep_record
    from digest.store.cache import Cache
    from digest.store.records import Records
    from digest.store.workspace import hold_lock
    from digest.tasks.import_ import fill_metadata, import_posts

    workspace = open_workspace(config)
    records = Records(workspace.data)
    with hold_lock(workspace.cache):
        imported = import_posts(paths, workspace, records, now=now(), force=force)
        for each in imported:
            for line in report_import(each):
                talk.warn(line)
            for line in each.corrected:
                talk.detail(f"{each.path}: {line}")
        made = [each.record for each in imported if each.record is not None]
        if not dry_run:
            with HttpClient() as http:
                api = ArxivApi(http, workspace.config.arxiv.api_url, Pacer(workspace.config.arxiv.interval))
                made, faults = fill_metadata(made, api=api, cache=Cache(workspace.cache))
            for fault in faults:
                talk.warn(f"metadata left open: {fault.message}")
            for record in made:
                keep_record(workspace, records, record)
    for record in made:
        click.echo(workspace.relative(workspace.record_path(record.date)))
    papers = sum(len(record.entries) for record in made)
    would = "would make" if dry_run else "made"
    talk.say(
        f"{would} {counted(len(made), 'record')} of {counted(papers, 'paper')} from {counted(len(imported), 'file')}"
    )
    return Exit.FAULTS if any(each.state == "refused" for each in imported) else Exit.DONE


def report_import(imported: "Imported") -> Iterator[str]:
    """What there is to say of an imported file: a line on the whole, then a line for each remark with its lines."""
    remarks = _remarks(imported)
    if not remarks:
        return
    names = ", ".join(sorted({name for name, _ in remarks}))
    first = min((line for lines in remarks.values() for line in lines), default=1)
    if imported.record is None and len(remarks) == 1:
        ((name, message),) = remarks
        yield f"{imported.path}:{first}: {imported.state}: {message} ({name})"
        return
    papers = f" with {counted(len(imported.record.entries), 'paper')}" if imported.record else ""
    yield f"{imported.path}:{first}: {imported.state}{papers}; remarks: {names}"
    for (name, message), lines in remarks.items():
        yield f"  line {', '.join(map(str, lines))}: {message} ({name})"


def _remarks(imported: "Imported") -> dict[tuple[str, str], list[int]]:
    """The lines of each remark, by its name and message."""
    from digest.core.post.import_ import REPEATED

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
    from digest.stages.render import CONFIGURED

    if rendered := [key for key in keys if key not in CONFIGURED]:
        yield f"kept in the record and rendered: {', '.join(rendered)}"
    if kept := [key for key in keys if key in CONFIGURED]:
        yield f"kept in the record, and rendered as the configuration has it: {', '.join(kept)}"
