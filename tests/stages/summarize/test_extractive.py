"""The paper's own sentences in the place of a summary."""

from datetime import UTC, datetime

from digest.core.paper import Paper, Section, SourceText
from digest.core.summary import FIELDS, NOTHING_SAID
from digest.sample import load_papers
from digest.stages.summarize.extractive import Extractive

NOW = datetime(2025, 12, 5, tzinfo=UTC)
LIMIT = "The approach fails on recordings that are longer than ninety minutes."
SECTIONS = (
    Section(heading="Introduction", text="However, existing systems lack a way to skip what hardly matters."),
    Section(heading="Method", text="Our method uses a router before the layers of the model. It is small."),
    Section(heading="Experiments", text="Accuracy improves from 71.2 to 81.5 percent on the held-out set."),
    Section(heading="Discussion", text=LIMIT),
    Section(heading="Conclusion", text="Overall, these findings show that routing is a practical choice."),
)
PAPER = Paper(
    id="2512.03405", title="T", abstract="This paper proposes sparse routing for captions.\nIt is new and first."
)


def test_each_field_quotes_its_section() -> None:
    entry = Extractive(NOW).summarize(PAPER, SourceText(kind="html", sections=SECTIONS, notes=("n",)), None)
    assert entry.status == "draft"
    assert [fault.name for fault in entry.faults] == ["not-korean"]
    assert entry.summary is not None
    assert entry.summary.limitations == LIMIT
    assert entry.summary.results == SECTIONS[2].text
    assert "router" in entry.summary.method
    assert "practical choice" in entry.summary.conclusion
    quotes = [quote for field in FIELDS for quote in entry.evidence.get(field, ())]
    assert len(quotes) == len(set(quotes))
    source = " ".join((PAPER.abstract, *(section.text for section in SECTIONS)))
    assert all(quote in " ".join(source.split()) for quote in quotes)
    assert entry.provenance is not None
    assert (entry.provenance.attempts, entry.provenance.cost_usd, entry.provenance.notes) == (0, None, ("n",))


def test_what_the_paper_does_not_say_is_not_made_up() -> None:
    text = SourceText(kind="abstract", sections=(Section(heading="Abstract", text="Short."),))
    entry = Extractive(NOW).summarize(PAPER.replace(abstract="Short."), text, None)
    assert entry.summary is not None
    assert {entry.summary.text(field) for field in FIELDS} == {NOTHING_SAID}
    assert entry.evidence == {}


def test_the_same_paper_gives_the_same_entry() -> None:
    for sample in load_papers():
        paper = Paper(id=sample.id, title=sample.title, abstract=sample.abstract)
        text = SourceText(
            kind="html",
            sections=tuple(Section(heading=s.heading, text=" ".join(s.paragraphs)) for s in sample.sections),
        )
        assert Extractive(NOW).summarize(paper, text, None) == Extractive(NOW).summarize(paper, text, None)
