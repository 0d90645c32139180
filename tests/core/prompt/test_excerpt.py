"""What of a paper the model is given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.core.paper import Paper, Section, SourceText
from digest.core.prompt.excerpt import CUT, count_tokens, excerpt, plan_excerpt
from digest.core.prompt.sections import foreign_of, roles_of

PAPER = Paper(id="2512.03405", title="Sparse Routing for Captions", abstract="We study routing. It is sparse.")
LIMIT = "The procedure fails on recordings longer than ninety minutes."
CONTRIBUTION = "Our contributions are a router and a corpus of spoken recipes."
CONCLUSION = "Routing before the first layer is therefore a practical choice."


def filler(name: str, count: int) -> str:
    """Paragraphs of four sentences that say little, each sentence its own."""
    sentences = [f"Remark {n} on the {name} holds for every one of the inputs considered here." for n in range(count)]
    return "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, count, 4))


def html(*sections: Section) -> SourceText:
    return SourceText(kind="html", sections=sections)


LONG = (
    Section(heading="Introduction", text=f"{filler('field', 300)}\n\n{CONTRIBUTION}\n\n{filler('outline', 4)}"),
    Section(heading="Related Work", text=filler("related work", 120)),
    Section(heading="Method", text=f"The method routes tokens.\n\n{filler('method', 100)}"),
    Section(heading="Training", level=2, text=f"Training takes one day.\n\n{filler('training', 300)}"),
    Section(heading="Experiments", text=f"Accuracy rises to 81.5 percent.\n\n{filler('experiment', 300)}"),
    Section(heading="Discussion", text=filler("discussion", 100)),
)

PLACES = {
    "a section of its own": (
        *LONG,
        Section(heading="Limitations", text=LIMIT),
        Section(heading="Conclusion", text=CONCLUSION),
    ),
    "a long section of its own": (
        *LONG,
        Section(heading="Limitations and Future Work", text=f"{LIMIT} {filler('limits', 200)}"),
        Section(heading="Conclusion", text=CONCLUSION),
    ),
    "the middle of the discussion": (
        *LONG[:-1],
        Section(heading="Discussion", text=f"{filler('a', 100)}\n\nLimitations. {LIMIT}\n\n{filler('b', 100)}"),
        Section(heading="Conclusion", text=CONCLUSION),
    ),
    "the end of the conclusion": (
        *LONG,
        Section(heading="Conclusion", text=f"{CONCLUSION} {filler('c', 60)}\n\nOne limitation remains. {LIMIT}"),
    ),
    "the middle of the method": (
        *LONG[:2],
        Section(heading="Method", text=f"{filler('a', 100)} {LIMIT} {filler('b', 100)}"),
        *LONG[3:],
        Section(heading="Conclusion", text=CONCLUSION),
    ),
    "a section of the appendix": (
        *LONG,
        Section(heading="Conclusion", text=CONCLUSION),
        Section(heading="Proofs", text=filler("proof", 400), appendix=True),
        Section(heading="Limitations", text=LIMIT, appendix=True),
    ),
    "a sentence of the appendix": (
        *LONG,
        Section(heading="Conclusion", text=CONCLUSION),
        Section(heading="More Results", text=f"{filler('table', 400)} {LIMIT} {filler('figure', 400)}", appendix=True),
    ),
    "text without headings": (
        Section(heading="", text="\n\n".join(s.text for s in LONG) + f"\n\n{LIMIT}\n\n{CONCLUSION}"),
    ),
}


@pytest.mark.parametrize("tokens", [1500, 4000, 16000])
@pytest.mark.parametrize("place", PLACES)
def test_what_a_summary_needs_is_given_wherever_it_stands(place: str, tokens: int) -> None:
    text = html(*PLACES[place])
    assert sum(len(section.text) for section in text.sections) > 60_000
    given_text = excerpt(PAPER, text, tokens)
    needed = (
        [LIMIT, CONCLUSION]
        if place == "text without headings"
        else [
            *(LIMIT, CONCLUSION, CONTRIBUTION, "Training takes one day.", "Accuracy rises to 81.5 percent."),
            *(["The method routes tokens."] if "method" not in place else []),
        ]
    )
    assert [sentence for sentence in needed if sentence not in given_text] == []
    assert tokens * 0.8 < count_tokens(given_text) <= tokens


ROLES = [
    (Section(heading="", text="a"), "introduction"),
    (Section(heading="Introduction", text="a"), "introduction"),
    (Section(heading="Our Contributions", text="a", level=2), "introduction"),
    (Section(heading="Background and Related Work", text="a"), "other"),
    (Section(heading="Datasets", text="a", level=2), "method"),
    (Section(heading="Sparse Routing", text="a"), "method"),
    (Section(heading="Sparse Routing in Detail", text="a", level=2), "method"),
    (Section(heading="Experimental Setup", text="a"), "results"),
    (Section(heading="English", text="a", level=2), "results"),
    (Section(heading="Discussion", text="a"), "conclusion"),
    (Section(heading="Failure Cases", text="a", level=2), "limitations"),
    (Section(heading="Conclusion and Future Work", text="a"), "conclusion"),
    (Section(heading="Limitations", text="a"), "limitations"),
    (Section(heading="Model Size", text="a", level=2), "limitations"),
    (Section(heading="Prompts", text="a", appendix=True), "other"),
    (Section(heading="More Experiments", text="a", appendix=True), "other"),
    (Section(heading="Further Limitations", text="a", appendix=True), "limitations"),
    (Section(heading="Cost", text="a", level=2, appendix=True), "limitations"),
]


def test_the_part_that_each_section_plays() -> None:
    assert roles_of(tuple(section for section, _ in ROLES)) == [role for _, role in ROLES]


PLACES_OF_NOTHING = [
    (Section(heading="Introduction", text="a"), "introduction"),
    (Section(heading="Sparse Routing", text="a"), "method"),
    (Section(heading="Gates", text="a", level=2), "method"),
    (Section(heading="Hard Gates", text="a", level=3), "method"),
    (Section(heading="Main Results", text="a"), "results"),
    (Section(heading="A Look at the Gates", text="a"), "results"),
    (Section(heading="Related Work", text="a"), "other"),
    (Section(heading="Transformer Models", text="a", level=2), "other"),
    (Section(heading="Limitations of Existing Benchmarks", text="a"), "results"),
    (Section(heading="Limitations of the Proposed Method", text="a"), "limitations"),
]


def test_a_title_that_names_nothing_has_the_role_of_its_place() -> None:
    assert roles_of(tuple(section for section, _ in PLACES_OF_NOTHING)) == [role for _, role in PLACES_OF_NOTHING]


def test_prompts_and_instructions_come_last() -> None:
    prompts = Section(heading="Prompts", text=filler("prompt", 100), appendix=True)
    below = Section(heading="For Judges", text=filler("judge", 100), level=2, appendix=True)
    proofs = Section(heading="Proofs", text=filler("proof", 100), appendix=True)
    method = Section(heading="Method", text=filler("method", 100))
    assert foreign_of([prompts, below, proofs, method]) == [True, True, False, False]
    plan = plan_excerpt(PAPER, html(method, prompts, below, proofs), 4500)
    given_of = {share.heading: (share.given, share.whole) for share in plan.sections}
    assert given_of["Method"][0] == given_of["Method"][1]
    assert given_of["Prompts"][0] + given_of["For Judges"][0] < given_of["Proofs"][0]


def test_limits_of_other_peoples_work_are_not_the_papers() -> None:
    others = "Existing methods for the transcription of spoken recipes in kitchens are limited to short recordings."
    own = "Our method is limited to short recordings."
    method = f"{filler('a', 200)} {others} {filler('b', 90)} {own} {filler('c', 200)}"
    sections = (*LONG[:2], Section(heading="Method", text=method), *LONG[3:])
    given_text = excerpt(PAPER, html(*sections), 2500)
    assert own in given_text
    assert others not in given_text


def test_an_abstract_that_is_said_twice_is_given_once() -> None:
    abstract = filler("field", 4).replace("\n\n", " ")
    text = html(Section(heading="", text=f"{abstract}\n\nIt begins."), Section(heading="Method", text="It goes on."))
    given_text = excerpt(PAPER.replace(abstract=abstract), text, 4000)
    assert given_text.count("Remark 2") == 1
    assert "It begins." in given_text


def test_a_mark_where_whole_sections_are_left_out() -> None:
    sections = (
        Section(heading="Introduction", text=filler("field", 40)),
        *(Section(heading=f"Proof {n}", text=filler(f"proof {n}", 80), appendix=True) for n in range(30)),
    )
    given_text = excerpt(PAPER, html(*sections), 1500)
    assert count_tokens(given_text) <= 1500
    assert given_text.rstrip().endswith(CUT)


def test_a_paper_that_fits_is_given_whole() -> None:
    sections = (
        Section(heading="Introduction", text=f"It begins.\n\n{CONTRIBUTION}"),
        Section(heading="", text=LIMIT),
        Section(heading="Empty", text=""),
        Section(heading="Conclusion", text=CONCLUSION),
    )
    assert excerpt(PAPER, html(*sections), 500) == (
        f"Title: {PAPER.title}\n\n## Abstract\n{PAPER.abstract}\n\n"
        f"## Introduction\nIt begins.\n{CONTRIBUTION}\n\n## Introduction\n{LIMIT}\n\n## Conclusion\n{CONCLUSION}"
    )


def test_the_abstract_alone_is_given_once() -> None:
    text = SourceText(kind="abstract", sections=(Section(heading="Abstract", text=PAPER.abstract),))
    assert excerpt(PAPER, text, 500) == f"Title: {PAPER.title}\n\n## Abstract\n{PAPER.abstract}"


def test_every_role_has_its_part_and_the_order_is_the_papers() -> None:
    sections = PLACES["a long section of its own"]
    assert set(roles_of(sections)) == {"introduction", "other", "method", "results", "conclusion", "limitations"}
    for tokens in (4000, 8000, 16000):
        headings = [line[3:] for line in excerpt(PAPER, html(*sections), tokens).splitlines() if line.startswith("## ")]
        assert headings == ["Abstract", *(section.heading for section in sections)]


def test_cuts_are_marked_and_nothing_else_is_left_out_silently() -> None:
    text = html(Section(heading="Method", text=filler("method", 500)))
    body = excerpt(PAPER, text, 1000).split("## Method\n")[1]
    runs = [run.split(". ") for run in body.replace("\n", " ").split(CUT)]
    assert len(runs) == 2
    source = " ".join(text.sections[0].text.split())
    assert all(run in source for run in (part.strip() for part in body.replace("\n", " ").split(CUT)))
    assert source.startswith(body[:200].replace("\n", " "))
    assert source.endswith(body[-200:].replace("\n", " "))


def table(caption: str, rows: int) -> str:
    return f"{caption}\nModel | Top-1 | Top-5\n" + "\n".join(f"model {n} | {n}.1 | {n}.25" for n in range(rows))


MAIN, ABLATION, SETTINGS, LARGE = (
    table("Table 1: Accuracy on three benchmarks.", 12),
    table("Table 2: Ablation of the router.", 8),
    table("Table 3: Hyperparameters of all models.", 12),
    table("Table 4: Results of every run.", 300),
)


def test_tables_of_results_are_whole_or_left_out_and_marked() -> None:
    sections = (
        *LONG[:3],
        Section(heading="Training", level=2, text=f"{LONG[3].text}\n\n{SETTINGS}\n\n{filler('b', 40)}"),
        Section(heading="Experiments", text=f"{LONG[4].text}\n\n{MAIN}\n\n{LARGE}\n\n{filler('c', 40)}\n\n{ABLATION}"),
        Section(heading="More Results", appendix=True, text=table("Table 5: Accuracy on all others.", 12)),
        *PLACES["a section of its own"][-3:],
    )
    shown = excerpt(PAPER, html(*sections), 6000)
    kept = {MAIN: True, ABLATION: True, SETTINGS: False, LARGE: False, LIMIT: True, CONTRIBUTION: True}
    assert {each: each in shown for each in kept} == kept
    assert not [line for line in shown.splitlines() if " | " in line and line not in MAIN and line not in ABLATION]
    assert f"{CUT} {MAIN}\n{CUT}" in shown
    assert count_tokens(shown) <= 6000
    assert all(each in excerpt(PAPER, html(*sections), 60_000) for each in (SETTINGS, LARGE))


HUGE = {
    "one section of 200 pages": filler("page", 8_000),
    "words without an end": "word and another word " * 30_000,
    "letters without a space": "x" * 500_000,
    "formulas": r"$\frac{a_{i}}{b^{2}}$ " * 20_000,
    "lines": "one line\n" * 50_000,
    "blank lines": "\n \n" * 100_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_texts_fill_the_room_and_no_more(name: str) -> None:
    given_text = excerpt(PAPER, html(Section(heading="", text=HUGE[name])), 4000)
    assert count_tokens(given_text) <= 4000
    assert name == "blank lines" or count_tokens(given_text) > 3000


WORDS = st.lists(
    st.sampled_from(
        ["word", "Limitations.", "we propose", "fails to", "ends.", "\n\n", "\n", "$x^2$", "한글", "3.14", "z" * 900]
    ),
    max_size=60,
)
HEADINGS = st.sampled_from(
    ["", "Introduction", "Method", "Results", "Limitations", "Conclusion", "Related Work", "A" * 300]
)
SECTIONS = st.lists(
    st.builds(
        Section,
        heading=HEADINGS,
        text=WORDS.flatmap(lambda words: st.integers(1, 20).map(lambda times: " ".join(words * times))),
        level=st.integers(1, 3),
        appendix=st.booleans(),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=30, derandomize=True)
@given(SECTIONS, st.integers(500, 20_000), st.text(max_size=600), st.sampled_from(["html", "abstract"]), WORDS)
def test_never_more_than_its_tokens(
    sections: list[Section], tokens: int, title: str, kind: str, abstract: list[str]
) -> None:
    paper = PAPER.replace(title=title, abstract=" ".join(abstract * 8))
    text = SourceText(kind="html" if kind == "html" else "abstract", sections=tuple(sections))
    given_text = excerpt(paper, text, tokens)
    assert count_tokens(given_text) <= tokens
    whole = [section for section in sections if kind == "html" and section.text.strip()]
    if whole and CUT not in given_text:
        squeezed = "".join(given_text.split())
        assert all("".join(section.text.split()) in squeezed for section in whole)
