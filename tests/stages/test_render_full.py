"""post-full.md.j2: contents, links, evidence and provenance, all of it text that nobody can break out of."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from lxml import html
from markdown_it import MarkdownIt

from core.hostile import HOSTILE
from digest.core.config import Blog
from digest.core.paper import Paper
from digest.core.post.parse import read_post
from digest.core.record import Correction, Entry, NewerVersion, Provenance, Record, RecordListing, Verdict, Withdrawal
from digest.core.summary import FIELDS, NOTHING_SAID, Summary
from digest.core.text import fold
from digest.stages.render import FULL_TEMPLATE, UnfaithfulPostError, render_post
from digest.store.templates import Templates

DAY = date(2025, 12, 4)
AT = datetime(2025, 12, 5, 8, tzinfo=UTC)
FULL = Blog(template=FULL_TEMPLATE)


def entry(paper_id: str = "2512.03405", **changes: Any) -> Entry:
    texts = {field: f"{field}을 말한다." for field in FIELDS}
    made = Provenance(summarizer="openai", model="m-1", text="html", at=AT)
    paper = Paper(
        id=paper_id,
        version=2,
        title="A Title",
        authors=("Kim A", "Lee B", "Park C", "Choi D", "Han E"),
        categories=("cs.CV", "cs.CL"),
        published="2025-12-01T00:00:00Z",
        updated="2025-12-03T00:00:00Z",
    )
    evidence = {field: (f"It says {field}.",) for field in FIELDS if field != "limitations"}
    summary = Summary(**{**texts, "limitations": NOTHING_SAID})
    return Entry(status="final", paper=paper, summary=summary, evidence=evidence, provenance=made).replace(**changes)


def render(tmp_path: Path, *entries: Entry, blog: Blog = FULL) -> str:
    record = Record(date=DAY, listing=RecordListing(state="ready"), entries=entries)
    text = render_post(record, blog, Templates(tmp_path / "none"))
    assert text is not None
    return text


WHOLE = """\
---
layout: post
title: "Daily Papers — 2025-12-04"
date: 2025-12-04 08:15:00
tags: [papers, hugginface]
categories: []
description: "논문 1편: A Title"
---

논문 1편의 요약이다.

1. **[A Title](#paper-2512-03405)**: goal을 말한다.

<div id="paper-2512-03405"></div>

## 1. [A Title](https://arxiv.org/abs/2512.03405)

Kim A, Lee B, Park C 외 2명 · cs.CV · arXiv v2 (2025-12-03)

[arXiv](https://arxiv.org/abs/2512.03405) · [PDF](https://arxiv.org/pdf/2512.03405) · [HTML](https://arxiv.org/html/2512.03405) · [alphaXiv](https://www.alphaxiv.org/ko/overview/2512.03405) · [Hugging Face](https://huggingface.co/papers/2512.03405)

### Introduction

**Goal**: goal을 말한다.

<details class="evidence mathjax_ignore tex2jax_ignore"><summary>근거 1문장</summary>
<blockquote lang="en"><p>It says goal.</p></blockquote>
</details>

"""  # noqa: E501  a post's lines are as long as they are


def test_the_beginning_of_a_post_to_the_letter(tmp_path: Path) -> None:
    text = render(tmp_path, entry())
    assert text[: len(WHOLE)] == WHOLE
    assert text.endswith(
        '<div class="provenance"><small>요약 m-1 · HTML 전문을 읽음 · 2025-12-05 · 근거와 대조하지 않음</small></div>\n'
    )
    assert "\n\n<small>정보 부족.</small>\n\n" in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"provenance": None}, None),
        ({"provenance": Provenance(summarizer="import", at=AT)}, "이전 글에서 옮김 · 2025-12-05"),
        (
            {"provenance": Provenance(summarizer="extractive", text="abstract")},
            "논문의 문장을 그대로 옮김 · 초록만 읽음",
        ),
        (
            {"verdicts": {field: Verdict(verdict="supported") for field in FIELDS}},
            "요약 m-1 · HTML 전문을 읽음 · 2025-12-05 · 근거와 대조: 7개 항목 일치",
        ),
        (
            {"verdicts": {"goal": Verdict(verdict="supported"), "results": Verdict(verdict="unsaid")}},
            "요약 m-1 · HTML 전문을 읽음 · 2025-12-05 · 근거와 대조: 1개 항목 일치, 근거에 없음: results",
        ),
        (
            {
                "provenance": Provenance(summarizer="openai", model="m-1"),
                "corrected": {"goal": Correction(by="kim", at=AT)},
                "verdicts": {"method": Verdict(verdict="contradicted")},
            },
            "요약 m-1 · 사람이 고침: goal · 근거와 대조: 0개 항목 일치, 근거와 어긋남: method",
        ),
    ],
)
def test_who_wrote_it_and_who_checked_it(tmp_path: Path, changes: dict[str, Any], shown: str | None) -> None:
    lines = [line for line in render(tmp_path, entry(**changes)).splitlines() if "provenance" in line]
    assert lines == ([f'<div class="provenance"><small>{shown}</small></div>'] if shown else [])


@pytest.mark.parametrize("template", ["post.md.j2", FULL_TEMPLATE])
def test_a_withdrawn_paper_says_so(tmp_path: Path, template: str) -> None:
    withdrawn = Withdrawal(at=datetime(2026, 1, 2, tzinfo=UTC), comment="an <error> in {{ x }}")
    text = render(tmp_path, entry(withdrawn=withdrawn), entry("2512.03534"), blog=Blog(template=template))
    assert text.count("이 논문은 철회되었다") == 1
    assert text.index("철회되었다") < text.index("2. [A Title]")
    assert "{{" not in text.replace("\\{", "")
    plain = render(tmp_path, entry(), entry("2512.03534"), blog=Blog(template=template))
    assert "철회" not in plain
    if template == FULL_TEMPLATE:
        assert "(2026-01-02)" in text
        assert ("/pdf/2512.03405" in text, "/pdf/2512.03534" in text) == (False, True)


def test_a_newer_version_code_and_project_are_named(tmp_path: Path) -> None:
    paper = entry().paper.replace(code="https://github.com/a/b", project="https://a.github.io/b_c/")
    newer = NewerVersion(version=3, at=datetime(2026, 1, 3, tzinfo=UTC))
    text = render(tmp_path, entry(paper=paper, newer=newer))
    assert "arXiv v2 (2025-12-03) · 새 판 v3 (2026-01-03)이 나왔다\n" in text
    assert "[코드](https://github.com/a/b) · [프로젝트](https://a.github.io/b_c/)\n" in text
    assert "HTML" not in render(tmp_path, entry(provenance=Provenance(summarizer="openai", text="pdf")))


def test_an_error_is_reported_with_what_was_written(tmp_path: Path) -> None:
    text = render(tmp_path, entry(), blog=Blog(template=FULL_TEMPLATE, repository="kim/blog"))
    [line] = [line for line in text.splitlines() if "provenance" in line]
    [link] = html.fromstring(line).iter("a")
    url = urlsplit(link.get("href"))
    assert (url.netloc, url.path) == ("github.com", "/kim/blog/issues/new")
    asked = parse_qs(url.query)
    assert asked["title"] == ["[2512.03405] 요약 오류"]
    assert "m-1, 2025-12-05" in asked["body"][0]
    assert link.text == "오류 신고"


def test_front_matter_has_a_description_and_the_time_of_the_last_change(tmp_path: Path) -> None:
    papers = [entry(f"2512.0000{n}", changed=AT.replace(day=n) if n > 2 else None) for n in (1, 2, 3, 4)]
    written = render(tmp_path, *papers).split("---\n")[1]
    assert "last_modified_at: 2025-12-04 17:00:00 +0900\n" in written
    assert yaml.safe_load(written)["description"] == "논문 4편: A Title, A Title, A Title 외 1편"
    own = Blog(template=FULL_TEMPLATE, front_matter={"description": "{{ ids | join(' ') }}"})
    written = render(tmp_path, entry(), blog=own).split("---\n")[1]
    assert yaml.safe_load(written)["description"] == "2512.03405"
    assert "last_modified_at" not in written


def test_evidence_says_its_language(tmp_path: Path) -> None:
    text = render(tmp_path, entry(evidence={"goal": ("It is so.", "그렇다고 GPT는 말한다.")}))
    assert '<blockquote lang="en"><p>It is so.</p></blockquote>' in text
    assert '<blockquote lang="ko"><p>그렇다고 GPT는 말한다.</p></blockquote>' in text


def shown(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_hostile_words_come_out_in_commonmark(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if fold(text)]
    entries = [
        entry(
            f"2512.{number:05d}",
            paper=Paper(id=f"2512.{number:05d}", title=text, authors=(text, "B"), categories=(text,)),
            evidence=dict.fromkeys(("goal", "results"), (text, f"{text} x")),
            provenance=Provenance(summarizer="openai", model=text),
            withdrawn=Withdrawal(at=AT, comment=text),
            corrected={"goal": Correction(by=text, at=AT)},
        )
        for number, text in enumerate(texts)
    ]
    body = render(tmp_path, *entries).split("---\n", 2)[2]
    assert "{{" not in body.replace("\\{", "").replace("&#123;", "")
    assert "{%" not in body
    page = html.fromstring(f"<article>{MarkdownIt('commonmark').enable('table').render(body)}</article>")
    quotes = [shown(each) for each in page.iter("blockquote")]
    assert quotes == [fold(each) for text in texts for _ in range(2) for each in (text, f"{text} x")]
    assert [shown(each) for each in page.iter("h2")] == [f"{n}. {fold(text)}" for n, text in enumerate(texts, start=1)]
    assert [shown(each.find("strong")) for each in page.xpath("//li")] == [fold(text) for text in texts]
    marks = [shown(each) for each in page.xpath("//div[@class='corrected']")]
    assert marks == [f"사람이 고침: {fold(text)} · 2025-12-05" for text in texts]
    paragraphs = {shown(each) for each in page.xpath("//p")}
    for text in map(fold, texts):
        assert fold(f"{text}, B · {text} · arXiv") in paragraphs
        assert f"이 논문은 철회되었다. (2025-12-05) {text}" in paragraphs
    known = {"article", "p", "ol", "li", "strong", "a", "div", "h2", "h3", "details", "summary", "blockquote", "small"}
    assert {each.tag for each in page.iter()} == known
    assert {key for each in page.iter() for key in each.attrib} == {"id", "class", "lang", "href"}


HOLES = {
    "evidence that is not escaped": ("quote.text | html", "quote.text", "evidence of goal"),
    "evidence that is cut": ("quote.text | html", "(quote.text if loop.first else 'A') | html", "evidence of goal"),
    "authors that are not escaped": ('entry.authors | join(", ") | text', 'entry.authors | join(", ")', "text"),
}


@pytest.mark.parametrize("name", HOLES)
def test_a_template_with_a_hole_is_not_believed(tmp_path: Path, name: str) -> None:
    old, new, field = HOLES[name]
    source = (Path(__file__).parents[2] / "templates" / FULL_TEMPLATE).read_text("utf-8")
    assert old in source
    (tmp_path / FULL_TEMPLATE).write_text(source.replace(old, new), "utf-8")
    paper = entry().paper.replace(authors=("Kim <b>A</b>", "{{ site.x }}"))
    hostile = entry(paper=paper, evidence={"goal": ("Fine and plain.", "A <script> sentence.")})
    with pytest.raises(UnfaithfulPostError) as caught:
        render_post(
            Record(date=DAY, listing=RecordListing(state="ready"), entries=(hostile,)), FULL, Templates(tmp_path)
        )
    assert field in {fault.field for fault in caught.value.faults}


def test_words_that_are_a_template_tag_alone_hold_nothing_up(tmp_path: Path) -> None:
    tags = ("</details>", "<p>", "</small>", "&amp;", "<div>")
    assert render(tmp_path, entry(evidence={"goal": tags}, paper=entry().paper.replace(authors=tags)))


def test_a_full_post_reads_back(tmp_path: Path) -> None:
    reading = read_post(render(tmp_path, entry(), entry("2512.03534")))
    assert [paper.id for paper in reading.papers] == ["2512.03405", "2512.03534"]
    assert reading.papers[0].summary == {field: entry().summary.text(field) for field in FIELDS}  # type: ignore[union-attr]
