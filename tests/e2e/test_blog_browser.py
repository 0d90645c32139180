"""The sample day as the blog's readers see it: built by Jekyll, without a theme, looked at in Chromium."""

from pathlib import Path
from typing import Any

from lxml import html
from tests.e2e.browser import WIDTHS, Browser, needs_chromium
from tests.e2e.jekyll import Jekyll, build_site, needs_jekyll

from blog import Blog

pytestmark = [needs_jekyll, needs_chromium]
PAGE = """\
<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Daily Papers</title>{}</html>
"""
SECTIONS = ["Introduction", "Method", "Results", "Limitations", "Conclusion"]
_SEEN = """
const all = (selector) => [...document.querySelectorAll(selector)];
return {
  headings: all("h1, h2, h3, h4, h5, h6").map((e) => [e.tagName, e.innerText.trim()]),
  ids: all("[id]").map((e) => e.id),
  links: all("a").map((e) => [e.innerText.trim(), e.href]),
  items: all("li").map((e) => e.innerText.trim()),
  paragraphs: all("h2 + p").map((e) => e.innerText.trim()),
  hidden: all("article *").filter((e) => e.innerText.trim() && !e.checkVisibility()).length,
};
"""


def test_the_sample_day(browser: Browser, jekyll: Jekyll, sample_day: Blog, tmp_path: Path) -> None:
    post = sample_day.post
    article = build_site(jekyll, tmp_path / "site", {post.name: post.read_text("utf-8")})[post.name]
    entries = [entry for entry in sample_day.record["entries"] if entry["status"] == "final"]
    page = tmp_path / "page.html"
    page.write_text(PAGE.format(html.tostring(article, encoding="unicode")), encoding="utf-8")
    browser.look(page.as_uri())
    for width in WIDTHS.values():
        browser.resize(width, "light")
        assert browser.overflowing() == []
        _check_page(browser.run(_SEEN), entries)
    assert browser.complaints() == []
    assert set(browser.requested()) == {page.as_uri()}


def _check_page(seen: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    titles = [f"{number}. {entry['paper']['title']}" for number, entry in enumerate(entries, start=1)]
    assert len(titles) == 8
    assert seen["headings"] == [
        pair for title in titles for pair in (["H1", title], *(["H2", section] for section in SECTIONS))
    ]
    assert len(set(seen["ids"])) == len(seen["ids"]) == len(seen["headings"])
    assert seen["links"] == [
        link
        for entry in entries
        for link in (
            [entry["paper"]["title"], f"https://arxiv.org/abs/{entry['paper']['id']}"],
            ["Alphaxiv", f"https://www.alphaxiv.org/ko/overview/{entry['paper']['id']}"],
        )
    ]
    labels = ("goal", "motivation", "contribution")
    summaries = [entry["summary"] for entry in entries]
    assert seen["items"] == [f"{label.capitalize()}: {_shown(each[label])}" for each in summaries for label in labels]
    assert seen["paragraphs"] == [_shown(each[section.lower()]) for each in summaries for section in SECTIONS[1:]]
    assert seen["hidden"] == 0


def _shown(text: str) -> str:
    return f"{text}." if text == "정보 부족" else text


def test_widths_are_real_and_a_wide_page_is_noticed(browser: Browser, tmp_path: Path) -> None:
    """The look at widths can fail."""
    for name, text in {"narrow": "", "wide": f"<p>{'넓다' * 400}</p><p>{'x' * 4000}</p>"}.items():
        page = tmp_path / f"{name}.html"
        page.write_text(PAGE.format(f"<article>{text}</article>"), encoding="utf-8")
        browser.look(page.as_uri())
        for width in WIDTHS.values():
            browser.resize(width, "light")
            assert name == "wide" or browser.run("return innerWidth") == width
            assert bool(browser.overflowing()) == (name == "wide")
