"""Setting up a blog's repository: a configuration that fits its site, a workflow, and what git is to ignore."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import jinja2

from digest.clients.git import GitError, Repository
from digest.core.config import Config
from digest.core.post.jekyll_date import instant, shown_day
from digest.store.config import read_yaml
from digest.store.files import write_whole
from digest.store.site import read_site

_PACKAGE = Path(__file__).parents[1]
_TIMES = ("08:15:00", "12:00:00 +0000", "06:00:00 +0000", "18:00:00 +0000")
"""Forms of a post's time, the blog's own first; a later one where the site would show the post on another day."""
_TICKS = ((8, 20), (10, 50), (13, 40))
"""Hours and minutes of the blog's day at which the workflow runs, away from the full hour, when many do."""
_IGNORED = ".cache/"

FileState = Literal["created", "identical", "left alone", "overwritten"]


class Plan(NamedTuple):
    """What is to be written, and what the site's settings make worth saying."""

    files: Mapping[str, str]
    """Text by path."""
    notes: tuple[str, ...]


def plan(root: Path, *, templates: bool) -> Plan:
    """What a repository needs, judged by its Jekyll site's `_config.yml`. Raises UsageError where that is broken."""
    path = root / "_config.yml"
    values = read_yaml(path) if path.exists() else None
    site = values if isinstance(values, dict) else {}
    zone = str(site.get("timezone") or Config().blog.timezone)
    time, notes = _time(root)
    posts = (
        f"{str(site.get('collections_dir') or '.').strip('/')}/_posts".removeprefix("./") if path.exists() else "posts"
    )
    branch = _branch(root) or Config().publish.branch
    config = _config_text({"timezone": zone, "time": f'"{time}"', "posts": posts, "branch": branch})
    files = {
        "config.yaml": config,
        ".github/workflows/digest.yml": _workflow(zone, branch),
        ".gitignore": _gitignore(root),
        **(_templates() if templates else {}),
    }
    if path.exists() and "config.yaml" not in str(site.get("exclude")):
        notes.append("Jekyll copies what it does not know; to _config.yml add exclude: [config.yaml, data, templates]")
    return Plan(files, (*notes, *_permalink_notes(str(site.get("permalink") or "date"))))


def write(root: Path, files: Mapping[str, str], *, force: bool) -> Iterator[tuple[str, FileState]]:
    """Write each file that is not there; what a person has is left alone without `force`."""
    for name, text in files.items():
        path = root / name
        state: FileState = "created"
        if path.exists():
            same = path.read_bytes() == text.encode()
            additive = name == ".gitignore"
            state = "identical" if same else "overwritten" if force or additive else "left alone"
        if state in ("created", "overwritten"):
            write_whole(path, text.encode())
        yield name, state


def _time(root: Path) -> tuple[str, list[str]]:
    """The first form of a post's time that the site shows on the post's own day, summer and winter."""
    zone = read_site(root).zone
    for time in _TIMES:
        moments = {
            day: instant(f"{day} {time}", quoted=False, site=zone) for day in (date(2025, 1, 15), date(2025, 7, 15))
        }
        if all(moment is not None and shown_day(moment, zone) == day for day, moment in moments.items()):
            notes = (
                []
                if time == _TIMES[0]
                else [f"the site's zone would show {_TIMES[0]} on another day; posts say {time}"]
            )
            return time, notes
    return _TIMES[0], ["no time of day shows posts on their own day in the site's zone; set timezone in _config.yml"]


def _config_text(values: Mapping[str, str]) -> str:
    """The commented configuration with some values changed."""
    text = (_PACKAGE / "scaffold" / "config.yaml").read_text("utf-8")
    for key, value in values.items():
        text = re.sub(rf"^(  {key}: )(\"[^\"]*\"|\S+)", rf"\g<1>{value}", text, count=1, flags=re.MULTILINE)
    return text


def _workflow(zone: str, branch: str) -> str:
    config = Config()
    template = jinja2.Template(
        (_PACKAGE / "scaffold" / "workflow.yml.j2").read_text("utf-8"),
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    text: str = template.render(
        crons=[_cron(hour, minute, zone) for hour, minute in _TICKS],
        version=version("paper-digest"),
        cache=config.paths.cache,
        key_env=config.summarizer.api_key_env,
        branch=branch,
    )
    return text


def _cron(hour: int, minute: int, zone: str) -> str:
    """A time of the blog's day in UTC, in winter time where the zone has one."""
    moment = datetime(2025, 1, 15, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return f"{moment.minute} {moment.hour} * * *"


def _branch(root: Path) -> str | None:
    """The branch that is checked out, in which a new repository's site lives too."""
    try:
        return Repository(root).find("symbolic-ref", "--quiet", "--short", "HEAD")
    except GitError:
        return None


def _gitignore(root: Path) -> str:
    """The lines that are there, and ours."""
    path = root / ".gitignore"
    text = path.read_text("utf-8") if path.exists() else ""
    if _IGNORED in text.splitlines():
        return text
    return text + ("" if not text or text.endswith("\n") else "\n") + f"{_IGNORED}\n"


def _templates() -> dict[str, str]:
    found = sorted((_PACKAGE / "templates").glob("*.j2"))
    return {f"templates/{path.name}": path.read_text("utf-8") for path in found}


def _permalink_notes(permalink: str) -> Iterator[str]:
    """A permalink without the post's own name gives several posts one address, whatever their files are called."""
    named = permalink in ("date", "pretty", "ordinal", "weekdate", "none") or re.search(r":(title|slug)\b", permalink)
    if not named and not (":day" in permalink and (":month" in permalink or ":y_day" in permalink)):
        yield f"the site's permalink {permalink!r} gives several posts of a year one address; add :title to it"
