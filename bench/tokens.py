"""What a paper costs in tokens, and how much of each prompt is the same for all papers."""

from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench.blog import configure
from bench.measure import BenchError, digest_
from bench.services import serve
from digest.core.prompt.excerpt import count_tokens
from digest.sample import SAMPLE_DATE, SamplePaper, load_papers


class Tokens(NamedTuple):
    """Tokens of a paper's first ask, on average over a day."""

    papers: int
    input: float
    """As digest reckons them, messages only."""
    fixed: int
    """Those that every prompt begins with: providers keep a beginning of 1,024 tokens or more."""
    output: float
    """As the server counted them."""

    @property
    def share(self) -> float:
        """The fixed part of the input."""
        return self.fixed / self.input


def measure_tokens(papers: Sequence[SamplePaper] | None = None) -> Tokens:
    """Build a day of these papers, by default those that ship with digest, and read what the model was sent."""
    with serve(papers) as services, TemporaryDirectory() as name:
        configure(Path(name), services)
        told = digest_("build", "--date", str(SAMPLE_DATE), "--json", "-q", folder=Path(name)).json
        asked = [request.json() for request in services.requests if request.service == "model"]
    prompts = [_prompt(request) for request in asked if _is_first_ask(request)]
    if len(prompts) != len(papers or load_papers()):
        raise BenchError(f"{len(prompts)} prompts for the papers of {told}")
    fixed = count_tokens(_common_beginning(prompts))
    mean = sum(map(count_tokens, prompts)) / len(prompts)
    return Tokens(len(prompts), mean, fixed, told["tokens"]["output"] / len(prompts))


def _is_first_ask(request: dict[str, Any]) -> bool:
    """Whether a summary is asked for, and not a repair or verdicts."""
    return len(request["messages"]) == 2 and request["response_format"]["json_schema"]["name"] == "summary"


def _prompt(request: dict[str, list[dict[str, str]]]) -> str:
    return "\n".join(message["content"] for message in request["messages"])


def _common_beginning(texts: Sequence[str]) -> str:
    same = takewhile(lambda signs: len(set(signs)) == 1, zip(*texts, strict=False))
    return "".join(signs[0] for signs in same)
