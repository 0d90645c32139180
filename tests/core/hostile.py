"""Texts that want to be more than text, and a document that has each in every place where a post has text."""

from digest.core.post.inline import escape
from digest.core.text import fold

URL = "https://arxiv.org/abs/2512.03405"

HOSTILE = [
    *("{{ x }}", "{{", "}}", "{{{", "{% include x %}", "{%", "%}", "{%raw%}", "{% endraw %}", "{% comment %}"),
    *("{: .x}", "{:.x onclick='y'}", "{::comment}", "{::nomarkdown}", "{::options auto_ids='false' /}", "{:/}"),
    *("{:toc}", "{#id}", "a {#id}", "*x*{: style='a'}", "*[HTML]: b", "[^1]", "[^1]: a", "[1]: http://b", "^RFLAV: a"),
    *("|", "P(y|x)", "| a | b |", "-|", "---|", "term", ": definition", "---", "===", "***", "___", "- - -", "* * *"),
    *("<think>", "Let's <think> about <Silence>", "<b>", "</b>", "<a href='x'>", "</a>", "<div>", "<script>", "<한글>"),
    *("<!-- a -->", "<!--", "-->", "<?php ?>", "<![CDATA[x]]>", "<!DOCTYPE a>", "<", ">", "1 < 2 > 0", "n<0.05"),
    *("&amp;", "&#65;", "&#x41;", "&copy", "&copy;", "&lt;b&gt;", "&한글;", "R&D;", "&", "&#"),
    *(
        "`",
        "``",
        "```",
        "`a`",
        "~",
        "~~",
        "~~~",
        "~~a~~",
        "*",
        "**",
        "_",
        "__",
        "a__b",
        "1_0",
        "²_a_",
        "snake_case",
        "^",
    ),
    *("[", "]", "(", ")", "![", "[x](y)", "[x][y]", "[ ] box", "[x] box", "- [ ] task", "(c)", "(TM)", "(r)"),
    *("$", "$$", "$x$", "$$x$$", "$1 Million and $2", r"\(x\)", r"\[x\]", r"\frac{a}{b}", "x_{t}", "x^2"),
    *("\\", "\\\\", r"\|", r"\<<", r"\{%", r"\{{", r"\_", r"\$$", "line that ends in \\"),
    *("#", "##", "# a", "a #", "+", "-", "+-", "=", ":", "1.", "99. a", "2025. 이 해", "1)", "> q"),
    *(
        "'",
        '"',
        "it's",
        "'90s",
        "'\"",
        '"a"',
        "--",
        "...",
        "..",
        "?....",
        "!....",
        "!!!!!",
        "????",
        ",,",
        "<<",
        "a << b >> c",
    ),
    *("https://a.b/c_d*e?f=g&h", "https://a.b/%41", "//x.com/%41", "www.a.com", "a@b.com", "<http://a.b>", "<1@b>"),
    *(
        "javascript:alert(1)",
        "mailto:a@b.c",
        ":smile:",
        "@user",
        "\u200b",
        "\u200f",
        "\u202e",
        "\ufeff",
        "😀",
        "…",
        "–“",
    ),
    *("\u00a0", "\u3000", "\u2028", "\x00", "\x1b", "\x85", "\t", "\n", "\ud800", "\uffff"),
    *("한글 ", "문장이다.", "漢字", "é", "a", "b ", "1", " ", ";", "/", "Goal:", "HTML"),
]


def document(texts: list[str]) -> str:
    """A post's Markdown with each text as link text, line of a paragraph, part of an item, item and heading."""
    return "\n".join(
        f"# 3. [{text}]({URL})\n\n> [A]({URL})\n\n{text}  \n{text}\n\n- Goal: {text}  \n- {text}\n\n## {text}\n"
        for text in map(escape, texts)
    )


def expected(texts: list[str]) -> list[str]:
    """What the document's blocks show."""
    return [
        block
        for text in map(fold, texts)
        for block in (f"3. {text}", "A", f"{text} {text}", f"Goal: {text}", text, text)
    ]


def expected_links(texts: list[str]) -> list[tuple[str, str]]:
    """The document's links: text and target."""
    return [(label, URL) for text in texts for label in (fold(text), "A")]
