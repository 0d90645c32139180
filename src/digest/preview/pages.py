"""The pages: from a request's path to the bytes that answer it."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from importlib.resources import files
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlencode

import jinja2
from lxml import html
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from digest.core.errors import UsageError
from digest.core.post.front_matter import read_front_matter
from digest.preview.day import SHOWS, DayView, Phrase, Pieces, view_day
from digest.preview.library import Library, ShownPost, month_of, neighbours, years_of
from digest.preview.search import read_query

_STATIC: Final = {
    "/static/preview.css": "text/css",
    "/static/preview.js": "text/javascript",
    "/static/icon.svg": "image/svg+xml",
}
"""The only files that are served, by their path."""
_LANGUAGES: Final = {"en": "English", "ko": "한국어"}
"""Of the interface, the default first."""
_ACCEPTED: Final = re.compile(r"\b(en|ko)\b[\w-]*\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?", re.IGNORECASE)


class WebPage(NamedTuple):
    """A page, or a file that pages use, as it is sent."""

    status: HTTPStatus
    type: str
    body: bytes
    headers: Mapping[str, str] = {}
    """More than those that every answer has."""


class _Visit(NamedTuple):
    """What a page is made from."""

    library: Library
    version: str
    """Taken before all other reading, so that the page knows of every change that it does not show."""
    path: str = "/"
    query: Mapping[str, list[str]] = {}
    language: str = "en"

    @property
    def in_other_language(self) -> str:
        """The address of the same page in the other language."""
        other = next(each for each in _LANGUAGES if each != self.language)
        return f"{self.path}?{urlencode({**self.query, 'lang': [other]}, doseq=True)}"

    def say(self, words: str | Phrase, /, **values: object) -> str:
        """Words of the interface in the visitor's language; only what `words.json` has can be said."""
        key, given = (words, values) if isinstance(words, str) else (words.key, dict(words.values))
        korean = _korean()[key]
        return (korean if self.language == "ko" else key).format(**given)


def answer(library: Library, target: str, *, accepted: str = "", cookies: str = "") -> WebPage:
    """The page at a request's target, which is its path and query as the browser sent them.

    `accepted` and `cookies` are the request's headers. A `lang` in the query is kept in a cookie.
    """
    path, _, query = target.partition("?")
    if path in _STATIC:
        return _static(path)
    asked = parse_qs(query)
    chosen = asked.get("lang", [""])[0]
    visit = _Visit(library, library.version(), path, asked, _language(chosen, cookies, accepted))
    page = _page(visit)
    if chosen not in _LANGUAGES:
        return page
    return page._replace(headers={"Set-Cookie": f"lang={chosen}; Path=/; Max-Age=31536000; SameSite=Strict; HttpOnly"})


def _page(visit: _Visit) -> WebPage:
    for pattern, page in _ROUTES:
        if match := re.fullmatch(pattern, visit.path):
            return page(visit, *match.groups())
    return _not_found(visit._replace(path="/"))


def _language(chosen: str, cookies: str, accepted: str) -> str:
    """The language that was chosen, now or before; else the one of ours that the browser likes best."""
    try:
        kept = SimpleCookie(cookies).get("lang")
    except CookieError:
        kept = None
    for each in (chosen, kept.value if kept else ""):
        if each in _LANGUAGES:
            return each
    liked = {found[1].lower(): float(found[2] or 1) for found in _ACCEPTED.finditer(accepted)}
    return max(_LANGUAGES, key=lambda each: liked.get(each, 0))


@cache
def _korean() -> dict[str, str]:
    """All words of the interface in Korean, by the English ones."""
    words: dict[str, str] = json.loads(files("digest.preview").joinpath("words.json").read_bytes())
    return words


def failed(library: Library) -> WebPage:
    """Something broke that should not have; what it was is for the terminal."""
    visit = _Visit(library, library.version())
    lines = visit.say("this page could not be made"), visit.say("the terminal that runs digest preview says why")
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _html(visit, "message", status=status, title=visit.say("Error"), lines=lines)


def _static(path: str) -> WebPage:
    body = files("digest.preview").joinpath(path.removeprefix("/")).read_bytes()
    return WebPage(HTTPStatus.OK, _STATIC[path], body)


def _not_found(visit: _Visit) -> WebPage:
    lines = visit.say("there is no such page"), visit.say("the days are on the front page")
    return _html(visit, "message", status=HTTPStatus.NOT_FOUND, title=visit.say("Not found"), lines=lines)


def _front(visit: _Visit) -> WebPage:
    days = visit.library.days()
    return _month(visit, month_of(days[-1])) if days else _html(visit, "empty", title=visit.say("No days yet"))


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
        "template_name": visit.library.workspace.config.blog.template,
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
    more = _rendered(post) if kind == "post" else _narrowed(visit, view)
    return _html(visit, kind, **values, **({"view": view, "post": post} | more))


def _narrowed(visit: _Visit, view: DayView) -> dict[str, Any]:
    """The day as it was asked for, and how much each way of asking shows."""
    show = visit.query.get("show", [""])[0]
    return {
        "articles": view.narrowed(show).articles,
        "show": show if show in SHOWS else "",
        "numbers": {each: view.number_of(each) for each in SHOWS},
    }


def _rendered(post: ShownPost) -> dict[str, Any]:
    read = read_front_matter(post.text or "")
    matter = "\n".join((post.text or "").splitlines()[: read.body_line - 1])
    return {"heading": read.data.get("title"), "matter": matter, "content": to_html(read.body)}


_TAGS: Final = re.compile(
    "a|abbr|b|blockquote|br|code|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|ins|kbd|li|mark|ol|p|pre|q|s|small|span|strong|"
    "sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|u|ul"
)
"""What a post may have on its page; of other elements the text stays."""
_ATTRIBUTES: Final = {
    "href": re.compile(r"https?:|#"),
    "id": re.compile(r"paper-"),
    **dict.fromkeys(("lang", "open", "start", "colspan", "rowspan"), re.compile("")),
}
"""How the values of attributes that stay begin."""


def to_html(body: str) -> Markup:
    """The body of a post as HTML that a page may hold: no images, no scripts and styles, no link that runs a script.

    Each heading of a paper gets an id, `post-1` and so on.
    """
    whole = html.fragment_fromstring(_markdown().render(body), create_parent="div")
    for element in list(whole.iterdescendants()):
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            element.drop_tree()
        elif not _TAGS.fullmatch(element.tag):
            element.drop_tag()
        else:
            for name, value in list(element.attrib.items()):
                if name not in _ATTRIBUTES or not _ATTRIBUTES[name].match(value):
                    del element.attrib[name]
    for number, heading in enumerate(whole.xpath("//*[(self::h1 or self::h2) and .//a/@href]"), start=1):
        heading.set("id", f"post-{number}")
    inner = "".join(html.tostring(each, encoding="unicode") for each in whole)
    return Markup(escape(whole.text or "") + Markup(inner))  # noqa: S704  only what is named above is left


@cache
def _markdown() -> MarkdownIt:
    """An image would be a request to another site, so its Markdown is shown as text and a link."""
    return MarkdownIt("commonmark").enable("table").disable("image")


def _search(visit: _Visit) -> WebPage:
    text = visit.query.get("q", [""])[0]
    before = _date(visit.query.get("before", [""])[0])
    query = read_query(text)
    results = visit.library.search(query, before) if any(query) else None
    title = visit.say("Search: {words}", words=text) if results else visit.say("Search")
    return _html(visit, "search", title=title, query=text, results=results)


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
    values |= {"site": site, "version": visit.version, "visit": visit, "t": visit.say, "languages": _LANGUAGES}
    text = _environment().get_template(f"{template}.html.j2").render(values)
    return WebPage(status, "text/html", text.encode("utf-8", "replace"))


def _language_of(text: str | Pieces) -> str:
    """The language of words from a record: Korean where there is any Hangul in them."""
    whole = text if isinstance(text, str) else "".join(piece.text for piece in text)
    return "ko" if re.search("[가-힣]", whole) else "en"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("digest.preview", "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["language"] = _language_of
    return environment
