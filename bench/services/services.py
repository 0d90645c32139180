"""The sample services with any papers and lists, which remember what they were asked and fail when they are told to."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from threading import Lock
from time import monotonic
from typing import Final

from bench.services.engine import BatchEngine
from bench.services.faults import Fault
from bench.services.scripted import Script, ScriptedModel
from bench.services.wire import Wire, WireServer
from digest.sample import SAMPLE_DATE, SamplePaper, SampleServices, load_papers
from digest.sample.paper import Catalogue, Listed
from digest.sample.server import Reply, Request, Service

TODAY: Final = date(2025, 12, 10)
"""The newest date whose list is open, unless another one is given: a Wednesday, whatever the clock says."""


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
        return self.match is None or _mentions(request, self.match)


class Services(SampleServices):
    """The running services: where they are, what they were asked, how they fail."""

    def __init__(self, catalogue: Catalogue, latency: Mapping[str, float]) -> None:
        self._server = WireServer()
        self._server.respond = self._respond
        self._model = ScriptedModel(catalogue.papers)
        super().__init__(catalogue, self._model, self._server.url)
        self.engine = BatchEngine(self._model.complete)
        self._answers |= {"files": self.engine.files, "batches": self.engine.batches}
        self._latency = latency
        self._lock = Lock()
        self._rules: list[_Rule] = []
        self._requests: list[Request] = []
        self._active: Counter[Service] = Counter()
        self._peak: Counter[Service] = Counter()

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
        """Forget all requests; faults that are to happen stay."""
        with self._lock:
            self._requests.clear()
            self._peak.clear()

    def fail(self, service: Service, fault: Fault, *, times: int | None = None, match: str | None = None) -> None:
        """Have the next `times` requests of a service fail (None: all from now on), the oldest fault first.

        `match`: only requests whose path, query or body contains that text.
        """
        with self._lock:
            self._rules.append(_Rule(service, fault, times, match))

    def recover(self) -> None:
        """Forget the faults that are still to happen."""
        with self._lock:
            self._rules.clear()

    def answer(self, script: Script | None) -> None:
        """Have a function write the model's answers; None: as usual again."""
        self._model.script = script

    def accept_json_schema(self, accepts: bool) -> None:
        """Whether the model takes `response_format` of type `json_schema`, or answers 400."""
        self._model.accepts_json_schema = accepts

    @contextmanager
    def running(self) -> Iterator["Services"]:
        """Serve inside the `with` block."""
        with self._server.running(self.answer_to):
            yield self

    def _respond(self, request: Request, wire: Wire) -> None:
        fault = self._admit(request)
        try:
            answer: Callable[[], Reply] = partial(self.answer_to, request)
            if seconds := self._latency.get(request.service):
                reply = answer()  # what that takes is part of the latency
                wire.closing.wait(request.started + seconds - monotonic())
                answer = partial(_same, reply)
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


def _mentions(request: Request, text: str) -> bool:
    """Whether the path, a query value or the body contains the text."""
    places = [request.path, *request.query.values(), request.body.decode("utf-8", "replace")]
    return any(text in place for place in places)


def _same(reply: Reply) -> Reply:
    return reply


def _no_fault(wire: Wire, answer: Callable[[], Reply]) -> None:
    wire.send(answer())


@contextmanager
def serve(
    papers: Sequence[SamplePaper] | None = None,
    listings: Mapping[str, Listed] | None = None,
    today: date = TODAY,
    latency: Mapping[str, float] | None = None,
) -> Iterator[Services]:
    """Run the services on a free loopback port inside the `with` block.

    `papers`: those that ship with digest unless others are given. `listings`: ISO date to ids, or to entries that are
    served as they are; by default all papers on 2025-12-04. `today`: the newest date whose list is open.
    `latency`: seconds by service, from request to answer.
    """
    known = {paper.id: paper for paper in (load_papers() if papers is None else papers)}
    lists = {SAMPLE_DATE.isoformat(): tuple(known)} if listings is None else listings
    with Services(Catalogue(known, lists, today), latency or {}).running() as services:
        yield services
