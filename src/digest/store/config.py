"""Reading `config.yaml` and the `DIGEST_...` variables; every fault is reported with its place."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from digest.core.config import Config
from digest.core.errors import UsageError
from digest.core.secret import Secret
from digest.core.text import fold
from digest.core.validation import Misfit, Place, construct_word, fit, refuse_endless

_PREFIX = "DIGEST_"
_SECRET = re.compile(r"\b(?:(?:sk|pk|hf|gh[opsu]|github_pat|xox[a-z])[-_]|AIza)[A-Za-z0-9_.-]{8,}|(?<=//)[^/@\s]+(?=@)")
"""What a key or a password in a URL looks like; messages end up in public logs."""
_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)$")
_DEEPEST = 50
"""Levels of values inside values."""


class _Loader(yaml.SafeLoader):
    """YAML in which all but null stay the words they are: `10:15:00`, `2512.02550` and `yes`.

    Numbers and truth values know what they mean, for keys of which the user alone knows the kind.

    A value that holds itself, or is nested deeper than any configuration, is refused: reading it would never end.
    """

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._around: list[str | None] = []
        """The anchors of the values that are being read, the outermost first; None for one without."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if problem := self._endless(event):
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        self._around.append(event.anchor)
        node = super().compose_node(parent, index)
        self._around.pop()
        return node

    def _endless(self, event: Any) -> str | None:
        if isinstance(event, yaml.AliasEvent) and event.anchor in self._around:
            return f"*{event.anchor} holds itself"
        return f"more than {_DEEPEST} levels deep" if len(self._around) > _DEEPEST else None


_Loader.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (kept := [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":bool", ":int", ":float"))])
}
_Loader.yaml_constructors = dict(yaml.SafeLoader.yaml_constructors)
for _kind in ("bool", "int", "float"):
    _Loader.yaml_constructors[f"tag:yaml.org,2002:{_kind}"] = construct_word
_Loader.yaml_constructors["tag:yaml.org,2002:timestamp"] = yaml.SafeLoader.construct_yaml_str


def read_config(path: Path, environment: Mapping[str, str], *, required: bool) -> Config:
    """The configuration in a file, overridden by variables such as `DIGEST_SUMMARIZER__MODEL`.

    Without the file the defaults hold, unless it is `required`. Raises UsageError with one line for each fault.
    """
    values, lines, faults = _read_file(path, required)
    places = {place: f"{path}:{line}" for place, line in lines.items()}
    variables = {}
    for name, keys, value in _overrides(environment):
        faults += _override(values, name, keys, value)
        places = {place: where for place, where in places.items() if place[: len(keys)] != keys} | {keys: name}
        variables[keys] = name
    fitted = fit(Config, values)
    faults += [_told(misfit, places, variables, path) for misfit in fitted.misfits]
    if faults:
        raise UsageError(*(_without_secrets(fault, environment) for fault in faults))
    config: Config = fitted.value
    return config


def read_yaml(path: Path) -> Any:
    """A YAML file of words, lists and mappings; numbers and dates stay the words they are. Raises UsageError."""
    return _load(_compose(path), path)


def _read_file(path: Path, required: bool) -> tuple[dict[str, Any], dict[Place, int], list[str]]:
    """The file's values, the lines of its keys, and keys that stand twice. An empty section has its defaults."""
    if not path.exists() and not required:
        return {}, {}, []
    root = _compose(path)
    if root is None:
        return {}, {}, []
    if not isinstance(root, yaml.MappingNode):
        raise UsageError(f"{path}:1: not a mapping of keys; write keys and values as docs/configuration.md has them")
    lines: dict[Place, int] = {}
    faults: list[str] = []
    for place, line in _places(root, ()):
        if place in lines:
            faults.append(f"{path}:{line}: {_dotted(place)}: appears twice; keep one")
        lines.setdefault(place, line)
    values = _load(root, path)
    sections = {field.name for field in msgspec.structs.fields(Config)}
    empty = [key for key, value in values.items() if value is None and key in sections]
    return {key: value for key, value in values.items() if key not in empty}, lines, faults


def _compose(path: Path) -> yaml.Node | None:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
        if node is not None:
            refuse_endless(node)
        return node
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; correct the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(path, error) from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: not YAML: {fold(str(error))}; fix the file") from error


def _load(node: yaml.Node | None, path: Path) -> Any:
    try:
        return None if node is None else _Loader("").construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(path, error) from error


def _not_yaml(path: Path, error: yaml.MarkedYAMLError) -> UsageError:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return UsageError(f"{path}:{line}: not YAML: {error.problem}; fix the line")


def _places(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    """Every key of a document as a path from the root, with its 1-based line."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            yield inner, key.start_mark.line + 1
            yield from _places(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*place, index), value.start_mark.line + 1
            yield from _places(value, (*place, index))


def _overrides(environment: Mapping[str, str]) -> Iterator[tuple[str, Place, Any]]:
    for name, text in sorted(environment.items()):
        if name.startswith(_PREFIX):
            keys = tuple(key.lower() for key in name.removeprefix(_PREFIX).split("__"))
            yield name, keys, _value(text)


def _value(text: str) -> Any:
    """A list, mapping or null as YAML writes them; all else is the word itself, `{date}` included."""
    try:
        value = yaml.load(text, Loader=_Loader) if text.startswith(("[", "{")) or text == "null" else text  # noqa: S506
    except yaml.YAMLError:
        return text
    is_pattern = isinstance(value, dict) and value and not any(value.values())
    return text if is_pattern else value


def _override(values: dict[str, Any], name: str, keys: Place, value: Any) -> list[str]:
    """Set one key in place; the schema's faults are reported together."""
    inner: Any = values
    for key in keys[:-1]:
        if inner.get(key) is None:
            inner[key] = {}
        inner = inner[key]
        if not isinstance(inner, dict):
            return [f"{name}: {key} is not a section; unset the variable"]
    inner[keys[-1]] = value
    return []


def _told(misfit: Misfit, places: Mapping[Place, str], variables: Mapping[Place, str], path: Path) -> str:
    """A fault with its place: the variables that set something below it, else the line of the key or of one around."""
    inside = [name for keys, name in variables.items() if keys[: len(misfit.place)] == misfit.place]
    known = [misfit.place[:end] for end in range(len(misfit.place), 0, -1)]
    where = ", ".join(inside) or next((places[place] for place in known if place in places), str(path))
    return _SECRET.sub("[secret]", f"{where}: {_dotted(misfit.place)}: {misfit.reason}")


def _without_secrets(fault: str, environment: Mapping[str, str]) -> str:
    """The fault without what variables hold whose names say that it is secret: people do paste keys into files."""
    for name, value in environment.items():
        if _SECRET_NAME.search(name):
            fault = Secret(value.strip()).hide(fault)
    return fault


def _dotted(place: Place) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).lstrip(".")
