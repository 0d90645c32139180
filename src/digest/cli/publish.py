"""`digest publish`: commit and push what digest wrote."""

from pathlib import Path

import click

from digest.cli.options import common, open_workspace
from digest.cli.talk import Talk
from digest.core.exits import Exit


@click.command("publish")
@common
def command(config: Path | None, talk: Talk) -> int:
    """Commit and push what digest wrote, and nothing else.

    The records that changed and their posts become one commit on top of the remote's newest; what else is staged or
    edited stays as it is. A push that another one overtook is tried again. Where both sides changed a file,
    nothing is changed and the exit code is 5: merge it by hand and publish again. Nothing is ever forced.

    \b
    Examples:
      digest publish
      DIGEST_PUBLISH__PUSH=false digest publish      commit only
    """
    from digest.clients.git import GitError
    from digest.store.lock import hold_lock
    from digest.store.records import Records
    from digest.tasks.publish import publish

    workspace = open_workspace(config)
    try:
        with hold_lock(workspace.cache):
            done = publish(workspace, Records(workspace.data))
    except GitError as error:
        talk.warn(f"not published: {error}; what was written is safe, fix this and run: digest publish")
        return Exit.NOT_PUBLISHED
    if done.commit is None:
        talk.say("nothing to publish")
    for path in done.paths:
        click.echo(path)
    if done.note:
        talk.say(done.note)
    return Exit.DONE
