"""Reads HTML pages in a process of its own: pages on stdin, JSON of their source texts on stdout, each with its length.

A hostile page may take any time or memory, or end the process; it must not hold up the night, nor end it.
"""

import contextlib
import signal
import sys

import msgspec

from digest.stages.source_text.html import read_html
from digest.stages.source_text.process import receive, send

MEMORY = 2_000_000_000
"""Bytes of address space."""


def main() -> None:
    """Answer pages until there are no more. Ctrl-C is for the process that asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit()
    with contextlib.suppress(EOFError):
        while True:
            text = read_html(receive(sys.stdin.buffer))
            send(sys.stdout.buffer, msgspec.json.encode(None if text is None else text.as_json()))


def _limit() -> None:
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
