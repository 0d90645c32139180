"""What the archive says of a day, a file of data that Jekyll reads."""

import json
import re
from typing import Any, Final

from digest.core.record import Record
from digest.core.text import fold
from digest.stages.render import FULL_TEMPLATE, entry_values
from digest.store.archive import Archive
from digest.store.files import read_if_there
from digest.store.workspace import Workspace

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
