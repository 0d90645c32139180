"""Reading config.yaml: every fault at once, each with its place."""

import json
from pathlib import Path

import pytest

from digest.core.config import Config
from digest.core.errors import UsageError
from digest.store.config import read_config, read_yaml
from settings import fitted


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


def told(file: Path, text: str | bytes = "", **environment: str) -> list[str]:
    """The faults of a file, with `file` in the place of its path."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError) as caught:
        read_config(file, environment, required=True)
    return str(caught.value).replace(str(file), "file").splitlines()


EVERYTHING = """\
blog:
  timezone: Mars/Phobos
  titel: x
select:
  limit: many
  exclude:
    - fine
    - "("
sources:
  - kind: huggingface
  - kind: huggingface
    url: nowhere
    colour: blue
  - kind: rss
  - url: https://huggingface.co
paths: {filename: daily.md}
summarizer:
  model: a
  budget_usd: 3
  model: b
nightly: 7
bogus: 1
"""


def test_every_fault_at_once_with_its_line_and_key(file: Path) -> None:
    assert [line[: line.index(": ", line.index(": ") + 2)] for line in told(file, EVERYTHING)] == [
        "file:20: summarizer.model",
        "file:2: blog.timezone",
        "file:3: blog.titel",
        "file:16: paths.filename",
        "file:12: sources[1].url",
        "file:13: sources[1].colour",
        "file:14: sources[2].kind",
        "file:15: sources[3].kind",
        "file:5: select.limit",
        "file:8: select.exclude[1]",
        "file:21: nightly",
        "file:22: bogus",
    ]


FAULTS: dict[str, tuple[str | bytes, dict[str, str], list[str]]] = {
    "unknown section": ("bogus: 1\n", {}, ["file:1: bogus: unknown key; remove it, or write one of blog"]),
    "unknown key": ("\nblog:\n\n  bogus: 1\n", {}, ["file:4: blog.bogus: unknown key"]),
    "a key that says nothing": ("bogus:\n", {}, ["file:1: bogus: unknown key"]),
    "wrong type": ("select: {limit: 2.5}\n", {}, ["file:1: select.limit: ", "'2.5'"]),
    "empty value": ("select: {limit: }\n", {}, ["file:1: select.limit: "]),
    "out of bounds": (
        "summarizer: {concurrency: 0}\n",
        {},
        ["file:1: summarizer.concurrency: must be 1 to 256; it is '0'"],
    ),
    "a kind that is a list": (
        "sources: [{kind: [huggingface]}]\n",
        {},
        ["file:1: sources[0].kind: must be one of huggingface, arxiv, list"],
    ),
    "a term's translations": (
        "summarizer:\n  glossary:\n    agent: [a, b]\n",
        {},
        ["file:3: summarizer.glossary.agent: not a text"],
    ),
    "half a sign in a number": ('select: {limit: "\\ud83d"}\n', {}, ["file:1: select.limit: has a control character"]),
    "part missing": (
        "summarizer:\n  prices:\n    input: 1\n",
        {},
        ["file:2: summarizer.prices.output: field required"],
    ),
    "not a mapping": ("- a\n- b\n", {}, ["file:1: not a mapping"]),
    "a word": ("hello\n", {}, ["file:1: not a mapping"]),
    "not YAML": ("blog:\n  title: 'open\n", {}, ["file:3: not YAML"]),
    "a tab": ("blog:\n\ttitle: a\n", {}, ["file:2: not YAML"]),
    "endless aliases": (
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        {},
        ["file:6: not YAML: its aliases make it endless; write the values out"],
    ),
    "a variable that is wrong": (
        "summarizer: {model: a}\n",
        {"DIGEST_SUMMARIZER__ATTEMPTS": "many"},
        ["DIGEST_SUMMARIZER__ATTEMPTS: summarizer.attempts"],
    ),
    "a variable over what the file says below it": (
        "sources:\n- kind: huggingface\n  url: https://example.org\n",
        {"DIGEST_SOURCES": "[{kind: huggingface, url: nowhere}]"},
        ["DIGEST_SOURCES: sources[0].url"],
    ),
    "a list in itself": ("select:\n  include: &a [x, *a]\n", {}, ["file:2: not YAML: *a holds itself; fix the line"]),
    "a section in itself": ("blog: &b {title: *b}\n", {}, ["file:1: not YAML: *b holds itself"]),
    "itself further down": ("blog: &b\n  tags:\n  - {a: [*b]}\n", {}, ["file:3: not YAML: *b holds itself"]),
    "lists without end": ("blog:\n  tags: " + "[" * 5000, {}, ["file:2: not YAML: more than 50 levels deep"]),
    "lists in lists": ("blog: {tags: " + "[" * 60 + "]" * 60 + "}", {}, ["file:1: not YAML: more than 50 levels deep"]),
    "a number by its tag": ("select: {limit: !!int many}\n", {}, ["file:1: select.limit: ", "'many'"]),
    "a date by its tag": ("select: {limit: !!timestamp x}\n", {}, ["file:1: select.limit: ", "'x'"]),
    "no sources": ("sources: []\n", {}, ["file:1: sources: names no source", "write [{kind: huggingface}]"]),
    "an end of text": ('paths:\n  posts: "a\\0b"\n', {}, ["file:2: paths.posts: has a control character; remove it"]),
    "half a sign": ('blog: {layout: "\\ud83d"}\n', {}, ["file:1: blog.layout: has a control character"]),
    "a source's file": ('sources: [{kind: list, file: "a\\x07"}]\n', {}, ["file:1: sources[0].file: has a control"]),
    "two documents": ("a: 1\n---\nb: 2\n", {}, ["file:2: not YAML"]),
    "a Python object": ("blog: !!python/object/apply:os.system [ls]\n", {}, ["file:1: not YAML"]),
    "a tag of one's own": ("a: 1\nblog: !mine x\n", {}, ["file:2: not YAML"]),
    "a list as a key": ("[a, b]: 1\n", {}, ["file:1: not YAML"]),
    "a control character": ("blog: \x01\n", {}, ["file: not YAML: unacceptable character"]),
    "not UTF-8": ("제목".encode("cp949"), {}, ["file: not UTF-8 at byte 0; save it as UTF-8"]),
    "a key twice": ("select: {limit: 1}\nselect: {min_upvotes: 2}\n", {}, ["file:2: select: appears twice"]),
    "unknown variable": ("", {"DIGEST_BOGUS": "1"}, ["DIGEST_BOGUS: bogus: unknown key"]),
    "a variable in the place of a whole list": (
        "sources:\n  - {kind: huggingface, url: bad}\n",
        {"DIGEST_SOURCES": "[{kind: huggingface, url: worse}]"},
        ["DIGEST_SOURCES: sources[0].url: 'worse' is not a URL"],
    ),
    "unknown nested variable": (
        "",
        {"DIGEST_BLOG__TITEL": "1"},
        ["DIGEST_BLOG__TITEL: blog.titel: unknown key; write title"],
    ),
    "variable of a wrong type": ("", {"DIGEST_SELECT__LIMIT": "many"}, ["DIGEST_SELECT__LIMIT: select.limit: "]),
    "variable below a value": (
        "blog: {title: a}",
        {"DIGEST_BLOG__TITLE__X": "1"},
        ["DIGEST_BLOG__TITLE__X: title is not"],
    ),
    "variable that is half YAML": (
        "",
        {"DIGEST_BLOG__TAGS": "[a, b"},
        ["DIGEST_BLOG__TAGS: blog.tags: not a list; it is '[a, b'"],
    ),
    "variable that holds itself": (
        "",
        {"DIGEST_BLOG__TAGS": "[&a [*a]]"},
        ["DIGEST_BLOG__TAGS: blog.tags: not a list; it is '[&a [*a]]'"],
    ),
    "variable without end": ("", {"DIGEST_BLOG__TAGS": "[" * 5000}, ["DIGEST_BLOG__TAGS: blog.tags: not a list"]),
    "variable without a name": ("", {"DIGEST_": "x"}, ["DIGEST_: "]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault(file: Path, name: str) -> None:
    text, environment, words = FAULTS[name]
    (line,) = told(file, text, **environment)
    assert line.startswith(words[0])
    assert all(word in line for word in words)


SECRET = "sk-proj-0123456789abcdefghij"


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        (f"api_key: {SECRET}\n", {}),
        (f"summarizer: {{api_key: {SECRET}}}\n", {}),
        (f"summarizer: {{api_key_env: {SECRET}}}\n", {}),
        (f"summarizer: {SECRET}\n", {}),
        (f"summarizer: {{kind: {SECRET}}}\n", {}),
        (f"summarizer: {{attempts: {SECRET}}}\n", {}),
        (f"summarizer: {{prices: {{api_key: {SECRET}}}}}\n", {}),
        (f"summarizer: [{SECRET}]\n", {}),
        (f"sources: [{{key: {SECRET}}}]\n", {}),
        (f"blog: {{time: {SECRET}}}\n", {}),
        (f"select: {{exclude: ['({SECRET}']}}\n", {}),
        (f"arxiv: {{api_url: 'ftp://me:{SECRET}@example.org'}}\n", {}),
        ("", {"DIGEST_OPENAI_API_KEY": SECRET}),
        ("", {"DIGEST_SUMMARIZER__KIND": SECRET}),
        ("", {"DIGEST_SUMMARIZER": f"[{SECRET}"}),
    ],
)
def test_a_secret_in_the_wrong_place_is_not_repeated(file: Path, text: str, environment: dict[str, str]) -> None:
    lines = told(file, text, **environment)
    assert lines
    assert "0123456789" not in "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "environment", "expected"),
    [
        ("", {}, Config()),
        ("# nothing\n", {}, Config()),
        ("{}", {}, Config()),
        ("blog:\n# title: x\nselect:\n", {}, Config()),
        ("\ufeffselect: {limit: 7}\n", {}, fitted(Config, {"select": {"limit": 7}})),
        ("select:\r\n  limit: 7\r\n", {}, fitted(Config, {"select": {"limit": 7}})),
        ("blog: {time: 10:15:00}", {}, fitted(Config, {"blog": {"time": "10:15:00"}})),
        (
            "blog: {tags: [on, 2025, 2025-12-04, 1e3]}",
            {},
            fitted(Config, {"blog": {"tags": ["on", "2025", "2025-12-04", "1e3"]}}),
        ),
        (
            "blog: {tags: &t [a, b], categories: *t}",
            {},
            fitted(Config, {"blog": {"tags": ["a", "b"], "categories": ["a", "b"]}}),
        ),
        ('publish: {message: "a\\n{dates}"}', {}, fitted(Config, {"publish": {"message": "a\n{dates}"}})),
        ("publish: {push: no, branch: yes}", {}, fitted(Config, {"publish": {"push": False, "branch": "yes"}})),
        (
            "summarizer: {seed: 7, temperature: 0.5}",
            {"DIGEST_SUMMARIZER__SEED": "null"},
            fitted(Config, {"summarizer": {"temperature": 0.5}}),
        ),
        (
            "select: {limit: 7}",
            {"DIGEST_SELECT__LIMIT": "9", "DIGESTION": "x"},
            fitted(Config, {"select": {"limit": 9}}),
        ),
        ("summarizer:\n", {"DIGEST_SUMMARIZER__MODEL": "m"}, fitted(Config, {"summarizer": {"model": "m"}})),
        (
            "",
            {"DIGEST_SUMMARIZER__PRICES__INPUT": "1", "DIGEST_SUMMARIZER__PRICES__OUTPUT": "2"},
            fitted(Config, {"summarizer": {"prices": {"input": 1, "output": 2}}}),
        ),
        (
            "",
            {"DIGEST_SUMMARIZER__PRICES": "{input: 1, output: 2}"},
            fitted(Config, {"summarizer": {"prices": {"input": 1, "output": 2}}}),
        ),
        ("", {"DIGEST_BLOG__TAGS": "[a, 'b c']"}, fitted(Config, {"blog": {"tags": ["a", "b c"]}})),
        ("", {"DIGEST_BLOG__TITLE": "{date}"}, fitted(Config, {"blog": {"title": "{date}"}})),
        (
            "",
            {"DIGEST_BLOG__TITLE": "{date:%d %B} papers"},
            fitted(Config, {"blog": {"title": "{date:%d %B} papers"}}),
        ),
        ("summarizer: {glossary: {a: b}}", {"DIGEST_SUMMARIZER__GLOSSARY": "{}"}, Config()),
        (
            "",
            {"DIGEST_SOURCES": "[{kind: list, file: a.yaml}]"},
            fitted(Config, {"sources": [{"kind": "list", "file": "a.yaml"}]}),
        ),
    ],
)
def test_what_is_read(file: Path, text: str, environment: dict[str, str], expected: Config) -> None:
    file.write_text(text, encoding="utf-8", newline="")
    assert read_config(file, environment, required=True) == expected


def test_a_file_that_is_not_there(file: Path) -> None:
    assert read_config(file, {"DIGEST_SELECT__LIMIT": "3"}, required=False).select.limit == 3
    with pytest.raises(UsageError, match="No such file"):
        read_config(file, {}, required=True)
    file.mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        read_config(file, {}, required=False)


def test_a_yaml_file_of_words(file: Path) -> None:
    file.write_text("2025-12-04: [2512.02550, 2512.0340]\n2025-12-05: ~\n")
    assert read_yaml(file) == {"2025-12-04": ["2512.02550", "2512.0340"], "2025-12-05": None}
    file.write_text("a: &x [b]\nc: [*x, *x]\n")
    assert read_yaml(file) == {"a": ["b"], "c": [["b"], ["b"]]}
    for broken in ("a: !mine b\n", "a: &a [*a]\n", "[" * 5000):
        file.write_text(broken)
        with pytest.raises(UsageError, match=":1: not YAML"):
            read_yaml(file)


OWN_KEYS = """\
blog:
  front_matter:
    math: true
    comments: no
    toc: {sidebar: left, depth: 3}
    weight: 1.5
    arxiv: 2512.02550
    quoted: "true"
    nothing: null
    list: [1, a, yes]
    updated: 2025-01-01
    time: 8:15
  tags: [2025, yes]
"""


def test_keys_of_the_users_own_keep_their_types(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(OWN_KEYS, "utf-8")
    blog = read_config(path, {}, required=True).blog
    assert json.dumps(blog.front_matter) == json.dumps(
        {
            "math": True,
            "comments": False,
            "toc": {"sidebar": "left", "depth": 3},
            "weight": 1.5,
            "arxiv": "2512.02550",
            "quoted": "true",
            "nothing": None,
            "list": [1, "a", True],
            "updated": "2025-01-01",
            "time": "8:15",
        }
    )
    assert json.dumps(blog.tags) == '["2025", "yes"]'
    given = {"DIGEST_BLOG__FRONT_MATTER": "{toc: true, depth: 2, title: '2'}"}
    assert read_config(path, given, required=True).blog.front_matter == {"toc": True, "depth": 2, "title": "2"}
    with pytest.raises(UsageError, match=r"blog\.front_matter: not a mapping"):
        read_config(path, {"DIGEST_BLOG__FRONT_MATTER": "[a]"}, required=True)
