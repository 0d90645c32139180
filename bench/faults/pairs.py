"""Made-up papers with good Korean summaries, from `pairs.yaml` beside this file."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import yaml

from digest.core.summary import FieldName

_FILE = Path(__file__).with_name("pairs.yaml")


class Pair(NamedTuple):
    """What a paper says, and a summary of it."""

    text: str
    """As a model would be given it: the title, an empty line, the rest."""
    texts: Mapping[FieldName, str]
    evidence: Mapping[FieldName, tuple[str, ...]]

    def with_text(self, field: FieldName, text: str) -> "Pair":
        """The same with another text in one field."""
        return self._replace(texts={**self.texts, field: text})

    def with_quotes(self, field: FieldName, *quotes: str) -> "Pair":
        """The same with other evidence for one field."""
        return self._replace(evidence={**self.evidence, field: quotes})


def load_pairs() -> list[Pair]:
    """All pairs of the file, each with a good summary."""
    return [_pair(**paper) for paper in yaml.safe_load(_FILE.read_text(encoding="utf-8"))]


def _pair(lines: list[str], texts: Mapping[FieldName, str], cited: Mapping[FieldName, list[int]]) -> Pair:
    evidence = {field: tuple(lines[at] for at in places) for field, places in cited.items()}
    return Pair(f"{lines[0]}\n\n{' '.join(lines[1:])}", texts, evidence)
