"""Evidence that supports a field: quotes that are sentences, what they lack, and where they come from."""

import pytest

from digest.core.judge.evidence import complete_evidence
from digest.core.judge.faults import find_faults, wrong_quote
from digest.core.judge.given import prepare, read_passages
from digest.core.prompt.verdicts import surround
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName

SOURCE = """Title: FerryNet: Timetables for Small Harbours under Fog

## Abstract
Fog stops ferries without notice. FerryNet plans timetables for 14 harbours. It was built with skippers, e.g. Mr. Lee.

## Results
Table 2: Delays by harbour.
Delays fall to 6.5 minutes with FerryNet [3, 4]. The rule-based planner needs 21.0 minutes. On the FogDays set
FerryNet finds 92% of the closures, while the planner finds 58%; the rest is missed. A survey has 310 answers.

## Limitations
Storms were not studied."""
GIVEN = prepare(SOURCE)


def judge(text: str, *quotes: str, field: FieldName = "results") -> list[tuple[str, str]]:
    texts: dict[FieldName, str] = {**dict.fromkeys(FIELDS, NOTHING_SAID), field: text}
    return [(fault.name, fault.message) for fault in find_faults(texts, {field: quotes}, GIVEN)]


WHOLE = [
    "Fog stops ferries without notice.",
    "Fog stops ferries without notice",
    "It was built with skippers, e.g. Mr. Lee.",
    "Delays fall to 6.5 minutes with FerryNet.",
    "Delays fall to 6.5 minutes with FerryNet [3, 4].",
    "On the FogDays set FerryNet finds 92% of the closures, while the planner finds 58%; the rest is missed.",
    "“The rule-based planner needs 21.0 minutes.”",
    "On the FogDays set\nFerryNet finds 92% of the closures, while the planner finds 58%",
    "Storms were not studied.",
    "Fog stops ferries without notice. FerryNet plans timetables for 14 harbours.",
]
FRAGMENTS = [
    ("ferries without notice.", "is part of a sentence"),
    ("FerryNet plans timetables for", "is part of a sentence"),
    ("fall to 6.5 minutes with FerryNet", "is part of a sentence"),
    ("the planner finds 58%", "is part of a sentence"),
    ("while the planner finds 58%; the rest is missed.", "is part of a sentence"),
    ("FerryNet: Timetables for Small Harbours under Fog", "is the paper's title"),
    ("Timetables for Small Harbours", "is the paper's title"),
    ("## Limitations", "is a heading"),
    ("Limitations", "is a heading"),
    ("Table 2:", "is a caption's label"),
    ("The rule-based planner needs 21 minutes.", "is not in the paper's text"),
    ("The rule-based planner needs 1.0 minutes.", "is not in the paper's text"),
    ("Storms were studied.", "is not in the paper's text"),
]


@pytest.mark.parametrize("quote", WHOLE)
def test_whole_sentences_are_evidence(quote: str) -> None:
    assert judge("안개가 여객선을 멈추게 한다.", quote) == []


@pytest.mark.parametrize(("quote", "why"), FRAGMENTS)
def test_fragments_titles_headings_and_labels_are_not(quote: str, why: str) -> None:
    assert any(name == "evidence" and why in message for name, message in judge("안개가 여객선을 멈추게 한다.", quote))


DELAYS = "Delays fall to 6.5 minutes with FerryNet [3, 4]."
PLANNER = "The rule-based planner needs 21.0 minutes."
CLOSURES = "On the FogDays set\nFerryNet finds 92% of the closures, while the planner finds 58%; the rest is missed."
FOUND = [
    ("FerryNet의 지연은 6.5분이다.", DELAYS, ()),
    ("FerryNet의 지연은 6.5분이고 계획기는 21분이 걸린다.", DELAYS, (PLANNER,)),
    ("지연은 14.5분 줄어 6.5분이 되었고 차이는 14.5분이다.", f"{DELAYS} {PLANNER}", ()),
    ("FogDays에서 폐쇄의 92%를 찾는다.", DELAYS, (CLOSURES,)),
    ("FerryNet은 계획기보다 더 많은 폐쇄를 찾는다.", DELAYS, (CLOSURES,)),
    ("FerryNet의 지연은 줄었다.", DELAYS, ()),
    ("FerryNet은 항구 14곳의 시간표를 짠다.", DELAYS, ("FerryNet plans timetables for 14 harbours.",)),
    (NOTHING_SAID, DELAYS, ()),
]


@pytest.mark.parametrize(("text", "quote", "found"), FOUND)
def test_what_a_quote_lacks_is_found_and_then_it_lacks_nothing(text: str, quote: str, found: tuple[str, ...]) -> None:
    texts: dict[FieldName, str] = {"results": text}
    completed = complete_evidence(texts, {"results": (quote,)}, SOURCE)
    assert completed == ({"results": found} if found else {})
    assert complete_evidence(texts, {"results": (quote, *found)}, GIVEN) == {}
    assert [name for name, _ in judge(text, quote)] == [name for name, _ in judge(text, quote, *found)]


def test_a_number_that_no_fitting_sentence_has_is_a_fault() -> None:
    assert judge("음성 합성기는 310배를 보였다.", DELAYS) == [
        ("evidence", 'results: no quote of this field has "310배를": quote the sentence that says it, or leave it out')
    ]


def test_quotes_about_something_else_are_a_fault() -> None:
    text = "FerryNet은 학생과 교사의 에세이 평가에서 말뭉치의 품질을 비교하여 분석하였다."
    assert [name for name, _ in judge(text, "Storms were not studied.")] == ["evidence"]


AROUND = [
    ("FerryNet plans timetables for 14 harbours.", f"[Abstract] {' '.join(SOURCE.split(chr(10))[3].split())}"),
    ("Storms were not studied.", "[Limitations] Storms were not studied."),
    ("Fog clears at noon.", "Fog clears at noon."),
]


@pytest.mark.parametrize(("quote", "around"), AROUND)
def test_a_quote_is_shown_between_its_neighbours_below_its_heading(quote: str, around: str) -> None:
    assert surround([quote], SOURCE) == (around,)


def test_passages_know_their_kind_and_section() -> None:
    kinds = [(passage.kind, passage.heading) for passage in read_passages(SOURCE)]
    assert kinds[:3] == [("title", ""), ("heading", "Abstract"), ("sentence", "Abstract")]
    assert [kind for kind, heading in kinds if heading == "Results"] == ["heading", *["sentence"] * 5]
    assert all(SOURCE[passage.start : passage.end] == passage.text for passage in read_passages(SOURCE))


ROWS = """## Results
Fog is rare.
Table 1: Closures that were found (%).
planner | closures | harbours
rule-based | 58.4 | 14
FerryNet | 92.1 ± 0.3 | 14
It takes 6 minutes."""
TABLE_HEAD = "[Results] Table 1: Closures that were found (%). planner | closures | harbours"


@pytest.mark.parametrize(
    ("quote", "around"),
    [
        (
            "FerryNet | 92.1 ± 0.3 | 14",
            f"{TABLE_HEAD} rule-based | 58.4 | 14 FerryNet | 92.1 ± 0.3 | 14 It takes 6 minutes.",
        ),
        ("rule-based 58.4 14", f"{TABLE_HEAD} rule-based | 58.4 | 14 FerryNet | 92.1 ± 0.3 | 14"),
        ("Table 1: Closures that were found (%).", f"[Results] Fog is rare. {TABLE_HEAD[10:]}"),
        ("It takes 6 minutes.", "[Results] FerryNet | 92.1 ± 0.3 | 14 It takes 6 minutes."),
    ],
)
def test_a_row_of_a_table_is_evidence_and_is_shown_with_the_caption_and_the_columns(quote: str, around: str) -> None:
    assert surround([quote], ROWS) == (around,)
    assert wrong_quote(quote, prepare(ROWS)) is None


def test_a_number_of_a_field_is_borne_by_the_row_that_has_it_alone() -> None:
    texts: dict[FieldName, str] = {
        **dict.fromkeys(FIELDS, NOTHING_SAID),
        "results": "FerryNet은 92.1%의 휴항을 찾았다.",
    }
    row, other = "FerryNet | 92.1 ± 0.3 | 14", "rule-based | 58.4 | 14"
    assert find_faults(texts, {"results": (row,)}, prepare(ROWS)) == ()
    assert complete_evidence(texts, {"results": (other,)}, ROWS) == {"results": (row,)}
    without = ROWS.replace(f"{row}\n", "")
    assert [fault.name for fault in find_faults(texts, {"results": (other,)}, prepare(without))] == ["number", "name"]
