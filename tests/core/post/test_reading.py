import pytest

from digest.core.post.reading import Block, read_blocks


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
