"""Imports go downwards only: a layer knows those below it and none above."""

import ast
from pathlib import Path

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
IMPURE_CALLS = {"open", "print", "input", "now", "today", "getenv"}
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


def is_allowed(own: str, name: str) -> bool:
    other = name.split(".")[1]
    return other == own or LAYERS[other] < LAYERS[own]


def test_imports_go_downwards() -> None:
    ours = [(path, name) for path in FILES for name in imports(path) if name.startswith("digest.")]
    assert len(ours) > len(FILES)
    assert [f"{path} imports {name}" for path, name in ours if not is_allowed(layer(path), name)] == []


def test_the_core_is_pure() -> None:
    core = [path for path in FILES if layer(path) == "core"]
    assert {path: found for path in core if (found := imports(path) & IMPURE)} == {}
    assert {path: found for path in core if (found := calls(path) & IMPURE_CALLS)} == {}


def test_every_file_is_seen() -> None:
    assert len(FILES) > 50
    assert {layer(path) for path in FILES} == set(LAYERS)
