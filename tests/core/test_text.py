"""Where sentences end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.core.text import split_english, split_sentences

KOREAN = {
    "two": ("제안하였다. 개선하였다.", ["제안하였다.", "개선하였다."]),
    "no space": ("제안하였다.이는 개선이다.", ["제안하였다.", "이는 개선이다."]),
    "no space before a name": ("제안하였다.GPT-5가 낫다.", ["제안하였다.", "GPT-5가 낫다."]),
    "decimal": ("57.02%에서 3.3배로 늘었다.", ["57.02%에서 3.3배로 늘었다."]),
    "version and file": ("v1.5와 config.yaml을 쓴다.", ["v1.5와 config.yaml을 쓴다."]),
    "abbreviations": (
        "Kim et al. 방식과 e.g. 예시, A vs. B를 다룬다.",
        ["Kim et al. 방식과 e.g. 예시, A vs. B를 다룬다."],
    ),
    "figure": ("Fig. 3에서 U.S. 자료를 쓴다.", ["Fig. 3에서 U.S. 자료를 쓴다."]),
    "brackets": ("성능이 올랐다(기준은 낮다. 표 참조)고 본다.", ["성능이 올랐다(기준은 낮다. 표 참조)고 본다."]),
    "quotes": ('"좋다. 그렇다."라고 답한다.', ['"좋다. 그렇다."라고 답한다.']),
    "open bracket": ("오차(가 준다. 끝이다.", ["오차(가 준다.", "끝이다."]),
    "ellipsis": ("그리고... 이어진다.", ["그리고... 이어진다."]),
    "name at the end": ("기준은 GPT-4. 이를 넘었다.", ["기준은 GPT-4.", "이를 넘었다."]),
    "noun ending": ("성능을 개선함. 비용도 감소.", ["성능을 개선함.", "비용도 감소."]),
    "question": ("왜 그런가? 답을 찾았다.", ["왜 그런가?", "답을 찾았다."]),
    "line break": ("앞을 본다.\n뒤를 본다.", ["앞을 본다.", "뒤를 본다."]),
    "none": ("  ", []),
    "no end": ("정보 부족", ["정보 부족"]),
}
ENGLISH = {
    "two": ("It works. It scales.", ["It works.", "It scales."]),
    "abbreviations": (
        "See Fig. 3 and Lee et al. (2020), i.e. Kim. It ends.",
        ["See Fig. 3 and Lee et al. (2020), i.e. Kim.", "It ends."],
    ),
    "decimals": ("A gain of 3.5 points. No loss.", ["A gain of 3.5 points.", "No loss."]),
    "initials": ("J. Smith of the U.S. Navy says so. He does.", ["J. Smith of the U.S. Navy says so.", "He does."]),
    "quoted end": ('He said "yes." Then he left.', ['He said "yes."', "Then he left."]),
    "paragraphs": ("No stop here\n\nNext one.", ["No stop here", "Next one."]),
    "formula": ("The loss is $L$. $x$ is free.", ["The loss is $L$.", "$x$ is free."]),
    "name in lower case": ("We use vLLM. iPhone users gain.", ["We use vLLM. iPhone users gain."]),
}


@pytest.mark.parametrize(("text", "sentences"), KOREAN.values(), ids=KOREAN)
def test_korean_sentences_end_where_a_reader_sees_it(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@pytest.mark.parametrize(("text", "sentences"), ENGLISH.values(), ids=ENGLISH)
def test_english_sentences_end_where_a_reader_sees_it(text: str, sentences: list[str]) -> None:
    assert split_english(text) == sentences


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.text(alphabet='다요.!?()" ABcd09\n', max_size=60))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    for split in (split_sentences, split_english):
        assert "".join("".join(split(text)).split()) == "".join(text.split())
