"""Labels: the word before a colon that says which part of a summary follows."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from digest.core.post.lines import Chunk
from digest.core.post.names import SectionName, says_more, section_name

_FORMS: Final = tuple(
    re.compile(form, re.DOTALL)
    for form in (
        r"(?P<mark>\*\*|__)(?P<name>[^*_\n]{1,60}?)[:：]?\s*(?P=mark)\s*(?:[:：]|[-–—](?=\s))?(?P<rest>.*)",
        r"[\[【(](?P<name>[^\[\]【】()\n]{1,40})[\]】)](?!\()\s*[:：]?(?P<rest>.*)",
        r"[*_]?(?P<name>[^:：*_\n]{1,40}?)[*_]?\s*[:：](?P<rest>.*)",
    )
)
_SIGNS: Final = re.compile(r"[*_\[【(]|[^:：\n]*[:：]")
_BOLD_LINE: Final = re.compile(r"(?P<mark>\*\*|__)(?P<text>[^*_\n]{1,40})(?P=mark)[:：]?\s*")
_SENTENCE_END: Final = re.compile(r".*(?:[.!?。]|다)\s*", re.DOTALL)
_LINE: Final = re.compile(r"\n[ \t]*(?=\S)")
_WITHIN: Final = re.compile(r"(?<=[.!?。;|/])\s+(?=\S)|\s+(?=\*\*|__)|\n[ \t]*(?=\S)")
_LOOK: Final = 80
"""Characters in which a label and its colon must stand."""


class Label(NamedTuple):
    """A label and what follows it."""

    name: SectionName
    rest: str
    """Markdown."""


def read_label(text: str) -> Label | None:
    """The label that a text begins with: `Goal:`, `**목표**:`, `**Goal:**`, `**Goal** —`, `[목표]`."""
    if not _SIGNS.match(text[:_LOOK]):
        return None
    for form in _FORMS:
        match = form.match(text[:_LOOK])
        name = section_name(match["name"]) if match and match["name"].count("(") == match["name"].count(")") else None
        if match and name and not says_more(match["name"]):
            return Label(name, text[match.start("rest") :].strip())
    return None


def as_heading(chunk: Chunk) -> Chunk:
    """A paragraph that is a few bold words, no sentence, as the heading that it stands for."""
    match = _BOLD_LINE.fullmatch(chunk.text) if chunk.kind == "text" else None
    if not match or _SENTENCE_END.fullmatch(match["text"]):
        return chunk
    return chunk._replace(kind="heading", text=match["text"].strip(), level=BOLD)


BOLD: Final = 7
"""The level of headings that are bold text: below all others."""


def split_at_labels(chunk: Chunk) -> Iterator[Chunk]:
    """A paragraph or bullet, cut where a line begins with a label.

    One that begins with a label is also cut where a sentence of it does, since then labels are how it is ordered.
    """
    if chunk.kind not in ("text", "item"):
        yield chunk
        return
    candidates = _WITHIN if read_label(chunk.text) else _LINE
    starts = [match.end() for match in candidates.finditer(chunk.text) if _is_label_at(chunk.text, match.end())]
    line = chunk.line
    for start, end in zip([0, *starts], [*starts, len(chunk.text)], strict=True):
        text = chunk.text[start:end]
        whole = not starts
        yield chunk._replace(line=line, text=text, source=chunk.source if whole else text.strip())
        line += text.count("\n")


def _is_label_at(text: str, start: int) -> bool:
    return read_label(text[start : start + _LOOK]) is not None
