"""The sample services: Daily Papers, arXiv and a model on one loopback port, counted and breakable."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from threading import Lock
from time import monotonic

from digest.sample import arxiv_api, arxiv_site, huggingface
from digest.sample.exchange import Reply, Request, Service, json_reply
from digest.sample.faults import Fault, Wire
from digest.sample.library import Library, Listed
from digest.sample.model import Model, Script
from digest.sample.paper import SamplePaper, load_papers
from digest.sample.server import Server

SAMPLE_DATE = date(2025, 12, 4)
"""The date on which the papers that ship with digest are listed."""


@dataclass
class _Rule:
    """A fault that is to happen."""

    service: Service
    fault: Fault
    left: int | None
    match: str | None

    def takes(self, request: Request) -> bool:
        """Whether it is this request's turn to fail."""
        if self.service != request.service or self.left == 0:
            return False
        return self.match is None or request.mentions(self.match)


class Services:
    """The running services: where they are, what they were asked, how they fail."""

    def __init__(self, library: Library, latency: Mapping[str, float]) -> None:
        self._model = Model(library.papers)
        self._answers: dict[Service, Callable[[Request], Reply]] = {
            "huggingface": partial(huggingface.daily_papers, library=library),
            "arxiv-api": partial(arxiv_api.query, library=library),
            "html": partial(arxiv_site.html, library=library),
            "pdf": partial(arxiv_site.pdf, library=library),
            "abs": partial(arxiv_site.abstract_page, library=library),
            "model": self._model.complete,
            "models": self._model.models,
            "other": lambda request: json_reply({"error": f"nothing at {request.path}"}, status=404),
        }
        self._latency = latency
        self._lock = Lock()
        self._rules: list[_Rule] = []
        self._requests: list[Request] = []
        self._active: Counter[Service] = Counter()
        self._peak: Counter[Service] = Counter()
        self._server = Server(self._respond)
        self.huggingface_url = f"{self._server.url}/hf"
        self.arxiv_api_url = f"{self._server.url}/export/api/query"
        self.arxiv_site_url = f"{self._server.url}/arxiv"
        self.model_base_url = f"{self._server.url}/v1"

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests since the start or the last `clear`, in order of arrival."""
        with self._lock:
            return tuple(self._requests)

    def count(self, service: Service) -> int:
        """How many requests a service has had."""
        return sum(request.service == service for request in self.requests)

    def peak(self, service: Service) -> int:
        """The most requests that a service had to answer at the same time."""
        return self._peak[service]

    def clear(self) -> None:
        """Forgets all requests; faults that are to happen stay."""
        with self._lock:
            self._requests.clear()
            self._peak.clear()

    def fail(self, service: Service, fault: Fault, *, times: int | None = None, match: str | None = None) -> None:
        """Has the next `times` requests of a service fail (None: all from now on), the oldest fault first.

        `match`: only requests whose path, query or body contains that text.
        """
        with self._lock:
            self._rules.append(_Rule(service, fault, times, match))

    def recover(self) -> None:
        """Forgets the faults that are still to happen."""
        with self._lock:
            self._rules.clear()

    def answer(self, script: Script | None) -> None:
        """Has a function write the model's answers; None: as usual again."""
        self._model.script = script

    def accept_json_schema(self, accepts: bool) -> None:
        """Whether the model takes `response_format` of type `json_schema`, or answers 400."""
        self._model.accepts_json_schema = accepts

    @contextmanager
    def running(self) -> Iterator["Services"]:
        """Serves inside the `with` block."""
        self._server.start()
        try:
            yield self
        finally:
            self._server.stop()

    def _respond(self, request: Request, wire: Wire) -> None:
        fault = self._admit(request)
        try:
            answer = partial(self._answers[request.service], request)
            if seconds := self._latency.get(request.service):
                answer = partial(_same, answer())  # what that takes is part of the latency
                wire.closing.wait(request.started + seconds - monotonic())
            fault(wire, answer)
        finally:
            with self._lock:
                self._active[request.service] -= 1

    def _admit(self, request: Request) -> Fault:
        with self._lock:
            self._requests.append(request)
            self._active[request.service] += 1
            self._peak[request.service] = max(self._peak[request.service], self._active[request.service])
            rule = next((rule for rule in self._rules if rule.takes(request)), None)
            if rule is None:
                return _no_fault
            rule.left = None if rule.left is None else rule.left - 1
            return rule.fault


def _same(reply: Reply) -> Reply:
    return reply


def _no_fault(wire: Wire, answer: Callable[[], Reply]) -> None:
    wire.send(answer())


@contextmanager
def serve(
    papers: Sequence[SamplePaper] | None = None,
    listings: Mapping[str, Listed] | None = None,
    today: date | None = None,
    latency: Mapping[str, float] | None = None,
) -> Iterator[Services]:
    """Runs the services on a free loopback port for the length of the `with` block.

    `papers`: those that ship with digest unless others are given. `listings`: ISO date to ids, or to entries that are
    served as they are; by default all papers on 2025-12-04. `today`: the newest date whose list is open; by default
    the current date in UTC. `latency`: seconds by service, from request to answer.
    """
    known = {paper.id: paper for paper in (load_papers() if papers is None else papers)}
    lists = {SAMPLE_DATE.isoformat(): tuple(known)} if listings is None else listings
    library = Library(known, lists, today or datetime.now(UTC).date())
    with Services(library, latency or {}).running() as services:
        yield services
