"""Front matter: read whatever there is, write what every YAML reader takes for the same."""

import re
from textwrap import dedent

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.core.post.front_matter import read_front_matter, write_front_matter

VALID = 'layout: post\ntitle: "하루 — 논문"\ndate: 2025-12-04 08:15:00\ntags: [papers, 2025]\ncategories: []\n'
FIELDS = {
    "layout": "post",
    "title": "하루 — 논문",
    "date": "2025-12-04 08:15:00",
    "tags": ["papers", "2025"],
    "categories": [],
}


@pytest.mark.parametrize(
    ("text", "body_line", "body"),
    [
        (f"---\n{VALID}---\n본문\n", 8, "본문\n"),
        (f"---\n{VALID}---", 8, ""),
        (f"---  \n{VALID}...\n\n본문", 8, "\n본문"),
        (f"\ufeff---\n{VALID}---\n본문", 8, "본문"),
        (f"---\n{VALID}---\n본문\n끝\n".replace("\n", "\r\n"), 8, "본문\n끝\n"),
        (f"---\n{VALID}---\n본문\n".replace("\n", "\r"), 8, "본문\n"),
        (f"---\n# a comment\n\n{VALID}---\n본문", 10, "본문"),
    ],
)
def test_valid_front_matter_is_read_as_written(text: str, body_line: int, body: str) -> None:
    read = read_front_matter(text)

    assert read.data == FIELDS
    assert (read.body_line, read.body) == (body_line, body)
    assert read.findings == ()


@pytest.mark.parametrize(
    ("text", "data", "line", "said"),
    [
        ("", {}, 1, "no front matter"),
        ("본문\n", {}, 1, "no front matter"),
        ("---\n\n그냥 글\n---\n", {}, 1, "no front matter"),
        ("\n\n---\ntitle: a\n---\n", {"title": "a"}, 1, "blank lines"),
        ("---\ntitle: a\nlayout: post\n\n# 1. [b](c)\n", {"title": "a", "layout": "post"}, 1, "missing"),
        ("---\ntitle: a\n# 1. [b](c)\n\n---\n", {"title": "a"}, 1, "missing"),
        ("---\ntitle: GPT-5: a study\nlayout: post\n---\n", {"title": "GPT-5: a study", "layout": "post"}, 2, "title"),
        ('---\nlayout: post\ntitle: "a "b" c"\n---\n', {"layout": "post", "title": 'a "b" c'}, 3, "title"),
        ('---\ntitle: a"\n---\n', {"title": 'a"'}, 2, "quotation mark"),
        ("---\ntitle: @x\n---\n", {"title": "@x"}, 2, "title"),
        ("---\ntitle: *x\n---\n", {"title": "*x"}, 2, "title"),
        ("---\ntitle: [a, b\n---\n", {"title": "[a, b"}, 2, "title"),
        ("---\ntitle: !ruby/object:X {}\n---\n", {"title": "!ruby/object:X {}"}, 2, "title"),
        ("---\ntitle:\t'x'\n---\n", {"title": "x"}, 2, "title"),
        ("---\n\ttitle: x\n---\n", {"title": "x"}, 2, "YAML"),
        ("---\ntitle:x\ntags: [a]\n---\n", {"title": "x", "tags": ["a"]}, 2, "title"),
        ("---\ntitle: a\ntitle: b\n---\n", {"title": "b"}, 3, "twice"),
        ("---\ntitle: a: b\ntags:\n- x\n- y\n---\n", {"title": "a: b", "tags": ["x", "y"]}, 2, "title"),
        ("---\ntitle: a\nnonsense\n---\n", {"title": "a"}, 3, "not understood"),
        ("---\ntitle: a\nb: c: d\nnonsense\n---\n", {"title": "a", "b": "c: d"}, 4, "not understood"),
        ("---\ntitle: a\x07b\n---\n", {"title": "a\x07b"}, 2, "title"),
        ("---\ntitle: " + "[" * 600 + "\n---\n", {"title": "[" * 600}, 2, "title"),
    ],
)
def test_bad_front_matter_is_read_as_far_as_it_goes(text: str, data: dict[str, object], line: int, said: str) -> None:
    read = read_front_matter(text)

    assert read.data == data
    assert line in [each.line for each in read.findings if said in each.fault.message]
    assert {each.fault.name for each in read.findings} == {"front-matter"}


@pytest.mark.parametrize("published", ["no", "false", "False", "off"])
def test_truth_values_are_the_only_scalars_with_a_type(published: str) -> None:
    text = f"---\npublished: {published}\narxiv: 2512.02550\nempty:\nat: 12:30:45\nquoted: 'no'\n---\n"

    read = read_front_matter(text)

    assert read.data == {
        "published": False,
        "arxiv": "2512.02550",
        "empty": None,
        "at": "12:30:45",
        "quoted": "no",
    }


def test_a_rule_in_the_body_does_not_end_front_matter_that_lacks_its_end() -> None:
    read = read_front_matter("---\ntitle: a\nlayout: post\n\n본문 하나\n\n---\n본문 둘\n")

    assert read.data == {"title": "a", "layout": "post"}
    assert (read.body_line, read.body) == (4, "\n본문 하나\n\n---\n본문 둘\n")


def test_a_day_is_written_to_the_letter() -> None:
    fields = {**FIELDS, "title": "Daily Papers — 2025-12-04", "tags": ["papers", "hugginface"]}

    assert write_front_matter(fields) == dedent(
        """\
        ---
        layout: post
        title: "Daily Papers — 2025-12-04"
        date: 2025-12-04 08:15:00
        tags: [papers, hugginface]
        categories: []
        ---
        """
    )


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("title", "plain", 'title: "plain"'),
        ("title", "🚀 a: b # c", 'title: "🚀 a: b # c"'),
        ("title", 'say "\\frac"', 'title: "say \\"\\\\frac\\""'),
        ("title", "bell\x07 del\x7f nel\x85 line\u2028", 'title: "bell\\u0007 del\\u007f nel\\u0085 line\\u2028"'),
        ("title", "half \ud83d", 'title: "half \ufffd"'),
        ("title", "long " * 50, f'title: "{"long " * 50}"'),
        ("date", "2025-12-04 08:15:00 +0900", "date: 2025-12-04 08:15:00 +0900"),
        ("date", "sometime: # x", "date: 'sometime: # x'"),
        ("published", False, "published: false"),
        ("tags", ("논문", "cs.CV", "a b"), "tags: [논문, cs.CV, a b]"),
        ("tags", ["2025", "yes", "2512.02550", "1e3"], 'tags: ["2025", "yes", "2512.02550", "1e3"]'),
        ("tags", ["a: b", "x, y", "#z", "", "~", "- a"], 'tags: ["a: b", "x, y", "#z", "", "~", "- a"]'),
        ("layout", "@home", 'layout: "@home"'),
    ],
)
def test_hostile_values_are_written_safely(field: str, value: object, line: str) -> None:
    assert write_front_matter({field: value}) == f"---\n{line}\n---\n"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
HOSTILE = st.text(alphabet="a가:#@-[]{},&*!|>'\"%`\\ \t\n\x07?=~0.5ex🚀\u2028\x85", max_size=12)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(title=TEXT | HOSTILE, tags=st.lists(TEXT | HOSTILE, max_size=4), layout=TEXT | HOSTILE)
def test_what_is_written_is_read_back_by_us_and_by_yaml(title: str, tags: list[str], layout: str) -> None:
    fields = {"title": title, "tags": tags, "layout": layout, "published": False}

    written = write_front_matter(fields)

    assert yaml.safe_load(re.sub(r"---\n$", "", written)) == fields
    assert read_front_matter(written + "본문").data == fields
    assert read_front_matter(written + "본문").body == "본문"
    assert written.count("\n") == 6


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.text() | st.lists(HOSTILE).map("\n".join).map("---\ntitle: x\n{}\n".format))
def test_reading_never_fails(text: str) -> None:
    read = read_front_matter(text)

    assert text.replace("\r\n", "\n").replace("\r", "\n").endswith(read.body)
