"""A paper's code and its project page: URLs out of other people's words, judged by their form."""

import re
from typing import Final

from digest.core.paper import Paper

# Matches `https://a.github.io/b/?c=d#e` and `https://example.org`; not `javascript:x`, `https://user@host/`,
# `https://localhost/`, `https://10.0.0.1/`, `https://a.b/(c)` or anything with a space, a quote or a brace.
_PAGE: Final = re.compile(
    r"https?://(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
    r"(?::\d{2,5})?(?:[/?#][A-Za-z0-9._~/?#=&%+:@,-]*)?"
)
# Matches `https://github.com/owner/name` with or without more path; not `https://github.com/owner`.
_CODE: Final = re.compile(r"https://github\.com/[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+(?:/[A-Za-z0-9._~/%+-]*)?")
# Matches `github.com/owner/name` and `https://lab.github.io/page` within a sentence; not `github.com/owner` alone.
_NAMED: Final = re.compile(
    r"(?<![\w.@/-])(?:https?://)?(?:www\.)?(github\.com/[\w.-]+/[\w.-]+|[\w-]+\.github\.io(?:/[\w.~/-]*)?)", re.ASCII
)
_LONGEST: Final = 300


def page_url(text: object) -> str | None:
    """A text as the URL of a web page; None for what is not one in form. Nobody is asked whether it is there."""
    url = text.strip() if isinstance(text, str) else ""
    return url if len(url) <= _LONGEST and _PAGE.fullmatch(url) else None


def code_url(text: object) -> str | None:
    """A text as the URL of a repository on GitHub; None for what is not one in form."""
    url = text.strip() if isinstance(text, str) else ""
    return url if len(url) <= _LONGEST and _CODE.fullmatch(url) else None


def code_of(paper: Paper) -> str | None:
    """The URL of the paper's code: the listing's, else the first repository that abstract or comment names."""
    return next((url for url in (code_url(text) for text in (paper.code, *_named(paper))) if url), None)


def project_of(paper: Paper) -> str | None:
    """The URL of the paper's project page, if it is not its code's."""
    code = code_of(paper)
    found = [page_url(paper.project), *(url for url in _named(paper) if ".github.io" in url and page_url(url))]
    return next((url for url in found if url and url != code), None)


def _named(paper: Paper) -> list[str]:
    """URLs that abstract and comment name, without the sign that ends a sentence."""
    text = f"{paper.abstract} {paper.comment or ''}"
    return [f"https://{found[1].rstrip('.-')}" for found in _NAMED.finditer(text)]
