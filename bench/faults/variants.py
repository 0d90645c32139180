"""Other good ways to write a good summary, and numbers in all their forms."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from bench.faults.pairs import Pair
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName

FORMS: Final = (
    (
        "In total it holds 90,123 pairs.",
        "9만여 | 약 9만 | 90,123 | 9만 123 | 약 9만여",
        "8만여 | 10만여 | 95,000 | 9만 | 약 9.5만",
    ),
    ("In total it holds 90K pairs.", "9만 | 90K | 90,000 | 9만여", "90M | 90 | 9천"),
    ("The corpus has 1.2 million pairs.", "120만 | 1.2M | 1,200,000 | 약 120만", "12만 | 1.2B | 130만 | 1억 2천만"),
    ("A model with 7B weights.", "7B | 70억 | 7 billion", "8B | 7억 | 7M | 700억"),
    (
        "It scores 57.02% in all.",
        "57.02% | 57.02 | 0.5702 | 약 57% | 57.02퍼센트",
        "57% | 57.2% | 57.0 | 약 58% | 5.702",
    ),
    ("Recall is 0.57 there.", "0.57 | 57%", "57.2% | 0.5 | 5.7% | 0.75"),
    ("It is 3.3x faster now.", "3.3배 | 3.3x | 3.3×", "3배 | 33배 | 3.4배"),
    (r"It is $3.3\times$ faster now.", "3.3배 | 3.3×", "3배 | 33배"),
    ("It runs twice as fast.", "두 배 | 2배 | 2x", "세 배 | 20배 | 네 배"),
    ("It halves the cost of it.", "절반 | 50% | 0.5", "3분의 1 | 40%"),
    ("A third of the runs fail.", "3분의 1", "4분의 1 | 5분의 2"),
    ("We study three kinds of noise.", "세 가지 | 3가지 | 세 종류", "여섯 가지 | 7가지 | 아홉 개"),
    ("Nineteen models are compared.", "19개 | 19종", "열두 개 | 90개 | 18개"),
    ("We use twenty-five tasks and two hundred prompts.", "25개 | 200개", "30여 명 | 250개 | 35개"),
    (r"The rate is $10^{-3}$ at first.", "10^{-3} | 1e-3 | 0.001 | 10⁻³", "10^{-4} | 0.01 | 1e-5"),
    ("The rate is 2e-5 at first.", "2e-5 | 0.00002 | 2×10^{-5}", "2e-4 | 5e-5"),
    (r"It has $1{,}000$ items and 40\% noise.", "1,000개 | 1천 개 | 40% | 천여", "1,100개 | 41% | 1만"),
    ("Memory drops 4-5.7 times.", "4~5.7배 | 5.7배 | 4배", "4~6.7배 | 5.8배"),
    ("Between 30% and 40% are lost.", "30~40% | 30-40%", "30~45% | 20~40%"),
    ("Images of 64x64 and 256 × 256 pixels.", "64×64 | 256×256 | 64x64", "128×128 | 512×512"),
    ("It takes 16 GB and 20 ms.", "16GB | 20ms | 16 GB", "24GB | 30ms"),
    ("The fourth stage is frozen.", "네 번째 | 4단계", "여덟 번째 | 9단계"),
    ("Accuracy is 70.1 and 72.6 now.", "2.5포인트 차이 | 향상 폭 2.5 | 2.5%p", "3.5포인트 차이 | 향상 폭 4.2 | 2.5배"),
    ("There are 120 images and 80 clips.", "총 200개 | 합계 200", "총 210개 | 합계 190"),
    ("Data of 1.5 trillion tokens in it.", "1.5조 | 1.5T | 1조 5천억", "1.5억 | 15조"),
    ("It was begun on December 4, 2025.", "2025년 12월 4일", "2024년 | 2025년 11월 4일"),
    ("It is two orders of magnitude cheaper.", "100배", "1,000배 | 200배"),
    ("A 3D scene is made by T2I models.", "3D | T2I | 3차원", "4D | I2V"),
    (
        "GPT-4o and Llama-3.1-8B are tested.",
        "GPT-4o | Llama-3.1 | Llama-3.1-8B | GPT4o",
        "GPT-4 | Llama-3 | Llama-3.1-70B | GPT-5",
    ),
    (
        "CIFAR-10/100 and ImageNet-1K are used.",
        "CIFAR-100 | CIFAR-10 | ImageNet-1K | CIFAR10",
        "CIFAR-20 | ImageNet-21K",
    ),
    ("Large Language Models (LLMs) are used.", "LLM | LLMs | Large Language Model", "MMLU | BERTScore"),
)
"""What a paper says; good Korean pieces for it; bad ones."""

_CARRIER: Final = "제안한 방법은 모든 실험 조건에서 {} 수준의 값을 일관되게 기록하였다."


def formed() -> Iterator[tuple[str, Pair, bool]]:
    """Each piece of `FORMS` in a sentence of its own: what it is, the pair, whether it is good."""
    for source, good, bad in FORMS:
        for pieces, is_good in ((good, True), (bad, False)):
            for piece in pieces.split(" | "):
                yield piece, _carried(source, piece), is_good


def _carried(source: str, piece: str) -> Pair:
    goal = "본 논문은 제안한 방법의 유효성을 검토하는 것을 목표로 한다."
    texts: dict[FieldName, str] = {
        **dict.fromkeys(FIELDS, NOTHING_SAID),
        "goal": goal,
        "results": _CARRIER.format(piece),
    }
    claim = "The method is found to be useful in practice."
    return Pair(f"On a Method\n\n{claim} {source}", texts, {"goal": (claim,), "results": (source, claim)})


def _each_field(change: Callable[[Pair, FieldName], Pair]) -> Callable[[Pair], Iterator[Pair]]:
    return lambda pair: (change(pair, field) for field in FIELDS if pair.texts[field] != NOTHING_SAID)


def _nothing_said(pair: Pair, field: FieldName) -> Pair:
    return pair.with_text(field, NOTHING_SAID).with_quotes(field)


def _quotes_as(change: Callable[[str], str]) -> Callable[[Pair, FieldName], Pair]:
    return lambda pair, field: pair.with_quotes(field, *map(change, pair.evidence[field]))


def _text_as(pattern: str, new: str) -> Callable[[Pair, FieldName], Pair]:
    return lambda pair, field: pair.with_text(field, re.sub(pattern, new, pair.texts[field]))


VARIANTS: Final = {
    "as it is": lambda pair: iter([pair]),
    "nothing said": _each_field(_nothing_said),
    "quote on two lines": _each_field(_quotes_as(lambda quote: quote.replace(" ", "\n", 1))),
    "quote in capitals": _each_field(_quotes_as(str.upper)),
    "quote hyphenated": _each_field(_quotes_as(lambda quote: re.sub(r"(\w{4})(\w{3})", "\\1-\n\\2", quote, count=1))),
    "quote without its end": _each_field(_quotes_as(lambda quote: quote.rstrip("."))),
    "space before units": _each_field(_text_as(r"(?<=[0-9])(?=[가-힣]{1,2}(?:을|를|의|에서)\b)", " ")),
    "no thousands comma": _each_field(_text_as(r"(?<=[0-9]),(?=[0-9]{3})", "")),
    "particle after a name": _each_field(_text_as(r"(?<=[A-Za-z0-9])(?=은 |는 )", " 모델")),
    "percent in words": _each_field(_text_as("%(?!p)", "퍼센트")),
    "hedged": _each_field(_text_as(r"^", "실험 및 분석에 따르면 ")),
}


def good(pairs: list[Pair]) -> Iterator[tuple[str, Pair]]:
    """Every variant of every pair, all of them good: its name, the pair."""
    for name, vary in VARIANTS.items():
        for pair in pairs:
            yield from ((name, varied) for varied in vary(pair))
