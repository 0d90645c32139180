"""The HTTP client against a server that fails in every way."""

import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
import stamina
from bench.services import Services, faults

from digest.clients.http import Answer, HttpClient, Pacer, Sent, Service
from digest.clients.retry import PASSING, OfflineError, ServiceDownError, ServiceError, persist, retry_after
from digest.clients.transport import Transport, user_agent
from digest.core.errors import UsageError

ONE = Service("Site", "arxiv", "text/html", seconds=0.3, total_seconds=0.5, largest=1_000_000)


def page(services: Services) -> str:
    return f"{services.arxiv_site_url}/abs/2512.03405"


def drip(wire: faults.Wire, _: object) -> None:
    """A little now and then, for ever."""
    while not wire.closing.wait(0.05):
        wire.stream(b"." * 70_000)
    wire.hang_up()


def test_a_good_answer(services: Services, http: HttpClient) -> None:
    answer = http.ask(ONE, page(services), headers={"X-Mine": "1"})
    assert (answer.status, answer.url) == (200, page(services))
    assert b"<h1>" in answer.body
    (request,) = services.requests
    assert request.headers["user-agent"] == user_agent()
    assert user_agent().startswith("daily-papers-digest/0.")
    assert (request.headers["accept"], request.headers["x-mine"]) == ("text/html", "1")
    assert len(services.requests) == 1


PASSES = {
    "time-out": (faults.hang, "no answer in time from 127.0.0.1:"),
    "reset": (faults.reset, "reset by peer"),
    "half an answer": (faults.truncated, "peer closed connection"),
    "slow drip": (drip, r"took more than 0 s"),
    **{f"status {status}": (faults.reply(status), f"HTTP {status}") for status in sorted(PASSING)},
    "429 with a word": (faults.reply(429, headers={"Retry-After": "soon"}), "HTTP 429 Too Many Requests"),
    "429 with an odd digit": (faults.reply(429, headers={"Retry-After": "²"}), "HTTP 429"),
    "429 with a date": (faults.reply(429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), "HTTP 429"),
}


@pytest.mark.parametrize("name", PASSES)
def test_what_passes_is_asked_again(services: Services, http: HttpClient, name: str) -> None:
    fault, words = PASSES[name]
    services.fail("abs", fault, times=2)
    assert http.ask(ONE, page(services)).status == 200
    assert http.counts == {"arxiv": 3}
    services.fail("abs", fault)
    with pytest.raises(ServiceError, match=words) as caught:
        http.ask(ONE, page(services))
    assert caught.value.passing
    assert str(caught.value).startswith("Site: ")
    assert http.counts == {"arxiv": 7} == {"arxiv": services.count("abs")}


FINAL = {
    **{
        f"status {status}": (faults.reply(status, body="why"), f"HTTP {status}")
        for status in (400, 401, 403, 404, 406, 410, 501)
    },
    "too large": (faults.flood(2), "the answer is larger than 1 MB"),
    "without end": (faults.flood(), "the answer is larger than 1 MB"),
    "an unknown status": (faults.reply(599), "HTTP 599$"),
    "a redirect to nowhere": (faults.reply(302, headers={"Location": "ftp://example.org"}), "unsupported protocol"),
}


@pytest.mark.parametrize("name", FINAL)
def test_what_does_not_pass_is_asked_once(services: Services, http: HttpClient, name: str) -> None:
    fault, words = FINAL[name]
    services.fail("abs", fault)
    with pytest.raises(ServiceError, match=words):
        http.ask(ONE._replace(total_seconds=5.0), page(services))
    assert len(services.requests) == 1


def test_the_status_and_the_start_of_an_errors_body_are_kept(services: Services, http: HttpClient) -> None:
    services.fail("abs", faults.reply(400, body="x" * 5_000_000))
    with pytest.raises(ServiceError) as caught:
        http.ask(ONE, page(services))
    assert (caught.value.status, caught.value.body) == (400, "x" * len(caught.value.body))
    assert 4000 <= len(caught.value.body) < 1_000_000


def test_a_quota_that_is_used_up_does_not_pass(services: Services, http: HttpClient) -> None:
    services.fail("abs", faults.reply(429, body='{"code": "insufficient_quota"}'))
    with pytest.raises(ServiceError, match="429"):
        http.ask(ONE._replace(passes=lambda status, body: "insufficient_quota" not in body), page(services))
    assert len(services.requests) == 1


def test_406_passes_where_the_service_throttles_so(services: Services, http: HttpClient) -> None:
    services.fail("abs", faults.reply(406), times=3)
    assert http.ask(ONE._replace(passing=PASSING | {406}), page(services)).status == 200


def test_what_the_caller_refuses_is_a_failure_like_any_other(services: Services, http: HttpClient) -> None:
    seen: list[int] = []

    def refuse_two(answer: Answer) -> None:
        seen.append(answer.status)
        if len(seen) < 3:
            raise ServiceError("Site", "not this", passing=True)

    assert http.ask(ONE, page(services), check=refuse_two).status == 200
    assert seen == [200, 200, 200]


def test_redirects(services: Services, http: HttpClient) -> None:
    services.fail("html", faults.redirect(page(services)), times=2)
    source = f"{services.arxiv_site_url}/html/2512.03405"
    assert http.ask(ONE, source).url == page(services)
    with pytest.raises(ServiceError, match="HTTP 302"):
        http.ask(ONE._replace(redirects=False), source)
    services.fail("html", faults.redirect(source))
    with pytest.raises(ServiceError, match=r"redirects in circles at 127\.0\.0\.1"):
        http.ask(ONE, source)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x",
        "http://me:{word}@127.0.0.1:1/x",
        "http://me:{word}@127.0.0.1:99999/x",
        "http://me:{word}@[::1/x",
        "http://me:{word}@127.0.0.1:1\x00/x",
        "gopher://me:{word}@127.0.0.1/x",
    ],
)
def test_an_address_that_does_not_answer_is_named_without_its_password(http: HttpClient, url: str) -> None:
    with pytest.raises(ServiceError) as caught:
        http.ask(ONE, url.format(word="hunter2"))
    assert "hunter2" not in f"{caught.value} {caught.value.reason} {caught.value.body}"


def test_the_reason_phrase_of_a_server_is_not_repeated(services: Services, http: HttpClient) -> None:
    services.fail("abs", faults.reply(418))
    with pytest.raises(ServiceError, match=r"HTTP 418 I'm a teapot$"):
        http.ask(ONE, page(services))


def test_a_service_that_leaves_three_questions_unanswered_is_down(services: Services, http: HttpClient) -> None:
    services.fail("abs", faults.reply(503))
    for _ in range(3):
        with pytest.raises(ServiceError, match=r"^Site: HTTP 503 Service Unavailable$"):
            http.ask(ONE, page(services))
    sent = http.counts["arxiv"]
    with pytest.raises(ServiceDownError, match=r"^Site: down \(HTTP 503 Service Unavailable\)$"):
        http.ask(ONE, page(services))
    assert http.counts["arxiv"] == sent == 12
    assert http.ask(ONE._replace(name="Other"), f"{services.arxiv_site_url}/html/2512.03405").status == 200


@pytest.mark.parametrize("between", [None, faults.reply(404)])
def test_an_answer_in_between_starts_the_count_again(
    services: Services, http: HttpClient, between: faults.Fault | None
) -> None:
    for fault in (faults.reply(503), faults.reply(503), between, faults.reply(503), faults.reply(503)):
        if fault is not None:
            services.fail("abs", fault)
        with suppress(ServiceError):
            http.ask(ONE, page(services))
        services.recover()
    assert http.ask(ONE, page(services)).status == 200


def test_a_service_that_was_given_up_is_not_asked(services: Services, http: HttpClient) -> None:
    http.give_up(ONE, "the key is wrong")
    http.give_up(ONE, "a later reason")
    with pytest.raises(ServiceDownError, match=r"^Site: the key is wrong$"):
        http.ask(ONE, page(services))
    assert services.requests == ()


def test_offline_nothing_is_asked(services: Services) -> None:
    with HttpClient(offline=True) as http, pytest.raises(OfflineError, match="offline"):
        http.ask(ONE, page(services))
    assert services.requests == ()
    assert not http.counts


@pytest.mark.parametrize("fault", [faults.hang, faults.flood()])
def test_stop_ends_what_is_under_way_and_refuses_what_comes(
    services: Services, http: HttpClient, fault: faults.Fault
) -> None:
    services.fail("abs", fault)
    patient = ONE._replace(seconds=60.0, total_seconds=60.0, largest=10**12)
    ended: list[Exception] = []

    def ask() -> None:
        try:
            http.ask(patient, page(services))
        except ServiceError as error:
            ended.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    while services.count("abs") < 3:
        time.sleep(0.01)
    started = time.monotonic()
    http.stop()
    for thread in threads:
        thread.join(10)
    assert time.monotonic() - started < 5
    assert len(ended) == 3
    with pytest.raises(ServiceDownError, match="interrupted"):
        http.ask(patient, page(services))


def test_a_connection_that_a_thread_is_just_opening_is_closed(services: Services) -> None:
    transport = Transport()
    transport.stop()
    with pytest.raises(ServiceError):
        transport.send(ONE, "GET", page(services), {}, Sent(), lambda: None)
    assert services.count("abs") == 0
    transport.close()


def test_stop_wakes_those_who_wait_for_their_turn(services: Services, http: HttpClient) -> None:
    paced = ONE._replace(pacer=Pacer(60.0))
    http.ask(paced, page(services))
    thread = threading.Timer(0.1, http.stop)
    thread.start()
    with pytest.raises(ServiceDownError, match="interrupted"):
        http.ask(paced, page(services))
    assert services.count("abs") == 1


def test_requests_are_paced_from_start_to_start(services: Services, http: HttpClient) -> None:
    paced = ONE._replace(pacer=Pacer(0.05))
    services.fail("abs", faults.reply(503), times=1)
    threads = [threading.Thread(target=http.ask, args=(paced, page(services))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    starts = sorted(request.started for request in services.requests)
    assert len(starts) == 4
    assert all(later - earlier > 0.035 for earlier, later in pairwise(starts))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PROXY", "ftp://example.org:1"),
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("SSL_CERT_FILE", "/no/such/file"),
        ("SSL_CERT_DIR", "/no/such/folder"),
    ],
)
def test_an_environment_that_cannot_be_used_is_named(
    services: Services, http: HttpClient, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=name):
        http.ask(ONE, page(services))


def test_redirects_are_paced_and_counted_too(services: Services, http: HttpClient) -> None:
    services.fail("abs", faults.reply(302, headers={"Location": f"{services.arxiv_site_url}/html/2512.03405"}), times=1)
    http.ask(ONE._replace(pacer=Pacer(0.2)), page(services))
    first, second = (request.started for request in services.requests)
    assert second - first > 0.15
    assert http.counts == {"arxiv": 2}


@pytest.mark.parametrize("interval", [0.0, 0.01])
def test_a_rest_that_one_was_told_to_take_is_taken_by_all(
    services: Services, http: HttpClient, interval: float
) -> None:
    paced = ONE._replace(pacer=Pacer(interval))
    services.fail("abs", faults.reply(429, headers={"Retry-After": "0.4"}), times=1)
    threads = [threading.Thread(target=http.ask, args=(paced, page(services))) for _ in range(2)]
    threads[0].start()
    while not services.requests:
        time.sleep(0.005)
    time.sleep(0.1)
    threads[1].start()
    for thread in threads:
        thread.join()
    started = [request.started for request in services.requests]
    assert min(started[1:]) - started[0] > 0.3


def test_what_is_urgent_goes_before_what_waits(services: Services, http: HttpClient) -> None:
    paced = ONE._replace(pacer=Pacer(0.2))
    http.ask(paced, page(services))
    texts = [threading.Thread(target=http.ask, args=(paced, page(services))) for _ in range(3)]
    for thread in texts:
        thread.start()
    http.ask(paced._replace(urgent=True), f"{services.arxiv_site_url}/html/2512.03405")
    for thread in texts:
        thread.join()
    assert [request.service for request in services.requests] == ["abs", "html", "abs", "abs", "abs"]


NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("-1", None),
        ("²", None),
        ("9" * 400, None),
        ("soon", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0),
        ("Sun, 22 Nov 2026 12:00:30 -0000", 30.0),
        ("Sun, 99 Nov 2026 12:00:30 GMT", None),
    ],
)
def test_retry_after_in_both_of_its_forms(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize(("wait", "asks"), [(0.05, 2), (61.0, 1)])
def test_a_rest_that_is_asked_for_is_kept_or_left_for_the_next_run(wait: float, asks: int) -> None:
    asked: list[float] = []

    def ask() -> str:
        asked.append(time.monotonic())
        if len(asked) == 1:
            raise ServiceError("Site", "busy", passing=True, retry_after=wait)
        return "yes"

    with stamina.set_testing(False):
        if asks == 1:
            with pytest.raises(ServiceError, match="busy"):
                persist(ask)
        else:
            assert persist(ask) == "yes"
            assert 0.05 <= asked[1] - asked[0] < 0.4
    assert len(asked) == asks
