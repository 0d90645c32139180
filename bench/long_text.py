"""Reading a long paper: seconds and memory of a process that reads it as HTML and as PDF."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from bench.measure import BenchError, Ran, python
from digest.sample import SamplePaper, SampleSection
from digest.sample.arxiv_site import page, paper_pdf

_PARAGRAPHS_A_PAGE: Final = 5
_SECTION: Final = 20
"""Paragraphs."""
_HEADINGS: Final = ("Introduction", "Related Work", "Method", "Experiments", "Limitations", "Conclusion")
_READ: Final = """
import sys, time
from pathlib import Path
from digest.stages.source_text.{kind} import read_{kind}
body = Path(sys.argv[1]).read_bytes()
start = time.perf_counter()
text = read_{kind}(body)
print(time.perf_counter() - start, text.length if text else 0)
"""


class Reading(NamedTuple):
    """A paper read by a process of its own."""

    kind: str
    size: int
    """Bytes."""
    characters: int
    """Of text that was found."""
    seconds: float
    """Of reading alone, without the start of the process."""
    ran: Ran


def long_paper(pages: int = 60, number: int = 1) -> SamplePaper:
    """A paper of about so many full pages, three formulas in each paragraph."""
    paragraphs = [_paragraph(number, at) for at in range(pages * _PARAGRAPHS_A_PAGE)]
    chapters = [tuple(paragraphs[at : at + _SECTION]) for at in range(0, len(paragraphs), _SECTION)]
    return SamplePaper(
        id=f"2602.{number:05d}",
        title=f"A Long Study of Sparse Routing, Part {number}",
        abstract="The study asks how sparse routing changes the quality of a system under a fixed budget.",
        sections=tuple(
            SampleSection(heading=_HEADINGS[min(at, len(_HEADINGS) - 1)], paragraphs=chapter)
            for at, chapter in enumerate(chapters)
        ),
    )


def read_alone(paper: SamplePaper) -> list[Reading]:
    """The paper read in both forms. Raises BenchError where less is found than it says."""
    forms = {"html": page(paper, 1).encode(), "pdf": paper_pdf(paper, 1)}
    said = sum(len(paragraph) for section in paper.sections for paragraph in section.paragraphs)
    with TemporaryDirectory() as name:
        readings = [_read(Path(name) / f"paper.{kind}", kind, body) for kind, body in forms.items()]
    if any(reading.characters < 0.9 * said for reading in readings):
        raise BenchError(f"{said} characters, but only these were read: {readings}")
    return readings


def _read(path: Path, kind: str, body: bytes) -> Reading:
    path.write_bytes(body)
    ran = python("-c", _READ.format(kind=kind), str(path))
    seconds, characters = ran.out.split()
    return Reading(kind, len(body), int(characters), float(seconds), ran)


def _paragraph(paper: int, at: int) -> str:
    """Some 800 characters."""
    sentences = (
        f"Study {paper} looks at case {at} of the collection and compares it with the case before it.",
        f"The router keeps a share $p_{{{at}}}$ of all inputs and drops those whose score stays below $\\tau$.",
        "Every run is repeated with several seeds, and the spread between runs is smaller than any reported gap.",
        f"With the kept inputs the system reaches {at % 50 + 40}.5 percent accuracy at a cost of $O(n \\log n)$ steps.",
        "The remaining errors fall on inputs that people find hard as well, as a second reading of them shows.",
        "Removing the router costs more than any other single change, which holds for all sizes that were tried.",
        "The same table lists the time that each step takes, so that the price of every part can be read from it.",
        "Nothing in the procedure depends on the order of the inputs, so that the runs can be spread over machines.",
    )
    return " ".join(sentences)
