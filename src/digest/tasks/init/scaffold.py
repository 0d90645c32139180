"""The texts of the files that `init` writes, filled in for a site."""

import json
import re
from pathlib import Path
from typing import Final

import jinja2

from digest.core.config import Config
from digest.tasks.init.origin import Origin
from digest.tasks.init.site import Site
from digest.tasks.init.workflows import FOLDER, Workflow

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
