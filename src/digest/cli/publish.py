"""`digest publish`: commit and push what digest wrote."""

from pathlib import Path

import click

from digest.cli.options import common, open_workspace
from digest.cli.talk import Talk


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
    from digest.cli.night_report import report_published, report_refusal, report_survey
    from digest.clients.git import GitError
    from digest.store.records import Records
    from digest.store.workspace import hold_lock
    from digest.tasks.publish import publish
    from digest.tasks.unpublished import find_unpublished

    workspace = open_workspace(config)
    records = Records(workspace.data)
    try:
        if dry_run:
            return report_survey(find_unpublished(workspace, records), talk)
        with hold_lock(workspace.cache):
            return report_published(publish(workspace, records), talk)
    except GitError as error:
        return report_refusal(str(error), talk)
