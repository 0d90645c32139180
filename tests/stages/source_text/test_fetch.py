"""Which of arXiv's pages a paper's text comes from."""

from pathlib import Path

import pytest
from bench.services import Services, faults, make_papers, serve

from digest.clients.http import HttpClient, Pacer
from digest.core.paper import Paper, Section, SourceText
from digest.sample import SamplePaper, load_papers
from digest.stages.source_text import fetch
from digest.stages.source_text.fetch import ArxivSite, best_of, fetch_text
from digest.store.cache import Cache

SAMPLE = next(paper for paper in load_papers() if paper.full_text == ("html", "pdf"))


def paper_of(sample: SamplePaper, *, version: int | None = None, pinned: bool = False) -> Paper:
    return Paper(
        id=sample.id, title=sample.title, abstract=sample.abstract, version=version, pinned=pinned, metadata="arxiv"
    )


PAPER = paper_of(SAMPLE)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


def site(services: Services, http: HttpClient, *forms: str) -> ArxivSite:
    return ArxivSite(http, services.arxiv_site_url, Pacer(0), forms or ("html", "pdf"))


@pytest.mark.parametrize(("forms", "kind"), [(("html", "pdf"), "html"), (("pdf", "html"), "pdf"), (("pdf",), "pdf")])
def test_the_first_form_that_is_configured(
    services: Services, http: HttpClient, cache: Cache, forms: tuple[str, ...], kind: str
) -> None:
    text = fetch_text(PAPER, site=site(services, http, *forms), cache=cache)
    assert (text.kind, text.notes) == (kind, ())
    assert text.length > len(PAPER.abstract)
    assert [request.service for request in services.requests] == [kind]
    assert [request.path for request in services.requests] == [f"/arxiv/{kind}/{PAPER.id}"]


def test_no_forms_at_all(services: Services, http: HttpClient, cache: Cache) -> None:
    nothing = ArxivSite(http, services.arxiv_site_url, Pacer(0), ())
    assert fetch_text(PAPER, site=nothing, cache=cache).kind == "abstract"
    assert services.requests == ()


def test_each_sample_paper_in_its_best_form(services: Services, http: HttpClient, cache: Cache) -> None:
    for sample in load_papers():
        text = fetch_text(paper_of(sample), site=site(services, http), cache=cache)
        assert text.kind == (*sample.full_text, "abstract")[0]
        assert text.notes == ()


FAILS = {
    "not there": (faults.reply(404), "pdf", []),
    "gone": (faults.reply(410), "pdf", ["arXiv HTML: HTTP 410 Gone"]),
    "throttled": (faults.reply(406), "pdf", ["arXiv HTML: HTTP 406 Not Acceptable"]),
    "down": (faults.reply(503), "pdf", ["arXiv HTML: HTTP 503 Service Unavailable"]),
    "another page": (faults.html_page, "pdf", []),
    "nothing": (faults.empty, "pdf", []),
}


@pytest.mark.parametrize("name", FAILS)
def test_the_next_form_where_one_has_nothing(services: Services, http: HttpClient, cache: Cache, name: str) -> None:
    fault, kind, notes = FAILS[name]
    services.fail("html", fault)
    text = fetch_text(PAPER, site=site(services, http), cache=cache)
    assert (text.kind, list(text.notes)) == (kind, notes)


def test_a_throttled_request_is_asked_again(services: Services, http: HttpClient, cache: Cache) -> None:
    services.fail("html", faults.reply(406), times=2)
    services.fail("html", faults.truncated, times=1)
    assert fetch_text(PAPER, site=site(services, http), cache=cache).kind == "html"
    assert services.count("html") == 4


def test_a_text_is_fetched_once(services: Services, http: HttpClient, cache: Cache) -> None:
    first = fetch_text(PAPER, site=site(services, http), cache=cache)
    assert fetch_text(PAPER, site=site(services, http), cache=cache) == first
    assert services.count("html") == 1
    fetch_text(PAPER, site=site(services, http, "pdf"), cache=cache)
    assert services.count("pdf") == 1


def test_what_came_of_trouble_is_not_kept(services: Services, http: HttpClient, cache: Cache) -> None:
    services.fail("html", faults.reply(503), times=4)
    assert fetch_text(PAPER, site=site(services, http), cache=cache).kind == "pdf"
    assert fetch_text(PAPER, site=site(services, http), cache=cache).kind == "html"


def test_a_page_that_takes_too_long_is_noted_and_asked_for_again(
    services: Services, http: HttpClient, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.fail("html", faults.reply(200, body="<article class=ltx_document>" + "<p>word" * 300_000), times=1)
    with monkeypatch.context() as impatient:
        impatient.setattr(fetch, "_PATIENCE", 0.05)
        text = fetch_text(PAPER, site=site(services, http), cache=cache)
    assert (text.kind, text.notes) == ("pdf", ("arXiv HTML: could not be read in 0.05 s",))
    again = fetch_text(PAPER, site=site(services, http), cache=cache)
    assert (again.kind, again.notes) == ("html", ())


def test_a_paper_without_full_text_is_asked_for_once(services: Services, http: HttpClient, cache: Cache) -> None:
    sample = next(paper for paper in load_papers() if not paper.full_text)
    for _ in range(2):
        text = fetch_text(paper_of(sample), site=site(services, http), cache=cache)
        assert (text.kind, text.notes) == ("abstract", ())
        assert text.sections[0].text == sample.abstract
    assert len(services.requests) == 2


def test_the_version_that_was_asked_for(http: HttpClient, cache: Cache) -> None:
    sample = make_papers(1)[0].replace(version=3)
    with serve([sample], {}) as services:
        for paper in (paper_of(sample, version=3), paper_of(sample, version=2, pinned=True)):
            assert fetch_text(paper, site=site(services, http), cache=cache).version == paper.version
        assert [request.path for request in services.requests] == [
            f"/arxiv/html/{sample.id}",
            f"/arxiv/html/{sample.id}v2",
        ]


def test_a_page_that_lost_most_of_the_paper_is_not_the_best(http: HttpClient, cache: Cache) -> None:
    sample = make_papers(1)[0]
    paper = paper_of(sample).replace(abstract=sample.abstract * 3)
    short = sample.replace(sections=sample.sections[:1])
    with serve([short], {}) as services:
        text = fetch_text(paper, site=site(services, http), cache=cache)
        assert text.kind == "abstract"
        assert text.notes[-1].endswith("has less text than the abstract")
        assert [request.service for request in services.requests] == ["html", "pdf"]


PROSE = "<p>The router keeps a share of all inputs, and it drops those whose score stays low.</p>" * 40
SECTIONS = "".join(f"<section id='S{n}'><h2>Part {n}</h2>{PROSE}</section>" for n in range(1, 5))
END = "<section class='ltx_bibliography'><ul><li>X</li></ul></section>"
CONTENTS = "<nav class='ltx_TOC'><ol>" + "".join(f"<li><a href='#S{n}'>P</a></li>" for n in range(1, 9)) + "</ol></nav>"
OPENING = "<article class='ltx_document'>"
NOT_WHOLE = {
    "a banner": f"<div>Conversion to HTML had a Fatal error.</div>{OPENING}{SECTIONS}{END}</article>",
    "the introduction": f"{OPENING}<section><h2>1 Introduction</h2>{PROSE[:600]}</section>{END}</article>",
    "contents": f"{CONTENTS}{OPENING}{SECTIONS}{END}</article>",
    "empty headings": f"{OPENING}{SECTIONS}<h2>A</h2><h2>B</h2><h2>C</h2>{END}</article>",
    "no ending": f"{OPENING}{SECTIONS}</article>",
}


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_a_page_that_is_not_whole_gives_way_to_a_pdf_that_has_more(
    services: Services, http: HttpClient, cache: Cache, name: str
) -> None:
    services.fail("html", faults.reply(200, body=NOT_WHOLE[name]))
    text = fetch_text(PAPER, site=site(services, http), cache=cache)
    assert services.count("pdf") == 1
    pdf_has_more = text.kind == "pdf"
    assert any("the html is not whole" in note for note in text.notes) == pdf_has_more
    assert any("may not be the whole paper" in note for note in text.notes) != pdf_has_more


def test_a_page_that_is_not_whole_and_all_there_is_says_so(services: Services, http: HttpClient, cache: Cache) -> None:
    services.fail("html", faults.reply(200, body=NOT_WHOLE["contents"]))
    services.fail("pdf", faults.reply(404))
    text = fetch_text(PAPER, site=site(services, http), cache=cache)
    assert text.kind == "html"
    assert text.notes == ("the html may not be the whole paper: 4 sections of its table of contents are not there",)


def text_of(kind: str, length: int, lacks: str = "") -> SourceText:
    return SourceText(kind=kind, sections=(Section(heading="A", text="x" * length),), lacks=lacks)


@pytest.mark.parametrize(
    ("html", "pdf", "kind", "notes"),
    [
        (text_of("html", 100), None, "html", ()),
        (text_of("html", 100, "it stops"), text_of("pdf", 500), "pdf", ("the html is not whole: it stops",)),
        (text_of("html", 100), text_of("pdf", 500), "pdf", ("the html is not whole: it has far less text",)),
        (text_of("html", 100, "it stops"), text_of("pdf", 105), "html", ()),
        (
            text_of("html", 100, "it stops"),
            text_of("pdf", 20),
            "html",
            ("the html may not be the whole paper: it stops",),
        ),
    ],
)
def test_the_better_of_two_texts(html: SourceText, pdf: SourceText | None, kind: str, notes: tuple[str, ...]) -> None:
    best = best_of([text for text in (html, pdf) if text])
    assert best is not None
    assert (best.kind, best.notes, best.lacks) == (kind, notes, "")


@pytest.mark.parametrize("name", ["style", "script"])
def test_a_page_that_is_not_arxivs_is_noted(services: Services, http: HttpClient, cache: Cache, name: str) -> None:
    services.fail("html", faults.reply(200, body=f"<article class='ltx_document'><p>A</p><{name}></{name}></article>"))
    text = fetch_text(PAPER, site=site(services, http), cache=cache)
    assert text.kind == "pdf"
    assert text.notes == (f"arXiv HTML: it is not arXiv's page: a <{name}> is inside the paper",)


def test_offline_the_abstract_is_all_there_is(services: Services, cache: Cache) -> None:
    with HttpClient(offline=True) as http:
        text = fetch_text(PAPER, site=site(services, http), cache=cache)
    assert text.kind == "abstract"
    assert all("offline" in note for note in text.notes)
    assert services.requests == ()
    with HttpClient() as http:
        assert fetch_text(PAPER, site=site(services, http), cache=cache).kind == "html"
