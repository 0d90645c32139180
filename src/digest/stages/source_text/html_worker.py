"""Reads HTML pages in a process of its own: pages on stdin, JSON of their source texts on stdout, each with its length.

A hostile page may take any time or memory, or end the process; it must not hold up the night, nor end it.
"""

import contextlib

import msgspec

from digest.stages.source_text.html import read_html
from digest.stages.source_text.process import answer_all

MEMORY = 2_000_000_000
"""Bytes of address space."""

_SECONDS = 60.0
"""For one page, should nobody be left to end the process. Who asks is less patient."""


def main() -> None:
    """Answer pages until there are no more."""
    _limit()
    answer_all(_read, seconds=_SECONDS)


def _read(page: bytes) -> bytes:
    text = read_html(page)
    return msgspec.json.encode(None if text is None else text.as_json())


def _limit() -> None:
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
