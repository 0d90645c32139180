"""The archive as readers see it: built by a real Jekyll under three themes' permalinks, every link followed."""

import re
import shutil
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html
from tests.e2e.jekyll import SAFE, Jekyll, needs_jekyll
from tests.e2e.test_jekyll_text import hostile_texts

from blog import Blog
from digest.core.paper import Paper
from digest.core.record import Entry, Record, RecordListing, Withdrawal
from digest.core.summary import FIELDS, Summary
from digest.core.text import fold
from digest.stages.render import entry_values
from digest.store.records import dump

DAYS = [date(2024, 12, 12) + timedelta(days=n) for n in range(40)]
AGAIN = "2412.99999"
"""A paper that three days of two years show."""
TEXTS = hostile_texts(30)
LISTED = [n for n in range(len(DAYS)) if n not in (7, 8, 9)]
VIEWS = ("", "categories/", "papers/")
TAGS = {
    *("html", "head", "title", "body", "style", "div", "nav", "h1", "h2", "h3", "ul", "li"),
    *("a", "b", "br", "small", "strong"),
}
THEMES = {
    "minima": ("", "/:categories/:year/:month/:day/:title.html"),
    "al-folio": ("/al-folio", "/blog/:year/:title/"),
    "chirpy": ("", "/posts/:title/"),
}


def entry(number: int, **changes: object) -> Entry:
    """A final entry with hostile words."""
    text = TEXTS[number % len(TEXTS)]
    paper = Paper(
        metadata="arxiv",
        id=f"2412.{number:05d}",
        title=f"{number} {text}",
        categories=(("cs.CV", "cs.CL", text)[number % 3],),
    )
    summary = Summary(**dict.fromkeys(FIELDS, f"{number} {text} 말한다."))
    return Entry(status="final", paper=paper, summary=summary).replace(**changes)


def day_record(number: int) -> Record:
    """A day of two final papers, with a draft and a failed one beside them."""
    first, second, draft = (entry(10 * number + at) for at in range(3))
    if number in (3, 12, 30):
        first = first.replace(paper=Paper(id=AGAIN, title="Once More", categories=("cs.CV",)))
    if number == 5:
        first = first.replace(withdrawn=Withdrawal(at=datetime(2025, 1, 2, tzinfo=UTC)))
    failed = Entry(status="failed", paper=Paper(metadata="arxiv", id="2412.77777", title="a failed one"))
    entries = (first, second, draft.replace(status="draft"), failed)
    drafts = tuple(each.replace(status="draft") for each in entries[:2])
    return Record(
        date=DAYS[number],
        listing=RecordListing(state="ready"),
        entries=drafts if number == 7 else entries,
        sample=number == 8,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Blog:
    """A site of forty days; one of drafts, one of the sample services, one whose post was deleted."""
    blog = Blog(tmp_path_factory.mktemp("archive"), None)
    (blog.folder / "_config.yml").write_text("exclude: [data, config.yaml]\nfuture: true\n", encoding="utf-8")
    for name in ("default", "post"):
        path = blog.folder / "_layouts" / f"{name}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text("<title>{{ page.title | escape }}</title>{{ content }}", encoding="utf-8")
    (blog.folder / "data").mkdir()
    for number in range(len(DAYS)):
        record = day_record(number)
        (blog.folder / "data" / f"{record.date}.json").write_bytes(dump(record))
    (blog.folder / "config.yaml").write_text("blog: {template: post-full.md.j2}\npaths: {posts: _posts}\n")
    assert blog.run("init", "--pages", "--install", "digest") == 0
    assert blog.run("render", "--all") == 0
    (blog.folder / "_posts" / f"{DAYS[9]}-daily-papers-{DAYS[9]:%Y%m%d}.md").unlink()
    (blog.folder / "_posts" / f"{DAYS[9]}-a-thought.md").write_text("---\nlayout: post\n---\nMine.\n")
    return blog


@pytest.fixture
def archive(blog: Blog, made: Blog) -> Blog:
    """A copy of it that a test may change."""
    shutil.copytree(made.folder, blog.folder, dirs_exist_ok=True)
    return blog


def build(jekyll: Jekyll, blog: Blog, base: str, permalink: str) -> dict[str, html.HtmlElement]:
    """Each page of the site by its address."""
    config = f"exclude: [data, config.yaml]\nfuture: true\nbaseurl: '{base}'\npermalink: '{permalink}'\n"
    (blog.folder / "_config.yml").write_text(config, encoding="utf-8")
    jekyll.build(blog.folder, *SAFE)
    site = blog.folder / "_site"
    paths = {f"{base}/{path.relative_to(site).as_posix()}": path for path in site.rglob("*.html")}
    return {
        path.removesuffix("index.html"): html.fromstring(file.read_text("utf-8") or "<p>")
        for path, file in paths.items()
    }


def lost_links(pages: dict[str, html.HtmlElement]) -> list[tuple[str, str]]:
    """The archive's links inside the site that lead nowhere, or to a place that is not on the page."""
    found = []
    for address, page in pages.items():
        for link in page.xpath("//a/@href") if "/daily-papers/" in address else ():
            target = urlsplit(urljoin(f"http://site{address}", link))
            other = pages.get(unquote(target.path)) if target.netloc == "site" else page
            ids = other.xpath("//@id") if other is not None else None
            if ids is None or (target.netloc == "site" and target.fragment and unquote(target.fragment) not in ids):
                found.append((address, link))
    return found


def shown(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@needs_jekyll
@pytest.mark.parametrize("theme", THEMES)
def test_every_paper_is_listed_and_every_link_leads_somewhere(jekyll: Jekyll, made: Blog, theme: str) -> None:
    base = f"{THEMES[theme][0]}/daily-papers/"
    pages = build(jekyll, made, *THEMES[theme])
    own = {f"{base}{year}/{view}" for year in (2024, 2025) for view in VIEWS}
    assert {address for address in pages if "/daily-papers/" in address} == own | {base}
    assert lost_links(pages) == []
    finals = [each for n in LISTED for each in day_record(n).entries if each.status == "final"]
    for view in VIEWS:
        items = [shown(item) for year in (2024, 2025) for item in pages[f"{base}{year}/{view}"].xpath("//ul/li")]
        assert len(items) == len({each.paper.id for each in finals} if view == "papers/" else finals)
        assert sum("(철회됨)" in item for item in items) == 1
        for values in entry_values(finals, None):
            title, lead = values["title"], fold(values["lead"])
            assert any(item.startswith(title) and (lead in item or title == "Once More") for item in items), title
    [once] = [line for line in map(shown, pages[f"{base}2024/papers/"].xpath("//li")) if "Once More" in line]
    assert [str(DAYS[n]) in once for n in (3, 12, 30)] == [True] * 3
    whole = " ".join(shown(pages[address]) for address in own)
    assert not [n for n in range(len(DAYS)) if f"{10 * n + 2} {fold(TEXTS[(10 * n + 2) % len(TEXTS)])}" in whole]
    assert "failed one" not in whole
    assert {each.tag for address in own for each in pages[address].iter()} <= TAGS


def test_the_data_follows_the_records(archive: Blog) -> None:
    data = archive.folder / "_data" / "daily_papers"
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    assert set(before) == {f"{day}.json" for number, day in enumerate(DAYS) if number != 8}
    shutil.rmtree(data)
    (archive.folder / "daily-papers" / "2025.html").write_text("mine")
    assert f"records of {DAYS[0]}…{DAYS[-1]} (39 days)" in archive.digest("doctor", "--offline").out
    archive.digest("render", "--date", str(DAYS[0]))
    assert [path.name for path in data.iterdir()] == [f"{DAYS[0]}.json"]
    (data / f"{DAYS[0]}.json").write_text("old")
    (archive.folder / "daily-papers" / "2024.html").unlink()
    archive.digest("render", "--all")
    assert (archive.folder / "daily-papers" / "2024.html").exists()
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before
    assert "records of 40 days" in archive.digest("doctor", "--offline").out
    assert (archive.folder / "daily-papers" / "2025.html").read_text() == "mine"
    post = archive.folder / "_posts" / f"{DAYS[1]}-daily-papers-{DAYS[1]:%Y%m%d}.md"
    post.write_text(re.sub(r"(?<=\*\*Goal\*\*: ).*", "새 목표를 세운다.", post.read_text("utf-8"), count=1), "utf-8")
    archive.digest("import", str(post))
    assert "새 목표를 세운다." in (data / f"{DAYS[1]}.json").read_text("utf-8")
    (archive.folder / "_layouts" / "daily-papers.html").unlink()
    shutil.rmtree(data)
    archive.digest("render", "--all")
    assert not data.exists()
