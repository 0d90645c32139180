"""A field against its own quotes: words that leave no exception, units, directions, causes, the work of others."""

import pytest

from digest.core.judge.faults import find_faults
from digest.core.judge.meaning import MEANING_RULES, is_prior_work
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName

WRONG = [
    ("absolute", "모든 항구에서 안개를 예측한다.", "The model predicts fog in three harbours."),
    ("absolute", "항상 안개를 예측한다.", "The model often predicts fog."),
    ("absolute", "최초의 안개 예측 모델을 제안한다.", "The model predicts fog."),
    ("absolute", "처음으로 안개를 예측한다.", "The model predicts fog."),
    ("absolute", "안개를 완전히 제거한다.", "The model removes much of the fog."),
    ("absolute", "안개를 예측하는 유일한 모델이다.", "The model predicts fog."),
    ("absolute", "누구나 안개를 예측한다.", "The model predicts fog."),
    ("unit", "예측에 30초가 걸린다.", "A forecast takes 30 ms."),
    ("unit", "예측에 두 시간이 걸린다.", "A forecast takes two days."),
    ("unit", "정확도가 4% 높다.", "Accuracy is higher by 4 points."),
    ("unit", "정확도가 4배 높다.", "Accuracy is 4% higher."),
    ("unit", "참가자에게 12달러를 지급하였다.", "Participants were paid £12."),
    ("unit", "요약은 2~6토큰이다.", "Summaries have 2-6 words."),
    ("unit", "메모리 12GB를 쓴다.", "It uses 12 MB of memory."),
    ("prior-work", "안개를 예측하지 못하는 한계가 있다.", "Existing planners cannot predict fog."),
    ("prior-work", "안개를 예측하지 못하는 한계가 있다.", "These methods (Lee et al., 2023) cannot predict fog."),
    ("direction", "안개가 짙을수록 오차가 감소한다.", "The error increases with denser fog."),
    ("direction", "밤에는 정확도가 높다.", "At night, accuracy is lower."),
    ("direction", "예측은 더 느리다.", "The forecast is faster."),
    ("direction", "항구가 20곳 이상인 도시를 다룬다.", "We look at towns with fewer than 20 harbours."),
    ("cause", "센서가 적기 때문에 안개를 놓친다.", "The model misses fog."),
    ("cause", "센서 덕분에 안개를 찾는다.", "The model finds fog."),
]
RIGHT = [
    ("모든 항구에서 안개를 예측한다.", "The model predicts fog in every harbour."),
    ("항상 안개를 예측한다.", "The model always predicts fog."),
    ("최초의 안개 예측 모델을 제안한다.", "This is the first model that predicts fog."),
    ("최초 단계에서 안개를 예측한다.", "The model predicts fog in a stage of its own."),
    ("예측에 30ms가 걸린다.", "A forecast takes 30 ms."),
    ("예측에 두 시간이 걸린다.", "A forecast takes two hours."),
    ("정확도가 4%p 높다.", "Accuracy is higher by 4%."),
    ("정확도가 4포인트 높다.", "Accuracy is higher by 4 percentage points."),
    ("2021년에 30개 항구를 다루었다.", "In 2021 we covered 30 harbours."),
    ("요약은 2~6단어이다.", "Summaries have 2-6 words."),
    ("안개가 짙을수록 오차가 증가한다.", "The error increases with denser fog."),
    ("응답 속도를 향상시킨다.", "The model reduces latency."),
    ("정확도가 높아지지 않는다.", "Accuracy is lower with fog."),
    ("비용은 감소하고 정확도는 향상된다.", "Cost is reduced."),
    ("센서가 적기 때문에 안개를 놓친다.", "The model misses fog because sensors are few."),
    ("센서로 인해 안개를 찾는다.", "The sensors find fog."),
]


def judge(text: str, quote: str, field: FieldName) -> list[str]:
    texts: dict[FieldName, str] = {**dict.fromkeys(FIELDS, NOTHING_SAID), field: text}
    return [fault.name for fault in find_faults(texts, {field: (quote,)}, f"On Fog at Sea\n\n{quote}")]


@pytest.mark.parametrize(("rule", "text", "quote"), WRONG)
def test_one_rule_blames_what_its_quote_does_not_say(rule: str, text: str, quote: str) -> None:
    assert set(judge(text, quote, "limitations")) == {rule}


@pytest.mark.parametrize(("text", "quote"), RIGHT)
def test_what_its_quote_says_is_not_blamed(text: str, quote: str) -> None:
    assert judge(text, quote, "results") == []


def test_without_the_papers_text_or_without_quotes_meaning_is_not_judged() -> None:
    texts: dict[FieldName, str] = {**dict.fromkeys(FIELDS, NOTHING_SAID), "results": WRONG[0][1]}
    assert find_faults(texts, {"results": (WRONG[0][2],)}, None) == ()
    assert MEANING_RULES.keys().isdisjoint({fault.name for fault in find_faults(texts, {}, WRONG[0][2])})


THEIRS = [
    "Existing planners ignore fog.",
    "However, most approaches need radar.",
    "Eviction schemes (KeepTop, DropOld) lose rows.",
    "Forecasts are slow on phones (Kim et al., 2024).",
    "Forecasts are slow on phones [12].",
]
OURS = [
    "Our planner ignores fog, as existing planners do.",
    "We rely on prior maps.",
    "The method needs radar.",
    "This study covers one harbour.",
    "Radar is left to future work.",
    "Storms were not studied.",
]


@pytest.mark.parametrize("sentence", THEIRS)
def test_sentences_about_the_work_of_others(sentence: str) -> None:
    assert is_prior_work(sentence)


@pytest.mark.parametrize("sentence", OURS)
def test_sentences_about_the_paper_itself(sentence: str) -> None:
    assert not is_prior_work(sentence)
