"""What is said of text that was left out because a reader cannot see it."""

from collections.abc import Mapping

from digest.core.text import counted


def notes_of(hidden: Mapping[str, int], controls: int) -> tuple[str, ...]:
    """Notes in words, from characters left out by reason and the number of unseen control characters."""
    notes = [f"hidden text left out: {counted(number, 'character')} {why}" for why, number in sorted(hidden.items())]
    if controls:
        notes.append(f"{counted(controls, 'zero-width or direction character')} removed")
    return tuple(notes)
