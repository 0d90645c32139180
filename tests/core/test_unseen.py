"""Signs that a reader cannot see."""

import pytest

from digest.core.judge.faults import find_faults
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName
from digest.core.text import find_unseen, normal_quote, normal_text, without_unseen

HIDDEN = [
    "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2060", "\ufeff", "\u180e", "\u034f",  # zero width
    "\u061c", "\u0600", "\u06dd", "\u202a", "\u202e", "\u2066", "\u2069", "\u206a", "\u2061", "\u2064",  # direction
    "\u115f", "\u1160", "\u3164", "\uffa0", "\u17b4", "\u2800", "\u180b", "\ufff9",  # fillers and blanks
    "\ufe00", "\ufe0f", "\ufe0e", "\U000e0100", "\U000e01ef",  # variation selectors
    "\U000e0041", "\U000e0020\U000e007f", "\U000e0001", "\U0001d173",  # tags
]  # fmt: skip
SEEN = [
    "", "plain", "한글 문장이다.", "café naïve", "Tiếng Việt", "x\u0304\u0302", "❤\ufe0f",
    "👨\u200d👩\u200d👧", "1\ufe0f\u20e3",
    "α→β ≤ 3 µm", "a\u00a0b", "日本語", "שלום", "हिन्दी", "⠃⠗",
]  # fmt: skip


@pytest.mark.parametrize("sign", HIDDEN, ids=lambda sign: f"U+{ord(sign[0]):04X}")
def test_unseen_signs_are_found_taken_out_and_refused_in_fields_and_quotes(sign: str) -> None:
    assert list(find_unseen(f"fog{sign} at sea")) == list(sign)
    assert without_unseen(f"fog{sign} at sea") == "fog at sea"
    assert (normal_text(f"안개{sign}이다."), normal_quote(f"fog{sign} at sea")) == ("안개이다.", "fog at sea")
    quote = "Fog stops every ferry without notice."
    texts: dict[FieldName, str] = {**dict.fromkeys(FIELDS, NOTHING_SAID), "goal": "안개가 배를 멈추게 한다."}
    assert find_faults(texts, {"goal": (quote,)}, quote) == ()
    for field, cited in (
        ({"goal": f"안개{sign}가 배를 멈추게 한다."}, quote),
        ({}, quote.replace("every", f"every{sign}")),
    ):
        faults = find_faults({**texts, **field}, {"goal": (cited,)}, quote)
        assert {fault.name for fault in faults} - {"emoji"} == {"control"}


@pytest.mark.parametrize("text", SEEN)
def test_what_a_reader_sees_stays(text: str) -> None:
    assert list(find_unseen(text)) == []
    assert without_unseen(text) == text


def test_a_stack_of_accents_keeps_two() -> None:
    assert without_unseen("e" + "\u0301" * 5 + "x") == "e\u0301\u0301x"
    assert len(list(find_unseen("o\u0336\u0337\u0338\u0334"))) == 2
