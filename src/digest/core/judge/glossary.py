"""Whether a Korean text uses the blog's own words for English terms."""

import re
from collections.abc import Iterator, Mapping
from functools import cache


def uncovered_terms(text: str, source: str, glossary: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each English term of the source that the text has without its Korean term, and that term.

    A term within a longer Latin name, as in `Flash Attention`, is part of the name.
    """
    for term, wanted in glossary.items():
        if wanted not in text and _alone(term).search(text) and _word(term).search(source):
            yield term, wanted


@cache
def _word(term: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(term)}(?:e?s)?(?![A-Za-z0-9])", re.IGNORECASE)


@cache
def _alone(term: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9])(?<![A-Za-z0-9][ -]){_word(term).pattern}(?![ -][A-Za-z0-9])", re.IGNORECASE)
