"""arXiv ids, in the forms in which they are written: ids, versions, URLs of arXiv, alphaXiv and Hugging Face."""

import re
from typing import NamedTuple

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
