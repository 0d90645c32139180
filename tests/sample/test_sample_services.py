"""What the services remember, how they fail, start and stop."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from bench.services import Services, faults, make_papers, serve


def page(client: httpx.Client, services: Services, paper_id: str = "2512.03405") -> httpx.Response:
    return client.get(f"{services.arxiv_site_url}/html/{paper_id}")


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (faults.reply(429, headers={"Retry-After": "2"}), 429, b""),
        (faults.reply(503, body="busy"), 503, b"busy"),
        (faults.redirect("http://127.0.0.1:9/x"), 302, b""),
        (faults.garbage, 200, bytes(range(256)) * 8),
        (faults.empty, 200, b""),
        (faults.rate_exceeded, 200, b"Rate exceeded."),
    ],
)
def test_faults_that_are_answers(
    client: httpx.Client, services: Services, fault: faults.Fault, status: int, body: bytes
) -> None:
    services.fail("html", fault, times=1)
    broken, whole = page(client, services), page(client, services)
    assert (broken.status_code, broken.content) == (status, body)
    assert whole.status_code == 200
    assert "ltx_document" in whole.text


def test_headers_of_a_fault_arrive(client: httpx.Client, services: Services) -> None:
    services.fail("html", faults.reply(429, headers={"Retry-After": "Thu, 04 Dec 2025 00:00:05 GMT"}))
    assert page(client, services).headers["Retry-After"] == "Thu, 04 Dec 2025 00:00:05 GMT"


def test_pages_and_errors_inside_200(client: httpx.Client, services: Services) -> None:
    services.fail("html", faults.html_page, times=1)
    services.fail("html", faults.error_inside, times=1)
    assert "sign in" in page(client, services).text
    assert "error" in page(client, services).json()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.reset, httpx.ReadError),
        (faults.truncated, httpx.RemoteProtocolError),
        (faults.hang, httpx.ReadTimeout),
        (faults.delay(5), httpx.ReadTimeout),
    ],
)
def test_faults_of_the_connection(
    client: httpx.Client, services: Services, fault: faults.Fault, error: type[Exception]
) -> None:
    services.fail("html", fault, times=1)
    with pytest.raises(error):
        client.get(f"{services.arxiv_site_url}/html/2512.03405", timeout=0.1)
    assert page(client, services).status_code == 200


def test_a_delay_ends_in_the_right_answer(client: httpx.Client, services: Services) -> None:
    services.fail("html", faults.delay(0.05), times=1)
    start = time.monotonic()
    assert "ltx_document" in page(client, services).text
    assert time.monotonic() - start >= 0.05


def test_floods(client: httpx.Client, services: Services) -> None:
    services.fail("html", faults.flood(2), times=1)
    services.fail("html", faults.flood(), times=1)
    assert len(page(client, services).content) >= 2e6
    with client.stream("GET", f"{services.arxiv_site_url}/html/2512.03405") as endless:
        assert sum(len(chunk) for chunk, _ in zip(endless.iter_bytes(65536), range(80), strict=False)) > 5e6


def test_faults_are_taken_in_turn_where_they_match(client: httpx.Client, services: Services) -> None:
    services.fail("html", faults.reply(500), times=2)
    services.fail("html", faults.reply(403), times=1, match="2512.03534")
    services.fail("pdf", faults.reply(404))
    asked = ["2512.03405", "2512.03405", "2512.03405", "2512.03534", "2512.03534"]
    assert [page(client, services, paper_id).status_code for paper_id in asked] == [500, 500, 200, 403, 200]
    services.fail("model", faults.reply(408), match='"model": "x"')
    url = f"{services.model_base_url}/chat/completions"
    bodies = [b'{"model": "x"}', b'{"model": "y"}']
    assert [client.post(url, content=body).status_code for body in bodies] == [408, 400]
    services.recover()
    assert client.post(url, content=bodies[0]).status_code == 400


def test_requests_are_remembered(client: httpx.Client, services: Services) -> None:
    client.get(f"{services.huggingface_url}/api/daily_papers?date=2025-12-04&q=%C3%A9", headers={"User-Agent": "me"})
    client.post(f"{services.model_base_url}/chat/completions", json={"a": 1})
    first, second = services.requests
    assert (first.service, first.method, first.path) == ("huggingface", "GET", "/hf/api/daily_papers")
    assert (first.query, first.headers["user-agent"]) == ({"date": "2025-12-04", "q": "é"}, "me")
    assert (second.service, second.json(), services.count("model")) == ("model", {"a": 1}, 1)
    assert first.started <= second.started
    services.clear()
    assert services.requests == ()


def test_many_are_served_at_once(client: httpx.Client) -> None:
    with serve(make_papers(16), latency={"html": 0.1}) as services, ThreadPoolExecutor(16) as pool:
        start = time.monotonic()
        answers = pool.map(lambda n: page(client, services, f"2601.{n:05d}").status_code, range(1, 17))
        assert set(answers) == {200}
        assert time.monotonic() - start >= 0.1
        assert 2 <= services.peak("html") <= 16
        assert services.count("html") == 16


def test_a_connection_is_kept_for_the_next_request(services: Services) -> None:
    with httpx.Client(trust_env=False, verify=False, limits=httpx.Limits(max_connections=1)) as client:
        ports = [page(client, services).extensions["network_stream"].get_extra_info("client_addr") for _ in range(3)]
    assert len(set(ports)) == 1


@pytest.mark.parametrize("busy", [faults.hang, faults.delay(60), faults.flood()])
def test_stopping_is_quick_and_ends_all_answers(busy: faults.Fault) -> None:
    def wait(url: str, outcome: Callable[[str], None]) -> None:
        try:
            httpx.get(url, timeout=30, trust_env=False, verify=False)
            outcome("answered")
        except httpx.TransportError:
            outcome("dropped")

    outcomes: list[str] = []
    before = threading.active_count()
    with ThreadPoolExecutor(1) as pool:
        with serve() as services:
            services.fail("html", busy)
            pool.submit(wait, f"{services.arxiv_site_url}/html/2512.03405", outcomes.append)
            while not services.count("html"):
                time.sleep(0.001)
            start = time.monotonic()
        assert time.monotonic() - start < 10
    assert len(outcomes) == 1
    while threading.active_count() > before and time.monotonic() < start + 2:
        time.sleep(0.01)
    assert threading.active_count() == before
