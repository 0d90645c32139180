"""Posts are taken apart with nothing lost, whoever wrote them."""

import pytest
from tests.core.hostile import HOSTILE

from digest.core.post.inline import escape
from digest.core.post.paper import PaperReading
from digest.core.post.parse import read_post
from digest.core.summary import FIELDS, NOTHING_SAID
from digest.core.text import fold

TOP = '---\nlayout: post\ntitle: "하루"\n---\n'
HEADING = "# 1. [제목](https://arxiv.org/abs/2512.03405)\n"
SAID = {field: f"{field} 문장이다." for field in FIELDS}


def only(body: str) -> PaperReading:
    papers = read_post(TOP + body).papers
    assert len(papers) == 1
    return papers[0]


def faults(body: str) -> list[tuple[int, str]]:
    return [(each.line, each.fault.name) for each in read_post(body).findings]


def canonical(title: str, texts: dict[str, str]) -> str:
    """A paper as digest writes it."""
    text = {field: escape(texts[field]) for field in FIELDS}
    sections = "".join(f"## {name.title()}  \n{text[name]}  \n\n" for name in FIELDS[3:])
    return (
        f"\n# 1. [{escape(title)}](https://arxiv.org/abs/2512.03405)\n\n"
        "> [Alphaxiv](https://www.alphaxiv.org/ko/overview/2512.03405)\n\n## Introduction\n"
        f"- Goal: {text['goal']}  \n- Motivation: {text['motivation']}  \n- Contribution: {text['contribution']}  \n\n"
        + sections
    )


@pytest.mark.parametrize("pattern", ["{}", "가 {}", "{} 이다.", "가{}나", "앞 {} 뒤이다."])
def test_what_digest_writes_is_read_back_exactly(pattern: str) -> None:
    for hostile in HOSTILE:
        text = fold(pattern.format(hostile) if "{" not in hostile else pattern.replace("{}", hostile))
        if not text:
            continue
        reading = read_post(TOP + canonical(text, dict.fromkeys(FIELDS, text)))
        (paper,) = reading.papers
        assert (paper.number, paper.title, paper.id) == (1, text, "2512.03405")
        assert paper.summary == dict.fromkeys(FIELDS, text)
        assert [link.url for link in paper.links] == ["https://www.alphaxiv.org/ko/overview/2512.03405"]
        assert (paper.extra, reading.extra, reading.findings) == ((), (), ())


@pytest.mark.parametrize(
    ("heading", "number", "title", "paper_id", "version"),
    [
        ("# 1. [제목](https://arxiv.org/abs/2512.03405)", 1, "제목", "2512.03405", None),
        ("### 2) [제목](https://arxiv.org/pdf/2512.03405v3)", 2, "제목", "2512.03405", 3),
        ("## [제목](https://huggingface.co/papers/2512.03405)", None, "제목", "2512.03405", None),
        ("# [3. 제목](https://arxiv.org/html/2512.03405v1)", 3, "제목", "2512.03405", 1),
        ("# [3.5B 모델](https://arxiv.org/abs/2512.03405)", None, "3.5B 모델", "2512.03405", None),
        ("# **4\\. [제목](https://arxiv.org/abs/2512.03405)** ##", 4, "제목", "2512.03405", None),
        ("#5. [제목](https://arxiv.org/abs/2512.03405)", 5, "제목", "2512.03405", None),
        ("# 📄 6. [제목](https://arxiv.org/abs/2512.03405)", 6, "제목", "2512.03405", None),
        ("# 논문 7: 제목 https://arxiv.org/abs/2512.03405", 7, "제목", "2512.03405", None),
        ("# 8. 제목 (arXiv:2512.03405v2)", 8, "제목", "2512.03405", 2),
        ("# 9. 제목 — [arXiv](https://arxiv.org/abs/2512.03405)", 9, "제목", "2512.03405", None),
        ("# 1. 제목\n\narXiv: https://arxiv.org/abs/2512.03405", 1, "제목", "2512.03405", None),
        ("# 1. 제목\n> [논문](https://arxiv.org/abs/hep-th/9901001)", 1, "제목", "hep-th/9901001", None),
        ("# 1. [a [b] \\[c\\] d](https://arxiv.org/abs/2512.03405)", 1, "a [b] [c] d", "2512.03405", None),
        ("# 1. [a [b c](https://arxiv.org/abs/2512.03405)", 1, "a [b c", "2512.03405", None),
        ("# 1. [긴\n제목](https://arxiv.org/abs/2512.03405)", 1, "긴 제목", "2512.03405", None),
        ("# 1. [<think> a|b \"c' `d`](https://arxiv.org/abs/2512.03405)", 1, "<think> a|b \"c' d", "2512.03405", None),
        ("# 1. [A &amp; B&#58; x\\_y 2*3](https://arxiv.org/abs/2512.03405)", 1, "A & B: x_y 2*3", "2512.03405", None),
        ("# 1. [제목](<https://arxiv.org/abs/2512.03405> \"이름\")", 1, "제목", "2512.03405", None),
        ("[제목](https://arxiv.org/abs/2512.03405)\n===", None, "제목", "2512.03405", None),
        ("# 1. [제\u2028목](https://arxiv.org/abs/2512.03405)", 1, "제 목", "2512.03405", None),
        ("# 1. [제목](https://openreview.net/forum?id=x)", 1, "제목", None, None),
        ("# 1. 제목\n\n## Introduction\n- Goal: 가", 1, "제목", None, None),
        ("# 1. [제목(https://arxiv.org/abs/2512.03405)", 1, "[제목", "2512.03405", None),
    ],
)  # fmt: skip
def test_headings(heading: str, number: int | None, title: str, paper_id: str | None, version: int | None) -> None:
    paper = only(heading)

    assert (paper.number, paper.title, paper.id, paper.version) == (number, title, paper_id, version)
    assert paper.line == 5
    assert paper.extra == ()


SECTIONS = "\n".join(f"## {name.title()}\n{SAID[name]}\n" for name in FIELDS[3:])


@pytest.mark.parametrize(
    "body",
    [
        "## Introduction\n- Goal: {goal}\n- Motivation: {motivation}\n- Contribution: {contribution}\n" + SECTIONS,
        "## Introduction\n- {goal}\n- {motivation}\n- {contribution}\n" + SECTIONS,
        "## Introduction\n{goal}\n{motivation}\n{contribution}\n" + SECTIONS,
        "## Introduction\n\n{goal}\n\n{motivation}\n\n{contribution}\n" + SECTIONS,
        "## Introduction\n- Goal: {goal}\n- {motivation}\n- Contribution: {contribution}\n" + SECTIONS,
        "## Introduction\nGoal: {goal} Motivation: {motivation} Contribution: {contribution}\n" + SECTIONS,
        "## Introduction\n**Goal** {goal} **Motivation** {motivation} **Contribution** {contribution}\n" + SECTIONS,
        "## Introduction\n- Contribution: {contribution}\n- Goal: {goal}\n- Motivation: {motivation}\n" + SECTIONS,
        "## Introduction\n- Goal:\n\n  {goal}\n- Motivation:\n  - {motivation}\n- 기여: {contribution}\n" + SECTIONS,
        "## 서론\n* **목표**: {goal}\n* **동기:** {motivation}\n* [기여] {contribution}\n" + SECTIONS,
        "### 서론\n#### 목표\n{goal}\n#### 동기\n{motivation}\n#### 기여\n{contribution}\n" + SECTIONS,
        "- Goal: {goal}\n- Motivation: {motivation}\n- Contribution: {contribution}\n" + SECTIONS,
        ("- Goal: {goal}\n- 동기: {motivation}\n- 기여: {contribution}\n- **Method**: {method}\n- Results: {results}\n"
        "- 한계: {limitations}\n- Conclusion: {conclusion}\n"),
        ("**목표**\n{goal}\n**동기**\n{motivation}\n**주요 기여**\n{contribution}\n**방법**\n{method}\n"
        "**결과:** {results}\n\n**한계점**\n\n{limitations}\n\n**결론**\n{conclusion}\n---\n"),
        ("Introduction\n---\n- Goal: {goal}\n- Motivation: {motivation}\n- Contribution: {contribution}\n"
        "## 1. 방법 (Method)\n- {method}\n## 🔬 Experiments:\n1. {results}\n## Limitations & Future Work\n"
        "> [PDF](https://arxiv.org/pdf/2512.03405)\n\n{limitations}\n\n***\n## 결론\n{conclusion}\n---\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_summaries_in_other_forms(body: str, newline: str) -> None:
    paper = only((HEADING + body.format(**SAID)).replace("\n", newline))

    assert paper.summary == SAID
    assert paper.extra == ()
    assert {each.fault.name for each in paper.findings} <= {"label-missing", "section-order"}


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("한 줄\n두 줄  \n세 줄", "한 줄 두 줄 세 줄"),
        ("- 하나\n- 둘\n    - 셋\n\n넷", "하나 둘 셋 넷"),
        ("1. 하나\n2. 둘", "하나 둘"),
        ("2025. 이 해에\n1.1B 규모", "2025. 이 해에 1.1B 규모"),
        ("정보 부족.  ", NOTHING_SAID),
        ("**굵게(bold)**은 <b>x</b><br>y `z` [링크](https://x.org)", "굵게(bold)은 x y z 링크"),
        ("a \\* b \\<think\\> &amp; &#123; <Silence> P(a|b) $\\pi_0$", "a * b <think> & { <Silence> P(a|b) $\\pi_0$"),
        ("2*3*4, snake_case, **좋은 결과이다.**", "2*3*4, snake_case, 좋은 결과이다."),
        ("**좋은 결과이다.**", "좋은 결과이다."),
        ("```\n닫히지 않은 코드", "``` 닫히지 않은 코드"),
        ("결과: 다른 이름", "결과: 다른 이름"),
        ("방법: 같은 이름", "같은 이름"),
        ("\t탭", "탭"),
        ("가\u2028# 2. [나](https://arxiv.org/abs/2512.00002)", "가 # 2. 나"),
    ],
)
def test_the_text_of_a_section_is_what_a_reader_sees(section: str, text: str) -> None:
    paper = only(f"{HEADING}## Method\n{section}\n")

    assert paper.summary == {"method": text}
    assert paper.extra == ()


def test_indented_bullets_go_on_with_the_one_above() -> None:
    paper = only(f"{HEADING}## Introduction\n- Goal: 가\n- Motivation: 나\n- Contribution:\n  - 다\n  - 라\n\n    마")

    assert paper.summary == {"goal": "가", "motivation": "나", "contribution": "다 라 마"}
    assert paper.extra == ()


def test_what_a_link_is_called_is_kept() -> None:
    paper = only("# 1. 제목\n> [이 글](https://arxiv.org/abs/2512.03405v2) | [PDF](https://arxiv.org/pdf/2512.03405)\n")

    assert paper.url == "https://arxiv.org/abs/2512.03405v2"
    assert [link.text for link in paper.links] == ["이 글", "PDF"]


def test_parts_in_the_order_of_the_schema_are_no_fault_whatever_is_missing_or_repeated() -> None:
    body = f"{HEADING}Goal: 가 Motivation: 나\n## Method\n\n## Limitations\n다\n## Conclusion\n라\n## Limitations\n마"

    assert "section-order" not in [name for _, name in faults(body)]


@pytest.mark.parametrize(
    ("image", "url", "text"),
    [
        ("![그림 설명](https://x.org/a.png)", "https://x.org/a.png", "그림 설명"),
        ("![그림 설명](/assets/a.png)", "/assets/a.png", "그림 설명"),
        ("[![그림 설명](/a.png)](https://x.org)", "/a.png", "그림 설명"),
    ],
)
def test_an_image_alone_is_a_link_with_what_it_shows(image: str, url: str, text: str) -> None:
    paper = only(f"{HEADING}## Method\n가\n\n{image}\n")

    assert (paper.summary["method"], paper.links[0].url, paper.links[0].text) == ("가", url, text)
    assert paper.extra == ()


@pytest.mark.parametrize(
    ("body", "extra"),
    [
        ("## Results\n가\n## Experiments\n나", ["## Experiments", "나"]),
        ("## 실험\n가\n\n**Results**\n\n나", ["**Results**", "나"]),
        ("## Introduction\n- Goal: 가\n## 서론\n- Goal: 나", ["## 서론", "- Goal: 나"]),
        ("## Results\n## Experiments\n나", []),
    ],
)
def test_another_name_of_a_section_that_comes_again_is_kept(body: str, extra: list[str]) -> None:
    paper = only(HEADING + body)

    assert [each.text for each in paper.extra] == extra


def test_a_code_fence_that_is_never_closed_hides_no_paper() -> None:
    body = f"{HEADING}## Method\n```\n가\n\n# 2. [나](https://arxiv.org/abs/2512.00002)\n"

    assert [paper.id for paper in read_post(TOP + body).papers] == ["2512.03405", "2512.00002"]


@pytest.mark.parametrize(
    ("body", "where", "text"),
    [
        ("*저자: 홍길동*", "lead", "*저자: 홍길동*"),
        ("## Introduction\n머리말.\n- Goal: 가", "introduction", "머리말."),
        ("## Introduction\n- Goal: 가\n- Motivation: 나\n- Contribution: 다\n- 라", "introduction", "- 라"),
        ("## Introduction\n- Goal: 가\n- Goal: 나", "goal", "- Goal: 나"),
        ("## Method\n가\n\n## Method\n나", "method", "나"),
        ("## Method\n가\n---\n*맺는 말*", "method", "*맺는 말*"),
        ("## Method\n가\n```\n# 2. [나](https://arxiv.org/abs/2512.00002)\n```", "method", None),
        ("## Method\n<!--\n# 2. [나](https://arxiv.org/abs/2512.00002)\n-->\n가", "method", None),
        ("## Method\n가\n\n| a | b |\n|---|---|", "method", "| a | b |\n|---|---|"),
        ("## Method\n가\n\n<div class='x'>\n나\n</div>", "method", "<div class='x'>\n나\n</div>"),
        ("## Method\n가\n> 나", "method", "> 나"),
        ("## Method and 실험실\n가", "method", "## Method and 실험실"),
        ("## Method\n가\n### [딴 논문](https://arxiv.org/abs/2512.00002)", "method", None),
        ("## Method\n### Encoder\n가", "method", "### Encoder"),
    ],
)
def test_what_fits_no_part_is_extra(body: str, where: str, text: str | None) -> None:
    paper = only(HEADING + body)

    (extra,) = paper.extra
    assert extra.where == where
    assert extra.text == (text if text is not None else extra.text)
    assert "2512.00002" in extra.text or text
    assert (TOP + HEADING + body).split("\n")[extra.line - 1] == extra.text.split("\n")[0]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", (1, "no-papers")),
        ("# README\n\n설명이다.\n\n## Install\n", (1, "no-papers")),
        (f"안녕.\n\n{HEADING}", (1, "extra-text")),
        ("# 1. [제목](https://openreview.net/forum?id=x)", (1, "id")),
        ("# 1. [제목(https://arxiv.org/abs/2512.03405)", (1, "heading")),
        (f"{HEADING}> [Alphaxiv](https://www.alphaxiv.org/abs/2512.99999)", (2, "link-mismatch")),
        (HEADING.replace("1.", "2."), (1, "numbering")),
        (HEADING.replace("1. ", ""), (1, "numbering")),
        (f"{HEADING}\n{HEADING.replace('1.', '2.')}", (3, "repeated-paper")),
        (f"{HEADING}## Introduction\n- 가", (3, "label-missing")),
        (f"{HEADING}## Introduction\n- Goal: 가", (3, "label-missing")),
        (f"{HEADING}## Introduction\n- Goal: 가\n- Goal: 나", (4, "label-repeated")),
        (f"{HEADING}## Method\n가\n## Method\n나", (5, "section-repeated")),
        (f"{HEADING}## Method\n가", (1, "section-missing")),
        (f"{HEADING}## Method\n\n## Results\n가", (2, "section-missing")),
        (f"{HEADING}## Results\n가\n## Method\n나\n## Conclusion\n다", (5, "section-order")),
        (f"{HEADING}## Introduction\n- Goal: 가\n- Contribution: 나\n- Motivation: 다", (5, "section-order")),
        (f"{HEADING}## Related Work\n가", (2, "section-unknown")),
        (f"{HEADING}\n# 마치며\n끝.", (3, "heading")),
        (f"{HEADING}\n# 마치며\n끝.", (4, "extra-text")),
    ],
)
def test_faults_have_their_lines(body: str, expected: tuple[int, str]) -> None:
    assert expected in faults(body)
    assert (expected[0] + 4, expected[1]) in [(line, name) for line, name in faults(TOP + body)]


def test_the_same_paper_twice_is_read_twice_and_every_fault_of_a_paper_names_it() -> None:
    reading = read_post(TOP + HEADING + HEADING)

    assert [paper.id for paper in reading.papers] == ["2512.03405"] * 2
    assert {each.fault.paper for each in reading.findings} == {"2512.03405"}
