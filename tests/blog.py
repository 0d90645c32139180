"""A blog in a temporary folder, with digest's own command line and the sample services around it."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from bench.services import Services

from digest.cli import run

NOW = datetime(2025, 12, 10, 3, 30, tzinfo=UTC)
"""When the tests' commands are run: half past noon of a Wednesday in Seoul, whatever the clock says."""


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        values: dict[str, Any] = json.loads(self.out)
        return values


class Blog:
    """A workspace whose services are on loopback."""

    day = "2025-12-04"
    now = NOW

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str] | None) -> None:
        """Without `capsys` what commands print is not caught; they are `run`."""
        self.folder = folder
        self._capsys = capsys

    @property
    def sample(self) -> "Blog":
        """The sample workspace below this blog."""
        return Blog(self.folder / "sample", self._capsys)

    @property
    def post(self) -> Path:
        """The day's post."""
        return self.folder / "posts" / f"{self.day}-daily-papers-{self.day.replace('-', '')}.md"

    @property
    def record_path(self) -> Path:
        """The day's record."""
        return self.folder / "data" / f"{self.day}.json"

    @property
    def record(self) -> dict[str, Any]:
        """The day's record, read."""
        values: dict[str, Any] = json.loads(self.record_path.read_text(encoding="utf-8"))
        return values

    def entry(self, paper_id: str) -> dict[str, Any]:
        """A paper's entry."""
        return next(entry for entry in self.record["entries"] if entry["paper"]["id"] == paper_id)

    def configure(self, services: Services | None, **sections: Any) -> None:
        """Write config.yaml: the services' addresses, and more keys by section."""
        values: dict[str, Any] = {}
        if services is not None:
            values = {
                "sources": [{"kind": "huggingface", "url": services.huggingface_url}],
                "arxiv": {"api_url": services.arxiv_api_url, "site_url": services.arxiv_site_url, "interval": 0},
                "summarizer": {"kind": "openai", "base_url": services.model_base_url, "model": "sample"},
            }
        for section, keys in sections.items():
            values[section] = {**values.get(section, {}), **keys} if isinstance(keys, dict) else keys
        (self.folder / "config.yaml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")

    def digest(self, *arguments: str) -> Ran:
        """Run a command of digest in the blog's folder."""
        assert self._capsys is not None
        self._capsys.readouterr()
        code = self.run(*arguments)
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def run(self, *arguments: str) -> int:
        """Run a command of digest in the blog's folder; its exit code."""
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            return run(list(arguments), now=self.now)
        finally:
            os.chdir(before)

    def build(self, *arguments: str) -> Ran:
        """`digest build --date DAY --json` with more arguments."""
        return self.digest("build", "--date", self.day, "--json", *arguments)

    def files(self) -> dict[str, bytes]:
        """Every file that is not in the cache."""
        found = sorted(
            path for path in self.folder.rglob("*") if path.is_file() and not {".cache", ".git"} & set(path.parts)
        )
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}
