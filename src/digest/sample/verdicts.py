"""What the sample model says of fields that are held against their evidence."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rapidfuzz.fuzz import ratio

from digest.sample.paper import SamplePaper

_ALIKE = 75
"""Per cent of equal signs from which a text is taken for a changed form of one that the model knows."""


def judge(fields: Sequence[Mapping[str, Any]], papers: Iterable[SamplePaper]) -> dict[str, list[dict[str, str]]]:
    """`contradicted` for a field that is almost what a sample paper's own answer says, `supported` for all others."""
    known = [field.text for paper in papers for field in (paper.answer or {}).values()]
    return {"verdicts": [{"field": str(field.get("field", "")), **_verdict(_text(field), known)} for field in fields]}


def _verdict(text: str, known: Sequence[str]) -> dict[str, str]:
    meant = max(known, key=lambda each: ratio(each, text), default="")
    if text == meant or ratio(meant, text) < _ALIKE:
        return {"verdict": "supported", "kind": "none", "words": "", "why": ""}
    words = set(meant.split())
    changed = " ".join(word for word in text.split() if word not in words) or text
    kind = "number" if re.search(r"\d", changed) else "other"
    return {"verdict": "contradicted", "kind": kind, "words": changed, "why": f"근거에 따르면 {meant}"}


def _text(field: Mapping[str, Any]) -> str:
    return str(field.get("text", ""))
