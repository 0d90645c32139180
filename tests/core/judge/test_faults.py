"""What is wrong with a summary, rule by rule."""

import re
import time
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.core.judge.faults import find_faults
from digest.core.judge.given import prepare
from digest.core.summary import FIELDS, NOTHING_SAID, Fault, FieldName

SOURCE = """LoopNet: Routing Parcels with Graph Policies

Parcel routing wastes fuel when depots plan alone. LoopNet lets 24 depots share a graph policy trained with PPO.
Drivers mark detours with <think> tokens and P(a|b) is their rate. It saves 12.5% of fuel on CityBench in 2 weeks.
Large fleets were not tested. The ablation uses a graph attention layer, A* search and GPT-5. Data of depots.org."""
QUOTES = {
    "goal": "Parcel routing wastes fuel when depots plan alone.",
    "method": "LoopNet lets 24 depots share a graph policy trained with PPO.",
    "results": "It saves 12.5% of fuel on CityBench in 2 weeks.",
}
GOOD: dict[FieldName, str] = {
    "goal": "본 논문은 물류 거점 간 협력을 통해 연료를 절감하는 경로 계획을 목표로 한다.",
    "motivation": NOTHING_SAID,
    "contribution": NOTHING_SAID,
    "method": "LoopNet은 24개 거점이 PPO로 학습한 그래프 정책을 공유하도록 한다.",
    "results": "CityBench에서 2주 동안 연료를 12.5% 절감하였다.",
    "limitations": NOTHING_SAID,
    "conclusion": NOTHING_SAID,
}
EVIDENCE: dict[FieldName, tuple[str, ...]] = {"goal": (QUOTES["goal"],), "method": (QUOTES["method"],)}
EVIDENCE["results"] = (QUOTES["results"],)
PREPARED = prepare(SOURCE)


def judge(field: FieldName, text: str, glossary: Mapping[str, str] | None = None) -> list[str]:
    faults = find_faults({**GOOD, field: text}, EVIDENCE, PREPARED, glossary=glossary or {})
    return [fault.name for fault in faults]


ONE_FAULT = [
    ("missing", " "),
    ("nothing-said", "정보 부족."),
    ("nothing-said", "정보가 부족하다."),
    ("nothing-said", "N/A"),
    ("nothing-said", "해당 없음."),
    ("nothing-said", "본 논문에서는 한계점을 명시하지 않았다."),
    ("failure", "Summary generation failed."),
    ("failure", "요약 생성에 실패하였다."),
    ("failure", "죄송하지만 답할 수 없다."),
    ("failure", '{"goal": "연료를 절감하였다."}'),
    ("control", "연료를 \x0crac 절감하였다."),
    ("control", "연료를 \theta 절감하였다."),
    ("control", "연료를 \u202e절감하였다."),
    ("sentences", "연료를 절감하였다. 비용도 절감하였다. 시간도 절감하였다."),
    ("sentences", "연료를 절감하였다.이는 진전이다. 비용도 절감하였다."),
    ("ending", "연료를 크게 절감함."),
    ("ending", "연료를 크게 절감하였다"),
    ("honorific", "연료를 크게 절감합니다."),
    ("honorific", "연료를 크게 절감했습니다."),
    ("first-person", "우리는 연료를 크게 절감하였다."),
    ("first-person", "제안하는 our 방법은 연료를 절감하였다."),
    ("emoji", "🚀 연료를 크게 절감하였다."),
    ("markup", "**연료**를 크게 절감하였다."),
    ("markup", "*연료*를 크게 절감하였다."),
    ("markup", "- 연료를 크게 절감하였다."),
    ("markup", "1. 연료를 크게 절감하였다."),
    ("markup", "연료를 <b>크게</b> 절감하였다."),
    ("markup", "연료를 <silence> 절감하였다."),
    ("markup", "`연료`를 [크게](#x) 절감하였다."),
    ("url", "연료를 절감하였고 https://example.org 주소에 공개되었다."),
    ("url", "연료를 절감하였고 www.example.org에서 공개되었다."),
    ("url", "연료를 절감하였고 evil.example.com에서 공개되었다."),
    ("url", "연료를 절감하였고 example.com/path에서 공개되었다."),
    ("url", "연료를 절감하였고 depots.org/data에서 공개되었다."),
    ("label", "결과: 연료를 크게 절감하였다."),
    ("label", "Results: 연료를 크게 절감하였다."),
    ("number", "연료를 13.5% 절감하였다."),
    ("number", "연료를 12% 절감하였다."),
    ("number", "연료를 일곱 번 절감하였다."),
    ("name", "GPT-6이 연료를 크게 절감하였다."),
    ("name", "TownBench에서 연료를 절감하였다."),
    ("name", "RouteLLM에서 연료를 절감하였다."),
]
SEVERAL = [
    ({"ending", "language"}, "The method saves a lot of fuel."),
    ({"ending", "language"}, "本研究では燃料を大幅に削減した。"),
    ({"ending", "imperative"}, "연료를 크게 절감하라."),
    ({"honorific", "ending"}, "연료를 크게 절감하세요."),
    ({"markup", "ending"}, "## 연료를 크게 절감"),
]
FINE = [
    NOTHING_SAID,
    "연료를 <think> 토큰과 P(a|b)로 설명하였다.",
    "depots.org와 node.js와 a.b.c와 file.py를 사용하였다.",
    "A* 탐색과 그래프 attention 층을 사용하였다.",
    "저자들은 연료가 아니다.",
    "정보 부족 문제를 해결하였다.",
    "큰 차이가 나는 경우를 드러나는 문제가 크다.",
    "연료를 12.5%, 즉 0.125만큼 절감하였다.",
    "거점 24곳과 스물네 개의 정책을 다루었다.",
    "두 종류의 연료(경유와 휘발유)를 다루었다.",
    "대형 언어 모델(LLM)로 판정하였다.",
    "거점이 주요하고 필요하며 중요한 요소이다.",
    "문제가 주어진 환경에서 모델은 10배가 아닌 규모의 연료를 절감하지 않는다.".replace("10배", "2배"),
]


def test_a_good_summary_has_no_fault() -> None:
    assert find_faults(GOOD, EVIDENCE, SOURCE) == ()


@pytest.mark.parametrize(("rule", "text"), ONE_FAULT)
def test_one_rule_blames(rule: str, text: str) -> None:
    assert set(judge("results", text)) == {rule}


@pytest.mark.parametrize(("rules", "text"), SEVERAL)
def test_several_rules_blame(rules: set[str], text: str) -> None:
    assert set(judge("results", text)) == rules


@pytest.mark.parametrize("text", FINE)
def test_no_rule_blames(text: str) -> None:
    assert judge("results", text) == []


def test_a_method_may_have_three_sentences_and_no_more() -> None:
    assert judge("method", "거점이 있다. 정책이 있다. 층이 있다.") == []
    assert judge("method", "거점이 있다. 정책이 있다. 층이 있다. 끝이 있다.") == ["sentences"]


QUOTED = [
    ("it SAVES\n12.5% of fuel on City-\nBench in 2 weeks", []),
    ("It saves 12.5% of fuel on CityBench", ["evidence"]),
    ("“It saves 12.5% of fuel on CityBench in 2 weeks”", []),
    ("It saves 12.6% of fuel on CityBench in 2 weeks.", ["evidence"]),
    ("It saves much fuel on CityBench.", ["evidence"]),
    ("12.5% of fuel", ["evidence"]),
    ("", ["evidence"]),
]


@pytest.mark.parametrize(("quote", "rules"), QUOTED)
def test_a_quote_is_found_word_for_word(quote: str, rules: list[str]) -> None:
    faults = find_faults(GOOD, {**EVIDENCE, "results": (quote,)}, PREPARED)
    assert sorted({fault.name for fault in faults}) == rules


def test_a_field_that_says_nothing_needs_no_evidence_but_one_must_say_something() -> None:
    nothing = dict.fromkeys(FIELDS, NOTHING_SAID)
    assert [(fault.name, fault.field) for fault in find_faults(nothing, {}, SOURCE)] == [("nothing-said", None)]


ASTRAY = [
    "1" * 20_000,
    "1,111" + ",111" * 5_000,
    "3분의 " + "1" * 9_000,
    "__a " * 20_000,
    "(" * 9_000 + ")" * 9_000,
    "A" * 20_000,
    "Τ" + "a-" * 10_000,
    "\t" * 20_000,
]


@pytest.mark.parametrize("text", ASTRAY, ids=range(len(ASTRAY)))
def test_an_answer_that_goes_astray_is_judged_in_a_moment(text: str) -> None:
    started = time.process_time()
    faults = find_faults({**GOOD, "results": f"{text}이다."}, EVIDENCE, f"{SOURCE} {text[:20_000]}")
    names = {fault.name for fault in faults}
    assert {"ending", "length"} <= names if text.strip() else "missing" in names
    assert max(len(fault.message) for fault in faults) < 200
    assert time.process_time() - started < 10


DERIVED = [
    ("통과율은 70.1과 72.6으로 2.5포인트 차이를 보였다.", []),
    ("통과율은 70.1과 72.6으로 3.5포인트 차이를 보였다.", ["number"]),
    ("통과율은 70.1에서 72.6으로 2.5 높아졌다.", ["number"]),
    ("통과율의 합계는 142.7이다.", []),
    ("통과율이 2.5점 높아졌다.", []),
    ("통과율이 2.5%p 높아졌다.", []),
    ("통과율이 2.5만큼 높아졌다.", []),
    ("통과율이 2.6점 높아졌다.", ["number"]),
    ("통과율이 약 3점 높아졌다.", []),
    ("통과율이 3점 높아졌다.", ["number"]),
]


@pytest.mark.parametrize(("text", "rules"), DERIVED)
def test_a_worked_out_number_is_marked_and_right(text: str, rules: list[str]) -> None:
    line = "The pass rate was 70.1 before and 72.6 after."
    faults = find_faults({**GOOD, "results": text}, {**EVIDENCE, "results": (line,)}, f"{SOURCE}\n\n{line}")
    assert [fault.name for fault in faults] == rules


LISTED = [
    ("세 단계(수집, 정제, 평가)로 구성된다.", []),
    ("세 단계로 구성된다.", ["number"]),
    ("여섯 단계(수집, 정제, 평가)로 구성된다.", ["number"]),
]


@pytest.mark.parametrize(("text", "rules"), LISTED)
def test_a_small_count_may_count_what_the_sentence_lists(text: str, rules: list[str]) -> None:
    assert judge("results", text) == rules


MOULD = "본 논문은 여러 물류 거점이 서로 협력하여 운송 연료를 절감하는 {} 계획을 실제 도시 환경에서 {}."
REPEATED = [
    (MOULD.format("경로", "검증하였다"), ["goal", "results"]),
    (MOULD.format("경로", "검증한다"), ["goal", "results"]),
    (MOULD.format("매우 효율적인 경로", "검증하였다"), []),
    (MOULD.format("적재", "검증하였다"), []),
    (MOULD.format("경로", "검증하였다").replace("여러", "24개의"), []),
]


@pytest.mark.parametrize(("text", "fields"), REPEATED)
def test_a_field_does_not_repeat_another_and_both_are_asked_for_again(text: str, fields: list[str]) -> None:
    texts: dict[FieldName, str] = {**GOOD, "goal": MOULD.format("경로", "검증하였다"), "results": text}
    faults = find_faults(texts, EVIDENCE, PREPARED)
    assert [(fault.name, fault.field) for fault in faults] == [("repeat", field) for field in fields]


def test_of_three_equal_fields_each_names_the_others_once() -> None:
    texts: dict[FieldName, str] = {**GOOD, "goal": GOOD["method"], "results": GOOD["method"]}
    assert [fault.message for fault in find_faults(texts, EVIDENCE, PREPARED)] == [
        "goal: says the same as method, results: write what belongs under goal",
        "method: says the same as goal, results: write what belongs under method",
        "results: says the same as goal, method: write what belongs under results",
    ]


GLOSSARY = {"attention": "어텐션"}
TERMS = [
    ("그래프에 attention 층을 사용하였다.", ["glossary"]),
    ("그래프에 어텐션(attention) 층을 사용하였다.", []),
    ("그래프에 graph attention 층을 사용하였다.", []),
    ("그래프에 주의 층을 사용하였다.", []),
]


@pytest.mark.parametrize(("text", "rules"), TERMS)
def test_the_blogs_own_word_replaces_an_english_term(text: str, rules: list[str]) -> None:
    assert judge("results", text, GLOSSARY) == rules


def test_all_fields_have_a_thousand_characters_at_most() -> None:
    rest = sum(len("".join(text.split())) for field, text in GOOD.items() if field != "results")
    assert judge("results", "가 " * (1000 - rest - 2) + "다.") == []
    assert judge("results", "가 " * (1000 - rest - 1) + "다.") == ["length"]


def test_without_the_source_only_the_text_is_judged() -> None:
    invented = {**GOOD, "results": "TownBench에서 <think> 토큰으로 99.9%를 절감하였다."}
    assert find_faults(invented, {}, None) == ()
    assert [fault.name for fault in find_faults({**GOOD, "results": "<b>연료</b>를 절감하였다."}, {}, None)] == [
        "markup"
    ] * 2


def test_a_fault_says_where_what_and_what_to_do() -> None:
    faults = find_faults({**GOOD, "results": "연료를 13.5% 절감하였다."}, EVIDENCE, SOURCE)
    message = 'results: "13.5%" is not in the paper\'s text: use a number that is, or leave it out'
    assert faults == (Fault(name="number", message=message, field="results"),)


def test_prepared_text_is_judged_like_plain_text() -> None:
    spoilt: dict[FieldName, str] = {**GOOD, "results": "TownBench에서 13.5%를 절감합니다."}
    assert find_faults(spoilt, {}, PREPARED) == find_faults(spoilt, {}, SOURCE)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=80)), st.text(max_size=200))
def test_any_text_is_judged_and_every_message_is_one_line(texts: dict[FieldName, str], source: str) -> None:
    faults = find_faults(texts, {field: (text,) for field, text in texts.items()}, source)
    assert faults
    for fault in faults:
        assert re.fullmatch(r"(?:all fields|[a-z]+)\b[^\n]*[^.\n]", fault.message)
