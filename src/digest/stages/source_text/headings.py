"""Headings of papers: their numbers, and which of them begin text that is not part of the argument."""

import re
from typing import Literal

Part = Literal["abstract", "references", "acknowledgements", "checklist", "contents", "appendix", "body"]

_NUMBER = re.compile(
    r"(?:(?:Section|Chapter|Appendix|SECTION|CHAPTER|APPENDIX)\s+)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-Z](?:\.\d{1,2}){0,3})"
    r"(?P<mark>[.):]?)\s+(?=\S)"
)
_PARTS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("abstract", re.compile(r"abstract")),
    ("references", re.compile(r"references?|bibliography|literature cited|references and notes")),
    ("acknowledgements", re.compile(r"ackno\w+ments?\b.*|(funding )?acknowledge?ments?|funding")),
    ("checklist", re.compile(r"(\w+ )*check ?list( for \w+)?")),
    ("contents", re.compile(r"(table of )?contents|list of (figures|tables)")),
    ("appendix", re.compile(r"(technical |online )?(appendi(x|ces)\b|supplement(s|ary|al)?\b).*")),
)
_KNOWN = re.compile(
    r"introduction|background|preliminaries|related works?|(problem (setup|statement|formulation))|motivation"
    r"|(materials and |our |the |proposed )?(methods?|methodology|approach|model|framework)|online methods"
    r"|(data ?sets?|data|implementation( details)?|experimental (setup|setting|settings|results|evaluation))"
    r"|(experiments?|evaluations?|results?|analysis|ablations?|ablation stud(y|ies)|findings)( (and|&) \w+)?"
    r"|(general )?discussions?( (and|&) \w+( \w+)?)?|(conclusions?|summary)( (and|&) \w+( \w+)?)?|concluding remarks"
    r"|(main )?contributions?|limitations?( (and|&) \w+( \w+)?)?|future works?|(broader|societal) impacts?( statement)?"
    r"|(ethics|ethical|reproducibility|impact)( \w+)?"
)


def split_number(heading: str, *, letters: bool = False) -> tuple[str, str]:
    """A heading's number (without its closing mark; empty if it has none) and its words.

    A lone letter without a mark, as in `A Proofs`, is an article or a pronoun unless `letters` says otherwise.
    """
    found = _NUMBER.match(heading)
    if found is None:
        return "", heading
    lone = found["number"] in ("A", "I") and not found["mark"] and not letters
    return ("", heading) if lone else (found["number"], heading[found.end() :])


def part_of(heading: str) -> Part:
    """What the text below a heading, given without its number, is for."""
    words = _words(heading)
    return next((part for part, pattern in _PARTS if pattern.fullmatch(words)), "body")


def is_known(heading: str) -> bool:
    """Whether a heading is one that papers of every field use, such as `Limitations`."""
    return part_of(heading) != "body" or _KNOWN.fullmatch(_words(heading)) is not None


def _words(heading: str) -> str:
    return heading.strip(" .:—–-").lower()
