"""arXiv's pages and PDFs as the real ones are built."""

import re

import httpx
import pypdfium2  # type: ignore[import-untyped]
import pytest
from bench.services import Services, make_papers, serve
from lxml import etree, html

from digest.core.text import fold
from digest.sample import SamplePaper, SampleSection, given_text, load_papers
from digest.sample.arxiv_site import paper_pdf

PAPERS = {paper.id: paper for paper in load_papers()}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("html/2512.03405", 200),
        ("html/2512.03405v1", 200),
        ("html/2512.04000v2", 200),
        ("html/2512.03405v2", 404),
        ("html/2511.20515", 404),
        ("html/2512.04025", 404),
        ("pdf/2511.20515", 200),
        ("pdf/2511.20515v1", 200),
        ("pdf/2511.20515.pdf", 406),
        ("pdf/2512.04025", 404),
        ("pdf/9912.00001", 404),
        ("abs/2512.04025", 200),
        ("abs/9912.00001", 404),
        ("list/cs.CV", 404),
    ],
)
def test_what_there_is(client: httpx.Client, services: Services, path: str, status: int) -> None:
    answer = client.get(f"{services.arxiv_site_url}/{path}")
    assert answer.status_code == status
    if path.startswith("html/") and status == 404:
        assert "No HTML for" in answer.text
        assert "ltx_document" not in answer.text


@pytest.mark.parametrize("paper_id", [p.id for p in PAPERS.values() if "html" in p.full_text])
def test_a_page_holds_the_paper_as_latexml_writes_it(client: httpx.Client, services: Services, paper_id: str) -> None:
    paper = PAPERS[paper_id]
    page = html.fromstring(client.get(f"{services.arxiv_site_url}/html/{paper_id}").content)
    (article,) = page.iterfind(".//article[@class='ltx_document ltx_authors_1line']")
    assert page.xpath("//base/@href") == [f"/html/{paper_id}v{paper.version}/"]
    assert not article.xpath(".//nav|.//footer")
    assert page.xpath("//nav")
    assert page.xpath("//footer")
    assert len(article.findall("./section[@class='ltx_section']")) == len(paper.sections)
    assert article.xpath("./section[@class='ltx_bibliography']")
    text = [fold(_text(p)) for p in article.iterfind(".//p[@class='ltx_p']")]
    assert text[1:] == [fold(p) for p in given_text(paper).split("\n\n") if not p.startswith("$$")]


def _text(paragraph: etree._Element) -> str:
    """What is printed, formulas as their TeX between dollar signs."""
    formulas = [f"${math.get('alttext')}${math.tail or ''}" for math in paragraph]
    return (paragraph.text or "") + "".join(formulas)


@pytest.mark.parametrize("paper", [*(p for p in PAPERS.values() if p.full_text), *make_papers(1)], ids=lambda p: p.id)
def test_a_pdf_has_pages_whose_text_is_the_papers(paper: SamplePaper) -> None:
    document = pypdfium2.PdfDocument(paper_pdf(paper, 1))
    text = fold(" ".join(page.get_textpage().get_text_range() for page in document))
    assert len(document) >= 2
    assert all(f"{at} {section.heading}" in text for at, section in enumerate(paper.sections, start=1))
    for answered in (paper.answer or {}).values():
        assert all(quote in text for quote in answered.evidence)


@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda p: p.id)
def test_a_pdf_breaks_lines_at_spaces_only(paper: SamplePaper) -> None:
    assert not re.findall(rb"\(.*-\) Tj", paper_pdf(paper, 1))


def test_a_pdf_keeps_signs_that_mean_something_in_pdf() -> None:
    said = r"A path C:\new (with a stray \) parenthesis) costs 5 € – or 非 more."
    paper = SamplePaper(
        id="2601.00001", title="T", abstract="A", sections=(SampleSection(heading="H", paragraphs=(said,)),)
    )
    document = pypdfium2.PdfDocument(paper_pdf(paper, 1))
    assert said.replace("非", "?") in fold(document[0].get_textpage().get_text_range())


def test_markup_in_a_paper_is_escaped(client: httpx.Client) -> None:
    said = "A <think> token & a $a<b$ formula."
    paper = SamplePaper(
        id="2601.00001", title="<b>", abstract=said, sections=(SampleSection(heading="H", paragraphs=(said,)),)
    )
    with serve([paper]) as services:
        page = html.fromstring(client.get(f"{services.arxiv_site_url}/html/2601.00001").content)
    assert not page.xpath("//think|//h1/b")
    assert page.xpath("//math/@alttext") == ["a<b", "a<b"]
