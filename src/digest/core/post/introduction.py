"""The introduction of a paper's summary: goal, motivation and contribution, by their labels or their order."""

from collections.abc import Iterator, Sequence

from digest.core.post.events import Event, Said, extra, extra_text, finding
from digest.core.post.inline import read_inline
from digest.core.post.labels import read_label
from digest.core.post.lines import Chunk
from digest.core.post.names import INTRODUCTION
from digest.core.summary import FieldName

_Entry = list[Chunk]
"""A bullet or paragraph, and what goes on with it."""


def read_introduction(chunks: Sequence[Chunk], where: str) -> Iterator[Event]:
    """What an introduction's paragraphs and bullets say.

    Labels decide. A bullet without one takes the next field that has no label anywhere; where there are
    neither bullets nor labels, so does a paragraph. Indented text goes on with the bullet above it. Only
    labels count outside the `introduction`.
    """
    entries = _entries(_lines_of_three(chunks))
    labels = [_label(entry[0]) for entry in entries]
    in_order = where == "introduction"
    bullets = any(labels) or any(entry[0].kind == "item" for entry in entries)
    free = [field for field in INTRODUCTION if field not in labels]
    said: list[FieldName] = []
    for entry, label in zip(entries, labels, strict=True):
        takes_place = in_order and (entry[0].kind == "item" or not bullets)
        field = label or (_next(free, said) if takes_place else None)
        if field is None:
            for chunk in entry:
                yield from extra_text(chunk, where)
        elif field in said:
            yield from _repeated(entry, field)
        else:
            said += [field] if _text(entry) else []
            yield from _said(entry, field, labelled=label is not None)


def _label(chunk: Chunk) -> FieldName | None:
    label = read_label(chunk.text)
    return label.name if label and label.name in INTRODUCTION else None


def _rest(chunk: Chunk) -> str:
    """The text behind the label, if there is one."""
    label = read_label(chunk.text)
    return label.rest if label and label.name in INTRODUCTION else chunk.text


def _entries(chunks: Sequence[Chunk]) -> list[_Entry]:
    """Chunks, those that are indented below another one, or follow a label that stands alone, with it."""
    entries: list[_Entry] = []
    for chunk in chunks:
        head = entries[-1] if entries else None
        goes_on = head and (chunk.level > head[0].level or (len(head) == 1 and not _rest(head[0])))
        if head and goes_on and not _label(chunk):
            head.append(chunk)
        else:
            entries.append([chunk])
    return entries


def _lines_of_three(chunks: Sequence[Chunk]) -> Sequence[Chunk]:
    """A lone paragraph of three lines as three paragraphs: the bullets' signs were forgotten."""
    if len(chunks) != 1 or chunks[0].kind != "text" or chunks[0].text.strip().count("\n") != 2:
        return chunks
    chunk = chunks[0]
    return [
        chunk._replace(line=chunk.line + number, text=line, source=line)
        for number, line in enumerate(chunk.text.strip().split("\n"))
    ]


def _next(free: Sequence[FieldName], said: Sequence[FieldName]) -> FieldName | None:
    """The first free field behind the one that was filled last."""
    start = INTRODUCTION.index(said[-1]) + 1 if said else 0
    return next((field for field in INTRODUCTION[start:] if field in free), None)


def _text(entry: _Entry) -> str:
    first, *more = entry
    return read_inline("\n".join([_rest(first), *(chunk.text for chunk in more)])).text


def _said(entry: _Entry, field: FieldName, *, labelled: bool) -> Iterator[Event]:
    first, *more = entry
    for source in (_rest(first), *(chunk.text for chunk in more)):
        yield from read_inline(source).links
    yield Said(field, _text(entry), first.line, "\n".join(chunk.source for chunk in entry))
    if not labelled:
        yield finding("label-missing", first.line, f"read as the {field} by its place; write its label", field)


def _repeated(entry: _Entry, field: FieldName) -> Iterator[Event]:
    for chunk in entry:
        yield extra(chunk, field)
    yield finding("label-repeated", entry[0].line, f"{field} comes twice; keep one of the two", field)
