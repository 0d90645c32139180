"""From a record to its post: the final entries, or a day's drafts that the blog does not publish."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from digest.core.config import Blog
from digest.core.fault import Fault
from digest.core.ids import abs_url, alphaxiv_url
from digest.core.post.compare import find_differences, post_text
from digest.core.post.escape import escape_url
from digest.core.post.front_matter import write_front_matter
from digest.core.record import Entry, Record
from digest.core.sentences import split_sentences
from digest.core.summary import FIELDS, Summary
from digest.store.templates import Templates

CONFIGURED = ("layout", "title", "date")
"""Keys of the front matter that are the configuration's, whatever an imported post said."""
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|&(?=#|\w+;)")


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
    text = templates.render(blog.template, front_matter=matter.rstrip("\n"), entries=list(_values(entries)))
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
    values = _day_values(record, entries)
    more = {
        key: _filled(value, f"blog.front_matter.{key}", templates, values)
        for key, value in blog.front_matter.items()
        if key not in ours and entries
    }
    return ours | more


def _front_matter(record: Record, blog: Blog, templates: Templates) -> str:
    """What the configuration says, but for what the owner's own post said otherwise."""
    fields = configured_front_matter(record, blog, templates)
    own = {key: value for key, value in record.front_matter.items() if key not in CONFIGURED}
    ours = [*CONFIGURED, "tags", "categories"]
    if fields.get("published") is False:
        ours.append("published")
        own.pop("published", None)
    whole = fields | own
    return write_front_matter(
        {key: whole[key] for key in ours}, {key: value for key, value in whole.items() if key not in ours}
    )


def _filled(value: Any, place: str, templates: Templates, values: dict[str, Any]) -> Any:
    """A value of `blog.front_matter`, the templates in it filled."""
    if isinstance(value, str):
        return templates.fill(value, place, **values)
    if isinstance(value, dict):
        return {key: _filled(each, f"{place}.{key}", templates, values) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, f"{place}[{number}]", templates, values) for number, each in enumerate(value)]
    return value


def _day_values(record: Record, entries: Sequence[Entry]) -> dict[str, Any]:
    """What a template of the front matter may use. Themes put front matter into pages as it is, so no tag may begin."""
    said = [entry.summary.goal for entry in entries if entry.summary]
    sentences = split_sentences(said[0]) if said else []
    return {
        "date": record.date,
        "count": len(entries),
        "ids": [entry.paper.id for entry in entries],
        "titles": [_harmless(entry.paper.name) for entry in entries],
        "categories": list(dict.fromkeys(_harmless(name) for entry in entries for name in entry.paper.categories)),
        "first_sentence": _harmless(sentences[0]) if sentences else "",
    }


def _harmless(text: str) -> str:
    """Text in which no HTML tag or entity begins."""
    return _MARKUP.sub(lambda sign: {"<": "&lt;", "&": "&amp;"}[sign[0]], text)


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
