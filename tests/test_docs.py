"""README and docs tell the truth: help blocks, links, commands, what CI runs."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from digest.cli import _COMMANDS, digest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"```console\n\$ digest (?P<arguments>[^\n]*)\n(?P<output>.*?)```", re.DOTALL)


def output_of(arguments: str) -> str:
    done = CliRunner().invoke(digest, arguments.split(), prog_name="digest", terminal_width=100)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_help_blocks_are_what_the_commands_say(page: Path, request: pytest.FixtureRequest) -> None:
    text = page.read_text("utf-8")
    true = BLOCK.sub(lambda m: f"```console\n$ digest {m['arguments']}\n{output_of(m['arguments'])}```", text)
    if request.config.getoption("--refresh") and text != true:
        page.write_text(true, "utf-8")
    assert text == true or request.config.getoption("--refresh")


def test_every_command_is_documented() -> None:
    documented = {m["arguments"] for page in PAGES for m in BLOCK.finditer(page.read_text("utf-8"))}
    assert {f"{command} --help" for command in _COMMANDS} <= documented


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_help_has_an_example(command: str) -> None:
    assert f"  digest {command}" in output_of(f"{command} --help").split("Example", 1)[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", prose)
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_ci_runs_the_readmes_own_commands() -> None:
    readme, ci = (ROOT / "README.md").read_text("utf-8"), (ROOT / ".ci" / "run").read_text("utf-8")
    set_up, test = re.findall(r"```sh\n([^\n]+)\n```", readme)[:2]
    assert "--sample" in set_up
    assert "pytest" in test
    assert f"\n{set_up}\n{test}\n" in ci
