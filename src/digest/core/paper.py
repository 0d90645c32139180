"""Papers, the listing that names them for a date, the text that a summary may rely on, and the ids of questions."""

import base64
import re
from datetime import date, datetime
from typing import ClassVar, Final, Literal, NamedTuple

from digest.core.summary import Fault
from digest.core.text import fold
from digest.core.value import Value

_HASH: Final = 43
"""Characters of 256 bits in base64 without its padding."""

State = Literal["ready", "quiet", "waiting", "error"]


class Paper(Value):
    """One arXiv paper's metadata."""

    absent_if_empty: ClassVar = frozenset({"code", "project"})

    id: str
    """The versionless arXiv id: `2512.03405`, `hep-th/9901001`."""
    version: int | None = None
    """The version that was read; None as long as nobody said."""
    pinned: bool = False
    """Whether that version was asked for by name; otherwise the latest is read."""
    title: str = ""
    """One line, white space folded, LaTeX verbatim."""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    """One paragraph, white space folded, LaTeX verbatim."""
    categories: tuple[str, ...] = ()
    published: str | None = None
    """When version 1 was submitted, ISO 8601 in UTC."""
    updated: str | None = None
    """When the version that was read was submitted, ISO 8601 in UTC."""
    comment: str | None = None
    """The authors' comment, as arXiv has it."""
    upvotes: int | None = None
    """Votes in the listing when the paper was taken; None where the source has no votes."""
    code: str | None = None
    """The URL of the paper's code, as the listing has it."""
    project: str | None = None
    """The URL of the paper's project page, as the listing has it."""
    metadata: Literal["arxiv", "listing", "none"] = "none"
    """Who said all this: arXiv's API, only the listing (arXiv did not answer), or nobody yet."""

    @property
    def name(self) -> str:
        """What readers are shown: the title on one line, or the id where there is none."""
        return fold(self.title) or self.id


class SourceReport(Value):
    """What one source answered for a date."""

    absent_if_empty: ClassVar = frozenset({"since", "grew"})

    kind: str
    """`huggingface`, `arxiv`, `list` or `ids`."""
    state: State
    papers: int = 0
    settled: bool = True
    """Whether its list for the date could no longer grow; one that could is asked for again on later nights."""
    at: datetime | None = None
    """When it was asked."""
    since: datetime | None = None
    """When it first answered so: with papers, or without any. None in records of an older digest."""
    grew: bool = False
    """Whether it had papers that it did not have the time before."""


class Listing(Value):
    """The papers that the sources name for a date, in order, each once."""

    date: date
    state: State
    papers: tuple[Paper, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    faults: tuple[Fault, ...] = ()


TextKind = Literal["html", "pdf", "abstract"]


class Section(Value):
    """A heading and the paragraphs below it, up to the next heading."""

    heading: str
    """As printed, white space folded, without its number; empty for text before any heading."""
    text: str
    """Paragraphs separated by one empty line; formulas as their TeX between single dollars."""
    level: int = 1
    """1 for a section, 2 for a subsection, and so on."""
    appendix: bool = False


class SourceText(Value):
    """Sections of the arXiv HTML, else of the PDF, else the abstract alone."""

    absent_if_empty: ClassVar = frozenset({"lacks"})

    kind: TextKind
    sections: tuple[Section, ...]
    """Without the abstract (unless kind is `abstract`), references, acknowledgements and page furniture."""
    version: int | None = None
    """The version that was read, where the page says so."""
    notes: tuple[str, ...] = ()
    """What was left out or could not be read, in words: "hidden text left out: 212 characters in white"."""
    lacks: str = ""
    """Why the page is not the whole paper, in words, as far as the page itself shows; empty if it does not."""

    @property
    def length(self) -> int:
        """Characters of text in all sections."""
        return sum(len(section.text) for section in self.sections)


_FLAGS = re.IGNORECASE | re.ASCII
_NEW = r"\d{4}\.\d{4,5}"
_OLD = r"[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/\d{7}"
_ID = rf"(?P<id>{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d{{0,2}}))?"
_BARE = re.compile(rf"(?:arxiv:\s*)?{_ID}(?:\.pdf)?(?:\s*\[[a-z.-]+\])?", _FLAGS)
_DOI = re.compile(rf"(?:https?://(?:dx\.)?doi\.org/)?10\.48550/arxiv\.{_ID}", _FLAGS)
# Matches https://www.alphaxiv.org/ko/overview/2512.03405v2?tab=1; not https://arxiv.org/list/2512.03405.
_URL = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.){0,3}(?:arxiv\.org|alphaxiv\.org|ar5iv\.org|huggingface\.co|hf\.co)/"
    rf"(?:[a-z]{{2}}/)?(?:abs|pdf|html|overview|papers)/{_ID}(?:\.pdf|\.md)?/?(?:[?#].*)?",
    _FLAGS,
)


class PaperId(NamedTuple):
    """A paper, and perhaps one of its versions."""

    id: str
    """Versionless: `2512.03405`, `hep-th/9901001`."""
    version: int | None = None


def parse_id(text: str) -> PaperId | None:
    """The id that a whole text names; None if it names none.

    Only the shape is judged, as arXiv does: whether such a paper exists is arXiv's to say.
    """
    for pattern in (_BARE, _URL, _DOI):
        if found := pattern.fullmatch(text.strip()):
            return PaperId(_canonical(found["id"]), int(found["version"]) if found["version"] else None)
    return None


def _canonical(paper_id: str) -> str:
    """Old-style ids without their subject class, which arXiv's own answers leave out."""
    archive, slash, number = paper_id.partition("/")
    return f"{archive.split('.')[0].lower()}/{number}" if slash else paper_id


def abs_url(paper_id: str) -> str:
    """The paper's abstract page, which is where readers are sent."""
    return f"https://arxiv.org/abs/{paper_id}"


def alphaxiv_url(paper_id: str) -> str:
    """The paper's page on alphaXiv, in Korean."""
    return f"https://www.alphaxiv.org/ko/overview/{paper_id}"


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


def custom_id(paper: str, round_: int, name: str) -> str:
    """A line's id, `2512.03405-1-HASH`, at most 64 characters: some servers take no longer ones."""
    return f"{paper}-{round_}-{base64.urlsafe_b64encode(bytes.fromhex(name)).decode().rstrip('=')}"


class LineId(NamedTuple):
    """What a line's id says."""

    paper: str
    round: int
    """From 1, over all batches about the paper."""
    name: str
    """The hash of the question, in hexadecimal digits."""


def read_custom_id(text: str) -> LineId:
    """The parts of a line's id. Raises ValueError for one that digest has not made."""
    paper, _, round_ = text[: -_HASH - 1].rpartition("-")
    name = base64.urlsafe_b64decode(f"{text[-_HASH:]}=").hex()
    return LineId(paper, int(round_), name)
