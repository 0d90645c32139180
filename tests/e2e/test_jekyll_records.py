"""From a hostile record to the page that Jekyll builds: what stands in the record is what the reader sees."""

from pathlib import Path

from tests.core.hostile import HOSTILE
from tests.e2e.jekyll import Jekyll, build_site, needs_jekyll

from blog import Blog
from digest.core.paper import Paper
from digest.core.record import Entry, Record, RecordListing
from digest.core.summary import FIELDS, Summary
from digest.core.text import fold
from digest.store.records import dump

TAGS = {"article", "h1", "h2", "a", "blockquote", "p", "ul", "li"}


@needs_jekyll
def test_hostile_records(jekyll: Jekyll, blog: Blog, tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if fold(text)]
    entries = tuple(
        Entry(
            status="final",
            paper=Paper(id=f"2512.{number:05d}", title=text),
            summary=Summary(**{field: f"{text} {field} 문장 {text}이다." for field in FIELDS}),
        )
        for number, text in enumerate(texts, start=1)
    )
    record = Record(date="2025-12-04", listing=RecordListing(state="ready"), entries=entries)
    blog.record_path.parent.mkdir()
    blog.record_path.write_bytes(dump(record))
    assert blog.digest("render", "--date", blog.day).code == 0
    page = build_site(jekyll, tmp_path / "site", {blog.post.name: blog.post.read_text("utf-8")})[blog.post.name]
    assert {element.tag for element in page.iter()} == TAGS
    headings = [fold(heading.text_content()) for heading in page.iter("h1")]
    assert headings == [f"{number}. {fold(text)}" for number, text in enumerate(texts, start=1)]
    shown = [fold(block.text_content()) for block in page.xpath("p|ul/li")]
    labels = {"goal": "Goal: ", "motivation": "Motivation: ", "contribution": "Contribution: "}
    assert shown == [
        fold(f"{labels.get(field, '')}{text} {field} 문장 {text}이다.") for text in texts for field in FIELDS
    ]
    links = [link.get("href") for link in page.iter("a")]
    assert links == [
        url
        for entry in entries
        for url in (f"https://arxiv.org/abs/{entry.paper.id}", f"https://www.alphaxiv.org/ko/overview/{entry.paper.id}")
    ]
