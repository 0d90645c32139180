"""The papers that ship with digest obey the schema's rules, and stand in their own text."""

import re
from collections import Counter
from pathlib import Path

import pytest
from bench.services import make_papers

from digest.core.judge.faults import find_faults
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName
from digest.core.text import fold
from digest.sample import SAMPLE_DATE, SamplePaper, given_text, load_papers
from digest.sample.paper import walk

SEED = Path(__file__).parents[3] / "shared" / "seed" / f"{SAMPLE_DATE}.md"
PAPERS = pytest.mark.parametrize("paper", load_papers(), ids=lambda paper: paper.id)


def texts(paper: SamplePaper) -> dict[FieldName, str]:
    assert paper.answer is not None
    return {field: paper.answer[field].text for field in FIELDS}


@PAPERS
def test_every_field_is_answered_in_plain_academic_korean(paper: SamplePaper) -> None:
    for field, text in texts(paper).items():
        sentences = re.split(r"(?<=다\.) ", text)
        assert text == NOTHING_SAID or all(sentence.endswith("다.") for sentence in sentences)
        assert len(sentences) <= (3 if field == "method" else 1)
        assert not re.search(r"습니다|우리|저희|필자|https?:|[*_`#<>|\n\\]", text)
    assert sum(len(re.sub(r"\s", "", text)) for text in texts(paper).values()) <= 1000


@PAPERS
def test_every_quote_stands_word_for_word_in_one_paragraph(paper: SamplePaper) -> None:
    assert paper.answer is not None
    paragraphs = [fold(text) for text in given_text(paper).split("\n\n")]
    for field, answered in paper.answer.items():
        assert bool(answered.evidence) == (answered.text != NOTHING_SAID), field
        assert all(any(quote in paragraph for paragraph in paragraphs) for quote in answered.evidence), field
        assert all("$" not in quote for quote in answered.evidence), field


@PAPERS
def test_every_number_stands_in_the_given_text(paper: SamplePaper) -> None:
    number = re.compile(r"\d+(?:[.,]\d+)*")
    known = set(number.findall(given_text(paper)))
    assert set(number.findall(" ".join(texts(paper).values()))) <= known


@PAPERS
def test_digest_finds_no_fault(paper: SamplePaper) -> None:
    assert paper.answer is not None
    evidence = {field: paper.answer[field].evidence for field in FIELDS}
    assert find_faults(texts(paper), evidence, f"{paper.title}\n\n{given_text(paper)}") == ()


@PAPERS
def test_a_full_text_is_a_real_page(paper: SamplePaper) -> None:
    if paper.full_text:
        assert 6 <= len(paper.sections) <= 8
        assert 3000 <= len(given_text(paper)) <= 6000


def test_the_kinds_of_text_and_of_limitations() -> None:
    papers = load_papers()
    assert Counter(paper.full_text for paper in papers) == {("html", "pdf"): 6, ("pdf",): 1, (): 1}
    without = [
        paper.id
        for paper in papers
        if paper.sections and not any(section.heading == "Limitations" for _, section in walk(paper.sections))
    ]
    silent = [paper.id for paper in papers if texts(paper)["limitations"] == NOTHING_SAID]
    assert without == ["2512.03383", "2512.03979"]
    assert silent == ["2512.03383"]


@pytest.mark.skipif(not SEED.exists(), reason="the seed post is not beside this checkout")
def test_ids_titles_and_order_are_the_seeds() -> None:
    headings = re.findall(r"^# \d+\. \[(.+)\]\(https://arxiv\.org/abs/(.+)\)$", SEED.read_text("utf-8"), re.MULTILINE)
    assert [(paper.title, paper.id) for paper in load_papers()] == headings


def test_made_papers_are_many_and_different() -> None:
    papers = make_papers(300)
    assert papers[0].id == "2601.00001"
    for values in ([p.id for p in papers], [p.title for p in papers], [given_text(p) for p in papers]):
        assert len(set(values)) == 300
