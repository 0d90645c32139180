"""A workflow's `run` steps, executed in order as a runner does: in a fresh clone, with a clean virtual environment."""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{ *([\w.]+) *\}\}")
_OWN = ("daily_papers_digest-", "_editable_impl_daily_papers_digest", "__pycache__", "digest")


def clean_environment(folder: Path) -> Path:
    """A virtual environment with pip and what digest depends on, as an index would give it, and without digest."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith(_OWN) and path.suffix != ".pth":
            (packages / path.name).symlink_to(path)
    return folder


class Runner:
    """A machine that runs jobs in a folder."""

    def __init__(self, checkout: Path, environment: Path, temp: Path, values: Mapping[str, str]) -> None:
        self._checkout, self._environment, self._temp, self._values = checkout, environment, temp, values
        self.output = temp / "output.txt"
        self.codes: dict[str, int] = {}
        """Exit codes by the names of the steps that ran."""
        self.said = ""
        self._fake_gh()

    def run(self, job: Mapping[str, Any], variables: Mapping[str, str]) -> None:
        """Run the job's commands in their order."""
        self.output.write_text("")
        for step in job["steps"]:
            if "run" in step:
                self.codes[step["name"]] = self._run(step, variables)

    @property
    def gh(self) -> list[str]:
        """The calls of GitHub's own command line."""
        calls = self._temp / "gh.txt"
        return calls.read_text().splitlines() if calls.exists() else []

    def _run(self, step: Mapping[str, Any], variables: Mapping[str, str]) -> int:
        own = {name: self._filled(str(value)) for name, value in step.get("env", {}).items()}
        paths = f"{self._temp}:{self._environment}/bin:/usr/bin:/bin"
        runner = {"PATH": paths, "HOME": str(self._temp), "LANG": "C.UTF-8", "RUNNER_TEMP": str(self._temp)}
        offline = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_COMPILE": "1"}
        files = {"GITHUB_OUTPUT": str(self.output), "GITHUB_STEP_SUMMARY": str(self._temp / "summary.md")}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", self._filled(step["run"])],
            cwd=self._checkout,
            env={**runner, **offline, **files, **variables, **own},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        self.said += done.stdout + done.stderr
        return done.returncode

    def _filled(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: self._values[found[1]], text)

    def _fake_gh(self) -> None:
        program = self._temp / "gh"
        program.write_text(f'#!/bin/sh\necho "$*" >> {self._temp}/gh.txt\n')
        program.chmod(0o755)


def jobs_of(site: Path) -> dict[str, Mapping[str, Any]]:
    """The jobs of a site's nightly workflow in order, by name."""
    jobs: dict[str, Mapping[str, Any]] = yaml.safe_load((site / ".github/workflows/digest.yml").read_text("utf-8"))[
        "jobs"
    ]
    return jobs
