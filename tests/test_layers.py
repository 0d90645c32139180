"""Imports go downwards only: a layer knows those below it and none above."""

import ast
from pathlib import Path

import pytest

import digest

PACKAGE = Path(digest.__file__).parent
LAYERS = {
    "core": 0,
    "clients": 1,
    "store": 1,
    "sample": 1,
    "stages": 2,
    "preview": 6,
    "outcome": 3,
    "run": 3,
    "pipeline": 4,
    "tasks": 5,
    "cli": 7,
    "__main__": 8,
    "__init__": 0,
}
IMPURE = {
    "httpx",
    "requests",
    "arxiv",
    "socket",
    "subprocess",
    "threading",
    "os",
    "pathlib",
    "time",
    "random",
    "urllib.request",
}
FILES = sorted(PACKAGE.rglob("*.py"))


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def calls(path: Path) -> set[str]:
    called = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return {node.id for node in called if isinstance(node, ast.Name)} | {
        node.attr for node in called if isinstance(node, ast.Attribute)
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downwards(path: Path) -> None:
    own = layer(path)
    for name in imports(path):
        if name.startswith("digest."):
            other = name.split(".")[1]
            assert other == own or LAYERS[other] < LAYERS[own], f"{own} imports {name}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").rglob("*.py")), ids=lambda path: path.stem)
def test_the_core_is_pure(path: Path) -> None:
    assert not imports(path) & IMPURE
    assert not calls(path) & {"open", "print", "input", "now", "today", "getenv"}


def test_every_file_is_seen() -> None:
    assert len(FILES) > 50
    assert {layer(path) for path in FILES} == set(LAYERS)
