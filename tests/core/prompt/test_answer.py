"""Reading what a model wrote."""

import json
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.core.prompt import answer
from digest.core.prompt.answer import FieldAnswer, UnreadableAnswerError, json_schema
from digest.core.summary import FIELDS, FieldName
from digest.core.text import normal_text

GOAL = {"goal": {"text": "가나다.", "evidence": ["A quote."]}}
PLAIN = json.dumps(GOAL, ensure_ascii=False)
READ = {"goal": FieldAnswer("가나다.", ("A quote.",))}


def read_answer(content: str, fields: Sequence[FieldName]) -> dict[FieldName, FieldAnswer]:
    return answer.read_answer([content], fields).fields


SAME = {
    "alone": PLAIN,
    "escaped": json.dumps(GOAL),
    "fenced": f"```json\n{PLAIN}\n```",
    "fenced, prose around": f"Here it is:\n```\n{PLAIN}\n```\nAnything else?",
    "prose with braces around": f"The set {{1, 2}} and {{}} come to {PLAIN} where {{x}} stays open {{",
    "thinking before": f'<think>\nThe user wants {{goal}}, so {{"a": 1}}.\n</think>\n\n{PLAIN}',
    "thinking in JSON before": f'<think>{{"plan": {{"steps": [1, 2]}}}}</think>{PLAIN}',
    "wrapped": f'{{"summary": {PLAIN}}}',
    "wrapped twice": f'{{"result": {{"summary": {PLAIN}, "note": "x"}}}}',
    "wrapped and cut off outside": f'{{"summary": {PLAIN}',
    "in an array": f"[{PLAIN}]",
    "indented": json.dumps(GOAL, indent=4, ensure_ascii=False),
    "byte order mark": f"\ufeff{PLAIN}",
    "one quote as a string": '{"goal": {"text": "가나다.", "evidence": "A quote."}}',
    "quotes that are none": '{"goal": {"text": "가나다.", "evidence": ["A quote.", null, 3, {"a": 1}]}}',
    "line breaks inside strings": '{"goal": {"text": "가나다.\n", "evidence": ["A\n quote."]}}',
    "other fields off": '{"goal": {"text": "가나다.", "evidence": ["A quote."]}, "method": 3, "results": null}',
    "another case": '{"Goal": {"text": "가나다.", "evidence": ["A quote."]}}',
    "single quotes": "{'goal': {'text': '가나다.', 'evidence': ['A quote.']}}",
    "trailing commas": '{"goal": {"text": "가나다.", "evidence": ["A quote.",],},}',
    "comments": '{"goal": {"text": "가나다.", /* here */ "evidence": ["A quote."]}} // done',
    "bare keys": '{goal: {text: "가나다.", evidence: ["A quote."]}}',
    "a missing comma": '{"goal": {"text": "가나다." "evidence": ["A quote."]}}',
    "slips after thinking": "<think>{'goal': 'wrong'}</think>{'goal': {'text': '가나다.', 'evidence': ['A quote.',]}}",
    "JSON in a string": json.dumps(PLAIN, ensure_ascii=False),
    "JSON in a string in a string": json.dumps(json.dumps(PLAIN)),
    "a list of fields that name themselves": '[{"field": "goal", "text": "가나다.", "evidence": ["A quote."]}]',
    "quotes in objects": '{"goal": {"text": "가나다.", "evidence": [{"quote": "A quote."}]}}',
    "a whole draft in thinking": f'<think>{{"goal": "초안이다."}}</think>{PLAIN}',
    "a draft and no opening mark": f'{{"goal": {{"text": "초안이다.", "evidence": []}}}}</think>{PLAIN}',
    "another mark of thinking": f'[THINK]{{"goal": "초안이다."}}[/THINK]{PLAIN}',
    "channels": f'<|channel|>analysis<|message|>{{"goal": "초안"}}<|end|><|channel|>final<|message|>{PLAIN}',
    "a draft without any mark": f'Draft: {{"goal": {{"text": "초안이다.", "evidence": []}}}} Final: {PLAIN}',
    "thinking alone": f"<think>Here: {PLAIN}</think>",
    "many braces of TeX": "\\frac{1}{2} " * 500 + PLAIN,
    "composed letters": PLAIN.replace("가나다", unicodedata.normalize("NFD", "가나다")),
    "an eastern full stop": PLAIN.replace("다.", "다。"),
    "zero-width signs": PLAIN.replace("가나", "가\u200b나\ufeff\u2060"),
    "a field not asked for": '{"goal": {"text": "가나다.", "evidence": ["A quote."]}, "conclusion": "나다."}',
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_answer_in_many_clothes(name: str) -> None:
    assert read_answer(SAME[name], ("goal", "method", "results")) == READ


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("가나다.", FieldAnswer("가나다.", ())),
        ({"text": "가나다."}, FieldAnswer("가나다.", ())),
        ({"text": " 가\n나\x00 ", "evidence": {"a": "b"}}, FieldAnswer("가 나", ())),
        ({"text": ""}, FieldAnswer("", ())),
        (
            {"text": "토큰 <think>을 낸다.", "evidence": ["</think>"]},
            FieldAnswer("토큰 <think>을 낸다.", ("</think>",)),
        ),
    ],
)
def test_forms_of_a_field(value: Any, read: FieldAnswer) -> None:
    assert read_answer(json.dumps({"goal": value}), FIELDS) == {"goal": read}


UNREADABLE = {
    "nothing": "",
    "prose": "The paper is about cats.",
    "no object": "[1, 2, 3]",
    "a string": '"goal"',
    "cut off": PLAIN[:-4],
    "cut off in the first key": '{"go',
    "no field asked for": '{"Aim": "가나다."}',
    "fields of wrong types": '{"goal": 1, "method": ["가"], "results": {"text": 3}, "conclusion": null}',
    "an array of strings": '["가나다."]',
    "an error": '{"error": "overloaded"}',
    "braces alone": "{" * 100_000,
    "nested for ever": '{"a":' * 100_000,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_answer_that_is_none_says_what_to_do(name: str) -> None:
    with pytest.raises(UnreadableAnswerError, match="answer with the JSON object alone") as caught:
        read_answer(UNREADABLE[name], FIELDS)
    assert caught.value.fault.name == "answer"
    assert "가나다" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"\frac{a}{b}", r"\frac{a}{b}"),
        (r"$\beta$-VAE", r"$\beta$-VAE"),
        (r"\text{acc}", r"\text{acc}"),
        (r"\textbf{x}", r"\textbf{x}"),
        (r"$\nu$", r"$\nu$"),
        (r"$x \to y$", r"$x \to y$"),
        (r"\rho_1, \theta_2, \tau", r"\rho_1, \theta_2, \tau"),
        (r"\nabla f, a \neq b, \not\in", r"\nabla f, a \neq b, \not\in"),
        (r"\times, \rightarrow, \rangle", r"\times, \rightarrow, \rangle"),
        (r"\alpha \sum_{i} \upsilon \underline{u}", r"\alpha \sum_{i} \upsilon \underline{u}"),
        (r"\% \_ \{ \$ \, \u", r"\% \_ \{ \$ \, \u"),
        (r"\\frac and \\nu", r"\frac and \nu"),
        (r"a\nb", "a b"),
        (r"다.\n또한", "다. 또한"),
        (r"end.\nThe next", "end. The next"),
        (r"end\nthe next", "end the next"),
        (r"a\tword\rreturn", "a word return"),
        (r"\"말\" a\/b", '"말" a/b'),
        (r"\u00e9\ud83d\ude00", "é😀"),
        (r"\ud800", ""),
        (r"C:\\new", r"C:\new"),
    ],
)
def test_backslashes(written: str, read: str) -> None:
    assert read_answer(f'{{"goal": "{written}"}}', FIELDS)["goal"].text == read


ANY = st.text(st.one_of(st.characters(), st.sampled_from('\n\t\r"\\/{}[]:,ntrfbu가다. ')))
UNAMBIGUOUS = ANY.filter(lambda text: all(mark not in text for mark in "\b\f\n\r\t"))


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.dictionaries(st.sampled_from(FIELDS), UNAMBIGUOUS, min_size=1), st.booleans(), st.text(" ~`가a\n"))
def test_whatever_is_written_as_json_is_read(texts: dict[str, str], ascii_only: bool, around: str) -> None:
    content = around + json.dumps(texts, ensure_ascii=ascii_only) + around
    assert {field: answer.text for field, answer in read_answer(content, FIELDS).items()} == {
        field: normal_text(text) for field, text in texts.items()
    }


@settings(deadline=None, max_examples=200, derandomize=True)
@given(ANY | st.text('{}[]":,\\ goal'))
def test_nothing_but_an_unreadable_answer_is_raised(content: str) -> None:
    with suppress(UnreadableAnswerError):
        assert read_answer(content, FIELDS)


def test_the_schema_is_the_subset_that_every_server_takes() -> None:
    def objects(schema: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            schema,
            *(o for p in schema.get("properties", {}).values() if p["type"] == "object" for o in objects(p)),
        ]

    schema = json_schema(("results", "goal"))
    assert list(schema["properties"]) == ["results", "goal"]
    assert len(objects(schema)) == 3
    for each in objects(schema):
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])
    assert not {"minLength", "maxLength", "pattern", "format", "anyOf"} & set(
        json.dumps(schema).replace('"', " ").split()
    )
