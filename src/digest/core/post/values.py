"""What templates are given: of each paper that a post shows, and of the day for keys of the front matter."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, get_args
from urllib.parse import quote

from digest.core.ids import abs_url, alphaxiv_url, code_of, project_of
from digest.core.post.compare import post_text
from digest.core.post.inline import escape_url
from digest.core.record import Entry, Record, VerdictName
from digest.core.sentences import split_sentences
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName, Summary
from digest.core.text import fold

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
