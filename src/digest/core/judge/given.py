"""The text that a summary was made from, prepared once so that many look-ups in it are quick."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from digest.core.judge.numbers import SourceNumbers, read_numbers
from digest.core.judge.passages import Letters, Passage, read_letters, read_passages, trim_quote
from digest.core.judge.words import Words, prepare_words
from digest.core.text import without_unseen

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


def surround(quotes: Sequence[str], given: str | Given) -> tuple[str, ...]:
    """For each quote the heading of its section, the sentence before, its own sentence or sentences and the one after.

    As `[HEADING] BEFORE OWN AFTER` on one line; neighbours are of the same section. A quote that the text does not
    have is returned as it is.
    """
    source = prepare(given) if isinstance(given, str) else given
    return tuple(_surrounded(quote, source) for quote in quotes)


def _surrounded(quote: str, given: Given) -> str:
    span = given.locate(quote)
    own = [at for at, p in enumerate(given.passages) if span and p.start < span[1] and span[0] < p.end]
    if not own:
        return " ".join(quote.split())
    around = given.passages[max(0, own[0] - 1) : own[-1] + 2]
    heading = given.passages[own[0]].heading
    shown = [passage.text for passage in around if _belongs(passage, heading)]
    return " ".join(" ".join([f"[{heading}]" if heading else "", *shown]).split())


def _belongs(passage: Passage, heading: str) -> bool:
    return passage.heading == heading and passage.kind in {"sentence", "label"}
