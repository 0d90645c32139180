"""The text that a summary was made from, prepared once so that many look-ups in it are quick."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import Final, Literal, NamedTuple

from digest.core.judge.numbers import SourceNumbers, read_numbers
from digest.core.judge.words import Words, prepare_words
from digest.core.text import english_spans, without_unseen

CELL_END: Final = " | "
"""Between two cells in the row of a table, which is a passage of its own."""

PassageKind = Literal["sentence", "title", "heading", "label"]

_HEADING: Final = re.compile(r"#{1,6}\s+(.*)")
_LABEL: Final = re.compile(
    r"(?:Figure|Fig\.?|Table|Tab\.?|Algorithm|Listing|Equation|Eq\.?)\s*[A-Z]?[0-9.]*[A-Za-z]?[.:]?", re.IGNORECASE
)
_CLOSED: Final = re.compile(r"[.!?:;][\"'”’)\]]*\s*$")
_LONGEST_TITLE: Final = 250
_SHORTEST_WRAPPED: Final = 70
"""Characters of a line, at least, that is cut off by its width."""
_SMALL_WORDS: Final = 4
"""Letters of a word, at least, that a title writes with a capital."""


class Passage(NamedTuple):
    """A sentence, or what is in a place of its own: the title, a heading, a caption's label."""

    text: str
    start: int
    """Where it starts in the given text."""
    end: int
    heading: str
    """Of its section; empty before the first one."""
    kind: PassageKind


def read_passages(text: str) -> tuple[Passage, ...]:
    """The passages of a text, in order; a line `## HEADING` begins a section, the first line may be the title."""
    found: list[Passage] = []
    heading = ""
    for start, end in _paragraphs(text):
        paragraph = text[start:end]
        named = _HEADING.fullmatch(paragraph)
        if named:
            heading = named[1].strip()
            found.append(Passage(paragraph, start, end, heading, "heading"))
        elif start == 0 and is_title(paragraph):
            found.append(Passage(paragraph, start, end, heading, "title"))
        else:
            found.extend(_sentences(start, paragraph, heading))
    return tuple(found)


def is_title(line: str) -> bool:
    """Whether the first line of a text is the paper's title: marked as such, or written in capitals as titles are."""
    if line.startswith("Title:"):
        return True
    words = [word for word in re.findall(r"[A-Za-z][A-Za-z'-]*", line) if len(word) >= _SMALL_WORDS]
    titled = sum(not word.islower() for word in words)
    return len(line) <= _LONGEST_TITLE and not _CLOSED.search(line) and titled * 2 > len(words)


def is_label(sentence: str) -> bool:
    """Whether it is a caption's label alone, as `Table 2:`."""
    return _LABEL.fullmatch(sentence.strip()) is not None


def _sentences(start: int, paragraph: str, heading: str) -> Iterator[Passage]:
    for begin, end in english_spans(paragraph):
        sentence = paragraph[begin:end]
        kind: PassageKind = "label" if is_label(sentence) else "sentence"
        yield Passage(sentence, start + begin, start + end, heading, kind)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Lines; a line that goes on where the one before has no end belongs to it."""
    start = end = 0
    for line in re.finditer(r"[^\n]+", text):
        if not line[0].strip():
            continue
        if end and _goes_on(text, start, end, line.start()):
            end = line.end()
            continue
        if end:
            yield start, end
        start, end = line.span()
    if end:
        yield start, end


def _goes_on(text: str, start: int, end: int, following: int) -> bool:
    """Whether the next line goes on: after a heading, an end mark, an empty line or a short line it does not."""
    if CELL_END in text[start:end] or CELL_END in text[following:].partition("\n")[0]:
        return False
    if _HEADING.match(text[start:end]) or _CLOSED.search(text[max(start, end - 8) : end]):
        return False
    last = end - max(start, text.rfind("\n", start, end) + 1)
    return "\n\n" not in text[end : following + 1] and (text[following].islower() or last >= _SHORTEST_WRAPPED)


_NUMBERED: Final = r"\[[0-9]+(?:[,;\s–-]+[0-9]+)*\]"
# `(Kim et al., 2024)`, `(Reiter and Dale, 1997; Gatt, 2018)`, `[Kim 2024]`; not `(in 2024)` or `(2024)`.
_NAMED: Final = r"[(\[](?:e\.g\.,?\s|see\s)?[A-Z][^()\[\]]{1,200}?\b(?:19|20)[0-9]{2}[a-z]?[^()\[\]]{0,100}[)\]]"
_TIMES: Final = r"(?<=[0-9])\s?[xX×](?![A-Za-z])"
_THOUSANDS: Final = r"[0-9]{1,3}(?:(?:,|\{,\})[0-9]{3})+(?![0-9])(?:\.[0-9]+)?"
_TOKEN: Final = re.compile(
    rf"{_NUMBERED}|{_NAMED}|{_TIMES}|\\(?P<command>[A-Za-z]+)|(?P<run>{_THOUSANDS}|[0-9]+(?:\.[0-9]+)*|[^\W\d_]+|[^\W_])"
)
_NAMES: Final = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega sigma epsilon phi"
)
_GREEK: Final = dict(zip("αβγδεζηθικλμνξοπρστυφχψωςϵϕ", _NAMES.split(), strict=True))
_LIGATURE: Final = re.compile("ff[il]?|f[il]")
_QUOTATION: Final = " \t\n\r\"'“”‘’„«»`"


class Letters(NamedTuple):
    """The letters and digits of a text, folded, and where each run of them is in it."""

    runs: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """Where each run is in the text."""

    def find(self, quote: "Letters") -> tuple[int, int] | None:
        """Where the text has the quote, from the start of one run to the end of another; None: nowhere.

        Ligatures that a PDF lost, as in `e cient`, are passed over where nothing else is found.
        """
        for runs, wanted in ((self.runs, quote.runs), (_broken(self.runs), _broken(quote.runs))):
            found = _find(runs, "".join(wanted))
            if found:
                return self.spans[found[0]][0], self.spans[found[1] - 1][1]
        return None


def _find(runs: tuple[str, ...], wanted: str) -> tuple[int, int] | None:
    """The first run of those that make the wanted text, and the one after the last."""
    joined, starts = "".join(runs), list(accumulate(map(len, runs), initial=0))
    at = joined.find(wanted) if wanted else -1
    while at >= 0:
        first, last = bisect_left(starts, at), bisect_left(starts, at + len(wanted))
        if starts[first] == at and starts[last] == at + len(wanted):
            return first, last
        at = joined.find(wanted, at + 1)
    return None


def _broken(runs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_LIGATURE.sub("", run) for run in runs)


def read_letters(text: str) -> Letters:
    """The letters and digits of a text, without accents, TeX commands and citations.

    A point between digits counts; Greek letters are their names, however they are written.
    """
    found = list(_runs(text))
    return Letters(tuple(run for run, _ in found), tuple(span for _, span in found))


def _runs(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each run and its place; a space goes before a number that follows another, so that `3-5` is not `35`."""
    after_number = False
    for match in _TOKEN.finditer(text):
        if match["run"]:
            run = re.sub("[,{}]", "", _fold(match[0]))
            yield (f" {run}" if after_number and run[:1].isdigit() else run), match.span()
            after_number = run[-1:].isdigit()
        elif match["command"] and match["command"].lower().removeprefix("var") in _GREEK.values():
            yield match["command"].lower().removeprefix("var"), match.span()


def _fold(run: str) -> str:
    if run.isascii():
        return run.lower()
    plain = "".join(char for char in unicodedata.normalize("NFKD", run) if not unicodedata.combining(char)).casefold()
    return "".join(_GREEK.get(char, char) for char in plain)


def trim_quote(quote: str) -> str:
    """The quote without outer quotation marks."""
    return quote.strip(_QUOTATION)


_SIGNS_AFTER: Final = re.compile(r"[%°)\]}$\"'”’»]*")
_SIGNS_BEFORE: Final = "([{$\"'“‘«~+-−"


class Given:
    """What a summary may rely on."""

    text: str
    """As the model was given it."""
    words: Words
    numbers: SourceNumbers

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = prepare_words(text)
        self.numbers = read_numbers(text)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Its sentences, headings and title, in order."""
        return read_passages(self.text)

    @cached_property
    def sentences(self) -> tuple[Passage, ...]:
        """Its sentences alone."""
        return tuple(passage for passage in self.passages if passage.kind == "sentence")

    @cached_property
    def _numbers_by_start(self) -> dict[int, SourceNumbers]:
        return {}

    def numbers_of(self, passage: Passage) -> SourceNumbers:
        """The numbers of one of its passages, read once."""
        known = self._numbers_by_start.get(passage.start)
        if known is None:
            known = self._numbers_by_start[passage.start] = read_numbers(passage.text)
        return known

    @cached_property
    def _letters(self) -> Letters:
        return read_letters(self.text)

    def locate(self, quote: str) -> tuple[int, int] | None:
        """Where the text has the quote, compared by letters and digits; None: nowhere."""
        plain = trim_quote(without_unseen(quote)).rstrip(".…")
        at = self.text.find(plain) if plain else -1
        if at >= 0 and not self._cuts_word(at) and not self._cuts_word(at + len(plain)):
            return at, at + len(plain)
        span = self._letters.find(read_letters(plain))
        return self._with_signs(*span) if span else None

    def _with_signs(self, start: int, end: int) -> tuple[int, int]:
        """The span and the signs that belong to it, as the `%` of `52%`."""
        after = _SIGNS_AFTER.match(self.text, end)
        while start and self.text[start - 1] in _SIGNS_BEFORE:
            start -= 1
        return start, after.end() if after else end

    def quotes(self, sentence: str) -> bool:
        """Whether the text has the sentence."""
        return self.locate(sentence) is not None

    def names(self, name: str) -> bool:
        """Whether the text has the name, its words written apart, joined or in the plural."""
        return self.words.names(name)

    def _cuts_word(self, at: int) -> bool:
        before, after = self.text[max(0, at - 1) : at], self.text[at : at + 2]
        return before.isalnum() and (after[:1].isalnum() or (before.isdigit() and after[1:].isdigit()))


def prepare(text: str) -> Given:
    """The text, ready for look-ups; some tens of milliseconds for 60 KB, so call it once a paper."""
    return Given(text)
