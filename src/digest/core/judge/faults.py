"""The table of rules that a summary is held to, and whether its quotes are evidence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import Final

from rapidfuzz import fuzz, process

from digest.core.judge.claims import is_derived, is_in, is_listed, quoted, read_claims
from digest.core.judge.evidence import FieldRule, JudgedField, Support, leveled, shares_nothing, shorten, support
from digest.core.judge.form import ABSENCE_RULES, FORM_RULES
from digest.core.judge.given import Given, is_label, is_title, prepare
from digest.core.judge.meaning import MEANING_RULES
from digest.core.judge.names import hangul_names, is_known, read_names, uncovered_terms
from digest.core.judge.numbers import source_values
from digest.core.judge.style import repeats
from digest.core.summary import FIELDS, NOTHING_SAID, Fault, FieldName
from digest.core.text import split_sentences

_ALIKE: Final = 60
"""Per cent of equal words from which a sentence is what a quote was meant to be."""
_SHOWN: Final = 240
"""Characters of a sentence that are shown."""


def nearest(quote: str, sentences: Sequence[str]) -> str | None:
    """The sentence that shares most words with the quote; None where none is much like it."""
    lowered = [sentence.lower() for sentence in sentences]
    found = process.extractOne(quote.lower(), lowered, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE)
    return " ".join(sentences[found[2]].split()) if found else None


def describe_difference(quote: str, sentence: str) -> str:
    """The sentence, and the first words in which the quote differs from it."""
    own, written = sentence.split(), quote.split()
    for what, start, end, at, until in SequenceMatcher(None, own, written, autojunk=False).get_opcodes():
        if what != "equal":
            has, instead = " ".join(own[start:end]), " ".join(written[at:until])
            where = f'it has "{has}" where the quote has "{instead}"' if has and instead else _one_sided(has, instead)
            return f'the nearest sentence is "{_short(sentence)}": {where}'
    return f'the nearest sentence is "{_short(sentence)}"'


def _one_sided(has: str, instead: str) -> str:
    return f'the quote leaves out "{_short(has)}"' if has else f'the quote adds "{_short(instead)}"'


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


_BEGINS: Final = re.compile(r"(?:^|\n|[.!?:;)\]—•]|\b[ivx]{1,4}[.)])[\"'“”‘’*]*\s*$")
_AFTER_COMMA: Final = re.compile(r",\s*$")
# A clause after a comma is not evidence by itself where it begins as here: `and inference takes 0.4 s`.
_LEANS: Final = re.compile(
    r"(?:and|or|but|nor|yet|so|which|that|where|while|whereas|who|whose|with|than|from|as|by|for|of|in|on|at|to|a|an)\b",
    re.I,
)
_ENDED: Final = re.compile(r"[.!?:;]+[\"'”’)\]]*$")
_ENDS: Final = re.compile(r"\s*(?:\[[0-9, –-]+\]\s*)?(?:$|\n|[.!?:;,—]|[\"'”’)\]]+[.!?:;,]|\(|\[)")
_SHORTEST_CLAUSE: Final = 5
"""Words, at least, of a part of a sentence between two signs."""


def wrong_quote(quote: str, given: Given) -> str | None:
    """Why a quote is not evidence and what to do; None where it is."""
    span = given.locate(quote)
    if span is None:
        meant = nearest(quote, [passage.text for passage in given.passages])
        about = f"; {describe_difference(quote, meant)}" if meant else ""
        return f"is not in the paper's text{about}: copy a sentence word for word"
    place = _place(span, given.text)
    if place:
        return f"is {place}: quote a sentence that says it"
    if not (_begins(span[0], quote, given.text) and _ends(span[1], given.text)):
        return "is part of a sentence: copy the whole sentence"
    return None


def own_words(quote: str, given: Given) -> str:
    """The quote as the given text has it, white space folded; unchanged where the text does not have it."""
    span = given.locate(quote)
    if span is None:
        return quote
    end = span[1] + 1 if given.text[span[1] : span[1] + 1] in {".", "!", "?"} else span[1]
    return " ".join(given.text[span[0] : end].split())


def _place(span: tuple[int, int], text: str) -> str | None:
    """What the span is, where it is not part of a sentence."""
    start = text.rfind("\n", 0, span[0]) + 1
    line = text[start : max(span[1], text.find("\n", span[1]))]
    if line.startswith("#"):
        return "a heading"
    if start == 0 and is_title(line):
        return "the paper's title"
    return "a caption's label" if is_label(text[span[0] : span[1]]) else None


def _begins(start: int, quote: str, text: str) -> bool:
    before = text[max(0, start - 12) : start]
    if start == 0 or _BEGINS.search(before):
        return True
    return bool(_AFTER_COMMA.search(before)) and len(quote.split()) >= _SHORTEST_CLAUSE and not _LEANS.match(quote)


def _ends(end: int, text: str) -> bool:
    return bool(_ENDED.search(text[max(0, end - 4) : end].rstrip()) or _ENDS.match(text, end))


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


ABSENCE: Final[Mapping[str, FieldRule]] = ABSENCE_RULES
"""Where one of these finds a fault, nothing more of the field is judged."""
CONTENT: Final[Mapping[str, FieldRule]] = {**FORM_RULES, **SUPPORT_RULES, **MEANING_RULES}
"""All other rules of one field."""
MOST_CHARACTERS: Final = 1000
"""Of all fields together, white space not counted."""
_LONGEST_JUDGED: Final = 5000
"""Characters of a field; a model that goes astray may write a hundred thousand, which would take minutes to judge."""


def find_faults(
    texts: Mapping[FieldName, str],
    evidence: Mapping[FieldName, Sequence[str]],
    given: str | Given | None,
    *,
    glossary: Mapping[str, str] | None = None,
) -> tuple[Fault, ...]:
    """All that is wrong with a Korean summary of an English paper, in the order of the fields.

    `given` is the text the summary was made from, title and abstract included, plain or prepared (`prepare` once
    where several summaries of a paper are judged); None judges only what needs no source text.
    """
    source = prepare(given) if isinstance(given, str) else given
    fields = [_judged(name, texts, evidence, source, glossary or {}) for name in FIELDS]
    length = sum(len("".join((texts.get(name) or "").split())) for name in FIELDS)
    return tuple(fault for found in (*map(_field_faults, fields), _whole_faults(fields, length)) for fault in found)


def _judged(
    name: FieldName,
    texts: Mapping[FieldName, str],
    evidence: Mapping[FieldName, Sequence[str]],
    given: Given | None,
    glossary: Mapping[str, str],
) -> JudgedField:
    text = (texts.get(name) or "")[:_LONGEST_JUDGED]
    quotes = tuple(evidence.get(name, ()))
    found = support(text, quotes, given) if given else Support()
    return JudgedField(name, text, tuple(split_sentences(text)), quotes, found, given, glossary)


def _field_faults(field: JudgedField) -> Iterator[Fault]:
    """The first of the rules that leave nothing more to judge, else the faults by all others."""
    if field.text == NOTHING_SAID:
        return
    for rules in (ABSENCE, CONTENT):
        found = [_fault(name, message, field) for name, rule in rules.items() for message in rule(field)]
        yield from found
        if found:
            return


def _fault(name: str, message: str, field: JudgedField) -> Fault:
    return Fault(name=name, message=f"{field.name}: {' '.join(message.split())}", field=field.name)


def _whole_faults(fields: Sequence[JudgedField], length: int) -> Iterator[Fault]:
    if all(field.text == NOTHING_SAID for field in fields):
        yield Fault(name="nothing-said", message=f"all fields are `{NOTHING_SAID}`: write what the paper says")
    if length > MOST_CHARACTERS:
        yield Fault(
            name="length",
            message=f"all fields: {length:,} characters without white space: write at most {MOST_CHARACTERS:,}",
        )
    yield from _repeats([field for field in fields if field.text.strip() and field.text != NOTHING_SAID])


def _repeats(fields: Sequence[JudgedField]) -> Iterator[Fault]:
    """Each field that says what others say, the earlier too: any of them may hold what belongs under another."""
    alike = [(one.name, other.name) for one, other in combinations(fields, 2) if repeats(one.text, other.text)]
    for field in fields:
        others = [name for pair in alike if field.name in pair for name in pair if name != field.name]
        if others:
            message = f"says the same as {', '.join(others)}: write what belongs under {field.name}"
            yield _fault("repeat", message, field)
