"""A thousand hostile texts through a real Jekyll: each shows as it is, and nothing else does."""

from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import TypeVar

from tests.core.hostile import HOSTILE, URL, document, expected, expected_links
from tests.e2e.jekyll import Jekyll, build_site, needs_jekyll

from digest.core.text import fold

T = TypeVar("T")
TAGS = {"article", "h1", "h2", "a", "blockquote", "p", "ul", "li", "br"}


def hostile_texts(count: int) -> list[str]:
    """Each hostile text, and as many random rows of them as asked for."""
    random = Random(20251204)
    rows = [
        "".join(piece + random.choice(["", "", " "]) for piece in random.choices(HOSTILE, k=random.randint(1, 6)))
        for _ in range(count)
    ]
    return [text for text in HOSTILE + rows if fold(text)]


def differences(actual: list[T], wanted: list[T]) -> list[tuple[T | None, T | None]]:
    """The first few pairs that differ: a diff of thousands of lines would tell nobody anything."""
    return [pair for pair in zip_longest(actual, wanted) if pair[0] != pair[1]][:3]


@needs_jekyll
def test_hostile_texts_show_as_they_are(jekyll: Jekyll, tmp_path: Path) -> None:
    texts = hostile_texts(1000)
    batches = {f"2025-12-04-{start}.md": texts[start : start + 100] for start in range(0, len(texts), 100)}
    pages = build_site(
        jekyll, tmp_path, {name: f"---\nlayout: post\n---\n\n{document(batch)}" for name, batch in batches.items()}
    )
    for name, batch in batches.items():
        blocks = pages[name].xpath("h1|h2|blockquote|p|ul/li")
        links = [(link.text_content(), link.get("href")) for link in pages[name].iter("a")]
        assert differences([" ".join(block.text_content().split()) for block in blocks], expected(batch)) == []
        assert differences(links, expected_links(batch)) == []
        assert {element.tag for element in pages[name].iter()} == TAGS
        assert {key for element in pages[name].iter() for key in element.attrib} <= {"id", "href"}


@needs_jekyll
def test_a_site_shows_markup_that_is_not_escaped(jekyll: Jekyll, tmp_path: Path) -> None:
    """The same site does turn text into markup: the test above can fail."""
    page = build_site(jekyll, tmp_path, {"2025-12-04-raw.md": f'---\nlayout: post\n---\n\n*a* [b]({URL}) P(y|x) "c"\n'})
    assert {element.tag for element in page["2025-12-04-raw.md"].iter()} >= {"em", "table", "td"}
