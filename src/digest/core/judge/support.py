"""Rules that hold a field against the paper's text: quotes, numbers, names, terms."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from digest.core.judge.claims import is_derived, is_in, is_listed, quoted, read_claims
from digest.core.judge.evidence import leveled, shares_nothing
from digest.core.judge.judged_field import FieldRule, JudgedField, shorten
from digest.core.judge.names import hangul_names, is_known, read_names, uncovered_terms
from digest.core.judge.numbers import source_values
from digest.core.judge.quotes import wrong_quote

_SHORTEST_QUOTE: Final = (20, 4)
"""Characters and words, at least, of a quote without an end mark that is evidence."""

_GLOSSED: Final = re.compile(r"(?<=언어 모델)\s?\(LLMs?\)")
"""What the Korean words before it say already."""


def _evidence(field: JudgedField) -> Iterator[str]:
    if field.given is None:
        return
    if not any(map(_is_sentence, field.quotes)):
        yield "no evidence: quote at least one whole sentence of the paper that says it, word for word"
    for quote in field.quotes:
        wrong = wrong_quote(quote, field.given)
        if wrong:
            yield f'the quote "{shorten(quote, 60)}" {wrong}'
    if field.quotes and shares_nothing(field.text, field.evidence):
        yield "its quotes share no number, name or word with it: quote the sentences that say it"
    for words in field.support.lacking:
        yield f'no quote of this field has "{shorten(words)}": quote the sentence that says it, or leave it out'


def _is_sentence(quote: str) -> bool:
    """Whether a quote says something: a short one only if it ends as a sentence does."""
    characters, words = _SHORTEST_QUOTE
    if re.search(r"[.!?]$", quote.strip()):
        return len(quote.split()) >= words - 1
    return len(quote.strip()) >= characters and len(quote.split()) >= words


def _number(field: JudgedField) -> Iterator[str]:
    if field.given is None:
        return
    for sentence in field.sentences:
        text = leveled(sentence)
        claims = read_claims(text)
        own = frozenset(claim.value for claim in claims if is_in(claim, field.given.numbers))
        doubtful = [claim for claim in claims if claim.value not in own and not is_listed(claim, sentence)]
        known = own.union(*map(source_values, field.quotes)) if doubtful else own
        for claim in doubtful:
            if not is_derived(claim, text, known):
                number = shorten(quoted(claim, text))
                yield f'"{number}" is not in the paper\'s text: use a number that is, or leave it out'


def _name(field: JudgedField) -> Iterator[str]:
    if field.given is None:
        return
    for name in dict.fromkeys(match[0] for match in read_names(_GLOSSED.sub(" ", field.text))):
        if not is_known(name, field.given):
            shown = shorten(name)
            yield f"the name \"{shown}\" is not in the paper's text: use the paper's own name, or leave it out"
    for written, name in hangul_names(field.text):
        known = field.given.names(name) or field.given.words.begins(name.lower())
        if not known and written not in field.given.text:
            yield f'"{written}" is {name}, which the paper does not name: use the paper\'s own name, or leave it out'


def _glossary(field: JudgedField) -> Iterator[str]:
    if field.given is None:
        return
    for term, wanted in uncovered_terms(field.text, field.given.text, field.glossary):
        yield f'"{term}" is given in English alone: write "{wanted}"'


SUPPORT_RULES: Final[Mapping[str, FieldRule]] = {
    "evidence": _evidence,
    "number": _number,
    "name": _name,
    "glossary": _glossary,
}
