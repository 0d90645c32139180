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
import json, os, sys
before = set(sys.modules)
from digest.cli import run
report, *commands = sys.argv[1:]
for command in commands:
    if not os.fork():
        code = run(command.split())
        with open(report, "a") as file:
            print(json.dumps([code, sorted(set(sys.modules) - before)]), file=file)
        os._exit(0)
    os.wait()
"""


def loaded(folder: Path, *commands: str) -> list[set[str]]:
    """The modules that each command has loaded in the end: each runs in a process in which none has run before."""
    report = folder / "report"
    subprocess.run([sys.executable, "-c", COUNTED, str(report), *commands], cwd=folder, capture_output=True, check=True)
    told = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    assert [code for code, _ in told] == [0] * len(commands)
    return [set(modules) for _, modules in told]


def packages(modules: set[str]) -> set[str]:
    """The installed packages among them, ours aside."""
    names = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names) - {"digest"}
    return {name for name in names if not name.startswith("_")}


def test_help_loads_the_command_line_and_nothing_else(tmp_path: Path) -> None:
    commands = ["--help", *(f"{command} --help" for command in _COMMANDS)]
    for command, modules in zip(commands, loaded(tmp_path, *commands), strict=True):
        assert packages(modules) == {"click"}, command
        assert sum(name.startswith("digest.") for name in modules) < 25, command


def test_what_asks_nobody_loads_no_client(blog: Blog, services: Services) -> None:
    most = {"render --all --force": 300, "check": 450, "status": 450, f"build --date {blog.day}": 300}
    blog.configure(services)
    assert blog.digest("build", "--date", blog.day).code == 0
    asked = len(services.requests)
    for command, modules in zip(most, loaded(blog.folder, *most), strict=True):
        assert not packages(modules) & (ASKING | READING), command
        assert len(modules) < most[command], command
    assert len(services.requests) == asked


@pytest.mark.parametrize(
    ("typed", "meant"), [("biuld", "build"), ("night", "nightly"), ("rendr", "render"), ("xyz", None)]
)
def test_a_mistyped_command_is_answered_with_the_right_one(blog: Blog, typed: str, meant: str | None) -> None:
    ran = blog.digest(typed)
    assert (ran.code, ran.out) == (2, "")
    assert f"No such command '{typed}'" in ran.err
    assert ("did you mean" in ran.err) == (meant is not None)
    assert f"did you mean '{meant}'?" in ran.err or meant is None
