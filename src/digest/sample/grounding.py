"""What the sample model answers about a paper, always from the text it was given."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import msgspec

from digest.core.judge.prior_work import is_prior_work
from digest.core.summary import FieldName
from digest.core.text import fold
from digest.sample.paper import SampleField, SamplePaper, given_text

_GENERAL: Mapping[FieldName, str] = {
    "goal": "제시된 문제를 해결하기 위한 새로운 접근법을 제안하는 것을 목표로 한다.",
    "motivation": "기존 접근법은 제시된 문제의 핵심 요인을 충분히 다루지 못하는 한계가 있다.",
    "contribution": "제안된 절차와 그 효과를 확인하는 평가를 함께 제시하였다.",
    "method": "입력에서 핵심 요인을 먼저 가려낸 뒤 제안된 절차를 단계적으로 적용한다.",
    "results": "평가 결과 제안된 절차가 비교 대상보다 안정적인 성능을 보였다.",
    "limitations": "평가 범위가 제한되어 다른 영역으로의 일반화는 추가 검증이 필요하다.",
    "conclusion": "제안된 접근법이 실제 활용에 적합한 선택지임을 확인하였다.",
}
"""Without numbers or names: what can be said of any paper."""
_SENTENCE = re.compile(r"(?<!\S)[A-Z][^.!?$\d<>]{30,}\.(?=\s|$)")


def answer(paper: SamplePaper | None, given: str, fields: Sequence[FieldName]) -> dict[FieldName, dict[str, Any]]:
    """The asked fields: the paper's own where their evidence is in the given text, else something general.

    A prompt without any sentence to quote gets the paper's own fields, too, since they cannot be checked there.
    """
    own = (paper and paper.answer) or {}
    text = fold(given)
    quotes = list(_quotable(paper, given))
    turn = cycle(quotes)
    answers: dict[FieldName, SampleField] = {}
    for field in fields:
        if field in own and (not quotes or all(fold(quote) in text for quote in own[field].evidence)):
            answers[field] = own[field]
        else:
            answers[field] = SampleField(text=_GENERAL[field], evidence=(next(turn),) if quotes else ())
    return {field: msgspec.to_builtins(value) for field, value in answers.items()}


def _quotable(paper: SamplePaper | None, given: str) -> Iterator[str]:
    """Sentences of the paper that were given, else those of the line in the middle of what was given.

    Sentences about the work of others are left out, since they say nothing of the paper itself. The middle, since
    instructions stand at the ends of a prompt, and title and abstract near its beginning.
    """
    text = fold(given)
    known = [sentence for sentence in _SENTENCE.findall(given_text(paper)) if sentence in text] if paper else []
    lines = [found for line in given.splitlines() if (found := _SENTENCE.findall(line))]
    sentences = known or (lines[len(lines) // 2] if lines else [])
    yield from [sentence for sentence in sentences if not is_prior_work(sentence)] or sentences
