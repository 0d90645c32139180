"""What `init` writes into a repository, judged by what is there, and what it has to say about it."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, Literal, NamedTuple

import jinja2

from digest.clients.git import GitError, Repository
from digest.core.clock import instant, shown_day
from digest.core.config import Config
from digest.core.errors import UsageError
from digest.store.files import write_whole
from digest.store.posts import PAGES, Archive
from digest.store.workspace import read_site
from digest.tasks.init.origin import Origin
from digest.tasks.init.site import FOLDER, OURS, Site, Workflow, deployer_of, look_at, missing_on_pages, rivals_of

_PACKAGE: Final = Path(__file__).parents[2]
_TICKS: Final = ((8, 20), (10, 50), (13, 40))
"""Hours and minutes of the blog's day at which the workflow runs, away from the full hour, when many do."""
_GROUPS: Final = ("daily-papers", "digest-daily-papers")
"""Names for our concurrency group; the first that no workflow of the site has, whatever the case of its letters."""
_IGNORED: Final = (b".cache/",)


def config_text(site: Site, time: str) -> bytes:
    """The commented configuration with the values of the site."""
    values = {"timezone": site.zone, "time": time, "layout": site.layout, "posts": site.posts, "branch": site.branch}
    text = (_PACKAGE / "scaffold" / "config.yaml").read_text("utf-8")
    for key, value in values.items():
        found = re.search(rf'^  {key}: ("[^"]*"|\S+)', text, re.MULTILINE)
        if found and found[1].strip('"') != value:
            text = text[: found.start(1)] + _quoted(value) + text[found.end(1) :]
    return text.encode()


def workflow_text(site: Site, origin: Origin, *, deployer: Workflow | None, deploys_itself: bool) -> bytes:
    """The nightly workflow."""
    config = Config()
    template = jinja2.Template(
        (_PACKAGE / "scaffold" / "workflow.yml.j2").read_text("utf-8"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        variable_start_string="[[",
        variable_end_string="]]",
    )
    taken = {group.casefold() for workflow in site.workflows for group in workflow.groups}
    text: str = template.render(
        crons=[f"{minute} {hour} * * *" for hour, minute in _TICKS],
        zone=_quoted(site.zone),
        group=next((group for group in _GROUPS if group not in taken), _GROUPS[-1]),
        spec=origin.spec,
        cache=config.paths.cache,
        key_env=config.summarizer.api_key_env,
        branch=_quoted(site.branch),
        deployer=_quoted(deployer.name) if deployer else None,
        deploys_itself=deploys_itself,
    )
    return text.encode()


def site_files() -> dict[str, bytes]:
    """A small Jekyll site for an empty repository."""
    folder = _PACKAGE / "scaffold" / "site"
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def page_files(site: Site) -> dict[str, bytes]:
    """The archive's layout and its first page. Raises UsageError where no Jekyll could make pages of them."""
    if site.kind == "other":
        path = site.root / "_config.yml"
        raise UsageError(f"{path}: no such file, and --pages needs a Jekyll site; add one, or run init in its folder")
    folder, place = _PACKAGE / "scaffold" / "pages", Archive(site.root).layout.relative_to(site.root)
    layout = (folder / "layout.html").read_text("utf-8").replace("layout: default", f"layout: {_outer(site)}", 1)
    return {place.as_posix(): layout.encode(), f"{PAGES}/index.html": (folder / "index.html").read_bytes()}


def _outer(site: Site) -> str:
    """The site's layout around the archive's: every theme has `default`, and a site without one may have another."""
    own = {path.stem for path in Archive(site.root).layout.parent.glob("*.*")}
    has_theme = site.settings.get("theme") or site.settings.get("remote_theme")
    if site.kind == "empty" or has_theme or "default" in own or not own:
        return "default"
    return next((name for name in ("page", "base", "compress") if name in own), "null")


def template_files() -> dict[str, bytes]:
    """The templates, to be edited."""
    found = sorted((_PACKAGE / "templates").glob("*.j2"))
    return {f"templates/{path.name}": path.read_bytes() for path in found}


def ignoring(found: bytes, origin: Origin) -> bytes:
    """The lines of a `.gitignore`, and those of ours that it lacks, which end as they do."""
    kept = [f"!/{FOLDER}/*.whl".encode()] if origin.wheel and b".whl" in found else []
    missing = [line for line in (*_IGNORED, *kept) if line not in found.splitlines()]
    if not missing:
        return found
    end = b"\r\n" if b"\r\n" in found else b"\n"
    return found + (end if found and not found.endswith(b"\n") else b"") + end.join(missing) + end


def _quoted(text: str) -> str:
    """Text as a JSON string, which YAML reads as the same text whatever it holds."""
    return json.dumps(text, ensure_ascii=False)


MESSAGE: Final = "Set up digest for the daily papers"


def uncommitted(folder: Path, names: Sequence[str]) -> list[str] | None:
    """Those of the files that the newest commit does not have as they are; None where there is no repository."""
    try:
        repository = Repository(folder)
    except GitError:
        return None
    arguments = ("status", "--porcelain", "-z", "--ignored", "--untracked-files=all", "--", *names)
    changed = {line[3:] for line in repository.ask(*arguments).split("\0") if line}
    prefix = repository.ask("rev-parse", "--show-prefix")
    return [name for name in names if f"{prefix}{name}" in changed]


def commit(folder: Path, names: Sequence[str]) -> str:
    """Commit the files, those that git ignores too, and leave alone what else is staged; the commit's short name.

    Raises GitError.
    """
    repository = Repository(folder)
    repository.ask("add", "--force", "--", *names)
    repository.ask("commit", "--quiet", "--message", MESSAGE, "--", *names)
    return repository.ask("rev-parse", "--short", "HEAD")


def commands(folder: Path, names: Sequence[str]) -> str:
    """The same as a line for a shell."""
    git = "git" if folder.absolute() == Path.cwd() else f"git -C {shlex.quote(str(folder))}"
    files = shlex.join(names)
    return f"{git} add -f -- {files} && {git} commit -m {shlex.quote(MESSAGE)} -- {files}"


_TIMES = ("08:15:00", "12:00:00 +0000", "06:00:00 +0000", "18:00:00 +0000")
"""Forms of a post's time, the blog's own first; a later one where the site would show the post on another day."""
_STYLES = ("date", "pretty", "ordinal", "weekdate", "none")
"""Permalinks that Jekyll has a name for; each has the title in it."""

FileState = Literal["created", "identical", "left alone", "extended", "overwritten"]


class Plan(NamedTuple):
    """What is to be written, and what the repository makes worth saying."""

    files: Mapping[str, bytes]
    """Content by path."""
    notes: tuple[str, ...]


def plan(root: Path, origin: Origin, *, templates: bool, pages: bool = False) -> Plan:
    """What a repository needs. Raises UsageError where `_config.yml` or `.gitignore` cannot be read.

    With `pages`, the archive's too; then a repository that is not a Jekyll site's raises UsageError.
    """
    site = look_at(root)
    time, notes = _time(site)
    deployer = deployer_of(site.workflows)
    deploys_itself = deployer is None and (
        site.kind == "empty" or (site.kind == "jekyll" and not missing_on_pages(site))
    )
    files = {
        **(site_files() if site.kind == "empty" else {}),
        "config.yaml": config_text(site, time),
        OURS: workflow_text(site, origin, deployer=deployer, deploys_itself=deploys_itself),
        **({origin.wheel_path: origin.wheel.content} if origin.wheel and origin.wheel_path else {}),
        ".gitignore": ignoring(_content(root / ".gitignore") or b"", origin),
        **(template_files() if templates else {}),
        **(page_files(site) if pages else {}),
    }
    kept = [name for name in ("templates",) if name not in files and (root / name).exists()]
    notes += [
        *_deployment_notes(site, deployer, deploys_itself=deploys_itself),
        *_rival_notes(site),
        *_exclude_notes(site, [*kept, *(["templates"] if templates else [])]),
        *_permalink_notes(str(site.settings.get("permalink") or "date")),
        *(_header_notes(site) if pages else ()),
    ]
    return Plan(files, tuple(notes))


def write(root: Path, files: Mapping[str, bytes], *, force: bool) -> Iterator[tuple[str, FileState]]:
    """Write each file that is not there; what the user has is left alone without `force`.

    A wheel goes with the workflow that installs it. Raises UsageError where something else is in a file's place.
    """
    states: dict[str, FileState] = {}
    for name, content in files.items():
        found = _content(root / name)
        states[name] = _state(name, found, content, force=force)
        if name.endswith(".whl") and states[OURS] == "left alone":
            states[name] = "left alone"
        if states[name] not in ("identical", "left alone"):
            write_whole(root / name, content)
        yield name, states[name]


def _state(name: str, found: bytes | None, content: bytes, *, force: bool) -> FileState:
    if found is None:
        return "created"
    if found == content:
        return "identical"
    if name == ".gitignore":
        return "extended"
    return "overwritten" if force else "left alone"


def _content(path: Path) -> bytes | None:
    """What is in a file, None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; move it away or make it readable") from error


def _time(site: Site) -> tuple[str, list[str]]:
    """The first form of a post's time that the site shows on the post's own day, summer and winter."""
    if site.kind == "empty":
        return _TIMES[0], []
    zone = read_site(site.root).zone
    for time in _TIMES:
        moments = {
            day: instant(f"{day} {time}", quoted=False, site=zone) for day in (date(2025, 1, 15), date(2025, 7, 15))
        }
        if all(moment is not None and shown_day(moment, zone) == day for day, moment in moments.items()):
            other = f"the site's zone would show {_TIMES[0]} on another day; posts say {time}"
            return time, [] if time == _TIMES[0] else [other]
    return _TIMES[0], ["no time of day shows posts on their own day in the site's zone; set timezone in _config.yml"]


def _deployment_notes(site: Site, deployer: Workflow | None, *, deploys_itself: bool) -> Iterator[str]:
    if deployer is not None:
        yield f"{deployer.path} deploys this site; the nightly workflow starts it after each push"
        if not deployer.is_dispatchable:
            yield f"{deployer.path}: under `on:` add the line `workflow_dispatch:`, or it cannot be started"
    elif deploys_itself:
        yield 'the nightly workflow deploys the site; in Settings > Pages set Source to "GitHub Actions"'
    elif site.kind == "jekyll":
        missing = ", ".join(missing_on_pages(site))
        yield f"nothing deploys this site yet: GitHub Pages' own build does not have {missing}; {_ADD_DEPLOYMENT}"
    else:
        yield f"there is no _config.yml, so this is not a Jekyll site and nothing deploys it; {_ADD_DEPLOYMENT}"


_ADD_DEPLOYMENT = f"add a workflow that builds and deploys it on `workflow_dispatch`, delete {OURS} and run init again"


def _rival_notes(site: Site) -> Iterator[str]:
    for rival in rivals_of(site.root, site.workflows, site.posts):
        yield f"{rival.path} commits posts of daily papers by a schedule, too; disable it, or two posts a day appear"


def _exclude_notes(site: Site, more: list[str]) -> Iterator[str]:
    """What Jekyll would copy into the site."""
    given = site.settings.get("exclude")
    excluded = {str(name).strip("/") for name in (given if isinstance(given, list) else [given])}
    missing = [name for name in ("config.yaml", "data", *more) if name not in excluded]
    if site.kind == "jekyll" and missing:
        yield f"Jekyll copies what it does not know; in _config.yml add to exclude: [{', '.join(missing)}]"


def _permalink_notes(permalink: str) -> Iterator[str]:
    """A permalink without the post's own name gives several posts one address, whatever their files are called."""
    if permalink not in _STYLES and not _has(permalink, "title|slug") and not _tells_days_apart(permalink):
        yield f"the site's permalink {permalink!r} gives several posts one address; add :title to it"


def _header_notes(site: Site) -> Iterator[str]:
    theme = str(site.settings.get("theme") or site.settings.get("remote_theme") or "")
    if theme.rpartition("/")[2].startswith("minima") and not site.settings.get("header_pages"):
        yield f"minima puts every page into its header; in _config.yml add: header_pages: [{PAGES}/index.html]"


def _tells_days_apart(permalink: str) -> bool:
    in_year = (
        (_has(permalink, "(i_|short_|long_)?month") and _has(permalink, "(i_)?day"))
        or (_has(permalink, "week") and _has(permalink, "w_day|short_day|long_day"))
        or _has(permalink, "y_day")
    )
    return in_year and _has(permalink, "year|short_year|w_year")


def _has(permalink: str, names: str) -> bool:
    return re.search(rf":({names})(?![a-z])", permalink) is not None
