"""URLs of code and project pages, judged by their form."""

import pytest

from digest.core.paper import Paper, code_of, code_url, page_url, project_of

PAGES = {
    "https://a.github.io/b/": True,
    "  http://example.org/x?y=1&z=%20#top  ": True,
    "https://www.example.co.kr:8080/~kim": True,
    "javascript:alert(1)": False,
    "data:text/html,x": False,
    "//example.org": False,
    "ftp://example.org": False,
    "https://user:pass@example.org/": False,
    "https://localhost/": False,
    "https://10.0.0.1/": False,
    "https://[::1]/": False,
    "https://example.org/a b": False,
    "https://example.org/{{x}}": False,
    "https://example.org/(a)": False,
    'https://example.org/"onclick=': False,
    "https://example.org/<b>": False,
    "https://예시.한국/": False,
    f"https://example.org/{'x' * 300}": False,
    "": False,
}
CODES = {
    "https://github.com/a/b": True,
    "https://github.com/a-1/b.c_d/tree/main/x": True,
    "http://github.com/a/b": False,
    "https://github.com/a": False,
    "https://github.com.evil.org/a/b": False,
    "https://evil.org/github.com/a/b": False,
    "https://github.com/a/b?x=1": False,
    "https://github.com/{{a}}/b": False,
}


@pytest.mark.parametrize("text", PAGES)
def test_pages(text: str) -> None:
    assert page_url(text) == (text.strip() if PAGES[text] else None)


@pytest.mark.parametrize("text", CODES)
def test_code(text: str) -> None:
    assert code_url(text) == (text if CODES[text] else None)


@pytest.mark.parametrize("text", [None, 3, [], {"a": 1}])
def test_what_is_not_text_is_not_a_url(text: object) -> None:
    assert (page_url(text), code_url(text)) == (None, None)


@pytest.mark.parametrize(
    ("paper", "code", "project"),
    [
        (Paper(id="1"), None, None),
        (Paper(id="1", code="https://github.com/a/b"), "https://github.com/a/b", None),
        (Paper(id="1", project="https://a.org"), None, "https://a.org"),
        (
            Paper(id="1", code="https://github.com/a/b", project="https://github.com/a/b"),
            "https://github.com/a/b",
            None,
        ),
        (Paper(id="1", abstract="Code is at https://github.com/a/b."), "https://github.com/a/b", None),
        (
            Paper(id="1", abstract="See github.com/a/b, and a.github.io/c)"),
            "https://github.com/a/b",
            "https://a.github.io/c",
        ),
        (Paper(id="1", comment="Project: https://a.github.io/"), None, "https://a.github.io/"),
        (Paper(id="1", abstract="mail a@b.github.io or github.com/a"), None, None),
        (Paper(id="1", code="javascript:x", abstract="https://github.com/a/b"), "https://github.com/a/b", None),
    ],
)
def test_links_of_a_paper(paper: Paper, code: str | None, project: str | None) -> None:
    assert (code_of(paper), project_of(paper)) == (code, project)
