"""The arXiv API as the real one answers, read by the `arxiv` package and by hand."""

from pathlib import Path

import arxiv
import httpx
import pytest
from bench.services import Services, make_papers, serve
from lxml import etree

from digest.sample import load_papers

RECORDED = Path(__file__).parents[3] / "shared" / "wire" / "arxiv"
ATOM = {"a": "http://www.w3.org/2005/Atom", "o": "http://a9.com/-/spec/opensearch/1.1/"}
ALL = ",".join(paper.id for paper in load_papers())


def ids(answer: httpx.Response) -> list[str]:
    return [str(node.text) for node in etree.fromstring(answer.content).findall("a:entry/a:id", ATOM)]


def total(answer: httpx.Response) -> int:
    return int(etree.fromstring(answer.content).findtext("o:totalResults", namespaces=ATOM) or -1)


@pytest.mark.parametrize(
    ("id_list", "expected"),
    [
        ("2512.03405,2512.03534", ["2512.03534v1", "2512.03405v1"]),
        ("2512.04000", ["2512.04000v2"]),
        ("2512.04000v1,2512.04000", ["2512.04000v2", "2512.04000v1"]),
        ("2512.04000v3,9912.00001,hep-th/9901001", []),
        ("2512.03405,9912.00001", ["2512.03405v1"]),
    ],
)
def test_ids_are_found_in_no_promised_order(
    client: httpx.Client, services: Services, id_list: str, expected: list[str]
) -> None:
    answer = client.get(services.arxiv_api_url, params={"id_list": id_list})
    assert answer.status_code == 200
    assert ids(answer) == [f"http://arxiv.org/abs/{name}" for name in expected]
    assert total(answer) == len(expected)


@pytest.mark.parametrize("id_list", ["abc", "2512.03405,abc", "0112019", "2512.03405v0"])
def test_one_malformed_id_refuses_all(client: httpx.Client, services: Services, id_list: str) -> None:
    answer = client.get(services.arxiv_api_url, params={"id_list": id_list})
    bad = id_list.split(",")[-1]
    assert answer.status_code == 400
    assert ids(answer) == [f"https://arxiv.org/api/errors#incorrect_id_format_for_{bad}"]


def test_ten_results_unless_more_are_asked_for(client: httpx.Client) -> None:
    papers = make_papers(25)
    id_list = ",".join(paper.id for paper in papers)
    with serve(papers) as services:
        assert len(ids(client.get(services.arxiv_api_url, params={"id_list": id_list}))) == 10
        posted = client.post(services.arxiv_api_url, data={"id_list": id_list, "max_results": "100"})
    assert (len(ids(posted)), total(posted)) == (25, 25)


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("cat:cs.LG", {"2512.03383", "2511.22345"}),
        ("cat:cs.AI OR cat:cs.LG", {"2512.03383", "2511.22345", "2512.04000"}),
        ("cat:cs.*", {paper.id for paper in load_papers()}),
        ("cat:math.CO", set()),
        ("submittedDate:[202511270000 TO 202511272359]", {"2511.22345"}),
        ("(cat:cs.CV OR cat:cs.CL) AND submittedDate:[202512030233 TO 202512030323]", {"2512.03405", "2512.03383"}),
    ],
)
def test_searches_by_category_and_day(
    client: httpx.Client, services: Services, search: str, expected: set[str]
) -> None:
    answer = client.get(services.arxiv_api_url, params={"search_query": search, "max_results": 100})
    assert {name.rpartition("/")[2].partition("v")[0] for name in ids(answer)} == expected


def test_a_search_it_does_not_know_is_refused(client: httpx.Client, services: Services) -> None:
    assert client.get(services.arxiv_api_url, params={"search_query": "all:testing"}).status_code == 400


def test_the_arxiv_package_reads_every_value() -> None:
    with serve() as services:
        reader = arxiv.Client(page_size=3, delay_seconds=0, num_retries=0)
        reader.query_url_format = services.arxiv_api_url + "?{}"
        found = {r.get_short_id(): r for r in reader.results(arxiv.Search(id_list=ALL.split(",")))}
        searched = list(reader.results(arxiv.Search(query="cat:cs.CV")))
        assert services.count("arxiv-api") == 6
    assert len(searched) == 7
    for paper in load_papers():
        result = found[f"{paper.id}v{paper.version}"]
        assert (result.title, result.summary) == (paper.title, paper.abstract)
        assert [author.name for author in result.authors] == list(paper.authors)
        assert (result.categories, result.primary_category) == (list(paper.categories), paper.categories[0])
        assert f"{result.published:%Y-%m-%dT%H:%M:%SZ}" == paper.published
        assert f"{result.updated:%Y-%m-%dT%H:%M:%SZ}" == (paper.updated or paper.published)


@pytest.mark.parametrize(
    ("file", "params"),
    [
        ("id_2104.12255v1_s0_m100_6ae69987ffe1.200.xml", {"id_list": "2512.04025v1"}),
        ("id_0000.0000_s0_m100_8b51d9633a68.200.xml", {"id_list": "0000.0000"}),
        ("id_abc_s0_m100_b79c8dcf6bc3.400.xml", {"id_list": "abc"}),
    ],
)
def test_feeds_have_the_recorded_shape(
    client: httpx.Client, services: Services, file: str, params: dict[str, str]
) -> None:
    if not RECORDED.exists():
        pytest.skip("recorded answers are not beside this checkout")

    def shape(feed: bytes) -> list[tuple[object, ...]]:
        nodes = etree.fromstring(feed).iter()
        return sorted({(node.tag, *sorted(node.attrib), node.getparent() is not None) for node in nodes})

    ours = client.get(services.arxiv_api_url, params={**params, "max_results": "100"})
    assert shape(ours.content) == shape((RECORDED / file).read_bytes())
