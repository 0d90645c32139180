"""Other good ways to write a good summary, and numbers in all their forms."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import yaml

from bench.faults.pairs import Pair
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName

_FORMS: Final = Path(__file__).with_name("forms.yaml")
_KINDS: Final = Path(__file__).with_name("kinds.yaml")
_UNSEEN: Final = (
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u3164",
    "\u115f",
    "\uffa0",
    "\u061c",
    "\u202e",
    "\u2066",
    "\u2800",
    "\u034f",
    "\U000e0041\U000e0042",
    "\ufe0e",
    "\U000e0101",
    "\u180e",
    "e\u0301\u0302\u0303\u0304",
    "\u2064",
)
_CARRIER: Final = "제안한 방법은 실험에서 {} 수준의 값을 기록하였다."


def formed() -> Iterator[tuple[str, Pair, bool]]:
    """Each number and name of `forms.yaml` in a sentence of its own: what it is, the pair, whether it is good."""
    for form in yaml.safe_load(_FORMS.read_text(encoding="utf-8")):
        yield from ((piece, _carried(form["says"], piece), True) for piece in form["good"])
        yield from ((piece, _carried(form["says"], piece), False) for piece in form["bad"])


def kinds() -> Iterator[tuple[str, str, Pair, bool]]:
    """Each sentence and quote of `kinds.yaml`: its kind, what it is, the pair, whether it is good."""
    for kind, cases in yaml.safe_load(_KINDS.read_text(encoding="utf-8")).items():
        pair_of = _quoted if kind == "quotes" else _said
        for case in cases:
            for piece in case["good"]:
                yield kind, piece, pair_of(case["says"], piece), True
            for piece in case["bad"]:
                yield kind, piece, pair_of(case["says"], piece), False
    for sign in _UNSEEN:
        for place in (
            "안개가 배를{} 멈추게 한다.",
            "안개가{} 배를 멈추게 한다.",
            "Fog stops every{} ferry without notice.",
        ):
            spoilt, plain = place.format(sign), place.format("")
            pairs = [_fog(text) for text in (spoilt, plain)]
            yield "unseen", f"U+{ord(sign[0]):04X}", pairs[0], False
            yield "unseen", plain, pairs[1], True


def _fog(piece: str) -> Pair:
    quote = "Fog stops every ferry without notice."
    pair = _said(quote, "안개가 배를 멈추게 한다.")
    return (
        pair.with_quotes("results", piece)
        if piece.isascii() or piece.startswith("Fog")
        else pair.with_text("results", piece)
    )


def _said(source: str, sentence: str) -> Pair:
    return _carried(source, "").with_text("results", sentence).with_quotes("results", source)


def _quoted(source: str, quote: str) -> Pair:
    return _carried(source, "").with_text("results", "저자들은 실험에서 이를 관찰하였다.").with_quotes("results", quote)


def _carried(source: str, piece: str) -> Pair:
    claim = "The method is found to be useful in practice."
    texts: dict[FieldName, str] = {
        **dict.fromkeys(FIELDS, NOTHING_SAID),
        "goal": "본 논문은 제안한 방법의 유효성을 검토하는 것을 목표로 한다.",
        "results": _CARRIER.format(piece),
    }
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
