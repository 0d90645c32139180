"""Reading a rendered post back: does it show what its entries say?"""

from collections.abc import Sequence
from itertools import pairwise

from digest.core.fault import Fault
from digest.core.ids import abs_url
from digest.core.post.markdown import escape
from digest.core.post.reading import Block, read_blocks
from digest.core.record import Entry
from digest.core.summary import FIELDS, NOTHING_SAID
from digest.core.text import fold


def find_differences(body: str, entries: Sequence[Entry]) -> tuple[Fault, ...]:
    """A fault for each title, link and field that does not stand in the post as the entry has it, in order.

    Templates may label and arrange as they like, as long as each paper has one heading with its link, and its
    fields follow in one block of text each. Each text must have been escaped: a tag or a Liquid sign that stands
    there bare reads well here, but not on the page.
    """
    blocks = read_blocks(body)
    starts = [n for n, block in enumerate(blocks) if block.kind == "heading" and block.links]
    if len(starts) != len(entries):
        message = f"the post has {len(starts)} linked headings for {len(entries)} papers; mend the template"
        return (Fault(name="post", message=message),)
    parts = (blocks[start:end] for start, end in pairwise([*starts, len(blocks)]))
    return tuple(f for entry, part in zip(entries, parts, strict=True) for f in _differences(entry, part, body))


def _differences(entry: Entry, part: Sequence[Block], body: str) -> list[Fault]:
    title, url = fold(entry.paper.title) or entry.paper.id, abs_url(entry.paper.id)
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
    return missing


def post_text(text: str) -> str:
    """A field as the post writes it: `정보 부족` becomes a sentence."""
    folded = fold(text)
    return f"{folded}." if folded == NOTHING_SAID else folded


def _fault(entry: Entry, field: str, text: str, heading: Block) -> Fault:
    message = f"line {heading.line} on: the {field} of {entry.paper.id} does not come out as {text[:60]!r}"
    return Fault(name="post", message=message, field=field, paper=entry.paper.id)
