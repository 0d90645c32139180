"""`digest doctor`: what works, and what to do."""

import os
from pathlib import Path

import click

from digest.cli.options import common, now, open_workspace
from digest.cli.talk import Talk
from digest.core.errors import Exit
from digest.core.text import printable


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Ask no service.")
@common
def command(offline: bool, config: Path | None, talk: Talk) -> int:
    """Look at everything a night relies on, a line for each thing; exit 1 if one of them fails.

    Services are asked one tiny real question each. The key is never shown.

    \b
    Examples:
      digest doctor
      digest doctor --offline
    """
    from digest.tasks.doctor import examine

    workspace = open_workspace(config)
    asking = workspace.config.summarizer
    key, verifier_key = (
        os.environ.get(each.api_key_env) or None for each in (asking, workspace.config.verifier.settings(asking))
    )
    failed = False
    for diagnosis in examine(workspace, key=key, verifier_key=verifier_key, now=now(), offline=offline):
        failed |= diagnosis.state == "fail"
        click.echo(printable(f"{diagnosis.state:<4}  {diagnosis.thing:<13}  {diagnosis.message}"))
    talk.say("next: fix what fails" if failed else "next: digest build")
    return Exit.FAULTS if failed else Exit.DONE
