"""From a record to its post: the final entries, or a day's drafts that the blog does not publish."""

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from digest.core.config import Blog
from digest.core.fault import Fault
from digest.core.post.compare import find_differences
from digest.core.post.front_matter import write_front_matter
from digest.core.post.values import day_values, entry_values
from digest.core.record import Entry, Record
from digest.store.templates import Templates

FULL_TEMPLATE = "post-full.md.j2"
_DESCRIPTION = "논문 {{ count }}편: {{ titles[:3] | join(', ') }}{% if count > 3 %} 외 {{ count - 3 }}편{% endif %}"
CONFIGURED = ("layout", "title", "date")
"""Keys of the front matter that are the configuration's, whatever an imported post said."""


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
    matter = _front_matter(record, blog, templates)
    text = templates.render(
        blog.template, front_matter=matter.rstrip("\n"), entries=list(entry_values(entries, blog.repository))
    )
    if not text.startswith(matter):
        message = f"the post does not begin with its front matter; begin {blog.template} with {{{{ front_matter }}}}"
        raise UnfaithfulPostError([Fault(name="post", message=message)])
    body = "\n" * matter.count("\n") + text.removeprefix(matter)
    if faults := find_differences(body, entries):
        raise UnfaithfulPostError(faults)
    return text


def shown(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that the post shows: the final ones, else the drafts; never a failed one."""
    usable = [entry for entry in entries if entry.summary is not None]
    return [e for e in usable if e.status == "final"] or [e for e in usable if e.status == "draft"]


def configured_front_matter(record: Record, blog: Blog, templates: Templates) -> dict[str, Any]:
    """The front matter of a day's post by the configuration: digest's own keys, then those of `blog.front_matter`.

    Raises UsageError where one of the latter is not a template.
    """
    ours, entries = _ours(record, blog), shown(record.entries)
    wanted = ({"description": _DESCRIPTION} if blog.template == FULL_TEMPLATE else {}) | blog.front_matter
    values = day_values(record, entries)
    more = {
        key: _filled(value, f"blog.front_matter.{key}", templates, values)
        for key, value in wanted.items()
        if key not in ours and entries
    }
    return ours | more


def _ours(record: Record, blog: Blog) -> dict[str, Any]:
    entries = shown(record.entries)
    ours: dict[str, Any] = {
        "layout": blog.layout,
        "title": blog.title.format(date=record.date),
        "date": f"{record.date} {blog.time}",
        "tags": list(blog.tags),
        "categories": list(blog.categories),
    }
    if entries and entries[0].status == "draft":
        ours["published"] = False
    if changed := [entry.changed for entry in entries if entry.changed]:
        ours["last_modified_at"] = f"{max(changed).astimezone(ZoneInfo(blog.timezone)):%Y-%m-%d %H:%M:%S %z}"
    return ours


def _front_matter(record: Record, blog: Blog, templates: Templates) -> str:
    """What the configuration says, and what the owner's own post said otherwise or besides."""
    ours = _ours(record, blog)
    fixed = ours.keys() - {"tags", "categories"}
    own = {key: value for key, value in record.front_matter.items() if key not in {*fixed, *CONFIGURED}}
    whole = configured_front_matter(record, blog, templates) | own
    return write_front_matter({key: whole.pop(key) for key in ours if key != "last_modified_at"}, whole)


def _filled(value: Any, place: str, templates: Templates, values: dict[str, Any]) -> Any:
    """A value of `blog.front_matter`, the templates in it filled."""
    if isinstance(value, str):
        return templates.fill(value, place, **values)
    if isinstance(value, dict):
        return {key: _filled(each, f"{place}.{key}", templates, values) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, f"{place}[{number}]", templates, values) for number, each in enumerate(value)]
    return value
