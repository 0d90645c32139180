"""From a record to its post."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.core.config import Blog
from digest.core.errors import UsageError
from digest.core.paper import Paper
from digest.core.post.compare import read_blocks
from digest.core.record import Entry, Record, RecordListing, Status
from digest.core.summary import FIELDS, NOTHING_SAID, Fault, Summary
from digest.core.text import fold
from digest.stages.render import UnfaithfulPostError, render_post, shown
from digest.store.templates import Templates

SEED = Path(__file__).parents[3] / "shared" / "seed" / "2025-12-04.md"
TEMPLATE = (Path(__file__).parents[2] / "templates" / "post.md.j2").read_text("utf-8")


def entry(paper_id: str = "2512.03405", title: str = "A Title", status: Status = "final", **texts: str) -> Entry:
    summary = Summary(**{field: texts.get(field, f"{field}을 말한다.") for field in FIELDS})
    return Entry(status=status, paper=Paper(id=paper_id, title=title), summary=summary)


def record(*entries: Entry) -> Record:
    return Record(date=date(2025, 12, 4), listing=RecordListing(state="ready"), entries=entries)


def render(tmp_path: Path, *entries: Entry, template: str | None = None, blog: Blog | None = None) -> str:
    if template is not None:
        (tmp_path / "post.md.j2").write_text(template, encoding="utf-8")
    text = render_post(record(*entries), blog or Blog(), Templates(tmp_path))
    assert text is not None
    return text


WHOLE = """\
---
layout: post
title: "Daily Papers — 2025-12-04"
date: 2025-12-04 08:15:00
tags: [papers, hugginface]
categories: []
---


# 1. [A Title](https://arxiv.org/abs/2512.03405)

> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2512.03405)

## Introduction
- Goal: goal을 말한다.␣␣
- Motivation: motivation을 말한다.␣␣
- Contribution: contribution을 말한다.␣␣

## Method␣␣
method을 말한다.␣␣

## Results␣␣
results을 말한다.␣␣

## Limitations␣␣
정보 부족.␣␣

## Conclusion␣␣
conclusion을 말한다.
"""


def test_a_whole_post(tmp_path: Path) -> None:
    assert render(tmp_path, entry(limitations=NOTHING_SAID)) == WHOLE.replace("␣", " ")


@pytest.mark.skipif(not SEED.exists(), reason="the blog's own post is not beside the project")
def test_front_matter_is_the_seeds_to_the_letter(tmp_path: Path) -> None:
    def front(text: str) -> str:
        return text.split("\n---\n")[0]

    assert front(render(tmp_path, entry())) == front(SEED.read_text("utf-8"))


def test_what_is_shown() -> None:
    final, draft = entry("1"), entry("2", status="draft")
    failed = entry("3", status="failed")
    empty = final.replace(summary=None)
    assert shown([draft, final, failed, empty]) == [final]
    assert shown([draft, failed, empty]) == [draft]
    assert shown([failed, empty]) == []


def test_drafts_alone_are_not_published(tmp_path: Path) -> None:
    assert "published: false\n" in render(tmp_path, entry(status="draft")).split("---")[1]
    assert "published" not in render(tmp_path, entry(), entry("2512.03534", status="draft"))


def test_nothing_to_show_is_no_post(tmp_path: Path) -> None:
    assert render_post(record(entry(status="failed")), Blog(), Templates(tmp_path)) is None
    assert render_post(record(), Blog(), Templates(tmp_path)) is None


def test_papers_are_numbered_in_the_records_order(tmp_path: Path) -> None:
    text = render(tmp_path, *(entry(f"2512.0000{n}", f"T{n}") for n in (3, 1, 2)))
    assert [line.split("]")[0] for line in text.splitlines() if line.startswith("# ")] == [
        "# 1. [T3",
        "# 2. [T1",
        "# 3. [T2",
    ]


def test_a_paper_without_a_title_is_called_by_its_id(tmp_path: Path) -> None:
    assert "# 1. [hep-th/9901001](https://arxiv.org/abs/hep-th/9901001)" in render(
        tmp_path, entry("hep-th/9901001", "")
    )


def test_the_blogs_own_settings(tmp_path: Path) -> None:
    blog = Blog(
        title='{date:%d.%m.} "AI": {{x}} #1', tags=("a b", "yes", "c: d"), time="12:00:00 +0900", categories=("x",)
    )
    front = render(tmp_path, entry(), blog=blog).split("---")[1]
    assert '04.12. \\"AI\\"' in front or '\'04.12. "AI"' in front
    assert "date: 2025-12-04 12:00:00 +0900" in front


SIGNS = st.sampled_from(
    [
        "{{ x }}",
        "{% raw %}",
        "{%",
        "}}",
        "<think>",
        "</b>",
        "<!--",
        "&amp;",
        "|",
        "`",
        "```",
        "*a*",
        "__",
        "[a](b)",
        "]",
        "\\",
        "$",
        "# ",
        "- ",
        "> ",
        "1. ",
        "---",
        "===",
        "{: .x}",
        "\n",
        "\n\n",
        "\x00",
        "\u2028",
        "다.",
        "가나 ",
        "Goal: ",
        "http://a.b",
        "~~",
        "^",
        "'",
        '"',
    ]
)
TEXTS = st.lists(SIGNS | st.text(max_size=4), max_size=8).map("".join)


@settings(deadline=None, max_examples=30, derandomize=True)
@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS, min_size=7, max_size=7)), min_size=1, max_size=3))
def test_hostile_titles_and_sentences_come_out(
    tmp_path_factory: pytest.TempPathFactory, papers: list[tuple[str, list[str]]]
) -> None:
    entries = [
        entry(f"2512.0000{n}", title, "final", **{str(f): t for f, t in zip(FIELDS, texts, strict=True)})
        for n, (title, texts) in enumerate(papers)
    ]
    text = render(tmp_path_factory.getbasetemp() / "none", *entries)
    body = text.split("\n---\n", 1)[1]
    assert "{{" not in body.replace("\\{", "")
    assert "{%" not in body.replace("\\{", "")
    titles = [block.links[0][0] for block in read_blocks(body) if block.kind == "heading" and block.level == 1]
    assert titles == [fold(title) or f"2512.0000{n}" for n, (title, _) in enumerate(papers)]


UNFAITHFUL: dict[str, tuple[str, dict[str, Any], str]] = {
    "a field dropped": (
        TEMPLATE.replace("{{ entry.fields.results | text }}", ""),
        {},
        "line 10 on: the results of 2512.03405",
    ),
    "a field of another": (
        TEMPLATE.replace("entry.fields.limitations", "entries[0].fields.limitations"),
        {"limitations": "둘째를 말한다."},
        "the limitations of 2512.03534",
    ),
    "a field cut short": (
        TEMPLATE.replace("fields.goal |", "fields.goal[:9] |"),
        {"goal": "목표를 아주 길게 말한다."},
        "the goal of",
    ),
    "a tag that is not escaped": (
        TEMPLATE.replace(" | text", ""),
        {"method": "모델이 <think> 토큰을 낸다."},
        "the method of",
    ),
    "a Liquid sign that is not escaped": (
        TEMPLATE.replace(" | text", ""),
        {"method": "틀은 {{ x }} 꼴이다."},
        "the method of",
    ),
    "a title that is not escaped": (TEMPLATE.replace("title | text", "title"), {"title": "A <b> [x](y)"}, ""),
    "another link": (TEMPLATE.replace("{{ entry.url }}", "https://arxiv.org"), {}, "the title of 2512.03405"),
    "no headings": (TEMPLATE.replace("# {{ entry.number }}. ", ""), {}, "the post has 0 linked headings for 2 papers"),
    "no front matter": (TEMPLATE.replace("{{ front_matter }}", ""), {}, "does not begin with its front matter"),
    "words before the front matter": (f"Hello\n{TEMPLATE}", {}, "does not begin with its front matter"),
}


@pytest.mark.parametrize("name", UNFAITHFUL)
def test_a_template_that_does_not_show_the_record_is_not_believed(tmp_path: Path, name: str) -> None:
    template, texts, words = UNFAITHFUL[name]
    title = texts.get("title", "Two")
    with pytest.raises(UnfaithfulPostError) as caught:
        render(
            tmp_path,
            entry(),
            entry("2512.03534", title, **{k: v for k, v in texts.items() if k != "title"}),
            template=template,
        )
    assert words in str(caught.value)
    assert all(isinstance(fault, Fault) and fault.name == "post" for fault in caught.value.faults)


def test_an_unknown_variable_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"post\.md\.j2:3: .*'subtitle'"):
        render(
            tmp_path,
            entry(),
            template="{{ front_matter }}\n{% for entry in entries %}\n{{ entry.subtitle }}\n{% endfor %}",
        )


def test_a_template_of_ones_own_fashion(tmp_path: Path) -> None:
    template = (
        "{{ front_matter }}\n\nPapers: {{ entries | length }}\n\n{% for entry in entries %}\n"
        "### [{{ entry.title | text }}]({{ entry.url }}) \n*{{ entry.paper.id }}*<br>\n\n"
        "{% for name, text in entry.fields.items() %}\n* {{ name }}: {{ text | text }}\n{% endfor %}\n\n{% endfor %}\n"
    )
    assert "### [A Title]" in render(tmp_path, entry(), template=template)
