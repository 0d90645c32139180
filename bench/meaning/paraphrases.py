"""Other honest ways to say what a good summary says, and to quote for it."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from bench.faults.pairs import Pair
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName
from digest.core.text import split_english

Paraphrase = Callable[[Pair, FieldName], Pair]

_SYNONYMS: Final = (
    ("제안하는 것을 목표로 한다", "제안한다"),
    ("제안하는 데 목적이 있다", "제안하고자 한다"),
    ("감소하", "줄어들"),
    ("본 논문은", "본 연구는"),
    ("향상되", "개선되"),
    ("제시하였다", "제안하였다"),
    ("구성되며", "이루어지며"),
    ("사용하", "이용하"),
    ("기존", "종래의"),
    ("한계가 있다", "문제가 있다"),
    ("입증하였다", "보였다"),
    ("확인되지 않았다", "알려지지 않았다"),
    ("절감하", "줄이"),
    ("동작한다", "작동한다"),
    ("평가되었다", "시험되었다"),
    ("소요되었다", "걸렸다"),
    ("가능하게 한다", "가능하게 만든다"),
    ("보였다", "나타냈다"),
    ("크게", "뚜렷하게"),
)


def reword(pair: Pair, field: FieldName) -> Pair:
    """Words of the same meaning."""
    text = pair.texts[field]
    for word, other in _SYNONYMS:
        text = text.replace(word, other)
    return pair.with_text(field, text)


def report(pair: Pair, field: FieldName) -> Pair:
    """As what the authors report, in one sentence."""
    text = pair.texts[field]
    first, _, rest = text.partition(". ")
    reported = first.removesuffix(".").removesuffix("다") + "다고 저자들은 보고한다."
    return pair.with_text(field, f"{reported} {rest}".strip())


def quote_more(pair: Pair, field: FieldName) -> Pair:
    """The sentence after each quote as well."""
    sentences = split_english(pair.text)
    quotes = pair.evidence[field]
    following = [b for a, b in pairwise(sentences) if a in quotes and b not in quotes]
    return pair.with_quotes(field, *quotes, *following[:1])


def quote_less(pair: Pair, field: FieldName) -> Pair:
    """One quote less where there are several: digest finds what it had."""
    quotes = pair.evidence[field]
    return pair.with_quotes(field, *(quotes[:1] if len(quotes) > 1 else quotes))


def respell(pair: Pair, field: FieldName) -> Pair:
    """Numbers with a space before their unit, and per cent in a word."""
    text = re.sub(r"(?<=[0-9])(?=(?:개|건|명|편|배|초|시간)[가-힣]?)", " ", pair.texts[field])
    return pair.with_text(field, re.sub(r"%(?!p)", "퍼센트", text))


PARAPHRASES: Final[dict[str, Paraphrase]] = {
    "other words": reword,
    "as reported": report,
    "more quotes": quote_more,
    "fewer quotes": quote_less,
    "other spelling": respell,
}


def paraphrased(pairs: list[Pair]) -> Iterator[tuple[str, FieldName, Pair]]:
    """Every paraphrase of every field: its kind, the field, the pair."""
    for kind, change in PARAPHRASES.items():
        for pair in pairs:
            yield from ((kind, field, change(pair, field)) for field in FIELDS if pair.texts[field] != NOTHING_SAID)
