"""Single sentences from `sentences.yaml`, good and bad, each as a paper with one quote."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from bench.faults.pairs import Pair
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName

_FILE: Final = Path(__file__).with_name("sentences.yaml")


def sentences() -> Iterator[tuple[str, FieldName, Pair, bool]]:
    """Each sentence of the file: kind, field, pair, whether it is good."""
    for kind, cases in yaml.safe_load(_FILE.read_text(encoding="utf-8")).items():
        field: FieldName = "limitations" if kind == "prior-work" else "results"
        for case in cases:
            yield from ((kind, field, _pair(case["says"], text, field), True) for text in case["good"])
            yield from ((kind, field, _pair(case["says"], text, field), False) for text in case["bad"])


def _pair(quote: str, text: str, field: FieldName) -> Pair:
    claim = "We look at one question of practice."
    texts: dict[FieldName, str] = {
        **dict.fromkeys(FIELDS, NOTHING_SAID),
        "goal": "본 연구는 실무의 한 물음을 살핀다.",
        field: text,
    }
    return Pair(f"A Note on One Question\n\n{claim} {quote}", texts, {"goal": (claim,), field: (quote,)})
