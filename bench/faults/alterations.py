"""Ways to spoil a good summary, one for each kind of fault that a model or a user makes."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bench.faults.pairs import Pair
from digest.core.judge.form import MOST_SENTENCES
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName

Alteration = Callable[[Pair, FieldName, random.Random], Pair | None]
"""The pair with one field spoilt, or None where the field has nothing to spoil."""

_PLAIN: Final = re.compile(
    r"(?<![A-Za-z0-9.\-^{/])[0-9][0-9,]*(?:\.[0-9]+)?(?![0-9A-Za-z]*[-/][A-Za-z0-9])(?![A-CE-Z])"
)
_COUNT: Final = re.compile(r"(?<![가-힣])(두|세|네|다섯|여섯|여덟|아홉) ?(?=가지|개|명|종류|번|단계|배)")
_DIGIT_NAME: Final = re.compile(r"[A-Z][A-Za-z]*(?:[0-9]|[-][0-9])[A-Za-z0-9.\-/]*")
_NAMES: Final = (
    "ImageNet",
    "OpenWebText",
    "CIFAR",
    "LLaVA",
    "MMLU",
    "HumanEval",
    "Kinetics",
    "RoBERTa",
    "LibriSpeech",
    "GSM",
)
_MARKUP: Final = (
    *("**{}** {}", "*{}* {}", "`{}` {}", "<b>{}</b> {}", "- {} {}", "## {} {}", "[{}](#a) {}", "1. {} {}"),
    *("<span class='x'>{}</span> {}", "__{}__ {}", "{}<br> {}", "> {} {}", "{}&nbsp;{}", "<!-- {} -->{}"),
)
_WHOLE_NAME: Final = re.compile(r"(?<![A-Za-z0-9\-])[A-Z][A-Za-z]*[A-Z][A-Za-z]+(?![A-Za-z0-9\-])")


def _replaced(pair: Pair, field: FieldName, match: re.Match[str] | None, new: str) -> Pair | None:
    if match is None:
        return None
    text = pair.texts[field]
    return pair.with_text(field, text[: match.start()] + new + text[match.end() :])


def _ended(pair: Pair, field: FieldName, ending: str) -> Pair:
    return pair.with_text(field, pair.texts[field].removesuffix("다.") + ending)


def change_number(pair: Pair, field: FieldName, rng: random.Random) -> Pair | None:
    """Another digit in one number, so that the paper does not have it."""
    found = [m for m in _PLAIN.finditer(pair.texts[field]) if m[0] != "1"]
    if not found:
        return None
    match = rng.choice(found)
    for _ in range(40):
        at = rng.choice([i for i, char in enumerate(match[0]) if char.isdigit()])
        new = match[0][:at] + rng.choice("123456789") + match[0][at + 1 :]
        if not re.search(rf"(?<![0-9.]){re.escape(new.strip('0'))}", pair.text) and new != "1":
            return _replaced(pair, field, match, new)
    return None


def round_number(pair: Pair, field: FieldName, _: random.Random) -> Pair | None:
    """One decimal place fewer."""
    match = re.search(r"([0-9]+\.[0-9]*)[1-9](?![0-9B])", pair.texts[field])
    return (
        _replaced(pair, field, match, match[1].rstrip("."))
        if match and match[1].rstrip(".0") not in pair.text
        else None
    )


def change_scale(pair: Pair, field: FieldName, _: random.Random) -> Pair | None:
    """Ten thousand for a hundred million, and the like."""
    match = re.search("(?<=[0-9])[만억조]", pair.texts[field])
    return _replaced(pair, field, match, {"만": "천", "억": "만", "조": "억"}[match[0]]) if match else None


def change_count(pair: Pair, field: FieldName, _: random.Random) -> Pair | None:
    """Another native numeral before a counter."""
    return _replaced(pair, field, _COUNT.search(pair.texts[field]), "일곱 ")


def change_model(pair: Pair, field: FieldName, rng: random.Random) -> Pair | None:
    """Another version of a model or data set."""
    match = _DIGIT_NAME.search(pair.texts[field])
    new = re.sub("[0-9]", lambda m: str((int(m[0]) + rng.randint(2, 4)) % 10), match[0], count=1) if match else ""
    return _replaced(pair, field, match, new) if new not in pair.text else None


def change_name(pair: Pair, field: FieldName, rng: random.Random) -> Pair | None:
    """A well-known name that the paper does not have."""
    match = _WHOLE_NAME.search(pair.texts[field])
    return _replaced(pair, field, match, rng.choice([name for name in _NAMES if name not in pair.text]))


def invent_name(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """A well-known name put where none was."""
    name = rng.choice([name for name in _NAMES if name not in pair.text])
    return pair.with_text(field, f"{name}을 바탕으로 {pair.texts[field]}")


def end_otherwise(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """A nominal ending, or no full stop."""
    return _ended(pair, field, rng.choice(["음.", "함", "다", "임.", "다;", "는 것.", "다!"]))


def be_polite(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """A polite ending."""
    text = pair.texts[field]
    if text.endswith("하였다."):
        return pair.with_text(field, text.removesuffix("하였다.") + rng.choice(["하였습니다.", "했습니다.", "했어요."]))
    return pair.with_text(field, text.removesuffix("다.") + rng.choice(["합니다.", "습니다.", "입니다."]))


def speak_as_authors(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """The first person."""
    return pair.with_text(field, rng.choice(["우리는 ", "저희는 ", "우리의 방법에서 ", "We는 "]) + pair.texts[field])


def command(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """A command as the end."""
    return _ended(pair, field, rng.choice(["는 점을 확인하라.", "고 이해하시오.", "는 점에 유의하십시오."]))


def add_sentence(pair: Pair, field: FieldName, rng: random.Random) -> Pair | None:
    """A sentence too many, sometimes without a space before."""
    if field in MOST_SENTENCES:
        extra = " 이를 반복한다. 이후 결과를 검토한다. 마지막으로 이를 종합한다."
    else:
        extra = rng.choice([" 이는 의미 있는 진전이다.", "이는 의미 있는 진전이다.", " 또한 응용 가능성이 높다."])
    return pair.with_text(field, pair.texts[field] + extra)


def add_emoji(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """A picture at the start or the end."""
    sign = rng.choice("🚀🔥✅⭐💡")
    return pair.with_text(field, f"{sign} {pair.texts[field]}")


def add_markup(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """Markdown or HTML around a word, or before the text."""
    first, _, rest = pair.texts[field].partition(" ")
    form = rng.choice(_MARKUP)
    return pair.with_text(field, form.format(first, rest))


def add_label(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """The field's own name before its text."""
    label = rng.choice([f"{field.title()}: ", "목표: ", "**방법**: ", "결과 : ", "[한계] ", "결론： "])
    return pair.with_text(field, label + pair.texts[field])


def add_url(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """An address in brackets."""
    url = rng.choice(["https://example.org/x", "www.example.com", "github.com/a/b"])
    return pair.with_text(field, f"{pair.texts[field].removesuffix('.')} ({url}) 확인된다.")


def write_english(pair: Pair, field: FieldName, _: random.Random) -> Pair | None:
    """The quote itself instead of a summary of it."""
    quotes = pair.evidence.get(field)
    return pair.with_text(field, quotes[0]) if quotes else None


def write_neighbour_language(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """Japanese or Chinese."""
    japanese = "本研究では、疎な報酬からの学習を効率化する手法を提案した。"
    return pair.with_text(field, rng.choice([japanese, "本文提出了一种提高稀疏奖励学习效率的新方法。"]))


def empty(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """No text."""
    return pair.with_text(field, rng.choice(["", " ", "\n"]))


def say_nothing_otherwise(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """Other words for nothing said."""
    words = [
        "정보 부족.",
        "정보가 부족하다.",
        "N/A",
        "없음",
        "정보 없음.",
        "해당 없음",
        "논문에 명시되지 않았다.",
        "None",
        "-",
    ]
    return pair.with_text(field, rng.choice(words))


def fail(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """A failure or a refusal as content."""
    words = [
        "Summary generation failed.",
        "요약 생성에 실패하였다.",
        "죄송하지만 요약할 수 없습니다.",
        '{"goal": "본 연구는 좋다."}',
    ]
    return pair.with_text(
        field, rng.choice([*words, "I'm sorry, but I cannot summarize this.", "As an AI model, I cannot."])
    )


def spoil_bytes(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """A control character where TeX lost its backslash, or an invisible one."""
    junk = rng.choice(["\x0crac{1}{2}", "\theta", "\x08eta", "\x00", "\u200b", "\u202e", "\x1b[0m", "\ufffd"])
    return pair.with_text(field, f"{junk} {pair.texts[field]}")


def repeat(pair: Pair, field: FieldName, rng: random.Random) -> Pair | None:
    """The text of another field, or nearly so."""
    other: FieldName = "goal" if field != "goal" else "conclusion"
    text = pair.texts[other]
    return pair.with_text(
        field, rng.choice([text, text.replace("본 논문", "본  논문"), text.removesuffix("다.") + "었다."])
    )


def drop_evidence(pair: Pair, field: FieldName, rng: random.Random) -> Pair:
    """No quote, or one that is no sentence."""
    return pair.with_quotes(field, *rng.choice([(), ("",), ("the results",), ("We show.",)]))


def change_evidence(pair: Pair, field: FieldName, rng: random.Random) -> Pair | None:
    """A quote with one word changed, one left out, or a Korean one."""
    quotes = pair.evidence.get(field)
    if not quotes:
        return None
    words = quotes[0].split()
    at = rng.randrange(1, len(words) - 1)
    forms = [
        [*words[:at], "notably", *words[at:]],
        [*words[:at], *words[at + 1 :]],
        [*words[:at], "...", *words[at + 1 :]],
    ]
    return pair.with_quotes(field, " ".join(rng.choice(forms)), *quotes[1:])


def quote_another_paper(pair: Pair, field: FieldName, _: random.Random) -> Pair:
    """A sentence that the paper does not have."""
    return pair.with_quotes(field, "Experiments on several public benchmarks confirm the benefit of the approach.")


def leave_english_term(pair: Pair, field: FieldName, _: random.Random) -> Pair:
    """A glossary term in English, in text and paper."""
    spoilt = pair.with_text(field, f"ablation 분석을 바탕으로 {pair.texts[field]}")
    return spoilt._replace(text=pair.text + " An ablation study is given.")


def say_too_much(pair: Pair, field: FieldName, _: random.Random) -> Pair:
    """A thousand characters and more."""
    return pair.with_text(field, "매우 다양하고 " * 170 + pair.texts[field])


ALTERATIONS: Final[Mapping[str, tuple[Alteration, ...]]] = {
    "number": (change_number, round_number, change_scale, change_count),
    "name": (change_model, change_name, invent_name),
    "ending": (end_otherwise,),
    "honorific": (be_polite,),
    "first-person": (speak_as_authors,),
    "imperative": (command,),
    "sentences": (add_sentence,),
    "emoji": (add_emoji,),
    "markup": (add_markup,),
    "label": (add_label,),
    "url": (add_url,),
    "language": (write_english, write_neighbour_language),
    "missing": (empty,),
    "nothing-said": (say_nothing_otherwise,),
    "failure": (fail,),
    "control": (spoil_bytes,),
    "repeat": (repeat,),
    "evidence": (drop_evidence, change_evidence, quote_another_paper),
    "glossary": (leave_english_term,),
    "length": (say_too_much,),
}
"""By the name of the rule that should notice."""

GLOSSARY: Final = {"ablation": "절제 실험", "gauge": "관측소"}


def spoilt(pairs: list[Pair], seed: int) -> Iterator[tuple[str, str, Pair]]:
    """Every alteration of every field of every pair that it applies to: rule, alteration, pair."""
    rng = random.Random(seed)
    for rule, alterations in ALTERATIONS.items():
        for alter in alterations:
            for pair in pairs:
                for field in FIELDS:
                    if pair.texts[field] != NOTHING_SAID and (altered := alter(pair, field, rng)):
                        yield rule, alter.__name__.replace("_", " "), altered
