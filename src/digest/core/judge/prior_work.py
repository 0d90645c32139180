"""Whether a sentence of a paper is about the work of others."""

import re
from typing import Final

from digest.core.judge.given import Given

_OWN: Final = re.compile(
    r"\b(?:we|our|ours|us|ourselves|here|future|limitations?|remains?"
    r"|this (?:paper|work|study|article|research|survey|benchmark|dataset|approach|method|system|model|framework"
    r"|analysis|evaluation|design|limitation)|the (?:proposed|present|current) \w+"
    r"|the (?:authors?|method|model|system|dataset|benchmark|approach|framework|experiments?|study|evaluation))\b",
    re.IGNORECASE,
)
_NOUN: Final = (
    r"(?:methods?|approach(?:es)?|works?|models?|systems?|techniques?|stud(?:y|ies)|formulations?|solutions?|frameworks?"
    r"|algorithms?|benchmarks?|datasets?|corpora|tools?|baselines?|detectors?|solvers?|pipelines?|architectures?|research"
    r"|literature|efforts?|estimators?|encoders?|decoders?|policies|schemes?|strateg(?:y|ies)|paradigms?|networks?"
    r"|planners?|compilers?|codecs?)"
)
# `Existing methods discard …`, `However, such formulations suffer …`, `token-eviction methods (SnapKV) discard …`.
_OTHERS: Final = re.compile(
    r"\b(?:existing|prior|previous|earlier|conventional|traditional|classical|standard|other|such|most|many|recent|current"
    rf"|these|those|competing|state-of-the-art|physics|statistical)\s(?:[\w-]+\s){{0,3}}?{_NOUN}\b|\b{_NOUN}\s\([A-Z]",
    re.IGNORECASE,
)
_CITES: Final = re.compile(
    r"\bet al\b|\((?:[A-Z][a-z]+[^()]{0,60}?)?\b(?:19|20)[0-9]{2}[a-z]?\)|\[[0-9]+(?:[,–-] ?[0-9]+)*\]"
)
_THEIR_SECTION: Final = re.compile(r"related work|background|prior (?:work|art)|literature|preliminar", re.IGNORECASE)


def is_prior_work(sentence: str, given: Given | None = None) -> bool:
    """Whether a sentence is about other work alone: it names or cites other methods, or is in a section about them.

    A sentence that also speaks of the paper itself is not.
    """
    if _OWN.search(sentence):
        return False
    return bool(_OTHERS.search(sentence) or _CITES.search(sentence) or (given and _in_their_section(sentence, given)))


def _in_their_section(sentence: str, given: Given) -> bool:
    span = given.locate(sentence)
    headings = [line for line in given.text[: span[0]].splitlines() if line.startswith("## ")] if span else []
    return bool(headings) and _THEIR_SECTION.search(headings[-1]) is not None
