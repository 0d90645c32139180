"""Nights on services that take their time: how much longer than the longest wait of one paper is a whole day?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from bench.blog import configure
from bench.measure import BenchError, Ran, digest_
from bench.services import serve
from digest.sample import SAMPLE_DATE, SamplePaper
from digest.sample.server import Request

LATENCY: Final[Mapping[str, float]] = {"model": 1.0, "html": 0.15, "pdf": 0.15}
"""Seconds before each answer."""


_CHAIN: Final = ("huggingface", "arxiv-api", "html", "model", "model")
"""What one paper waits for, one after the other: the model writes a summary, and a second reader gives its verdicts."""


class Night(NamedTuple):
    """A day built from nothing, and once more."""

    papers: int
    chain: float
    """Seconds that a single paper has to wait: for the listing, its metadata, its text and the model."""
    cold: Ran
    warm: Ran
    requests: int
    """Of the cold night."""
    start_up: float
    """Seconds until the first request arrives."""
    ending: float
    """Seconds from the model's last answer to the end of the process."""


def measure_night(papers: Sequence[SamplePaper], latency: Mapping[str, float] = LATENCY, *, repeat: int = 1) -> Night:
    """The quickest of so many nights, each a day of these papers built in an empty folder, and once more."""
    return min((_measure_night(papers, latency) for _ in range(repeat)), key=lambda night: night.cold.seconds)


def _measure_night(papers: Sequence[SamplePaper], latency: Mapping[str, float]) -> Night:
    """Raises BenchError where the second run asks anything."""
    listing = {str(SAMPLE_DATE): [paper.id for paper in papers]}
    with serve(papers, listing, latency=latency) as services, TemporaryDirectory() as name:
        configure(Path(name), services)
        cold = _build(Path(name), len(papers))
        asked = services.requests
        warm = _build(Path(name), len(papers))
        if len(services.requests) > len(asked):
            raise BenchError(f"a warm night asked {services.requests[-1].path}")
    return _night(len(papers), latency, cold, warm, asked)


def _build(folder: Path, papers: int) -> Ran:
    ran = digest_("build", "--date", str(SAMPLE_DATE), "--json", "-q", folder=folder)
    if ran.json["papers"]["final"] != papers:
        raise BenchError(f"not all of {papers} papers are final: {ran.out}")
    return ran


def _night(papers: int, latency: Mapping[str, float], cold: Ran, warm: Ran, asked: Sequence[Request]) -> Night:
    last_answer = max(request.started for request in asked if request.service == "model") + latency.get("model", 0)
    return Night(
        papers=papers,
        chain=sum(latency.get(service, 0) for service in _CHAIN),
        cold=cold,
        warm=warm,
        requests=len(asked),
        start_up=asked[0].started - cold.started,
        ending=cold.started + cold.seconds - last_answer,
    )
