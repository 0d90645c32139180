"""`digest publish`: commit and push what digest wrote."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import common, open_workspace
from digest.cli.talk import Talk
from digest.core.clock import days_of
from digest.core.exits import Exit
from digest.core.text import counted

if TYPE_CHECKING:
    from digest.tasks.publish import Published
    from digest.tasks.unpublished import Held, Survey


@click.command("publish")
@click.option("--dry-run", is_flag=True, help="Show what would be published; ask no remote and write nothing.")
@common
def command(dry_run: bool, config: Path | None, talk: Talk) -> int:
    """Commit and push what digest wrote, and nothing else.

    The records that changed and their posts become one commit on top of the remote's newest; what else is staged or
    edited stays as it is. A push that another one overtook is tried again. A day stays back that cannot be published
    as it is: both sides changed a file, git ignores it, it was taken down at the remote. The other days are published,
    each reason is reported, and the exit code is 5. Nothing is ever forced.

    \b
    Examples:
      digest publish
      digest publish --dry-run
      DIGEST_PUBLISH__PUSH=false digest publish      commit only
    """
    from digest.clients.git import GitError
    from digest.store.lock import hold_lock
    from digest.store.records import Records
    from digest.tasks.publish import publish
    from digest.tasks.unpublished import find_unpublished

    workspace = open_workspace(config)
    try:
        if dry_run:
            return _report_survey(find_unpublished(workspace, Records(workspace.data)), talk)
        with hold_lock(workspace.cache):
            return _report_published(publish(workspace, Records(workspace.data)), talk)
    except GitError as error:
        talk.warn(f"not published: {error}; what was written is safe, fix this and run: digest publish")
        return Exit.NOT_PUBLISHED


def _report_survey(found: "Survey", talk: Talk) -> int:
    report_held(found.held, found.edited, talk)
    for path in found.blobs:
        click.echo(path)
    talk.say(f"would publish {days_of(found.dates)}" if found.blobs else "nothing to publish")
    return Exit.NOT_PUBLISHED if found.held else Exit.DONE


def _report_published(done: "Published", talk: Talk) -> int:
    report_held(done.held, done.edited, talk)
    report_commit(done, talk)
    if done.commit is None:
        talk.say("nothing to publish")
    return Exit.NOT_PUBLISHED if done.held else Exit.DONE


def report_commit(done: "Published", talk: Talk) -> None:
    """Report what was published, the paths on stdout."""
    for path in done.paths:
        click.echo(path)
    if done.commit is not None:
        talk.say(f"published {counted(len(done.paths), 'file')} in {done.commit[:10]} on {done.where}")
    if done.note:
        talk.say(done.note)


def report_held(held: "Iterable[Held]", edited: "Iterable[Held]", talk: Talk) -> None:
    """Report what is not published, and why."""
    for each in held:
        talk.warn(f"not published: {each.day}: {each.path}: {each.reason}")
    for each in edited:
        talk.say(f"left out: {each.path}: {each.reason}")
