"""What digest says on stderr, without control sequences; stdout is for paths and JSON."""

from typing import NamedTuple

import click

from digest.core.text import printable


class Talk(NamedTuple):
    """How much is said."""

    verbose: bool = False
    quiet: bool = False

    def say(self, line: str) -> None:
        """Something worth knowing."""
        if not self.quiet:
            click.echo(printable(line), err=True)

    def detail(self, line: str) -> None:
        """Something only the curious want to know."""
        if self.verbose and not self.quiet:
            click.echo(printable(line), err=True)

    def warn(self, line: str) -> None:
        """Something that went wrong."""
        click.echo(printable(line), err=True)
