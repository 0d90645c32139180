"""Templates, and where their errors stand."""

from pathlib import Path

import pytest

from digest.core.errors import UsageError
from digest.store.templates import Templates

ERRORS = {
    "an unknown variable": ("a\n{{ nothing }}", "x.j2:2: 'nothing' is undefined; mend the template"),
    "an unknown attribute": ("{{ a.b }}", "x.j2:1: 'int object' has no attribute 'b'"),
    "an unknown variable in a loop": ("{% for n in [1] %}\n\n{{ m }}\n{% endfor %}", "x.j2:3: 'm' is undefined"),
    "an unknown filter": ("\n\n{{ a | shout }}", "x.j2:3: No filter named 'shout'"),
    "an open brace": ("a\n{{ a", "x.j2:2: unexpected end of template"),
    "an open loop": ("{% for n in [1] %}\n", "x.j2:1: Unexpected end of template"),
    "an open comment": ("\n{# a", "x.j2:2: Missing end of comment tag"),
    "adding words to numbers": ("a\n{{ a + 'b' }}", "x.j2:2: unsupported operand"),
    "dividing by zero": ("{{ a / 0 }}", "x.j2:1: division by zero"),
    "an include that is not there": ("{% include 'y.j2' %}", "x.j2: no template 'y.j2'; restore the file"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_one_line_with_its_place(tmp_path: Path, name: str) -> None:
    source, words = ERRORS[name]
    (tmp_path / "x.j2").write_text(source)
    with pytest.raises(UsageError) as caught:
        Templates(tmp_path).render("x.j2", a=1)
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_template_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_bytes("제목".encode("cp949"))
    with pytest.raises(UsageError, match=r"x\.j2: not UTF-8"):
        Templates(tmp_path).render("x.j2")


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
