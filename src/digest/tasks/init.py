"""Setting up a blog's repository: a configuration that fits its site, a workflow, and what git is to ignore."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import jinja2

from digest import __version__
from digest.clients.git import GitError, Repository
from digest.core.config import Config, known_zone
from digest.core.errors import UsageError
from digest.core.post.jekyll import instant, shown_day
from digest.store.config import read_yaml
from digest.store.files import write_whole
from digest.store.site import read_site

_PACKAGE = Path(__file__).parents[1]
_TIMES = ("08:15:00", "12:00:00 +0000", "06:00:00 +0000", "18:00:00 +0000")
"""Forms of a post's time, the blog's own first; a later one where the site would show the post on another day."""
_TICKS = ((8, 20), (10, 50), (13, 40))
"""Hours and minutes of the blog's day at which the workflow runs, away from the full hour, when many do."""
_STYLES = ("date", "pretty", "ordinal", "weekdate", "none")
"""Permalinks that Jekyll has a name for; each has the title in it."""
_IGNORED = b".cache/"

FileState = Literal["created", "identical", "left alone", "overwritten"]


class Plan(NamedTuple):
    """What is to be written, and what the site's settings make worth saying."""

    files: Mapping[str, bytes]
    """Content by path."""
    notes: tuple[str, ...]


def plan(root: Path, *, templates: bool) -> Plan:
    """What a repository needs, judged by its Jekyll site's `_config.yml`.

    Raises UsageError where that or the `.gitignore` cannot be read, or the site's time zone is none.
    """
    path = root / "_config.yml"
    values = read_yaml(path) if path.exists() else None
    site = values if isinstance(values, dict) else {}
    zone = _zone(path, site)
    time, notes = _time(root)
    posts = (
        f"{str(site.get('collections_dir') or '.').strip('/')}/_posts".removeprefix("./") if path.exists() else "posts"
    )
    branch = _branch(root) or Config().publish.branch
    config = _config_text({"timezone": zone, "time": time, "posts": posts, "branch": branch})
    files = {
        "config.yaml": config.encode(),
        ".github/workflows/digest.yml": _workflow(zone, branch).encode(),
        ".gitignore": _gitignore(root),
        **(_templates() if templates else {}),
    }
    if path.exists() and "config.yaml" not in str(site.get("exclude")):
        notes.append("Jekyll copies what it does not know; to _config.yml add exclude: [config.yaml, data, templates]")
    return Plan(files, (*notes, *_permalink_notes(str(site.get("permalink") or "date"))))


def write(root: Path, files: Mapping[str, bytes], *, force: bool) -> Iterator[tuple[str, FileState]]:
    """Write each file that is not there; what a person has is left alone without `force`.

    Raises UsageError where something else stands in a file's place.
    """
    for name, content in files.items():
        found = _content(root / name)
        state: FileState = "created"
        if found is not None:
            additive = name == ".gitignore"
            state = "identical" if found == content else "overwritten" if force or additive else "left alone"
        if state in ("created", "overwritten"):
            write_whole(root / name, content)
        yield name, state


def _content(path: Path) -> bytes | None:
    """What is in a file, None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; move it away or make it readable") from error


def _zone(path: Path, site: Mapping[str, Any]) -> str:
    try:
        return known_zone(str(site.get("timezone") or Config().blog.timezone))
    except ValueError as error:
        raise UsageError(f"{path}: timezone: {error}") from error


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
        found = re.search(rf'^  {key}: ("[^"]*"|\S+)', text, re.MULTILINE)
        if found and found[1].strip('"') != value:
            text = text[: found.start(1)] + _quoted(value) + text[found.end(1) :]
    return text


def _quoted(text: str) -> str:
    """Text as a JSON string, which YAML reads as the same text whatever it holds."""
    return json.dumps(text, ensure_ascii=False)


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
        version=__version__,
        cache=config.paths.cache,
        key_env=config.summarizer.api_key_env,
        branch=_quoted(branch),
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


def _gitignore(root: Path) -> bytes:
    """The lines that are there, and ours, which ends as they do."""
    found = _content(root / ".gitignore") or b""
    if _IGNORED in found.splitlines():
        return found
    end = b"\r\n" if b"\r\n" in found else b"\n"
    return found + (end if found and not found.endswith(b"\n") else b"") + _IGNORED + end


def _templates() -> dict[str, bytes]:
    found = sorted((_PACKAGE / "templates").glob("*.j2"))
    return {f"templates/{path.name}": path.read_bytes() for path in found}


def _permalink_notes(permalink: str) -> Iterator[str]:
    """A permalink without the post's own name gives several posts one address, whatever their files are called."""
    if permalink not in _STYLES and not _has(permalink, "title|slug") and not _tells_days_apart(permalink):
        yield f"the site's permalink {permalink!r} gives several posts one address; add :title to it"


def _tells_days_apart(permalink: str) -> bool:
    in_year = (
        (_has(permalink, "(i_|short_|long_)?month") and _has(permalink, "(i_)?day"))
        or (_has(permalink, "week") and _has(permalink, "w_day|short_day|long_day"))
        or _has(permalink, "y_day")
    )
    return in_year and _has(permalink, "year|short_year|w_year")


def _has(permalink: str, names: str) -> bool:
    return re.search(rf":({names})(?![a-z])", permalink) is not None
