"""From a record to its post: the final entries, or a day's drafts that the blog does not publish."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from digest.core.config import Blog
from digest.core.fault import Fault
from digest.core.ids import abs_url, alphaxiv_url
from digest.core.post.compare import find_differences, post_text
from digest.core.post.escape import escape_url
from digest.core.post.front_matter import write_front_matter
from digest.core.record import Entry, Record
from digest.core.summary import FIELDS, Summary
from digest.store.templates import Templates

_TEMPLATE = "post.md.j2"


class UnfaithfulPostError(Exception):
    """The rendered post would not show what the record says."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = tuple(faults)


def render_post(record: Record, blog: Blog, templates: Templates) -> str | None:
    """The post's text; None where the record has nothing to show. The same record gives the same bytes.

    Raises UnfaithfulPostError where a title, link or field does not come out as it went in, and UsageError
    where the template is broken.
    """
    entries = shown(record.entries)
    if not entries:
        return None
    published = entries[0].status == "final"
    matter = _front_matter(record, blog, published=published)
    text = templates.render(_TEMPLATE, front_matter=matter.rstrip("\n"), entries=list(_values(entries)))
    if not text.startswith(matter):
        message = f"the post does not begin with its front matter; begin {_TEMPLATE} with {{{{ front_matter }}}}"
        raise UnfaithfulPostError([Fault(name="post", message=message)])
    body = "\n" * matter.count("\n") + text.removeprefix(matter)
    if faults := find_differences(body, entries):
        raise UnfaithfulPostError(faults)
    return text


def shown(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that the post shows: the final ones, else the drafts; never a failed one."""
    usable = [entry for entry in entries if entry.summary is not None]
    return [e for e in usable if e.status == "final"] or [e for e in usable if e.status == "draft"]


def _front_matter(record: Record, blog: Blog, *, published: bool) -> str:
    fields = front_matter_of(record.date, blog)
    return write_front_matter(fields if published else {**fields, "published": False})


def front_matter_of(day: date, blog: Blog) -> dict[str, object]:
    """The front matter of a day's post."""
    return {
        "layout": blog.layout,
        "title": blog.title.format(date=day),
        "date": f"{day} {blog.time}",
        "tags": list(blog.tags),
        "categories": list(blog.categories),
    }


def _values(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for number, entry in enumerate(entries, start=1):
        yield {
            "number": number,
            "title": entry.paper.name,
            "url": escape_url(abs_url(entry.paper.id)),
            "alphaxiv_url": escape_url(alphaxiv_url(entry.paper.id)),
            "paper": entry.paper,
            "fields": _fields(entry.summary),
        }


def _fields(summary: Summary | None) -> dict[str, str]:
    if summary is None:
        raise AssertionError("an entry without a summary is never shown")
    return {field: post_text(summary.text(field)) for field in FIELDS}
