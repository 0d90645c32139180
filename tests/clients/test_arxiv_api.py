"""arXiv's API: the recorded feeds, and the sample service in every mood."""

from datetime import date
from pathlib import Path

import pytest
from bench.services import Services, faults, make_papers, serve

from digest.clients.arxiv_api import ArxivApi
from digest.clients.http import HttpClient, Pacer
from digest.clients.retry import ServiceError
from digest.sample import SamplePaper, load_papers

WIRE = Path(__file__).parents[3] / "shared" / "wire" / "arxiv"
recorded = pytest.mark.skipif(not WIRE.exists(), reason="the recorded feeds are not beside the project")


@pytest.fixture
def api(services: Services, http: HttpClient) -> ArxivApi:
    return ArxivApi(http, services.arxiv_api_url, Pacer(0))


def feed(name: str) -> faults.Fault:
    (path,) = WIRE.glob(f"{name}.xml")
    return faults.reply(int(path.name.split(".")[-2]), body=path.read_bytes())


FEEDS = {
    "id_1605.08386_*": {"1605.08386": 1},
    "id_2104.12255v1_*": {"2104.12255": 1},
    "id_0000.0000_*": {},
    "id_0808.05394_s0_*": {},
    "id_0808.05394_1707.08567_*": {"1707.08567": 1},
    "id_astro-ph_0601001_*": {"astro-ph/0601001": 1},
    "id_quant-ph_0201082v1_*": {"quant-ph/0201082": 1},
}


@recorded
@pytest.mark.parametrize("name", FEEDS)
def test_recorded_feeds(services: Services, api: ArxivApi, name: str) -> None:
    services.fail("arxiv-api", feed(name))
    papers = api.by_ids(["2512.03405"])
    assert {paper.id: paper.version for paper in papers.values()} == FEEDS[name]
    for paper_id, paper in papers.items():
        assert paper.id == paper_id
        assert paper.metadata == "arxiv"
        assert paper.authors
        assert paper.categories
        assert len(paper.abstract) > 100
        assert paper.published is not None
        assert paper.published.endswith("Z")
        assert all("\n" not in text and "  " not in text for text in (paper.title, paper.abstract, *paper.authors))


@recorded
def test_the_recorded_refusal(services: Services, api: ArxivApi) -> None:
    services.fail("arxiv-api", feed("id_abc_*"))
    with pytest.raises(ServiceError, match=r"^arXiv API: HTTP 400 Bad Request$"):
        api.by_ids(["2512.03405"])
    assert services.count("arxiv-api") == 1


def test_metadata_of_one_paper(api: ArxivApi) -> None:
    sample = next(paper for paper in load_papers() if paper.id == "2512.03405")
    (paper,) = api.by_ids([sample.id]).values()
    assert (paper.title, paper.abstract) == (sample.title, " ".join(sample.abstract.split()))
    assert (paper.authors, paper.categories) == (sample.authors, sample.categories)
    assert (paper.version, paper.published) == (sample.version, sample.published)


def test_unknown_ids_vanish_and_order_does_not_matter(services: Services, api: ArxivApi) -> None:
    ids = ["2512.99999", "2512.04000", "2512.03405", "hep-th/9901001"]
    assert set(api.by_ids(ids)) == {"2512.03405", "2512.04000"}
    assert services.count("arxiv-api") == 1


def test_no_ids_no_request(services: Services, api: ArxivApi) -> None:
    assert api.by_ids([]) == {}
    assert services.requests == ()


def test_a_version_of_a_paper(http: HttpClient) -> None:
    paper = make_papers(1)[0].replace(version=3)
    with serve([paper], {}) as services:
        api = ArxivApi(http, services.arxiv_api_url, Pacer(0))
        assert api.by_ids(["2601.00001"])["2601.00001"].version == 3
        assert api.by_ids(["2601.00001v2"])["2601.00001"].version == 2
        assert api.by_ids(["2601.00001v4"]) == {}


def test_sixty_ids_in_one_request(http: HttpClient) -> None:
    papers = make_papers(60)
    with serve(papers, {}) as services:
        found = ArxivApi(http, services.arxiv_api_url, Pacer(0)).by_ids([paper.id for paper in papers])
        assert {p.id: p.title for p in found.values()} == {p.id: p.title for p in papers}
        (request,) = services.requests
    assert request.query["max_results"] == "60"
    assert request.headers["accept"].startswith("application/atom+xml")
    assert request.headers["user-agent"].startswith("daily-papers-digest/")


BAD = {
    "rate exceeded with 200": (faults.rate_exceeded, r"no Atom feed but 'Rate exceeded\.'"),
    "rate exceeded with 429": (faults.reply(429, body="Rate exceeded."), "HTTP 429"),
    "not acceptable": (faults.reply(406), "HTTP 406"),
    "unavailable": (faults.reply(503), "HTTP 503"),
    "nothing": (faults.empty, "no Atom feed but ''"),
    "half a feed": (faults.truncated, "arXiv API: "),
    "half a feed of announced length": (faults.reply(200, body="<?xml version='1.0'?><feed><entry>"), "no Atom feed"),
    "a page": (faults.html_page, "no Atom feed"),
    "a tidy page": (faults.reply(200, body="<html><body/></html>"), "no Atom feed but <html>"),
    "garbage": (faults.garbage, "no Atom feed"),
    "a reset": (faults.reset, "arXiv API: "),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_feed_is_asked_again_and_never_an_empty_day(
    services: Services, api: ArxivApi, http: HttpClient, name: str
) -> None:
    fault, words = BAD[name]
    services.fail("arxiv-api", fault, times=3)
    assert set(api.by_ids(["2512.03405"])) == {"2512.03405"}
    assert http.counts["arxiv"] == 4
    services.fail("arxiv-api", fault)
    with pytest.raises(ServiceError, match=words):
        api.by_ids(["2512.03405"])
    with pytest.raises(ServiceError, match=words):
        api.submitted(["cs.CV"], date(2025, 12, 3))


def test_a_malformed_id_is_refused_once(services: Services, api: ArxivApi) -> None:
    with pytest.raises(ServiceError, match="HTTP 400"):
        api.by_ids(["2512.03405", "abc"])
    assert services.count("arxiv-api") == 1


ERROR_FEED = """<feed xmlns="http://www.w3.org/2005/Atom"><title>arXiv Search Results</title><entry>
<id>http://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title>
<summary>incorrect id format for abc</summary></entry></feed>"""


def test_an_error_in_the_clothes_of_a_feed(services: Services, api: ArxivApi) -> None:
    services.fail("arxiv-api", faults.reply(200, body=ERROR_FEED))
    with pytest.raises(ServiceError, match=r"^arXiv API: incorrect id format for abc$"):
        api.by_ids(["2512.03405"])
    assert services.count("arxiv-api") == 1


def test_an_external_entity_is_not_followed(services: Services, api: ArxivApi, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    body = f'<!DOCTYPE f [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]><feed xmlns="http://www.w3.org/2005/Atom"><title>&x;</title></feed>'
    services.fail("arxiv-api", faults.reply(200, body=body))
    assert api.by_ids(["2512.03405"]) == {}


def papers_of_a_day(count: int) -> list[SamplePaper]:
    """In two categories by turns; every tenth of the day before."""
    return [
        paper.replace(
            categories=("cs.CV",) if number % 2 else ("cs.LG", "cs.CL"),
            published=f"2025-12-0{3 if number % 10 == 0 else 4}T10:{number // 60:02}:{number % 60:02}Z",
        )
        for number, paper in enumerate(make_papers(count))
    ]


def test_a_category_query_over_three_pages(http: HttpClient) -> None:
    papers = papers_of_a_day(280)
    with serve(papers, {}) as services:
        api = ArxivApi(http, services.arxiv_api_url, Pacer(0))
        found = api.submitted(["cs.CV", "cs.CL"], date(2025, 12, 4))
        assert [paper.id for paper in found] == [paper.id for n, paper in enumerate(papers) if n % 10]
        assert len(found) == 252
        assert [request.query["start"] for request in services.requests] == ["0", "100", "200"]
        assert len(api.submitted(["cs.CV"], date(2025, 12, 4))) == 140
        assert api.submitted(["math.CO"], date(2025, 12, 4)) == []


def test_a_query_whose_later_page_fails_is_no_half_day(http: HttpClient) -> None:
    with serve(papers_of_a_day(280), {}) as services:
        services.fail("arxiv-api", faults.reply(503), match="100")
        with pytest.raises(ServiceError, match="503"):
            ArxivApi(http, services.arxiv_api_url, Pacer(0)).submitted(["cs.CV", "cs.CL"], date(2025, 12, 4))


def entry(number: int, published: str | None, updated: str | None = "2025-12-04T10:00:00Z") -> str:
    dates = (("published", published), ("updated", updated))
    written = "".join(f"<{name}>{value}</{name}>" for name, value in dates if value is not None)
    return (
        f"<entry><id>http://arxiv.org/abs/2512.0000{number}v1</id><title>T</title><summary>A</summary>{written}</entry>"
    )


def atom(*entries: str, total: int | None = None) -> faults.Fault:
    search = "http://a9.com/-/spec/opensearch/1.1/"
    count = len(entries) if total is None else total
    start = f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="{search}"><o:totalResults>{count}</o:totalResults>'
    return faults.reply(200, body=f"{start}{''.join(entries)}</feed>")


DATES = ["yesterday", "", "2025-13-45T10:00:00Z", "0001-01-01T00:00:00+14:00", "99999-01-01T00:00:00Z", None]


@pytest.mark.parametrize("date_text", DATES)
def test_one_unreadable_date_costs_one_date(services: Services, api: ArxivApi, date_text: str | None) -> None:
    good = "2025-12-04T09:00:00Z"
    services.fail("arxiv-api", atom(entry(1, good), entry(2, date_text), entry(3, good, date_text)))
    found = api.by_ids(["2512.00001", "2512.00002", "2512.00003"])
    assert [(paper.published, paper.updated is None) for paper in found.values()] == [
        (good, False),
        (None, False),
        (good, True),
    ]


def test_a_feed_that_announces_papers_and_has_none_is_refused(services: Services, api: ArxivApi) -> None:
    services.fail("arxiv-api", atom(total=3))
    with pytest.raises(ServiceError, match="announces 3 papers and has none"):
        api.submitted(["cs.CV"], date(2025, 12, 4))
