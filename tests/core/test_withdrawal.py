"""Papers that are not there any more."""

import pytest

from digest.core.paper import Paper, Section, SourceText
from digest.core.record import Entry
from digest.core.selection import withdrawal_of, withdrawn_entry, without_withdrawn
from digest.core.summary import Fault

PAPER = Paper(id="2512.03405", title="Sparse Routing", abstract="We study routing, which is sparse.")

WITHDRAWN = [
    "This paper has been withdrawn by the authors due to an error in Theorem 2",
    "Withdrawn.",
    "withdrawn",
    "Paper withdrawn due to a crucial error in equation 5",
    "This submission has been withdrawn by arXiv administrators due to inappropriate text overlap",
    "The authors have withdrawn this work for further experiments",
    "We withdraw this version because the data is wrong",
    "arXiv admin note: withdrawn from arXiv at the request of the authors",
]
THERE = [
    None,
    "",
    "Accepted at TMLR",
    "Withdrawn from ICLR 2025, accepted at TMLR",
    "This paper has been withdrawn from NeurIPS 2025 and is under review elsewhere",
    "20 pages; a study of patients withdrawn from treatment",
    "Code: github.com/x/withdrawn-papers",
]


@pytest.mark.parametrize("comment", WITHDRAWN)
def test_a_comment_that_says_withdrawn(comment: str) -> None:
    assert withdrawal_of(PAPER.replace(comment=comment)) == comment


@pytest.mark.parametrize("comment", THERE)
def test_a_comment_that_does_not(comment: str | None) -> None:
    assert withdrawal_of(PAPER.replace(comment=comment)) == ""


@pytest.mark.parametrize(
    ("abstract", "text", "why"),
    [
        ("This paper has been withdrawn by the author.", "", "This paper has been withdrawn by the author."),
        ("We study.", "This article has been withdrawn by the authors.", "This article has been withdrawn by"),
        ("We study why 30 users were withdrawn from the trial.", "", ""),
        ("We study.", "This paper has been withdrawn by nobody. " + "It goes on and on. " * 200, ""),
    ],
)
def test_an_abstract_or_a_page_that_says_so(abstract: str, text: str, why: str) -> None:
    page = SourceText(kind="html", sections=(Section(heading="", text=text),))
    said = withdrawal_of(PAPER.replace(abstract=abstract), page)
    assert said.startswith(why)
    assert bool(said) == bool(why)


def test_a_withdrawn_paper_becomes_an_exclusion() -> None:
    fine = Entry(status="failed", paper=PAPER.replace(id="2512.00001"), faults=(Fault(name="no-text", message="x"),))
    kept, gone = without_withdrawn({"2512.00001": fine, PAPER.id: withdrawn_entry(PAPER, "Withdrawn by the authors")})
    assert list(kept) == ["2512.00001"]
    assert [(each.id, each.title, each.reason) for each in gone] == [
        ("2512.03405", "Sparse Routing", "withdrawn: Withdrawn by the authors")
    ]
