"""Templates, and where their errors stand."""

from functools import partial
from pathlib import Path

import pytest

from digest.core.errors import UsageError
from digest.store.templates import Templates

UNREADABLE = Path("/proc/self/mem")

ERRORS = {
    "an unknown variable": ("a\n{{ nothing }}", "x.j2:2: 'nothing' is undefined; fix the template"),
    "an unknown attribute": ("{{ a.b }}", "x.j2:1: 'int object' has no attribute 'b'"),
    "an unknown variable in a loop": ("{% for n in [1] %}\n\n{{ m }}\n{% endfor %}", "x.j2:3: 'm' is undefined"),
    "an unknown filter": ("\n\n{{ a | shout }}", "x.j2:3: No filter named 'shout'"),
    "an open brace": ("a\n{{ a", "x.j2:2: unexpected end of template"),
    "an open loop": ("{% for n in [1] %}\n", "x.j2:1: Unexpected end of template"),
    "an open comment": ("\n{# a", "x.j2:2: Missing end of comment tag"),
    "adding words to numbers": ("a\n{{ a + 'b' }}", "x.j2:2: unsupported operand"),
    "dividing by zero": ("{{ a / 0 }}", "x.j2:1: division by zero"),
    "a value that is not there": ("\n{{ 'a'.index('z') }}", "x.j2:2: substring not found; fix the template"),
    "one too many": ("{{ [].pop() }}", "x.j2:1: pop from empty list"),
    "no steps": ("{{ 'abc'[::0] }}", "x.j2:1: slice step cannot be zero"),
    "a length that Jinja asserts": ("{{ 'abcdefgh' | truncate(2) }}", "x.j2:1: expected length >= 3"),
    "extending nothing": ("{% extends none %}", "x.j2:1: 'NoneType' object has no attribute"),
    "half a sign": ("{{ '\\ud83d' }}", "x.j2: 'utf-8' codec can't encode character"),
    "no end": ("{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}", "x.j2:1: maximum recursion depth exceeded"),
    "including itself": ("\n{% include 'x.j2' %}", "x.j2:2: maximum recursion depth exceeded"),
    "brackets without end": ("{{ " + "[" * 3000, "x.j2: maximum recursion depth exceeded"),
    "too many loops": (
        "{% for n in [1] %}" * 25 + "{% endfor %}" * 25,
        "x.j2: too many statically nested blocks; fix",
    ),
    "a fault in an included file": ("\n{% include 'part.j2' %}", "part.j2:3: 'nothing' is undefined"),
    "an include that is not there": ("{% include 'y.j2' %}", "x.j2: no template 'y.j2'; restore the file"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_one_line_with_its_place(tmp_path: Path, name: str) -> None:
    source, words = ERRORS[name]
    (tmp_path / "x.j2").write_text(source)
    (tmp_path / "part.j2").write_text("\n\n{{ nothing }}")
    with pytest.raises(UsageError) as caught:
        Templates(tmp_path).render("x.j2", a=1)
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_template_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_bytes("제목".encode("cp949"))
    for ask in (Templates(tmp_path).render, Templates(tmp_path).hash):
        with pytest.raises(UsageError, match=r"x\.j2: not UTF-8"):
            ask("x.j2")


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    for ask in (Templates(tmp_path).render, Templates(tmp_path).hash):
        with pytest.raises(UsageError, match=r"x\.j2: no template 'x\.j2'; restore the file"):
            ask("x.j2")


def test_the_fingerprint_is_of_files_alone(tmp_path: Path) -> None:
    shipped = Templates(tmp_path).fingerprint
    (tmp_path / "folder.j2").mkdir()
    (tmp_path / "gone.j2").symlink_to(tmp_path / "nowhere")
    assert Templates(tmp_path).fingerprint == shipped
    (tmp_path / "folder.j2" / "x.j2").write_text("mine")
    with_mine = Templates(tmp_path).fingerprint
    assert with_mine != shipped
    (tmp_path / "folder.j2" / "x.j2").rename(tmp_path / "folder.j2" / "y.j2")
    assert Templates(tmp_path).fingerprint not in (shipped, with_mine)
    (tmp_path / "foot.html").write_text("included")
    (tmp_path / "folder.j2" / "y.j2").rename(tmp_path / "folder.j2" / "x.j2")
    assert Templates(tmp_path).fingerprint != with_mine


@pytest.mark.skipif(not UNREADABLE.exists(), reason="needs a file that nobody can read from its start")
def test_a_template_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.j2").symlink_to(UNREADABLE)
    templates = Templates(tmp_path)
    for ask in (partial(templates.render, "x.j2"), partial(templates.hash, "x.j2"), lambda: templates.fingerprint):
        with pytest.raises(UsageError, match=r"x\.j2: cannot be read: .*; make it readable"):
            ask()


def test_white_space_is_the_authors_but_for_tag_lines(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_text("a  \n  {% if a %}\n  {{ a }}\n  {% endif %}\n\n")
    assert Templates(tmp_path).render("x.j2", a=1) == "a  \n  1\n\n"


def test_the_filter_makes_words_come_out_verbatim_and_nothing_else_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_text("{{ a | text }} {{ a }}")
    assert Templates(tmp_path).render("x.j2", a="<b>") == r"\<b> <b>"


def test_own_templates_come_before_those_that_ship(tmp_path: Path) -> None:
    shipped = Templates(tmp_path).hash("system.md.j2", "ask.md.j2")
    assert shipped.startswith("sha256:")
    assert shipped != Templates(tmp_path).hash("ask.md.j2", "system.md.j2")
    (tmp_path / "ask.md.j2").write_text("mine")
    assert Templates(tmp_path).render("ask.md.j2") == "mine"
    assert Templates(tmp_path).hash("system.md.j2", "ask.md.j2") != shipped
    assert "JSON" in Templates(tmp_path / "nowhere").render("system.md.j2", meanings={}, glossary={})
