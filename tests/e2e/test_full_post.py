"""The full post as readers see it: built by a real Jekyll in three layouts, looked at in Chromium."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from tests.e2e.browser import Browser, Scheme, needs_chromium
from tests.e2e.jekyll import Jekyll, build_site, needs_jekyll
from tests.e2e.layouts import LAYOUTS, build_pages
from tests.e2e.test_jekyll_text import hostile_texts

from blog import Blog
from digest.core.config import Blog as BlogConfig
from digest.core.paper import Paper
from digest.core.record import Entry, Provenance, Record, RecordListing, Verdict, Withdrawal
from digest.core.summary import FIELDS, Summary
from digest.core.text import fold
from digest.stages.render import FULL_TEMPLATE, render_post
from digest.store.records import read_record
from digest.store.templates import Templates

pytestmark = needs_jekyll
AT = datetime(2026, 1, 2, tzinfo=UTC)
FULL = BlogConfig(template=FULL_TEMPLATE, repository="kim/blog")
TAGS = {"article", "p", "ol", "li", "strong", "a", "div", "h2", "h3", "details", "summary", "blockquote", "small"}


def hostile_entry(number: int, text: str) -> Entry:
    """An entry that has the text wherever an entry can have any."""
    return Entry(
        status="final",
        paper=Paper(id=f"2512.{number:05d}", title=text, authors=(text, "B"), categories=(text,), version=1),
        summary=Summary(**dict.fromkeys(FIELDS, f"{text} 말한다.")),
        evidence=dict.fromkeys(FIELDS, (text, f"{text} x")),
        verdicts={"goal": Verdict(verdict="unsaid", words=text, why=text)},
        provenance=Provenance(summarizer="openai", model=text, text="html", at=AT),
        withdrawn=Withdrawal(at=AT, comment=text),
    )


def render(entries: list[Entry], folder: Path) -> str:
    record = Record(date=date(2025, 12, 4), listing=RecordListing(state="ready"), entries=tuple(entries))
    text = render_post(record, FULL, Templates(folder / "none"))
    assert text is not None
    return text


def shown(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_hostile_words_show_as_they_are(jekyll: Jekyll, tmp_path: Path) -> None:
    texts = hostile_texts(60)
    batches = {f"2025-12-04-{start}.md": texts[start : start + 40] for start in range(0, len(texts), 40)}
    posts = {
        name: render([hostile_entry(number, text) for number, text in enumerate(batch)], tmp_path)
        for name, batch in batches.items()
    }
    pages = build_site(jekyll, tmp_path, posts)
    for name, batch in batches.items():
        page, folded = pages[name], [fold(text) for text in batch]
        quotes = [shown(each) for each in page.iter("blockquote")]
        assert quotes == [fold(each) for text in batch for _ in FIELDS for each in (text, f"{text} x")]
        assert [shown(each) for each in page.iter("h2")] == [f"{n}. {text}" for n, text in enumerate(folded, start=1)]
        assert [shown(each.find("strong")) for each in page.xpath("ol/li")] == folded
        paragraphs = [shown(each) for each in page.xpath("p")]
        for text in folded:
            assert fold(f"{text}, B · {text} · arXiv v1") in paragraphs
            assert f"이 논문은 철회되었다. (2026-01-02) {text}" in paragraphs
            assert {fold(f"Goal: {text} 말한다."), fold(f"{text} 말한다.")} <= set(paragraphs)
        assert {each.tag for each in page.iter()} == TAGS
        assert {key for each in page.iter() for key in each.attrib} == {"id", "class", "lang", "href"}


_SEEN = """
const all = (selector) => [...document.querySelectorAll(selector)];
return {
  papers: all("article h2").map((e) => e.innerText.trim()),
  parts: all("article h3").length,
  contents: all("article ol a").map((e) => e.getAttribute("href")),
  lost: all("a[href^='#']").filter((e) => !document.getElementById(decodeURIComponent(e.hash.slice(1)))).length,
  folded: all("details").filter((e) => e.open).length,
  quotes: all("blockquote").length,
  languages: [...new Set(all("blockquote").map((e) => e.lang))],
  ids: all("[id]").map((e) => e.id),
  formulas: all("blockquote .formula").length,
};
"""


@pytest.fixture
def sample(sample_day: Blog) -> Record:
    """The sample day, one paper of it withdrawn, a formula in one quote."""
    path = sample_day.record_path
    record = read_record(path.read_bytes(), path, None)
    first, *others = [entry for entry in record.entries if entry.status == "final"]
    evidence = {**first.evidence, "goal": ("We set $x$ to $y$ for all.", *first.evidence["goal"])}
    first = first.replace(withdrawn=Withdrawal(at=AT), evidence=evidence)
    return record.replace(entries=(first, *others))


SHOWN: tuple[tuple[int, Scheme], ...] = ((1400, "light"), (390, "dark"))


@needs_chromium
def test_the_sample_day_in_three_themes(browser: Browser, jekyll: Jekyll, sample: Record, tmp_path: Path) -> None:
    pages = build_pages(jekyll, tmp_path / "site", render(list(sample.entries), tmp_path))
    assert pages.keys() == LAYOUTS.keys()
    for page in pages.values():
        browser.look(page.as_uri())
        for width, scheme in SHOWN:
            browser.resize(width, scheme)
            assert browser.overflowing() == []
            assert browser.pale() == []
            _check_page(browser.run(_SEEN), sample)
        browser.run("for (const each of document.querySelectorAll('details')) each.open = true")
        assert browser.overflowing() == []
        assert browser.pale() == []
        last = len(sample.entries) - 1
        browser.run(f"document.querySelectorAll('article ol a')[{last}].click()")
        top = browser.run(f"return document.querySelectorAll('article h2')[{last}].getBoundingClientRect().top")
        assert abs(top) < 900
    assert browser.complaints() == []
    assert set(browser.requested()) == {page.as_uri() for page in pages.values()}


def _check_page(seen: dict[str, Any], record: Record) -> None:
    entries = record.entries
    assert seen["papers"] == [f"{number}. {entry.paper.title}" for number, entry in enumerate(entries, start=1)]
    assert seen["parts"] == 5 * len(entries)
    assert seen["contents"] == [f"#paper-{entry.paper.id.replace('.', '-')}" for entry in entries]
    assert (seen["lost"], seen["folded"], seen["formulas"]) == (0, 0, 0)
    assert seen["quotes"] == sum(len(quotes) for entry in entries for quotes in entry.evidence.values())
    assert seen["languages"] == ["en"]
    assert len(set(seen["ids"])) == len(seen["ids"])
