"""What a blog's repository holds already: its Jekyll site's settings, its posts, its branch and its workflows."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from digest.clients.git import GitError, Repository
from digest.core.config import Config, known_zone
from digest.core.errors import UsageError
from digest.core.post.front_matter import read_front_matter
from digest.store.config import read_yaml
from digest.tasks.init.workflows import Workflow, read_workflows

_OF_NO_SITE = re.compile(r"\..*|(readme|licen[cs]e|changelog)(\..*)?|config\.yaml|data|templates|sample|venv", re.I)
"""Names that an empty blog may have: hidden ones, and what digest itself writes."""
_THEMES: Final = {"minimal-mistakes": "single", "just-the-docs": "default"}
"""Themes without a layout `post`, and the one that they have for posts."""
_INSTEAD: Final = ("post", "single", "page", "default")
_LATEST: Final = 20
"""Posts whose layout is looked at."""
_ON_PAGES: Final = frozenset(
    {
        *("jekyll-coffeescript", "jekyll-commonmark-ghpages", "jekyll-default-layout", "jekyll-gist"),
        *("jekyll-github-metadata", "jekyll-optional-front-matter", "jekyll-paginate", "jekyll-readme-index"),
        *("jekyll-titles-from-headings", "jekyll-relative-links", "jekyll-avatar", "jekyll-feed", "jekyll-mentions"),
        *("jekyll-include-cache", "jekyll-redirect-from", "jekyll-remote-theme", "jekyll-sass-converter"),
        *("jekyll-seo-tag", "jekyll-sitemap", "jekyll-swiss", "jekyll-watch", "jemoji", "minima"),
        *("jekyll-theme-architect", "jekyll-theme-cayman", "jekyll-theme-dinky", "jekyll-theme-hacker"),
        *("jekyll-theme-leap-day", "jekyll-theme-merlot", "jekyll-theme-midnight", "jekyll-theme-minimal"),
        *("jekyll-theme-modernist", "jekyll-theme-primer", "jekyll-theme-slate", "jekyll-theme-tactile"),
        "jekyll-theme-time-machine",
    }
)
"""The plugins and themes that GitHub Pages' own build has."""


class Site(NamedTuple):
    """A repository as `init` finds it."""

    root: Path
    kind: Literal["jekyll", "empty", "other"]
    settings: Mapping[str, Any]
    """Of `_config.yml`; numbers and dates are words."""
    zone: str
    branch: str
    posts: str
    """The folder of the posts."""
    layout: str
    workflows: tuple[Workflow, ...]


def look_at(root: Path) -> Site:
    """What is there. Raises UsageError where `_config.yml` cannot be read, or its time zone is none."""
    path, default = root / "_config.yml", Config()
    values = read_yaml(path) if path.exists() else None
    settings = values if isinstance(values, dict) else {}
    kind: Literal["jekyll", "empty", "other"] = "jekyll" if path.exists() else "empty" if _is_empty(root) else "other"
    inside = str(settings.get("collections_dir") or ".").strip("/")
    posts = default.paths.posts if kind == "other" else f"{inside}/_posts".removeprefix("./")
    return Site(
        root=root,
        kind=kind,
        settings=settings,
        zone=_zone(path, settings),
        branch=_branch(root) or default.publish.branch,
        posts=posts,
        layout=_layout(root, settings, posts) if kind == "jekyll" else default.blog.layout,
        workflows=read_workflows(root),
    )


def missing_on_pages(site: Site) -> list[str]:
    """What the site is built with that GitHub Pages' own build does not have."""
    settings = site.settings
    plugins = settings.get("plugins") or settings.get("gems") or ()
    named = [plugins] if isinstance(plugins, str) else list(plugins)
    wanted = [*map(str, named), *_gems(site.root), *([str(settings["theme"])] if settings.get("theme") else [])]
    missing = [name for name in dict.fromkeys(wanted) if name not in _ON_PAGES]
    own = sorted(path.relative_to(site.root).as_posix() for path in (site.root / "_plugins").glob("*.rb"))
    return [*missing, *own]


def _gems(root: Path) -> Iterator[str]:
    """The plugins that a Gemfile names beside those of the settings."""
    path = root / "Gemfile"
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    yield from re.findall(r"""^\s*gem\s+["'](jekyll-[\w-]+)["']""", text, re.M)


def _is_empty(root: Path) -> bool:
    return not root.exists() or all(_OF_NO_SITE.fullmatch(path.name) for path in root.iterdir())


def _zone(path: Path, settings: Mapping[str, Any]) -> str:
    try:
        return known_zone(str(settings.get("timezone") or Config().blog.timezone))
    except ValueError as error:
        raise UsageError(f"{path}: timezone: {error}") from error


def _branch(root: Path) -> str | None:
    """The branch that is checked out, in which a new repository's site lives too; else the remote's own."""
    folder = next(each for each in (root.absolute(), *root.absolute().parents) if each.is_dir())
    try:
        repository = Repository(folder)
    except GitError:
        return None
    here = repository.find("symbolic-ref", "--quiet", "--short", "HEAD")
    there = repository.find("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    return here or (there.removeprefix("origin/") if there else None)


def _layout(root: Path, settings: Mapping[str, Any], posts: str) -> str:
    """The layout that the latest posts have, else that of the settings' defaults, else one that the site has."""
    used = Counter(_layouts_of(root / posts))
    if used:
        return used.most_common(1)[0][0]
    if default := _default_layout(settings):
        return default
    theme = str(settings.get("remote_theme") or settings.get("theme") or "").partition("@")[0].rpartition("/")[2]
    own = {path.stem for path in (root / "_layouts").glob("*.*")}
    wanted = _THEMES.get(
        theme.removeprefix("jekyll-theme-").removesuffix("-jekyll"), "post" if theme or not own else ""
    )
    return wanted or next((name for name in _INSTEAD if name in own), Config().blog.layout)


def _layouts_of(folder: Path) -> Iterator[str]:
    files = (path for path in folder.rglob("*") if path.suffix in (".md", ".markdown") and path.is_file())
    for path in sorted(files, key=lambda each: each.name)[-_LATEST:]:
        layout = read_front_matter(path.read_text("utf-8", "replace")).data.get("layout")
        if isinstance(layout, str) and layout:
            yield layout


def _default_layout(settings: Mapping[str, Any]) -> str | None:
    """What `defaults` give to posts; a scope of posts comes before one of everything."""
    found: dict[bool, str] = {}
    defaults = settings.get("defaults")
    for each in defaults if isinstance(defaults, list) else ():
        scope, values = (each.get(key) if isinstance(each, dict) else None for key in ("scope", "values"))
        kind = scope.get("type") if isinstance(scope, dict) else None
        if isinstance(values, dict) and values.get("layout") and kind in (None, "posts"):
            found[kind == "posts"] = str(values["layout"])
    return found.get(True) or found.get(False)
