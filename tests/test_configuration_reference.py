"""The pages of docs/: what code can tell is generated or compared with it, and every example works."""

import ast
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from blog import Blog
from digest.core.config import ArxivSource, Config, HuggingFaceSource, ListSource
from digest.core.errors import Exit
from digest.core.judge.faults import ABSENCE, CONTENT
from digest.core.merge import GIVEN_UP
from digest.core.paper import Paper, SourceReport
from digest.core.record import (
    Correction,
    Entry,
    Exclusion,
    Extra,
    NewerVersion,
    PostRef,
    Provenance,
    Record,
    RecordListing,
    Tokens,
    Verdict,
    Verification,
    Withdrawal,
)
from digest.core.validation import ConfigSection
from digest.core.value import Value
from digest.outcome import IN_BATCH
from digest.stages.listing.sources import ListFile
from digest.store.config import read_config

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CODE = ROOT / "src" / "digest"
REFERENCE = DOCS / "configuration.md"
KEYS = re.compile(r"(?<=<!-- keys -->\n).*?(?=<!-- /keys -->)", re.DOTALL)
PROVIDERS = (
    "OpenAI",
    "Google Gemini",
    "Anthropic Claude",
    "Upstage Solar",
    "OpenRouter",
    "Ollama",
    "vLLM",
    "llama.cpp",
    "LM Studio",
)


def fenced(page: str, language: str) -> list[str]:
    """The code blocks of a page that are in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)


def table_names(page: str) -> set[str]:
    """What stands in code in the first cell of a page's table rows."""
    return set(re.findall(r"^\| `([^`]+)`(?: \*)? \|", (DOCS / page).read_text("utf-8"), re.MULTILINE))


def meanings() -> dict[str, str]:
    """What config.yaml says of each key, by section and key."""
    found, section = {}, ""
    for line in (ROOT / "config.yaml").read_text("utf-8").splitlines():
        if opened := re.match(r"(\w+):", line):
            section = opened[1]
        if key := re.match(r"  (\w+):.*?\s{2,}# (.+)", line):
            found[f"{section}.{key[1]}"] = key[2]
    return found


def kind_of(schema: dict[str, Any]) -> str:
    """A JSON schema in words."""
    if "anyOf" in schema:
        return " or ".join(kind_of(each) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " or ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {kind_of(schema['items'])}"
    if "type" not in schema:
        return "mapping"
    mapping = "mapping of text to text" if "additionalProperties" in schema else "mapping of text to anything"
    if schema.get("type") == "object" and not schema.get("additionalProperties", {}).get("type"):
        return "mapping"
    names = {"string": "text", "boolean": "`true` or `false`", "null": "`null`", "object": mapping}
    kind = str(schema["type"])
    return names.get(kind, kind) + bounds(schema)


def bounds(schema: dict[str, Any]) -> str:
    if "maximum" in schema:
        return f", {schema['minimum']:g} to {schema['maximum']:g}"
    return f", at least {schema['minimum']:g}" if "minimum" in schema else ""


def written(value: object) -> str:
    """A value as YAML writes it in one line."""
    line: str = yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=float("inf"))
    return line.strip()[1:-1]


def cells(*texts: str) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |\n"


def properties(section: type[ConfigSection]) -> dict[str, Any]:
    """The JSON schemas of a section's keys."""
    (_,), components = msgspec.json.schema_components([section])
    found: dict[str, Any] = components[section.__name__]["properties"]
    return found


def section_table(name: str, section: ConfigSection) -> str:
    told, schema = meanings(), properties(type(section))
    rows = [
        cells(
            f"`{key}`", kind_of(schema[key]), f"`{written(value)}`", told[f"{name}.{key}"], f"`{variable(name, key)}`"
        )
        for key, value in msgspec.to_builtins(section).items()
    ]
    return f"### {name}\n\n| key | type | default | meaning | variable |\n|---|---|---|---|---|\n{''.join(rows)}\n"


def variable(*keys: str) -> str:
    return f"DIGEST_{'__'.join(keys)}".upper()


def sources_table() -> str:
    rows = []
    for source in (HuggingFaceSource, ArxivSource, ListSource):
        schemas = properties(source)
        keys = [f"`{key}`: {kind_of(schema)}" for key, schema in schemas.items() if key != "kind"]
        rows.append(cells(kind_of(schemas["kind"]), "; ".join(keys), str(source.__doc__)))
    default = written([msgspec.to_builtins(source) for source in Config().sources])
    intro = f"A list of mappings, `{default}` by default, or the variable `{variable('sources')}`.\n\n"
    return f"### sources\n\n{intro}| kind | keys besides | what it lists |\n|---|---|---|\n{''.join(rows)}\n"


def reference() -> str:
    parts = (
        section_table(name, value) if isinstance(value := getattr(Config(), name), ConfigSection) else sources_table()
        for name in Config.__struct_fields__
    )
    return "\n" + "".join(parts)


def test_reference_is_what_the_code_says(request: pytest.FixtureRequest) -> None:
    text = REFERENCE.read_text("utf-8")
    assert KEYS.search(text), "the marks are gone"
    true = KEYS.sub(lambda _: reference(), text)
    if request.config.getoption("--refresh") and text != true:
        REFERENCE.write_text(true, "utf-8")
        text = true
    assert text == true, "run: pytest tests/test_configuration_reference.py --refresh"


def snippets() -> Iterator[Any]:
    for page in ("configuration.md", "providers.md", "templates.md", "rules.md"):
        for number, text in enumerate(fenced(page, "yaml")):
            if not text.startswith("# papers.yaml"):
                yield pytest.param(text, id=f"{page}-{number}")


@pytest.mark.parametrize("text", list(snippets()))
def test_snippets_are_configurations(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    read_config(path, {}, required=True)
    assert yaml.safe_load(text), "the snippet says nothing"


def test_each_provider_has_its_snippet(tmp_path: Path) -> None:
    sections = dict(
        re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", (DOCS / "providers.md").read_text("utf-8"), re.S | re.M)
    )
    for name in PROVIDERS:
        values = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", sections[name], re.DOTALL)[0])
        assert values["summarizer"].keys() >= {"base_url", "model", "api_key_env"}, name


def test_variables_are_taken(tmp_path: Path) -> None:
    lines = [line.removeprefix("export ") for block in fenced("configuration.md", "sh") for line in block.splitlines()]
    words = [word for line in lines for word in shlex.split(line) if word.startswith("DIGEST_")]
    environment = dict(word.split("=", 1) for word in words)
    assert len(environment) >= 5
    config = read_config(tmp_path / "config.yaml", environment, required=False)
    assert config.select.exclude == (r"\bmedical\b",)
    assert config.sources[0].kind == "arxiv"
    assert config.summarizer.prices is not None


def test_the_list_of_papers_is_read(tmp_path: Path) -> None:
    [text] = [block for block in fenced("configuration.md", "yaml") if block.startswith("# papers.yaml")]
    path = tmp_path / "papers.yaml"
    path.write_text(text, "utf-8")
    answers = [ListFile(path).ask(date(2025, 12, day), datetime(2025, 12, 9, tzinfo=UTC)) for day in (4, 5, 6)]
    assert [(answer.state, len(answer.papers)) for answer in answers] == [("ready", 2), ("ready", 1), ("quiet", 0)]
    assert not any(answer.faults for answer in answers)


def blog_with_template(blog: Blog, text: str) -> Blog:
    (blog.folder / "templates").mkdir()
    (blog.folder / "templates" / "post.md.j2").write_text(text, "utf-8")
    return blog


def test_the_example_template_makes_a_post(blog: Blog) -> None:
    [template] = fenced("templates.md", "jinja")
    ran = blog_with_template(blog, template).build("--sample", "2512.03405")
    assert (ran.code, ran.json["state"]) == (0, "written"), ran.err
    assert "Sample Author A" in blog.sample.post.read_text("utf-8")
    for name in ("posts", "data"):
        (blog.sample.folder / name).rename(blog.folder / name)
    assert blog.digest("check").code == 0
    assert blog.digest("render", "--all").code == 0


def test_a_template_that_loses_a_field_is_refused(blog: Blog) -> None:
    [template] = fenced("templates.md", "jinja")
    shorter = template.replace("entry.fields.limitations", "entry.fields.conclusion")
    ran = blog_with_template(blog, shorter).build("--sample", "2512.03405")
    assert ran.code == 1
    assert {(fault["name"], fault["field"]) for fault in ran.json["faults"]} == {("post", "limitations")}
    assert not blog.sample.post.exists()


def test_records_page_names_every_key() -> None:
    models: list[type[Value]] = [
        *(Record, RecordListing, SourceReport, Entry, Paper, Provenance, Tokens, Exclusion, PostRef, Extra),
        *(Verdict, Verification, Withdrawal, NewerVersion, Correction),
    ]
    keys = {field.encode_name for model in models for field in msgspec.structs.fields(model)} - {"unknown"}
    assert keys - set(re.findall(r"`(\w+)`", (DOCS / "records.md").read_text("utf-8"))) == set()


def test_running_page_has_every_exit_code() -> None:
    assert table_names("running.md") >= {str(int(code)) for code in Exit}


MAKERS = re.compile(r"\b(Fault|finding|_finding|_refused|_fault)\(")
"""Calls that make faults."""


def rule_names() -> set[str]:
    """Every name that code gives to a fault, by the calls that make one."""
    found: set[str] = set()
    for text in (path.read_text("utf-8") for path in CODE.rglob("*.py")):
        for node in ast.walk(ast.parse(text)) if MAKERS.search(text) else ():
            if isinstance(node, ast.Call):
                found.update(fault_name(node))
    return found | {*ABSENCE, *CONTENT, GIVEN_UP, IN_BATCH}


def fault_name(call: ast.Call) -> Iterator[str]:
    made_by = call.func.id if isinstance(call.func, ast.Name) else ""
    if made_by == "Fault":
        words: list[ast.expr] = [keyword.value for keyword in call.keywords if keyword.arg == "name"]
    elif made_by in ("finding", "_finding", "_refused"):
        words = [argument for argument in call.args if is_text(argument)][:1]
    else:
        words = call.args[:1] if made_by == "_fault" else []
    for word in filter(is_text, words):
        if re.fullmatch(r"[a-z]+(-[a-z]+)*", ast.literal_eval(word)):
            yield ast.literal_eval(word)


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_rules_page_has_exactly_the_rules() -> None:
    names = rule_names()
    assert {"number", "nothing-said", "repeat", "label-missing", "front-matter", "hand-edit", "record-exists"} <= names
    assert table_names("rules.md") == names
