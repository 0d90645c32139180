"""The posts of some months, rendered by digest and built by Jekyll."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from bench.history import make_records
from bench.measure import BenchError, Ran, digest_, run

_LAYOUT: Final = "<!doctype html><title>{{ page.title }}</title><h1>{{ page.title }}</h1>{{ content }}"


class Site(NamedTuple):
    """What the posts of so many days take."""

    days: int
    rendered: Ran
    """Where there were none."""
    again: Ran
    """Once more, where nothing has changed."""
    built: Ran
    """By Jekyll, without a theme, where there was no page."""
    archived: Ran
    """The same with the archive's pages."""


def measure_jekyll(days: int, *, repeat: int = 3) -> Site | None:
    """The quickest of so many runs of each; None where Jekyll is not installed. Raises BenchError for any fault."""
    if shutil.which("jekyll") is None:
        return None
    with TemporaryDirectory() as name:
        blog = Path(name)
        make_records(blog / "data", days)
        _prepare(blog)
        rendered = min((_render_afresh(blog) for _ in range(repeat)), key=lambda ran: ran.seconds)
        again = digest_("render", "--all", "--force", "-q", folder=blog, repeat=repeat)
        built = min((_build(blog, days) for _ in range(repeat)), key=lambda ran: ran.seconds)
        digest_("init", "--pages", "--install", "digest", "-q", folder=blog)
        pages = len(list((blog / "daily-papers").iterdir()))
        archived = min((_build(blog, days + pages) for _ in range(repeat)), key=lambda ran: ran.seconds)
    return Site(days, rendered, again, built, archived)


def _prepare(blog: Path) -> None:
    (blog / "config.yaml").write_text("paths: {posts: _posts}\n", encoding="utf-8")
    (blog / "_config.yml").write_text("exclude: [data, config.yaml]\n", encoding="utf-8")
    for record in (blog / "data").iterdir():
        text = record.read_text(encoding="utf-8")
        record.write_text(text.replace('"path": "posts/', '"path": "_posts/'), encoding="utf-8")
    (blog / "_layouts").mkdir()
    (blog / "_layouts" / "post.html").write_text(_LAYOUT, encoding="utf-8")


def _render_afresh(blog: Path) -> Ran:
    for folder in ("_posts", ".cache"):
        shutil.rmtree(blog / folder, ignore_errors=True)
    return digest_("render", "--all", "--force", "-q", folder=blog)


def _build(blog: Path, expected: int) -> Ran:
    for folder in ("_site", ".jekyll-cache"):
        shutil.rmtree(blog / folder, ignore_errors=True)
    ran = run(["jekyll", "build", "--quiet"], blog)
    if (pages := len(list((blog / "_site").rglob("*.html")))) != expected:
        raise BenchError(f"{pages} pages, not {expected}")
    return ran
