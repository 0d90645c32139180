"""What a command loads: the libraries of the services only where a service is asked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench.services import Services

from blog import Blog
from digest.cli import _COMMANDS

ASKING = {"httpx", "httpcore", "h11", "requests", "urllib3", "arxiv", "stamina"}
READING = {"lxml", "pypdfium2"}
COUNTED = """
import json, sys
before = set(sys.modules)
from digest.cli import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted(set(sys.modules) - before)]))
"""


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules that a command has loaded in the end."""
    command = [sys.executable, "-c", COUNTED, *arguments]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    code, modules = json.loads(told.splitlines()[-1])
    assert code == 0
    return set(modules)


def packages(modules: set[str]) -> set[str]:
    """The installed packages among them, ours aside."""
    names = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names) - {"digest"}
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("command", ["", *_COMMANDS])
def test_help_loads_the_command_line_and_nothing_else(tmp_path: Path, command: str) -> None:
    modules = loaded(tmp_path, *command.split(), "--help")
    assert packages(modules) == {"click"}
    assert sum(name.startswith("digest.") for name in modules) < 25


@pytest.mark.parametrize(
    ("arguments", "most"),
    [
        (["render", "--all", "--force"], 300),
        (["check"], 450),
        (["status"], 450),
        (["build", "--date", Blog.day], 300),
    ],
    ids=lambda each: each[0] if isinstance(each, list) else "",
)
def test_what_asks_nobody_loads_no_client(blog: Blog, services: Services, arguments: list[str], most: int) -> None:
    blog.configure(services)
    assert blog.digest("build", "--date", blog.day).code == 0
    asked = len(services.requests)
    modules = loaded(blog.folder, *arguments)
    assert len(services.requests) == asked
    assert not packages(modules) & (ASKING | READING)
    assert len(modules) < most


@pytest.mark.parametrize(
    ("typed", "meant"), [("biuld", "build"), ("night", "nightly"), ("rendr", "render"), ("xyz", None)]
)
def test_a_mistyped_command_is_answered_with_the_right_one(blog: Blog, typed: str, meant: str | None) -> None:
    ran = blog.digest(typed)
    assert (ran.code, ran.out) == (2, "")
    assert f"No such command '{typed}'" in ran.err
    assert ("did you mean" in ran.err) == (meant is not None)
    assert f"did you mean '{meant}'?" in ran.err or meant is None
