"""From a record to its post, or to the unpublished post of a day of drafts, and to what the archive says of it."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, get_args
from urllib.parse import quote
from zoneinfo import ZoneInfo

from digest.core.config import Blog
from digest.core.paper import abs_url, alphaxiv_url, code_of, project_of
from digest.core.post.compare import find_differences, post_text
from digest.core.post.front_matter import write_front_matter
from digest.core.post.inline import escape_url
from digest.core.record import Entry, Record, VerdictName
from digest.core.summary import FIELDS, NOTHING_SAID, Fault, FieldName, Summary
from digest.core.text import fold, split_sentences
from digest.store.files import read_if_there
from digest.store.posts import Archive
from digest.store.templates import Templates
from digest.store.workspace import Workspace

_MARKUP: Final = re.compile(r"<(?=[A-Za-z/!?])|&(?=#|\w+;)")
_HANGUL: Final = re.compile("[가-힣]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_AUTHORS: Final = 3
"""Authors that are named; of the others the number is given."""


def entry_values(entries: Iterable[Entry], repository: str | None) -> Iterator[dict[str, Any]]:
    """The values of each entry, numbered from 1. All words are as they are; all URLs are ready for a link."""
    for number, entry in enumerate(entries, start=1):
        paper = entry.paper
        yield {
            "number": number,
            "title": paper.name,
            "url": escape_url(abs_url(paper.id)),
            "alphaxiv_url": escape_url(alphaxiv_url(paper.id)),
            "paper": paper,
            "fields": _fields(entry.summary),
            "anchor": f"paper-{re.sub('[^0-9a-z]+', '-', paper.id.lower())}",
            "lead": _lead(entry),
            "authors": [fold(name) for name in paper.authors[:_AUTHORS]],
            "more_authors": len(paper.authors[_AUTHORS:]),
            "links": [{"name": name, "url": escape_url(url)} for name, url in _links(entry)],
            "evidence": {field: [_quote(text) for text in entry.evidence.get(field, ())] for field in FIELDS},
            "empty": [field for field in FIELDS if entry.summary and entry.summary.text(field).strip() == NOTHING_SAID],
            "verdicts": _verdicts(entry),
            "provenance": entry.provenance,
            "corrected": list(entry.corrected),
            "corrections": entry.corrected,
            "withdrawn": entry.withdrawn,
            "newer": entry.newer,
            "report_url": escape_url(_report_url(entry, repository)) if repository else None,
        }


def day_values(record: Record, entries: Sequence[Entry]) -> dict[str, Any]:
    """The values of a day. Themes put front matter into pages as it is, so no tag and no entity begins in them."""
    return {
        "date": record.date,
        "count": len(entries),
        "ids": [entry.paper.id for entry in entries],
        "titles": [_harmless(entry.paper.name) for entry in entries],
        "categories": list(dict.fromkeys(_harmless(name) for entry in entries for name in entry.paper.categories)),
        "first_sentence": next((_harmless(lead) for entry in entries if (lead := _lead(entry))), ""),
    }


def _harmless(text: str) -> str:
    """Text in which no HTML tag and no entity begins."""
    return _MARKUP.sub(lambda sign: {"<": "&lt;", "&": "&amp;"}[sign[0]], text)


def _fields(summary: Summary | None) -> dict[str, str]:
    if summary is None:
        raise AssertionError("an entry without a summary is never shown")
    return {field: post_text(summary.text(field)) for field in FIELDS}


def _lead(entry: Entry) -> str:
    """The first sentence on what the paper does: of its goal, else of its contribution; empty where neither is said."""
    fields: tuple[FieldName, ...] = ("goal", "contribution")
    said = [entry.summary.text(field).strip() for field in fields] if entry.summary else []
    return next((split_sentences(text)[0] for text in said if text and text != NOTHING_SAID), "")


def _links(entry: Entry) -> Iterator[tuple[str, str]]:
    """Where to read more. A withdrawn paper has no pages of its text, and some have none in HTML."""
    paper, read = entry.paper, entry.provenance.text if entry.provenance else None
    yield "arXiv", abs_url(paper.id)
    if entry.withdrawn is None:
        yield "PDF", f"https://arxiv.org/pdf/{paper.id}"
        if read in (None, "html"):
            yield "HTML", f"https://arxiv.org/html/{paper.id}"
    yield "alphaXiv", alphaxiv_url(paper.id)
    yield "Hugging Face", f"https://huggingface.co/papers/{paper.id}"
    yield from [("코드", url)] if (url := code_of(paper)) else []
    yield from [("프로젝트", url)] if (url := project_of(paper)) else []


def _quote(text: str) -> dict[str, str]:
    letters = len(_LETTER.findall(text))
    return {"text": text, "lang": "ko" if len(_HANGUL.findall(text)) * 2 > letters else "en"}


def _verdicts(entry: Entry) -> dict[str, list[FieldName]]:
    """The fields by what the verifier says of them, in the order of the schema; empty where no verifier was asked."""
    if not entry.verdicts:
        return {}
    said = {field: entry.verdicts[field].verdict for field in FIELDS if field in entry.verdicts}
    return {name: [field for field in said if said[field] == name] for name in get_args(VerdictName)}


def _report_url(entry: Entry, repository: str) -> str:
    """A page on which an issue about the entry is filled in already."""
    made = entry.provenance
    by = fold(f"{made.model or made.summarizer}, {made.at:%Y-%m-%d}") if made and made.at else "?"
    title = f"[{entry.paper.id}] 요약 오류"
    body = f"논문: {abs_url(entry.paper.id)}\n요약: {by}\n\n틀린 문장:\n\n바른 내용:\n"
    return f"https://github.com/{repository}/issues/new?title={quote(title, safe='')}&body={quote(body, safe='')}"


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


_NOT_IN_YAML: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON lets be and YAML refuses or folds. Jekyll reads JSON as YAML."""


def keep_archive(workspace: Workspace, record: Record) -> None:
    """Write what the archive says of the day, where the blog has one. Raises UsageError where it cannot be written."""
    archive = Archive(workspace.root)
    if archive.is_kept:
        archive.keep(record.date, _said(workspace, record))


def is_archived(workspace: Workspace, record: Record) -> bool:
    """Whether the archive says of a day what its record gives. Raises UsageError where it cannot be read."""
    return read_if_there(Archive(workspace.root).path(record.date)) == _said(workspace, record)


def _said(workspace: Workspace, record: Record) -> bytes | None:
    return archive_day(record, has_anchors=workspace.config.blog.template == FULL_TEMPLATE)


def archive_day(record: Record, *, has_anchors: bool) -> bytes | None:
    """What the archive says of a day, as JSON that is YAML too, a paper a line: the final papers of its post.

    None where the record has no post, or is of the sample services. `has_anchors`: the post has a mark to link to at
    each paper. The same record gives the same bytes.
    """
    if record.post is None or record.sample:
        return None
    final = [entry for entry in record.entries if entry.status == "final" and entry.summary is not None]
    papers = [_paper(record, values, has_anchors=has_anchors) for values in entry_values(final, None)]
    lines = ",\n".join(f"  {_yaml_json(paper)}" for paper in papers)
    name = record.post.path.rpartition("/")[2]
    whole = f'{{"day": "{record.date}",\n "post": {_yaml_json(name)},\n "papers": [\n{lines}\n]}}\n'
    return whole.encode()


def _paper(record: Record, values: dict[str, Any], *, has_anchors: bool) -> dict[str, Any]:
    """One paper. Keys that say nothing are left out."""
    paper = values["paper"]
    said = {
        "id": paper.id,
        "day": str(record.date),
        "title": values["title"],
        "category": fold(paper.categories[0]) if paper.categories else "",
        "lead": fold(values["lead"]),
        "url": values["url"],
        "anchor": values["anchor"] if has_anchors else "",
        "withdrawn": values["withdrawn"] is not None,
    }
    return {key: value for key, value in said.items() if value}


def _yaml_json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
