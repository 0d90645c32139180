"""The sentences of the given text, each with its place, its kind and the heading of its section."""

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from digest.core.sentences import english_spans

PassageKind = Literal["sentence", "title", "heading", "label"]

_HEADING: Final = re.compile(r"#{1,6}\s+(.*)")
_LABEL: Final = re.compile(
    r"(?:Figure|Fig\.?|Table|Tab\.?|Algorithm|Listing|Equation|Eq\.?)\s*[A-Z]?[0-9.]*[A-Za-z]?[.:]?", re.IGNORECASE
)
_CLOSED: Final = re.compile(r"[.!?:;][\"'”’)\]]*\s*$")
_LONGEST_TITLE: Final = 250
_SHORTEST_WRAPPED: Final = 70
"""Characters of a line, at least, that is cut off by its width."""
_SMALL_WORDS: Final = 4
"""Letters of a word, at least, that a title writes with a capital."""


class Passage(NamedTuple):
    """A sentence, or what is in a place of its own: the title, a heading, a caption's label."""

    text: str
    start: int
    """Where it starts in the given text."""
    end: int
    heading: str
    """Of its section; empty before the first one."""
    kind: PassageKind


def read_passages(text: str) -> tuple[Passage, ...]:
    """The passages of a text, in order; a line `## HEADING` begins a section, the first line may be the title."""
    found: list[Passage] = []
    heading = ""
    for start, end in _paragraphs(text):
        paragraph = text[start:end]
        named = _HEADING.fullmatch(paragraph)
        if named:
            heading = named[1].strip()
            found.append(Passage(paragraph, start, end, heading, "heading"))
        elif start == 0 and is_title(paragraph):
            found.append(Passage(paragraph, start, end, heading, "title"))
        else:
            found.extend(_sentences(start, paragraph, heading))
    return tuple(found)


def is_title(line: str) -> bool:
    """Whether the first line of a text is the paper's title: marked as such, or written in capitals as titles are."""
    if line.startswith("Title:"):
        return True
    words = [word for word in re.findall(r"[A-Za-z][A-Za-z'-]*", line) if len(word) >= _SMALL_WORDS]
    titled = sum(not word.islower() for word in words)
    return len(line) <= _LONGEST_TITLE and not _CLOSED.search(line) and titled * 2 > len(words)


def is_label(sentence: str) -> bool:
    """Whether it is a caption's label alone, as `Table 2:`."""
    return _LABEL.fullmatch(sentence.strip()) is not None


def _sentences(start: int, paragraph: str, heading: str) -> Iterator[Passage]:
    for begin, end in english_spans(paragraph):
        sentence = paragraph[begin:end]
        kind: PassageKind = "label" if is_label(sentence) else "sentence"
        yield Passage(sentence, start + begin, start + end, heading, kind)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Lines; a line that goes on where the one before has no end belongs to it."""
    start = end = 0
    for line in re.finditer(r"[^\n]+", text):
        if not line[0].strip():
            continue
        if end and _goes_on(text, start, end, line.start()):
            end = line.end()
            continue
        if end:
            yield start, end
        start, end = line.span()
    if end:
        yield start, end


def _goes_on(text: str, start: int, end: int, following: int) -> bool:
    """Whether the next line goes on: after a heading, an end mark, an empty line or a short line it does not."""
    if _HEADING.match(text[start:end]) or _CLOSED.search(text[max(start, end - 8) : end]):
        return False
    last = end - max(start, text.rfind("\n", start, end) + 1)
    return "\n\n" not in text[end : following + 1] and (text[following].islower() or last >= _SHORTEST_WRAPPED)
