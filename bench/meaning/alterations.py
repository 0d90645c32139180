"""Ways to make a good summary say something else, one for each kind of error of meaning, with true quotes beside it."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from typing import Final

from bench.faults.pairs import Pair
from digest.core.judge.names import read_names
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName

Alteration = Callable[[Pair, FieldName, random.Random], Pair | None]
"""The pair with one field that says something else, or None where the field does not allow it."""
MOST_OF_A_KIND: Final = 45

_DIRECTIONS: Final = (
    ("감소하", "증가하"),
    ("향상되", "저하되"),
    ("향상 폭", "하락 폭"),
    ("낮추", "높이"),
    ("낮아", "높아"),
    ("높였", "낮추었"),
    ("절감하", "늘리"),
    ("줄이", "늘리"),
    ("늘어나", "줄어들"),
    ("키우", "줄이"),
    ("상회하", "하회하"),
    ("개선하", "악화시키"),
    ("빠른", "느린"),
    ("저하된", "향상된"),
    ("부풀려진", "낮아진"),
    ("축소함", "확대함"),
    ("희소한", "조밀한"),
    ("이상이", "미만이"),
    ("최대", "최소"),
    ("짧고", "길고"),
    ("소규모", "대규모"),
    ("긴 문맥", "짧은 문맥"),
    ("미만", "초과"),
    ("큰 격차", "작은 격차"),
    ("어렵", "쉽"),
    ("부족하여", "충분하여"),
    ("희귀", "흔한"),
    ("낡은", "새로운"),
    ("넘는", "넘지 않는"),
    ("까다로운", "쉬운"),
)
_NEGATED: Final = (
    ("지 않았", "었"),
    ("지 않는다", "ㄴ다"),
    ("지 못하는", "는"),
    ("지 못한다", "ㄴ다"),
    ("되지 않", "되"),
    ("없이", "과 함께"),
    ("하였다.", "하지 않았다."),
    ("보였다.", "보이지 않았다."),
    ("된다.", "되지 않는다."),
    ("한다.", "하지 않는다."),
    ("있다.", "있지 않다."),
    ("이다.", "이 아니다."),
    ("되었다.", "되지 않았다."),
    ("었다.", "지 않았다."),
    ("인다.", "이지 않는다."),
)
_UNITS: Final = (
    (r"(?<=[0-9])시간", "일"),
    (r"(?<=[0-9])cm", "mm"),
    (r"(?<=[0-9])초", "분"),
    (r"(?<=[0-9])%p", "배"),
    (r"(?<=[0-9])%(?!p)", "배"),
    (r"(?<=[0-9])배", "%"),
    (r"(?<=[0-9])포인트", "배"),
    (r"(?<=[0-9])달러", "유로"),
    (r"(?<=[0-9])GB", "MB"),
    (r"(?<=[0-9])MB", "GB"),
    (r"(?<=[0-9])ms", "초"),
    (r"(?<=[0-9])kbps", "Mbps"),
    (r"(?<=[0-9])fps", "kHz"),
    (r"개 토큰", "개 단어"),
    (r"조 토큰", "조 단어"),
    (r"K 토큰", "K 단어"),
    (r"(?<=[0-9])점", "배"),
)
_SCOPES: Final = (
    "모든 조건에서 ",
    "모든 언어와 분야에서 ",
    "세계 최초로 ",
    "항상 ",
    "완벽하게 ",
    "처음으로 ",
    "예외 없이 언제나 ",
    "완전히 ",
)
_CAUSES: Final = (
    "연구비가 적었기 때문에 ",
    "공개 코드 덕분에 ",
    "법률의 제약 때문에 ",
    "전문가의 조언 덕분에 ",
    "날씨가 나빴던 탓에 ",
    "사용자의 요구 때문에 ",
    "새로운 하드웨어 덕분에 ",
    "참가자가 젊었기 때문에 ",
)
_INVENTED: Final = (
    "학습에 드는 전력이 지나치게 크다는 한계가 있다.",
    "사용자의 동의를 얻는 절차가 마련되지 않았다.",
    "공개된 코드가 일부 운영체제에서 동작하지 않는다.",
    "고령 사용자에게서는 효과가 확인되지 않았다.",
)
_OVERREACH: Final = (
    "기존 산업의 표준을 대체할 수 있음을 입증하였다.",
    "실제 서비스에 배포하면 비용과 지연이 크게 줄어듦을 보였다.",
    "인간 전문가가 더는 필요하지 않음을 밝혔다.",
)
_NUMBER: Final = re.compile(r"(?<![A-Za-z0-9.\-^{/])[0-9][0-9,]*(?:\.[0-9]+)?(?![0-9A-Za-z]*[-/][A-Za-z0-9])")


def _replaced(pair: Pair, field: FieldName, table: tuple[tuple[str, str], ...]) -> Pair | None:
    text = pair.texts[field]
    for pattern, new in table:
        if re.search(pattern, text):
            return pair.with_text(field, re.sub(pattern, new, text, count=1))
    return None


def reverse_direction(pair: Pair, field: FieldName, _: random.Random) -> Pair | None:
    """Less for more, or the reverse."""
    return _replaced(pair, field, _DIRECTIONS)


def take_another_number(pair: Pair, field: FieldName, rng: random.Random) -> Pair | None:
    """A number of the paper that belongs to something else."""
    own = [match for match in _NUMBER.finditer(pair.texts[field]) if match[0] != "1"]
    others = sorted({match[0] for match in _NUMBER.finditer(pair.text)} - {match[0] for match in own} - {"1"})
    if not own or not others:
        return None
    match, text = rng.choice(own), pair.texts[field]
    return pair.with_text(field, text[: match.start()] + rng.choice(others) + text[match.end() :])


def swap_partners(pair: Pair, field: FieldName, _: random.Random) -> Pair | None:
    """Two names or two numbers of a field change places."""
    text = pair.texts[field]
    names = [match.span() for match in read_names(text)]
    pieces = names if len({text[a:b] for a, b in names}) > 1 else [m.span() for m in _NUMBER.finditer(text)]
    different = [span for span in pieces if text[slice(*span)] != text[slice(*pieces[0])]]
    if not different:
        return None
    (a, b), (c, d) = pieces[0], different[0]
    return pair.with_text(field, text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:])


def change_subject(pair: Pair, field: FieldName, rng: random.Random) -> Pair | None:
    """Another name of the paper does what the text says."""
    match = next(read_names(pair.texts[field]), None)
    others = sorted({m[0] for m in read_names(pair.text.partition("\n\n")[2])} - {match[0] if match else ""})
    text = pair.texts[field]
    if not match or not others:
        return None
    return pair.with_text(field, text[: match.start()] + rng.choice(others) + text[match.end() :])


def drop_negation(pair: Pair, field: FieldName, _: random.Random) -> Pair | None:
    """A negation is dropped, or one is put in."""
    return _replaced(pair, field, _NEGATED)


def change_unit(pair: Pair, field: FieldName, _: random.Random) -> Pair | None:
    """The same number in another unit."""
    return _replaced(pair, field, _UNITS)


def _before(pieces: tuple[str, ...]) -> Alteration:
    turn = cycle(pieces)
    return lambda pair, field, _: pair.with_text(field, next(turn) + pair.texts[field])


def _instead(name: FieldName, texts: tuple[str, ...]) -> Alteration:
    turn = cycle(texts)
    return lambda pair, field, _: pair.with_text(field, next(turn)) if field == name else None


def take_prior_limits(pair: Pair, field: FieldName, _: random.Random) -> Pair | None:
    """The weakness of the work of others as the paper's own."""
    if field != "limitations" or pair.texts[field] == NOTHING_SAID:
        return None
    quotes = pair.evidence["motivation"]
    return (
        pair.with_text(field, pair.texts["motivation"])
        .with_quotes(field, *quotes)
        .with_text("motivation", NOTHING_SAID)
    )


def take_other_evidence(pair: Pair, field: FieldName, rng: random.Random) -> Pair | None:
    """True quotes about something else."""
    others = [q for name in FIELDS for q in pair.evidence.get(name, ()) if q not in pair.evidence.get(field, ())]
    return pair.with_quotes(field, rng.choice(others)) if others else None


ALTERATIONS: Final[Mapping[str, tuple[Alteration, ...]]] = {
    "direction": (reverse_direction,),
    "number": (take_another_number,),
    "partner": (swap_partners,),
    "subject": (change_subject,),
    "negation": (drop_negation,),
    "scope": (_before(_SCOPES),),
    "cause": (_before(_CAUSES),),
    "limit-invented": (*(_instead("limitations", (text,)) for text in _INVENTED),),
    "limit-prior": (take_prior_limits,),
    "overreach": (*(_instead("conclusion", (text,)) for text in _OVERREACH),),
    "unit": (change_unit,),
    "evidence-other": (take_other_evidence,),
}
"""By kind of error."""


def altered(pairs: list[Pair], seed: int) -> Iterator[tuple[str, FieldName, Pair]]:
    """At most `MOST_OF_A_KIND` alterations of each kind, spread over the papers: kind, field, pair."""
    rng = random.Random(seed)
    for kind, alterations in ALTERATIONS.items():
        found = [
            (kind, field, changed)
            for alter in alterations
            for pair in pairs
            for field in FIELDS
            if pair.texts[field] != NOTHING_SAID and (changed := alter(pair, field, rng))
        ]
        yield from sorted(rng.sample(found, min(MOST_OF_A_KIND, len(found))), key=found.index)
