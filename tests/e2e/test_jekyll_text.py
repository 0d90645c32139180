"""Thousands of hostile texts through a real Jekyll: each shows as it is, and nothing else does."""

from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import TypeVar

from jekyll import build_site, needs_jekyll
from lxml import html

from digest.core.markdown import escape, fold

T = TypeVar("T")
URL = "https://arxiv.org/abs/2512.03405"
TAGS = {"article", "h1", "a", "blockquote", "p", "ul", "li", "br"}

PIECES = """
{{ {{x}} }} {%raw%} {%endraw%} {%comment%} {% %} { } % | || <think> <b> </b> <div> <script> <!-- --> <? ?> <![CDATA[
&amp; &#65; &#x41; &lt &copy; &한글; & ` `` ``` * ** *** _ __ ___ ~ ~~ ~~~ ^ = === [ ] ( ) ![ [^1] [^1]: [a]: {: .x} {:.x}
{::comment} {::nomarkdown} {:/} {:toc} {#id} *[A]: $ $$ $x$ $$x$$ \\ \\\\ \\(x\\) \\[ \\frac{a}{b} # ## - -- --- + +- 1. 2025. 1)
: > >> < << << >> ' " 's '90s ... .. ? ! ???? !!!! (c) (TM) ,, https://a.b/c_d*e?f=g&h https://a.b/%41 www.a.com a@b.com
<a@b.c> <1@b> <http://a.b> \u200b \u200f \u202e \ufeff :smile: 🚀 한글 문장이다. 漢字 ² ½ é a b 1 R&D a_b 1_0 x^2 x_{t} [x](y)
P(y|x) \\| \\< \\_ \\{ \\% … – “ HTML Goal: ; @ / mailto:a@b.c <a href="x">
""".split()

WHOLE = [
    "{{ site.time }} {% include x %}",
    "{% raw %} {{ x }} {% endraw %}",
    '*x*{: style="a" onclick="b"}',
    "{::options parse_block_html='true' /}",
    "*[HTML]: eats the line",
    "[1]: https://arxiv.org",
    "[^1]: a footnote",
    "2025. 이 해에 확률은 P(y|x) 이다.",
    "| a | b |",
    "- [ ] task",
    "^RFLAV: a title",
    "Let's <think> about <Silence>",
    "- - -",
    "* * *",
    "a << b >> c",
    "$1 Million and $2",
    r"$\alpha$-DPO: \(x\) and \[y\]",
    "a line that ends in \\",
    "[ ] a box",
    "~~~ a fence",
    ": a definition",
]


def hostile_texts(count: int) -> list[str]:
    random = Random(20251204)

    def text() -> str:
        pieces = random.choices(PIECES, k=random.randint(1, 6))
        return "".join(piece + random.choice(["", "", " "]) for piece in pieces)

    return WHOLE + PIECES + [text() for _ in range(count)]


def post(texts: list[str]) -> str:
    """Front matter, and each text as a title, a paragraph of two lines and list items."""
    parts = [
        f"# 3. [{text}]({URL})\n\n> [A]({URL})\n\n{text}  \n{text}\n\n- Goal: {text}  \n- {text}\n"
        for text in map(escape, texts)
    ]
    return "---\nlayout: post\n---\n\n" + "\n".join(parts)


def expected(text: str) -> list[str]:
    shown = fold(text)
    return [f"3. {shown}", "A", f"{shown} {shown}", f"Goal: {shown}", shown]


def shown(page: html.HtmlElement) -> list[str]:
    blocks = page.xpath("h1|blockquote|p|ul/li")
    return [" ".join(block.text_content().split()) for block in blocks]


def differences(actual: list[T], wanted: list[T]) -> list[tuple[T | None, T | None]]:
    """The first few pairs that differ: a diff of thousands of lines would tell nobody anything."""
    return [(is_, should) for is_, should in zip_longest(actual, wanted) if is_ != should][:3]


@needs_jekyll
def test_hostile_texts_show_as_they_are(tmp_path: Path) -> None:
    texts = hostile_texts(3000)
    posts = {f"2025-12-04-{start}.md": texts[start : start + 400] for start in range(0, len(texts), 400)}
    pages = build_site(tmp_path, {name: post(batch) for name, batch in posts.items()})
    for name, batch in posts.items():
        page = pages[name]
        assert differences(shown(page), [block for text in batch for block in expected(text)]) == []
        links = [(a.text_content(), dict(a.attrib)) for a in page.iter("a")]
        assert differences(links, [(label, {"href": URL}) for text in batch for label in (fold(text), "A")]) == []
        assert {element.tag for element in page.iter()} == TAGS
