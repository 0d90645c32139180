"""The GitHub workflows that a repository has: which one deploys its site, and which write posts as digest does."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from digest.core.errors import UsageError
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
