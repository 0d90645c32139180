"""A rendered post read back: its blocks, and whether it shows what its entries say."""

import pytest

from digest.core.paper import Paper
from digest.core.post.compare import Block, find_differences, post_text, read_blocks
from digest.core.post.inline import escape
from digest.core.record import Entry
from digest.core.summary import FIELDS, Summary

HOSTILE = [
    "<think>",
    "{{ x }}",
    "{% raw %}",
    "P(a|b)",
    "[a](b)",
    "`a`",
    "*a*",
    "&lt;",
    "$x_{i}$",
    r"\frac{a}{b}",
    "<!-- a",
]


def entry(paper_id: str, title: str, word: str) -> Entry:
    texts = {field: f"{field}에서 {word} 값을 보인다." for field in FIELDS}
    return Entry(status="final", paper=Paper(id=paper_id, title=title), summary=Summary(**texts))


ENTRIES = [entry("2512.03405", f"On {word}", word) for word in HOSTILE]


def post(entries: list[Entry], *, escaped: bool = True) -> str:
    """A post in a fashion of its own: headings of the second level, one list."""
    written = escape if escaped else str
    lines = []
    for each in entries:
        assert each.summary is not None
        lines += ["", f"## [{written(each.paper.title)}](https://arxiv.org/abs/{each.paper.id})", ""]
        lines += [f"- {field}: {written(post_text(each.summary.text(field)))}" for field in FIELDS]
    return "\n".join(lines)


def test_a_faithful_post_has_no_differences() -> None:
    assert find_differences(post(ENTRIES), ENTRIES) == ()
    assert find_differences("", []) == ()


@pytest.mark.parametrize("n", range(len(HOSTILE)), ids=HOSTILE)
def test_words_that_are_not_escaped_are_told(n: int) -> None:
    faults = find_differences(post([ENTRIES[n]], escaped=False), [ENTRIES[n]])
    assert [fault.field for fault in faults] == ([] if escape(HOSTILE[n]) == HOSTILE[n] else ["title", *FIELDS])


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_is_not_there_is_told_with_its_place(field: str) -> None:
    plain = [entry("2512.03405", "One", "하나"), entry("2512.03534", "Two", "둘")]
    body = "\n".join(line for line in post(plain).splitlines() if line != f"- {field}: {field}에서 둘 값을 보인다.")
    (fault,) = find_differences(body, plain)
    assert (fault.name, fault.field, fault.paper) == ("post", field, "2512.03534")
    assert fault.message.startswith(f"line 12 on: the {field} of 2512.03534 does not come out as '{field}에서 둘")


def test_a_field_of_another_paper_does_not_count() -> None:
    plain = [entry("2512.03405", "One", "하나"), entry("2512.03534", "Two", "둘")]
    body = post([plain[0], plain[0].replace(paper=plain[1].paper)])
    assert [fault.field for fault in find_differences(body, plain)] == list(FIELDS)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("abs/2512.03405", "abs/2512.03406", "title"),
        ("[One]", "[One!]", "title"),
        ("## [One](https://arxiv.org/abs/2512.03405)", "## One", None),
        ("## [One](https://arxiv.org/abs/2512.03405)", "## [A](b)\n\n## [One](https://arxiv.org/abs/2512.03405)", None),
    ],
)
def test_a_heading_that_is_off(before: str, after: str, field: str | None) -> None:
    plain = [entry("2512.03405", "One", "하나")]
    (fault,) = find_differences(post(plain).replace(before, after), plain)
    assert fault.field == field
    assert fault.field or "linked headings for 1 papers; fix the template" in fault.message


def test_nothing_said_becomes_a_sentence() -> None:
    assert [post_text(text) for text in ("정보 부족", " 정보\n부족 ", "정보 부족.", "가나다.")] == [
        *("정보 부족.", "정보 부족.", "정보 부족."),
        "가나다.",
    ]


@pytest.mark.parametrize(
    ("markdown", "blocks"),
    [
        ("", []),
        ("# 1. [A *b*](u)", [Block("heading", 1, 1, "1. A b", (("A b", "u"),))]),
        ("Setext\n---", [Block("heading", 2, 1, "Setext")]),
        ("a  \nb\nc\\\nd", [Block("paragraph", 0, 1, "a b c d")]),
        (r"\<b> &lt; &#65; \\ **c** `d|e`", [Block("paragraph", 0, 1, r"<b> < A \ c d|e")]),
        ("a <b>c</b> <!-- d -->", [Block("paragraph", 0, 1, "a <b>c</b> <!-- d -->")]),
        ("![i *j*](k) <http://l>", [Block("paragraph", 0, 1, "i j http://l", (("http://l", "http://l"),))]),
        ("[a](x)[a](y)", [Block("paragraph", 0, 1, "aa", (("a", "x"), ("a", "y")))]),
        (
            "- a\n  1. b\n\n     c\n- d",
            [
                Block("item", 1, 1, "a"),
                Block("item", 2, 2, "b"),
                Block("item", 2, 4, "c"),
                Block("item", 1, 5, "d"),
            ],
        ),
        (
            "> a\n> > - b\n\nc",
            [Block("quote", 1, 1, "a"), Block("item", 1, 2, "b"), Block("paragraph", 0, 4, "c")],
        ),
        ("- ## a", [Block("heading", 2, 1, "a")]),
        (
            "|a|b|\n|-|-|\n|c|[d](e)|",
            [
                Block("table", 1, 1, "a"),
                Block("table", 1, 1, "b"),
                Block("table", 1, 3, "c"),
                Block("table", 1, 3, "d", (("d", "e"),)),
            ],
        ),
        ("\n```py\n*a*\n```\n\n    b", [Block("code", 0, 2, "*a*\n"), Block("code", 0, 6, "b\n")]),
        ("<div>\na\n</div>\n\n---", [Block("html", 0, 1, "<div>\na\n</div>\n"), Block("rule", 0, 5, "")]),
        ("[a]: b\n\n[a]", [Block("paragraph", 0, 3, "a", (("a", "b"),))]),
    ],
)
def test_blocks(markdown: str, blocks: list[Block]) -> None:
    assert list(read_blocks(markdown)) == blocks
