"""A rendered post read back as CommonMark: does it show what its entries say?"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, pairwise
from typing import Final, Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from digest.core.paper import abs_url
from digest.core.post.inline import escape, escape_html
from digest.core.record import Entry
from digest.core.summary import FIELDS, NOTHING_SAID, Fault
from digest.core.text import fold

Kind = Literal["heading", "paragraph", "item", "quote", "table", "code", "html", "rule"]

_CONTAINERS: Final[dict[str, Kind]] = {"list_item": "item", "blockquote": "quote", "table": "table"}
_LEAVES: Final[dict[str, Kind]] = {"fence": "code", "code_block": "code", "html_block": "html", "hr": "rule"}
_SPACES: Final = {"softbreak", "hardbreak"}
_LIQUID: Final = re.compile(r"\{[{%]")
# Matches what begins a tag or an entity in `<b>`, `<!--`, `&amp;` and `&#65;`; not `p < 0.05` or `R&D`.
_MARKUP: Final = re.compile(r"<[A-Za-z/!?]|&(?:#|\w+;)")
_TAG: Final = re.compile(r"<[^>]*>?|&#?\w+;")
_WORD: Final = re.compile(r"\w\w")
"""What tells words with a tag in them from a tag alone, which a template may have written."""
_BARE_TAG: Final = re.compile(r"(?<!\\)(?:\\\\)*<")
"""Where HTML can begin."""


class Block(NamedTuple):
    """One stretch of text: a heading, a paragraph wherever it is, a table's cell, or a block as it is."""

    kind: Kind
    """What it is; a paragraph inside a list item, quote or table is named for the innermost of them."""
    level: int
    """A heading's 1 to 6; else how many of its kind are around it: 1 for the items of a plain list."""
    line: int
    """The line it starts on, from 1."""
    text: str
    """What a reader sees, on one line; code and HTML, inline HTML too, as written."""
    links: tuple[tuple[str, str], ...] = ()
    """Text and target of each link, in order; a target as CommonMark normalises it."""


def read_blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of a CommonMark text with tables, in order; front matter is for the caller to cut off.

    Takes time in proportion to the text. Never fails: what is not markup is text. Link definitions show
    nothing, so they give no block; nesting beyond CommonMark's usual twenty levels is left out.
    """
    return tuple(_blocks(_parser().parse(markdown)))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    around: list[Kind] = []
    heading, line = 0, 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in _CONTAINERS and token.nesting > 0:
            around.append(_CONTAINERS[name])
        elif name in _CONTAINERS:
            around.pop()
        elif name == "heading":
            heading = int(token.tag[1]) if token.nesting > 0 else 0
        elif name in _LEAVES:
            yield Block(_LEAVES[name], 0, line, token.content)
        elif name == "inline":
            kind: Kind = "heading" if heading else around[-1] if around else "paragraph"
            yield Block(kind, heading or around.count(kind), line, *_visible(token.children or []))


def _visible(tokens: list[Token]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text of inline tokens, and their links; an image is its description."""
    text, links, start, target = "", [], 0, ""
    for token in tokens:
        if token.type == "link_open":
            start, target = len(text), str(token.attrs["href"])
        elif token.type == "link_close":
            links.append((text[start:], target))
        elif token.type == "image":
            text += _visible(token.children or [])[0]
        else:
            text += " " if token.type in _SPACES else token.content
    return text, tuple(links)


def find_html(markdown: str) -> Iterator[tuple[int, str]]:
    """Every piece of raw HTML with its line, comments included: what a browser would take for markup."""
    if not _BARE_TAG.search(markdown):
        return
    line = 1
    for token in _parser().parse(markdown):
        line = token.map[0] + 1 if token.map else line
        if token.type == "html_block":
            yield line, token.content.strip()
        for child in token.children or ():
            if child.type == "html_inline":
                yield line, child.content


def find_differences(body: str, entries: Sequence[Entry]) -> tuple[Fault, ...]:
    """A fault for each title, link and field that is not in the post as the entry has it, in order.

    Templates may label and arrange as they like, as long as each paper has one heading with its link, and its
    fields follow in one block of text each. Each text must have been escaped: a bare tag or
    Liquid sign reads well here, but not on the page.
    """
    blocks = read_blocks(body)
    starts = [n for n, block in enumerate(blocks) if block.kind == "heading" and block.links]
    if len(starts) != len(entries):
        message = f"the post has {len(starts)} linked headings for {len(entries)} papers; fix the template"
        return (Fault(name="post", message=message),)
    parts = (blocks[start:end] for start, end in pairwise([*starts, len(blocks)]))
    return tuple(f for entry, part in zip(entries, parts, strict=True) for f in _differences(entry, part, body))


def _differences(entry: Entry, part: Sequence[Block], body: str) -> list[Fault]:
    title, url = entry.paper.name, abs_url(entry.paper.id)
    missing = (
        []
        if (title, url) in part[0].links and escape(title) in body
        else [_fault(entry, "title", f"[{title}]({url})", part[0])]
    )
    texts = [block.text for block in part[1:]]
    for field in FIELDS:
        text = post_text(entry.summary.text(field)) if entry.summary else ""
        if not any(text in shown for shown in texts) or escape(text) not in body:
            missing.append(_fault(entry, field, text, part[0]))
    return [*missing, *_evidence_differences(entry, body, part[0]), *_bare_words(entry, body, part[0])]


def _evidence_differences(entry: Entry, body: str, heading: Block) -> Iterator[Fault]:
    """Quotes that are missing from a post that shows an entry's quotes as HTML."""
    quotes = [(field, fold(text)) for field in FIELDS for text in entry.evidence.get(field, ())]
    missing = [(field, text) for field, text in quotes if f">{escape_html(text)}<" not in body]
    if len(missing) < len(quotes):
        for field, text in missing:
            yield _fault(entry, f"evidence of {field}", text, heading)


def _bare_words(entry: Entry, body: str, heading: Block) -> Iterator[Fault]:
    """Words of others, besides titles and fields, that are in the post with a bare tag, entity or Liquid sign."""
    quotes = chain.from_iterable(entry.evidence.values())
    more = [entry.withdrawn.comment] if entry.withdrawn else []
    more += [correction.by for correction in entry.corrected.values()]
    for text in dict.fromkeys(map(fold, (*entry.paper.authors, *entry.paper.categories, *quotes, *more))):
        is_more = _LIQUID.search(text) or (_MARKUP.search(text) and _WORD.search(_TAG.sub("", text)))
        if is_more and re.search(rf"(?<!\\){re.escape(text)}", body):
            yield _fault(entry, "text", text, heading)


def post_text(text: str) -> str:
    """A field as the post writes it: `정보 부족` becomes a sentence."""
    folded = fold(text)
    return f"{folded}." if folded == NOTHING_SAID else folded


def _fault(entry: Entry, field: str, text: str, heading: Block) -> Fault:
    message = f"line {heading.line} on: the {field} of {entry.paper.id} does not come out as {text[:60]!r}"
    return Fault(name="post", message=message, field=field, paper=entry.paper.id)
