"""The pages: from a request's path to the bytes that answer it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from digest.core.errors import UsageError
from digest.core.post.front_matter import read_front_matter
from digest.preview.day import view_day
from digest.preview.library import Library, ShownPost, month_of, neighbours, read_terms, years_of

_STATIC: Final = {
    "/static/preview.css": "text/css",
    "/static/preview.js": "text/javascript",
    "/static/icon.svg": "image/svg+xml",
}
"""The only files that are served, by their path."""


class WebPage(NamedTuple):
    """A page, or a file that pages use, as it is sent."""

    status: HTTPStatus
    type: str
    body: bytes


class _Visit(NamedTuple):
    """What a page is made from."""

    library: Library
    version: str
    """Taken before all other reading, so that the page knows of every change that it does not show."""
    query: Mapping[str, list[str]]


def answer(library: Library, target: str) -> WebPage:
    """The page at a request's target, which is its path and query as the browser sent them."""
    path, _, query = target.partition("?")
    if path in _STATIC:
        return _static(path)
    visit = _Visit(library, library.version(), parse_qs(query))
    for pattern, page in _ROUTES:
        if match := re.fullmatch(pattern, path):
            return page(visit, *match.groups())
    return _not_found(visit)


def failed(library: Library) -> WebPage:
    """Something broke that should not have; what it was is for the terminal."""
    lines = ("this page could not be made", "the terminal that runs digest preview says why")
    visit = _Visit(library, library.version(), {})
    return _html(visit, "message", status=HTTPStatus.INTERNAL_SERVER_ERROR, title="Error", lines=lines)


def _static(path: str) -> WebPage:
    body = files("digest.preview").joinpath(path.removeprefix("/")).read_bytes()
    return WebPage(HTTPStatus.OK, _STATIC[path], body)


def _not_found(visit: _Visit) -> WebPage:
    lines = ("there is no such page", "the days are on the front page")
    return _html(visit, "message", status=HTTPStatus.NOT_FOUND, title="Not found", lines=lines)


def _front(visit: _Visit) -> WebPage:
    days = visit.library.days()
    return _month(visit, month_of(days[-1])) if days else _html(visit, "empty", title="No days yet")


def _month(visit: _Visit, name: str) -> WebPage:
    days = visit.library.days()
    rows = [visit.library.row(day) for day in reversed(days) if month_of(day) == name]
    if not rows:
        return _not_found(visit)
    months = sorted({month_of(day) for day in days})
    near, years = neighbours(months, name), years_of(days)
    return _html(visit, "month", title=name, name=name, rows=rows, years=years, near=near, total=len(days))


def _day(visit: _Visit, text: str) -> WebPage:
    return _of_day(visit, text, "day")


def _post(visit: _Visit, text: str) -> WebPage:
    return _of_day(visit, text, "post")


def _of_day(visit: _Visit, text: str, kind: str) -> WebPage:
    """A day's page of either kind; a record that cannot be read has one that says so."""
    day = _date(text)
    if day is None:
        return _not_found(visit)
    values: dict[str, Any] = {
        "title": text,
        "day": day,
        "kind": kind,
        "near": neighbours([str(each) for each in visit.library.days()], text),
    }
    try:
        record = visit.library.read(day)
    except UsageError as error:
        return _html(visit, "broken", **values, fault=str(error))
    if record is None:
        return _html(visit, "missing", status=HTTPStatus.NOT_FOUND, **values)
    view = view_day(record, visit.library.workspace.config.summarizer.tolerate)
    post = visit.library.post(record)
    return _html(visit, kind, **values, view=view, post=post, **(_rendered(post) if kind == "post" else {}))


def _rendered(post: ShownPost) -> dict[str, Any]:
    read = read_front_matter(post.text or "")
    matter = "\n".join((post.text or "").splitlines()[: read.body_line - 1])
    return {"heading": read.data.get("title"), "matter": matter, "content": to_html(read.body)}


def to_html(body: str) -> Markup:
    """The body of a post as HTML that a page may hold: no raw HTML, no images, no link that runs a script."""
    return Markup(_markdown().render(body))  # noqa: S704  the renderer escapes text, and `html` is off


@cache
def _markdown() -> MarkdownIt:
    """An image would be a request to another site, so its Markdown is shown as text and a link."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _search(visit: _Visit) -> WebPage:
    text = visit.query.get("q", [""])[0]
    before = _date(visit.query.get("before", [""])[0])
    terms = read_terms(text)
    results = visit.library.search(terms, before) if terms else None
    return _html(visit, "search", title=f"Search: {text}" if terms else "Search", query=text, results=results)


def _version(visit: _Visit) -> WebPage:
    return WebPage(HTTPStatus.OK, "text/plain", visit.version.encode())


_DATE: Final = "([0-9]{4}-[0-9]{2}-[0-9]{2})"
_ROUTES: Final[tuple[tuple[str, Callable[..., WebPage]], ...]] = (
    ("/", _front),
    ("/months/([0-9]{4}-[0-9]{2})", _month),
    (f"/days/{_DATE}", _day),
    (f"/days/{_DATE}/post", _post),
    ("/search", _search),
    ("/version", _version),
)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _html(visit: _Visit, template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> WebPage:
    site = visit.library.workspace.config.blog.title.partition("{")[0].strip(" —–-:·|") or "Daily Papers"
    text = _environment().get_template(f"{template}.html.j2").render(site=site, version=visit.version, **values)
    return WebPage(status, "text/html", text.encode("utf-8", "replace"))


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("digest.preview", "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
