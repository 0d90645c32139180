"""What arXiv says of listed papers, else what the listing said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.services import Services, faults, make_papers, serve

from digest.clients.arxiv_api import ArxivApi
from digest.clients.http import HttpClient, Pacer
from digest.core.paper import Paper
from digest.sample import load_papers
from digest.stages.entry import describe
from digest.store.cache import Cache


@pytest.fixture
def services() -> Iterator[Services]:
    with serve() as running:
        yield running


@pytest.fixture
def api(services: Services) -> Iterator[ArxivApi]:
    with HttpClient() as http:
        yield ArxivApi(http, services.arxiv_api_url, Pacer(0))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


LISTED = Paper(id="2512.03405", title="as listed", abstract="as listed", upvotes=7, metadata="listing")


def test_arxivs_words_with_the_listings_votes(api: ArxivApi, cache: Cache) -> None:
    found = describe([LISTED], api=api, cache=cache)
    paper, missing = found.of(LISTED)
    sample = next(each for each in load_papers() if each.id == LISTED.id)
    assert (paper.title, paper.metadata, paper.upvotes) == (sample.title, "arxiv", 7)
    assert (paper.version, paper.pinned) == (sample.version, False)
    assert missing is None


def test_an_archive_is_asked_for_a_hundred_a_request_and_one_that_fails_costs_its_own(cache: Cache) -> None:
    papers = make_papers(250)
    listed = [Paper(id=paper.id) for paper in papers]
    with serve(papers, {}) as services, HttpClient() as http:
        api = ArxivApi(http, services.arxiv_api_url, Pacer(0))
        services.fail("arxiv-api", faults.reply(400), match=papers[150].id)
        found = describe(listed, api=api, cache=cache)
        assert set(found.missing) == {paper.id for paper in papers[100:200]}
        services.recover()
        services.clear()
        assert describe(listed, api=api, cache=cache).missing == {}
        assert services.count("arxiv-api") == 1


def test_sixty_papers_in_one_request_and_none_the_second_time(cache: Cache) -> None:
    papers = make_papers(60)
    listed = [Paper(id=paper.id) for paper in reversed(papers)]
    with serve(papers, {}) as services, HttpClient() as http:
        api = ArxivApi(http, services.arxiv_api_url, Pacer(0))
        first = describe(listed[:50], api=api, cache=cache)
        assert list(first.papers) == [paper.id for paper in listed[:50]]
        assert services.count("arxiv-api") == 1
        both = describe(listed, api=api, cache=cache)
        assert services.count("arxiv-api") == 2
        assert services.requests[1].query["max_results"] == "10"
        assert describe(listed, api=api, cache=cache) == both
        assert services.count("arxiv-api") == 2


def test_an_id_that_arxiv_does_not_know(api: ArxivApi, cache: Cache) -> None:
    papers, missing = describe([LISTED, Paper(id="2512.99999")], api=api, cache=cache)
    assert [paper.metadata for paper in papers.values()] == ["arxiv", "none"]
    assert missing["2512.99999"].name == "unknown-id"
    assert missing["2512.99999"].message == "arXiv knows no paper 2512.99999; correct the id or remove it from the list"
    assert set(missing) == {"2512.99999"}


def test_a_version_that_was_asked_for(cache: Cache) -> None:
    paper = make_papers(1)[0].replace(version=3)
    asked = [Paper(id=paper.id), Paper(id=paper.id, version=2, pinned=True), Paper(id=paper.id, version=9, pinned=True)]
    with serve([paper], {}) as services, HttpClient() as http:
        api = ArxivApi(http, services.arxiv_api_url, Pacer(0))
        found = [describe([each], api=api, cache=cache) for each in asked]
    assert [(each.papers[paper.id].version, each.papers[paper.id].pinned) for each in found] == [
        (3, False),
        (2, True),
        (9, True),
    ]
    assert found[2].missing[paper.id].message.startswith(f"arXiv knows no paper {paper.id}v9;")


@pytest.mark.parametrize(
    "fault",
    [faults.rate_exceeded, faults.reply(406), faults.reply(503), faults.truncated, faults.html_page, faults.reply(400)],
)
def test_no_paper_is_lost_when_arxiv_fails(
    services: Services, api: ArxivApi, cache: Cache, fault: faults.Fault
) -> None:
    known = describe([Paper(id="2512.03534", upvotes=1)], api=api, cache=cache).papers["2512.03534"]
    services.fail("arxiv-api", fault)
    papers, missing = describe([LISTED, known, Paper(id="2512.04000")], api=api, cache=cache)
    assert list(papers.values()) == [LISTED, known, Paper(id="2512.04000")]
    assert set(missing) == {"2512.03405", "2512.04000"}
    assert {fault.name for fault in missing.values()} == {"metadata"}
    services.recover()
    papers, missing = describe(list(papers.values()), api=api, cache=cache)
    assert {paper.metadata for paper in papers.values()} == {"arxiv"}
    assert missing == {}


def test_a_broken_entry_of_the_cache_is_asked_again(
    services: Services, api: ArxivApi, cache: Cache, tmp_path: Path
) -> None:
    before = describe([LISTED], api=api, cache=cache)
    (path,) = tmp_path.rglob("*.json")
    path.write_text('{"title": "no id"}')
    assert describe([LISTED], api=api, cache=cache) == before
    assert services.count("arxiv-api") == 2


def test_no_papers_no_request(services: Services, api: ArxivApi, cache: Cache) -> None:
    assert describe([], api=api, cache=cache) == ({}, {})
    assert services.requests == ()
