"""The command line: one module for each command, loaded when it is called."""

import errno
import gc
import os
import signal
import sys
from datetime import UTC, datetime
from difflib import get_close_matches
from importlib import import_module
from typing import NoReturn

import click

from digest import __version__
from digest.cli.talk import OutputError, flush_output, reader_is_gone, watch_output
from digest.core.errors import Exit, UsageError
from digest.core.text import printable

_COMMANDS = (
    "build",
    "render",
    "check",
    "import",
    "publish",
    "nightly",
    "batch",
    "refresh",
    "status",
    "doctor",
    "init",
    "preview",
    "text",
)

INTERRUPTED = 130
"""What shells report for a program that Ctrl-C ended."""
READER_GONE = 141
"""What shells report for a program whose output is no longer read, as in `digest check | head -1`."""


class _Commands(click.Group):
    """Loads a command's module when it is called, so that each command starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but with the command that the user may have meant."""
        near = get_close_matches(args[0], _COMMANDS, n=1) if args[0] not in _COMMANDS else []
        if near:
            ctx.fail(f"No such command {args[0]!r}; did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"digest.cli.{'import_' if name == 'import' else name}").command
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", prog_name="digest")
def digest() -> None:
    """Make the nightly "Daily Papers" post of a blog: list, fetch, summarise, keep a record, render.

    \b
    A first look, without network or key:
      digest build --date 2025-12-04 --sample

    Exit codes: 0 done, 1 faults found or a bug, 2 usage or configuration, 3 written but incomplete,
    4 nothing written (temporary), 5 not published, 6 another run holds the lock.
    """


def main() -> NoReturn:
    """Run the command line and exit with its code. SIGTERM ends it as cleanly as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _start_fast()
    watch_output()
    try:
        code = run(sys.argv[1:])
        flush_output()
        code = READER_GONE if reader_is_gone() else code
    except OutputError as error:
        code = _unwritten(error)
    os._exit(code)  # a normal exit waits for threads that wait for an answer, which can take minutes


def _start_fast() -> None:
    """Collect garbage rarely: libraries make many objects while they load, and none of those is garbage."""
    gc.set_threshold(100_000, 20, 20)


def run(arguments: list[str], *, now: datetime | None = None) -> int:
    """Run a command and return its exit code. The clock is read here, once, unless the caller says what time it is.

    What the user can fix is reported in lines on stderr; a bug keeps its traceback.
    """
    moment = now or datetime.now(UTC)
    try:
        return int(digest.main(arguments, prog_name="digest", standalone_mode=False, obj=moment) or Exit.DONE)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return Exit.USAGE
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except UsageError as error:
        for line in str(error).splitlines():
            click.echo(printable(f"digest: {line}"), err=True)
        return error.exit
    except (click.Abort, KeyboardInterrupt):
        click.echo("digest: interrupted; what was paid for is kept, and the next run continues from there", err=True)
        return INTERRUPTED


def _unwritten(error: OutputError) -> int:
    if error.errno == errno.EPIPE:
        return READER_GONE
    click.echo(f"digest: cannot write the output: {error}", err=True)
    return Exit.FAULTS
