"""How well real papers are read: `python -m bench.texts FOLDER` reads the PDFs and HTML pages in it, one by one.

Headings are held against a PDF's own bookmarks, once with the bookmarks at hand and once without.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pypdfium2
from rapidfuzz import fuzz

from bench.measure import python
from digest.core.prompt.sections import TABLE_MARK, is_table

TOKENS: Final = 16_000
"""Of the excerpt: the default of `summarizer.input_tokens`."""
_FEWEST: Final = 5
"""Bookmarks; a PDF with fewer does not tell its headings."""
_ALIKE: Final = 85
_ASIDE: Final = re.compile(
    r"(abstract|references?|bibliography|acknowledge?ments?.*|acknowledgments.*|.*checklist.*|(table of )?contents)",
    re.IGNORECASE,
)
"""Headings of text that is left out."""
_NUMBER: Final = re.compile(r"(?:(?:appendix|section|chapter)\s+)?(?:\d+(?:\.\d+)*|[A-Z](?:\.\d+)*|[IVX]+)[.:)]?\s+")
_LIMITS: Final = re.compile(r"\blimitations?\b", re.IGNORECASE)
_READ: Final = """
import json, resource, sys, time
from pathlib import Path
from digest.core.paper import Paper
from digest.core.prompt.excerpt import excerpt
from digest.stages.source_text.html import read_html
from digest.stages.source_text.pdf import read_pdf
from digest.stages.source_text.worker import ReadingError
path = Path(sys.argv[1])
body = path.read_bytes()
out = {"seconds": 0, "headings": [], "plain": [], "sections": [], "excerpt": "", "notes": []}
start = time.perf_counter()
try:
    text = read_pdf(body, timeout=300) if path.suffix == ".pdf" else read_html(body)
except ReadingError as error:
    text, out["notes"] = None, [str(error)]
out["seconds"] = time.perf_counter() - start
if text:
    out["headings"] = [section.heading for section in text.sections if section.heading]
    out["sections"] = [[section.heading, section.text, section.level] for section in text.sections]
    out["notes"] = text.notes
    out["excerpt"] = excerpt(Paper(id="2601.00001", title="T", abstract="A."), text, int(sys.argv[2]))
    if path.suffix == ".pdf":
        plain = read_pdf(body, timeout=300, bookmarks=False)
        out["plain"] = [section.heading for section in plain.sections if section.heading]
usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
out["memory"] = max(usage)
print(json.dumps(out))
"""


class Score(NamedTuple):
    """Headings held against bookmarks."""

    named: int
    """By bookmarks."""
    found: int
    shown: int
    """As headings."""
    invented: int

    def __add__(self, other: "Score") -> "Score":  # type: ignore[override]
        return Score(*(one + two for one, two in zip(self, other, strict=True)))

    def __str__(self) -> str:
        found = f"{self.found}/{self.named} ({100 * self.found / max(self.named, 1):.0f} %) found"
        return f"{found}, {self.invented}/{self.shown} ({100 * self.invented / max(self.shown, 1):.0f} %) invented"


class Measured(NamedTuple):
    """What came of reading a file."""

    path: Path
    seconds: float
    memory: int
    """Kilobytes, of the largest process."""
    marked: Score | None
    """None without bookmarks to hold headings against."""
    plain: Score | None
    """As if it had no bookmarks."""
    characters: int
    junk: int
    """Characters of paragraphs without a sentence, tables aside."""
    tables: tuple[int, int]
    """Those that are read, and those that left a mark."""
    limits: tuple[int, int]
    """Sentences about limitations in the excerpt, and in the paper."""
    notes: tuple[str, ...]
    missed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


def measure(path: Path) -> Measured:
    """Read a file in a process of its own."""
    answer: dict[str, Any] = json.loads(python("-c", _READ, str(path), str(TOKENS)).out)
    titles = bookmarks(path) if path.suffix == ".pdf" else []
    known = len(titles) >= _FEWEST
    texts = [text for _, text, _ in answer["sections"]]
    parts = [part for text in texts for part in text.split("\n\n")]
    missed, extra = compare(answer["plain"], titles)
    return Measured(
        path=path,
        seconds=answer["seconds"],
        memory=answer["memory"],
        marked=score(answer["headings"], titles) if known else None,
        plain=score(answer["plain"], titles) if known else None,
        characters=sum(map(len, texts)),
        junk=sum(len(part) for part in parts if is_junk(part)),
        tables=(sum(map(is_table, parts)), sum(TABLE_MARK in part for part in parts)),
        limits=_limits(answer),
        notes=tuple(answer["notes"]),
        missed=tuple(missed) if known else (),
        extra=tuple(extra) if known else (),
    )


def bookmarks(path: Path) -> list[str]:
    """The titles of a PDF's bookmarks, without those of text that is left out, as a list of headings."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return []
    entries = [(mark.level, mark.get_title()) for mark in document.get_toc(max_depth=15)]
    tops = [title for level, title in entries if level == 0]
    kept, skipping = [], 99
    for level, title in entries:
        skipping = 99 if level <= skipping else skipping
        if skipping == 99 and _ASIDE.fullmatch(_words(title)):
            skipping = level
        if skipping == 99 and not (len(tops) == 1 and level == 0) and _key(title):
            kept.append(title)
    return kept


def compare(headings: Sequence[str], titles: Sequence[str]) -> tuple[list[str], list[str]]:
    """The titles that no heading is like, and the headings that no title is like; each counts once."""
    left = [heading for heading in headings if not _ASIDE.fullmatch(_words(heading))]
    missed = []
    for title in titles:
        same = max(left, key=lambda heading: _likeness(heading, title), default="")
        if same and _likeness(same, title) >= _ALIKE:
            left.remove(same)
        else:
            missed.append(title)
    return missed, left


def score(headings: Sequence[str], titles: Sequence[str]) -> Score:
    """Headings held against the titles of bookmarks."""
    missed, extra = compare(headings, titles)
    shown = len([heading for heading in headings if not _ASIDE.fullmatch(_words(heading))])
    return Score(len(titles), len(titles) - len(missed), shown, len(extra))


def is_junk(paragraph: str) -> bool:
    """Whether a paragraph has no sentence: labels of figures, pieces of formulas. Whole tables do not count."""
    if is_table(paragraph):
        return False
    words = paragraph.split()
    letters = sum(char.isalpha() for char in paragraph)
    ends = paragraph.rstrip(")]\"'”’").endswith((".", "!", "?", ":", ";", "다."))
    return not ends and (len(words) < 12 or letters * 2 < len(paragraph))


def _limits(answer: dict[str, Any]) -> tuple[int, int]:
    said = {
        " ".join(sentence.split())
        for _, text, _ in answer["sections"]
        for sentence in re.split(r"(?<=[.!?])\s+|\n\n", text)
        if _LIMITS.search(sentence)
    }
    shown = " ".join(answer["excerpt"].split())
    return sum(sentence in shown for sentence in said), len(said)


def _words(title: str) -> str:
    return _NUMBER.sub("", " ".join(title.split()), count=1).strip(" .:")


def _key(title: str) -> str:
    return re.sub(r"[\W_]+", "", _words(title)).casefold()


def _likeness(heading: str, title: str) -> float:
    one, two = _key(heading), _key(title)
    return fuzz.ratio(one, two) if one and two else 0.0


def main(arguments: Sequence[str]) -> int:
    """Print a line for each file and the sums."""
    parser = argparse.ArgumentParser(prog="python -m bench.texts", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="FOLDER|FILE")
    parser.add_argument("--headings", action="store_true", help="list the headings that were missed and invented")
    options = parser.parse_args(arguments)
    results = []
    for path in _files(options.paths):
        results.append(measure(path))
        print(*_lines(results[-1], headings=options.headings), sep="\n", flush=True)
    print(*_sums(results), sep="\n")
    return 0


def _files(paths: Iterable[Path]) -> list[Path]:
    found = (each for path in paths for each in (path.rglob("*") if path.is_dir() else [path]))
    return sorted(path for path in found if path.suffix in (".pdf", ".html"))


def _lines(result: Measured, *, headings: bool) -> list[str]:
    tables = f"tables {result.tables[0]} read, {result.tables[1]} left out"
    limits = f"limitations {result.limits[0]}/{result.limits[1]}, {tables}"
    cost = f"{result.seconds:.2f} s, {result.memory // 1000} MB"
    junk = f"{result.characters} characters, {100 * result.junk / max(result.characters, 1):.1f} % junk"
    lines = [f"{result.path.name}: {cost}, {junk}, {limits}"]
    if result.marked and result.plain:
        lines += [f"    with bookmarks {result.marked}", f"    without        {result.plain}"]
    lines += [f"    note: {note}" for note in result.notes]
    if headings:
        lines += [f"    - {title}" for title in result.missed] + [f"    + {title}" for title in result.extra]
    return lines


def _sums(results: Sequence[Measured]) -> list[str]:
    nothing = Score(0, 0, 0, 0)
    marked = sum((result.marked for result in results if result.marked), nothing)
    plain = sum((result.plain for result in results if result.plain), nothing)
    scored = [result for result in results if result.marked]
    lines = [f"{len(results)} files, {sum(result.seconds for result in results):.1f} s"]
    lines += [f"headings of {len(scored)} with bookmarks {marked}", f"headings of {len(scored)} without        {plain}"]
    shown, said = (sum(result.limits[at] for result in results) for at in (0, 1))
    junk, all_of = sum(result.junk for result in results), sum(result.characters for result in results)
    hidden = [result for result in results if any(note.startswith("hidden") for note in result.notes)]
    lines += [f"sentences about limitations in the excerpt: {shown}/{said}"]
    read, marked_out = (sum(result.tables[at] for result in results) for at in (0, 1))
    lines += [f"tables: {read} read, {marked_out} left out with a mark"]
    lines += [f"junk: {100 * junk / max(all_of, 1):.1f} %; files with a note on hidden text: {len(hidden)}"]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
