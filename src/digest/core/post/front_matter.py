"""Front matter: the YAML between two lines of dashes that Jekyll reads at the top of a post."""

import json
import re
from collections.abc import Iterator, Mapping
from textwrap import dedent
from typing import Any, Final

import yaml

from digest.core.summary import Fault, Finding
from digest.core.validation import EndlessError, construct_word, refuse_endless
from digest.core.value import Value

_MARK: Final = re.compile(r"---\s*")
_END: Final = re.compile(r"(?:---|\.\.\.)\s*")
# Matches `title: x`, `"my key": x` and `제목 : x`; not `# title: x` or `- title: x`.
_KEY: Final = re.compile(r"""(?P<key>"[^"]+"|'[^']+'|[^\W\d][\w-]*)[ \t]*:(?P<value>.*)""")
# Matches lines that can follow a key: `  - a`, `- a`, `# note`, `]` and an empty line; not `# 1. [T](url)` or `text`.
_BELONGS: Final = re.compile(r"[ \t]|-(?:[ \t]|$)|#(?!#|[ \t]*(?:\d+\\?[.)]|\[))|[\]}]|$")
# Matches the first line of a body: `# 1. [Title](url)`, `# [Title](url)`, `## Method`; not `# a comment in YAML`.
_BODY: Final = re.compile(r"#{1,6}[ \t]*(?:\d+\\?[.)]|\[)|#{2,6}[ \t]")
_YAML_LIMIT: Final = 20_000
"""Characters of front matter that are read as YAML; beyond that it is read key by key."""


class FrontMatter(Value):
    """The front matter of a post, and where the body begins."""

    data: dict[str, Any]
    """Scalars as they are written (dates and numbers as text), but for truth values and null.

    Numbers know what they mean: see `meaning`.
    """
    body: str
    """With single newlines between lines, whatever the text had."""
    body_line: int
    """The body's first line in the text, 1-based."""
    findings: tuple[Finding, ...] = ()


def read_front_matter(text: str) -> FrontMatter:
    """The front matter of any text, read as far as it can be understood; what is wrong is a finding, never an error."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not _MARK.fullmatch(lines[start]) or not _has_field(lines[start + 1 :]):
        nothing = _finding(1, "there is no front matter, so Jekyll has no title and no layout")
        return FrontMatter(data={}, body="\n".join(lines), body_line=1, findings=(nothing,))
    findings = [_finding(1, "blank lines come before the front matter, so Jekyll shows it as text")] if start else []
    end = _end(lines, start + 1)
    body = end + 1
    if end == len(lines) or not _END.fullmatch(lines[end]):
        findings.append(_finding(start + 1, "the line of dashes that ends the front matter is missing"))
        body = end
    data, faults = _read_fields(lines[start + 1 : end], start + 2)
    return FrontMatter(data=data, body="\n".join(lines[body:]), body_line=body + 1, findings=(*findings, *faults))


def _finding(line: int, message: str) -> Finding:
    return Finding(line=line, fault=Fault(name="front-matter", message=message, field="front matter"))


def _has_field(lines: list[str]) -> bool:
    """Whether the first line that says something is a key: else the dashes are a rule, and nothing may be lost."""
    said = (line.strip() for line in lines)
    return bool(_KEY.match(next((line for line in said if line and not line.startswith("#")), "")))


def _end(lines: list[str], start: int) -> int:
    """The index of the ending line; without one, of the first line that no YAML would have."""
    for index in range(start, len(lines)):
        if _END.fullmatch(lines[index]):
            return index
        after_blank = not lines[index - 1].strip()
        if _BODY.match(lines[index]) or (after_blank and not _is_field(lines[index])):
            break
    return next((i for i in range(start, len(lines)) if not lines[i].strip() or not _is_field(lines[i])), len(lines))


def _is_field(line: str) -> bool:
    return bool(_KEY.match(line) or _BELONGS.match(line))


_UNREADABLE: Final = (yaml.YAMLError, RecursionError, ValueError, TypeError)
"""What PyYAML and `_read_yaml` raise for text that is not a mapping."""


class _FrontMatterLoader(yaml.SafeLoader):
    """Reads scalars as they are written, but for truth values and null; other types that a tag asks for are refused."""


_FrontMatterLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":bool", ":null", ":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_FrontMatterLoader.yaml_constructors = {
    tag: make
    for tag, make in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.endswith((":bool", ":null", ":str", ":seq", ":map"))
}
for _kind in ("int", "float"):
    _FrontMatterLoader.yaml_constructors[f"tag:yaml.org,2002:{_kind}"] = construct_word


def _read_fields(lines: list[str], first: int) -> tuple[dict[str, Any], list[Finding]]:
    try:
        return _read_yaml("\n".join(lines), first)
    except _UNREADABLE as error:
        data, findings = _recover(lines, first)
        if isinstance(error, EndlessError) or not findings:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or "the front matter cannot be read as a whole"
            findings.append(_finding(first + (mark.line if mark else 0), f"not valid YAML: {reason}"))
        return data, findings


def _read_yaml(source: str, first: int) -> tuple[dict[str, Any], list[Finding]]:
    """The fields of valid YAML; of a key that comes twice the last counts, as in Jekyll."""
    if len(source) > _YAML_LIMIT:
        raise ValueError
    loader = _FrontMatterLoader(source)
    node = loader.get_single_node()
    if not isinstance(node, yaml.MappingNode):
        raise TypeError
    if not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
        raise TypeError
    refuse_endless(node)
    data: dict[str, Any] = {}
    findings = []
    for key_node, value_node in node.value:
        key, line = str(key_node.value), first + key_node.start_mark.line
        if key in data:
            findings.append(_finding(line, f"the key {key} comes twice; the last one counts"))
        data[key] = loader.construct_object(value_node, deep=True)
        findings.extend(_stray_quote(key, data[key], line))
    return data, findings


def _stray_quote(key: str, value: object, line: int) -> Iterator[Finding]:
    if isinstance(value, str) and value.count('"') == 1 and value[0] != value[-1] and '"' in value[0] + value[-1]:
        yield _finding(line, f"{key} has one quotation mark of two, and shows it: {value}")


def _recover(lines: list[str], first: int) -> tuple[dict[str, Any], list[Finding]]:
    """The fields of invalid YAML, each read on its own: what cannot be read is taken as it is written."""
    data: dict[str, Any] = {}
    findings: list[Finding] = []
    long = sum(map(len, lines)) > _YAML_LIMIT
    for line, group in _groups(dedent("\n".join(lines)).split("\n"), first):
        fields, found = _take(group, line) if long else _read_or_take(group, line)
        findings += [_finding(line, f"the key {key} comes twice; the last one counts") for key in fields if key in data]
        data |= fields
        findings += found
    return data, findings


def _read_or_take(group: list[str], line: int) -> tuple[dict[str, Any], list[Finding]]:
    try:
        return _read_yaml("\n".join(group), line)
    except _UNREADABLE:
        return _take(group, line)


def _groups(lines: list[str], first: int) -> Iterator[tuple[int, list[str]]]:
    """Each key's lines, with the number of their first."""
    group: list[str] = []
    start = first
    for number, line in enumerate(lines, first):
        if _KEY.match(line) or not _BELONGS.match(line):
            if group:
                yield start, group
            group, start = [], number
        if group or line.strip():
            group.append(line)
    if group:
        yield start, group


def _take(group: list[str], line: int) -> tuple[dict[str, Any], list[Finding]]:
    """A field that is not YAML, its value as written, less one pair of quotation marks around it."""
    match = _KEY.match(group[0])
    if not match:
        return {}, [_finding(line, f"not understood: {group[0].strip()}")]
    value = " ".join([match["value"].strip(), *(more.strip() for more in group[1:])]).strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    key = match["key"].strip("\"'")
    return {key: value}, [_finding(line, f"the value of {key} is not valid YAML; put it in double quotes")]


class _Plain(str):
    """Text to be written without quotes, whatever YAML makes of it."""


class _Quoted(str):
    """Text to be written in double quotes."""


class _Dumper(yaml.SafeDumper):
    """Writes lists in one line and non-ASCII text as it is."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """A JSON string, which YAML reads too. PyYAML's own would spell emoji as numbers."""
        self.write_indicator(_quote(text), True)


_UNPRINTABLE: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SAFE: Final = re.compile(r"[^\W\d_](?:[\w .-]*[\w])?")
"""Text that every YAML reader takes as it is, if it is not one of YAML's words."""


def _quote(text: str) -> str:
    text = re.sub(r"[\ud800-\udfff]", "\ufffd", text)
    return _UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))


def _represent_plain(dumper: _Dumper, text: _Plain) -> yaml.ScalarNode:
    tag = dumper.resolve(yaml.ScalarNode, str(text), (True, False))  # type: ignore[no-untyped-call]
    return dumper.represent_scalar(tag, str(text))


def _represent_quoted(dumper: _Dumper, text: _Quoted) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    tag = dumper.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    plain = tag.endswith(":str") and _SAFE.fullmatch(text)
    return _represent_plain(dumper, _Plain(text)) if plain else _represent_quoted(dumper, _Quoted(text))


def _represent_list(dumper: _Dumper, items: list[object] | tuple[object, ...]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(_Plain, _represent_plain)
_Dumper.add_representer(_Quoted, _represent_quoted)
_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(list, _represent_list)
_Dumper.add_representer(tuple, _represent_list)

# Matches `2025-12-04` and `2025-12-04 08:15:00 +0900`; not `2025-12` or `2025-12-04-title`.
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:\s*(?:Z|[+-]\d{2}:?\d{2}))?)?")
_SPELLING: Final = {"title": _Quoted, "date": _Plain}


def write_front_matter(fields: Mapping[str, object], own: Mapping[str, object] | None = None) -> str:
    """Front matter with the fields in their order, from the first line of dashes to the newline after the last.

    The title is always quoted; the date, text such as `2025-12-04 08:15:00 +0900`, never where YAML allows.
    Other text is quoted where a YAML reader could take it for something else. After the fields come the owner's
    `own`, in which a date is written as YAML has dates. Raises `yaml.YAMLError` for
    values that are not text, number, truth value, date, list or mapping.
    """
    spelled = {
        key: _SPELLING.get(key, str)(value) if isinstance(value, str) else value for key, value in fields.items()
    } | {key: _dated(value) for key, value in (own or {}).items()}
    written = yaml.dump(
        spelled,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=float("inf"),
        default_flow_style=False,
    )
    return f"---\n{written}---\n"


def _dated(value: object) -> object:
    """An owner's value, its dates to be written as dates."""
    if isinstance(value, dict):
        return {key: _dated(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_dated(each) for each in value]
    return _Plain(value) if isinstance(value, str) and _DATE.fullmatch(value) else value
