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

FOLDER: Final = ".github/workflows"
OURS: Final = f"{FOLDER}/digest.yml"

_DEPLOYS = re.compile(
    r"deploy-pages|gh-pages|github-pages|pages-action|pages-deploy|jekyll-deploy|wrangler-action|netlify|vercel", re.I
)
"""Names of actions that put a site where readers find it."""
_BUILDS = re.compile(r"\bjekyll\s+b(?:uild)?\b|jekyll-build-pages|jekyll-action", re.I)
_COMMITS = re.compile(
    r"\bgit\s+(?:\S+\s+)*?push\b|git-auto-commit|add-and-commit|git-commit|push-changes|api_commit", re.I
)
"""Commands and actions that write to the repository."""
_SCRIPT = re.compile(r"[\w./-]+\.(?:py|sh|rb|js|ts|mjs)\b")
_LARGEST: Final = 200_000
"""Bytes of a script that is looked into."""


class Workflow(NamedTuple):
    """A workflow file."""

    name: str
    """Of the file: `deploy.yml`."""
    triggers: frozenset[str]
    uses: tuple[str, ...]
    """The actions and workflows that its jobs and steps use."""
    runs: tuple[str, ...]
    """The commands of its steps."""
    groups: tuple[str, ...]
    """Its concurrency groups."""

    @property
    def path(self) -> str:
        """From the repository's root."""
        return f"{FOLDER}/{self.name}"

    @property
    def is_dispatchable(self) -> bool:
        """Whether another workflow can start it."""
        return "workflow_dispatch" in self.triggers


def read_workflows(root: Path) -> tuple[Workflow, ...]:
    """The workflows of a repository but digest's own, by file name; a file that cannot be read is left out."""
    files = sorted(path for path in (root / FOLDER).glob("*.y*ml") if path.suffix in (".yml", ".yaml"))
    found = (_read(path) for path in files if path != root / OURS and path.is_file())
    return tuple(workflow for workflow in found if workflow is not None)


def deployer_of(workflows: tuple[Workflow, ...]) -> Workflow | None:
    """The workflow that deploys the site: one that uses an action for it, else one that builds Jekyll on a push."""
    started = [each for each in workflows if each.triggers - {"workflow_call", "pull_request", "schedule"}]
    deploying = [each for each in started if _matches(_DEPLOYS, _with_called(each, workflows))]
    building = [
        each for each in started if "push" in each.triggers and _matches(_BUILDS, _with_called(each, workflows))
    ]
    return next(iter(sorted(deploying, key=lambda each: "push" not in each.triggers) + building), None)


def rivals_of(root: Path, workflows: tuple[Workflow, ...], posts: str) -> tuple[Workflow, ...]:
    """The workflows that commit posts of daily papers by a schedule, as digest does."""
    subject = re.compile(rf"{re.escape(posts)}/|daily.?papers|huggingface\.co/(?:api/daily_)?papers", re.I)
    return tuple(
        each
        for each in workflows
        if "schedule" in each.triggers and _matches(_COMMITS, each) and subject.search(_text(root, each))
    )


def _read(path: Path) -> Workflow | None:
    try:
        values = read_yaml(path)
    except UsageError:
        return None
    if not isinstance(values, dict):
        return None
    jobs = [job for job in _mapping(values.get("jobs")).values() if isinstance(job, dict)]
    steps = [step for job in jobs for step in job.get("steps") or () if isinstance(step, dict)]
    return Workflow(
        name=path.name,
        triggers=frozenset(_words(values.get("on"))),
        uses=tuple(str(each["uses"]) for each in (*jobs, *steps) if each.get("uses")),
        runs=tuple(str(step["run"]) for step in steps if step.get("run")),
        groups=tuple(_groups((values, *jobs))),
    )


def _groups(holders: tuple[Any, ...]) -> Iterator[str]:
    for holder in holders:
        concurrency = holder.get("concurrency")
        group = concurrency.get("group") if isinstance(concurrency, dict) else concurrency
        if group:
            yield str(group)


def _words(value: Any) -> Iterator[str]:
    """The events of `on`, which is a word, a list or a mapping."""
    yield from map(str, [value] if isinstance(value, str) else value if isinstance(value, (list, dict)) else ())


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _matches(pattern: re.Pattern[str], workflow: Workflow) -> bool:
    return any(pattern.search(text) for text in (*workflow.uses, *workflow.runs))


def _with_called(workflow: Workflow, workflows: tuple[Workflow, ...]) -> Workflow:
    """The workflow with what the repository's own workflows do that it calls."""
    called = [each for each in workflows if any(each.path in used for used in workflow.uses) and each != workflow]
    uses = (*workflow.uses, *(used for each in called for used in each.uses))
    return workflow._replace(uses=uses, runs=(*workflow.runs, *(run for each in called for run in each.runs)))


def _text(root: Path, workflow: Workflow) -> str:
    """Its commands, with the scripts of the repository that they name."""
    scripts = {name for run in workflow.runs for name in _SCRIPT.findall(run)}
    read = (_script(root, name) for name in sorted(scripts))
    return "\n".join((*workflow.uses, *workflow.runs, *read))


def _script(root: Path, name: str) -> str:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        return ""
    return path.read_bytes()[:_LARGEST].decode("utf-8", "replace")


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
