"""What is wrong with a summary: every rule of the schema in one table, each a function of one field or of all."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from digest.core.fault import Fault
from digest.core.judge import korean, markup
from digest.core.judge.claims import is_derived, is_listed, quoted, read_claims, stands
from digest.core.judge.given import Given, prepare
from digest.core.judge.names import is_known, read_names
from digest.core.judge.nothing import is_apology, says_nothing
from digest.core.judge.numbers import level, source_values
from digest.core.judge.repeats import repeats
from digest.core.judge.terms import uncovered_terms
from digest.core.sentences import split_sentences
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName

MOST_CHARACTERS: Final = 1000
"""Of all fields together, white space not counted."""
MOST_SENTENCES: Final[Mapping[FieldName, int]] = {"method": 3}
_LONGEST_JUDGED: Final = 5000
"""Characters of a field; a model that goes astray may write a hundred thousand, which would take minutes to judge."""
_SHORTEST_QUOTE: Final = (20, 4)
"""Characters and words, at least, of a quote without an end mark that is evidence."""


class Part(NamedTuple):
    """One field and what it is judged against."""

    name: FieldName
    text: str
    sentences: tuple[str, ...]
    quotes: tuple[str, ...]
    given: Given | None
    glossary: Mapping[str, str]


FieldRule = Callable[[Part], Iterator[str]]
"""Messages for one field, without its name."""


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
    parts = [
        _part(name, (texts.get(name) or "")[:_LONGEST_JUDGED], evidence.get(name, ()), source, glossary or {})
        for name in FIELDS
    ]
    length = sum(len("".join((texts.get(name) or "").split())) for name in FIELDS)
    return tuple(fault for found in (*map(_field_faults, parts), _whole_faults(parts, length)) for fault in found)


def _part(name: FieldName, text: str, quotes: Sequence[str], given: Given | None, glossary: Mapping[str, str]) -> Part:
    return Part(name, text, tuple(split_sentences(text)), tuple(quotes), given, glossary)


def _field_faults(part: Part) -> Iterator[Fault]:
    """The first of the rules that leave nothing more to judge, else the faults by all others."""
    if part.text == NOTHING_SAID:
        return
    for rules in (ABSENCE, CONTENT):
        found = [_fault(name, message, part) for name, rule in rules.items() for message in rule(part)]
        yield from found
        if found:
            return


def _fault(name: str, message: str, part: Part) -> Fault:
    return Fault(name=name, message=f"{part.name}: {' '.join(message.split())}", field=part.name)


def _missing(part: Part) -> Iterator[str]:
    if not part.text.strip():
        yield f"the field is empty: write one sentence, or exactly `{NOTHING_SAID}`"


def _nothing_said(part: Part) -> Iterator[str]:
    if says_nothing(part.text):
        yield f'"{part.text.strip()}" says nothing: write exactly `{NOTHING_SAID}`'


def _failure(part: Part) -> Iterator[str]:
    if is_apology(part.text):
        yield f'"{_short(part.text)}" is about the task, not the paper: write what the paper says, or `{NOTHING_SAID}`'


def _control(part: Part) -> Iterator[str]:
    found = sorted(set(markup.controls(part.text)))
    if found:
        yield f"control or invisible characters {', '.join(found)}: remove them; in JSON a backslash is written twice"


def _language(part: Part) -> Iterator[str]:
    for sentence in part.sentences:
        if not korean.is_korean(sentence):
            yield f'"{_short(sentence)}" is not Korean: write it in Korean'


def _sentences(part: Part) -> Iterator[str]:
    most = MOST_SENTENCES.get(part.name, 1)
    if len(part.sentences) > most:
        limit = "one sentence" if most == 1 else f"one to {most} sentences"
        yield f"{len(part.sentences)} sentences: write {limit}"


def _ending(part: Part) -> Iterator[str]:
    for sentence in part.sentences:
        if not sentence.endswith("다."):
            yield f'"…{sentence[-15:]}" does not end in `다.`: end every sentence in `다.`'


def _honorific(part: Part) -> Iterator[str]:
    for sentence in part.sentences:
        for word in korean.honorifics(sentence):
            yield f'"{word}" is a polite ending: use the plain style, as in `한다.`, `하였다.`'


def _first_person(part: Part) -> Iterator[str]:
    for sentence in part.sentences:
        for word in korean.first_persons(sentence):
            yield f'"{word}" speaks in the first person: write `본 연구`, `저자들` or the method\'s name'


def _imperative(part: Part) -> Iterator[str]:
    for sentence in part.sentences:
        for word in korean.imperatives(sentence):
            yield f'"{word}" is a command: state it, ending in `다.`'


def _emoji(part: Part) -> Iterator[str]:
    for sign in dict.fromkeys(korean.pictures(part.text)):
        yield f'"{sign}" is an emoji: leave it out'


def _markup(part: Part) -> Iterator[str]:
    foreign = (piece for piece in markup.marks(part.text) if not part.given or piece not in part.given.text)
    for piece in dict.fromkeys((*markup.blocks(part.text), *foreign)):
        yield f'"{_short(piece)}" is markup: write plain text in one paragraph'
    for token in dict.fromkeys(markup.tokens(part.text) if part.given else ()):
        if part.given and token.lower() not in part.given.text.lower():
            yield f'"{_short(token)}" does not stand in the paper\'s text: leave the tag out'


def _url(part: Part) -> Iterator[str]:
    unknown = (domain for domain in markup.domains(part.text) if part.given and not part.given.names(domain))
    for address in (*markup.addresses(part.text), *unknown):
        yield f'"{_short(address)}" is an address: leave it out'


def _label(part: Part) -> Iterator[str]:
    for sentence in part.sentences or (part.text,):
        found = markup.label(sentence)
        if found:
            yield f'"{found}" is a label: begin with the sentence itself'


def _evidence(part: Part) -> Iterator[str]:
    if part.given is None:
        return
    if not any(map(_is_sentence, part.quotes)):
        yield "no evidence: quote at least one whole sentence of the paper that says it, word for word"
    for quote in part.quotes:
        if not part.given.quotes(quote):
            yield f'the quote "{_short(quote, 60)}" does not stand in the paper\'s text: copy a sentence word for word'


def _is_sentence(quote: str) -> bool:
    """Whether a quote says something: a short one only if it ends as a sentence does."""
    characters, words = _SHORTEST_QUOTE
    if re.search(r"[.!?]$", quote.strip()):
        return len(quote.split()) >= words - 1
    return len(quote.strip()) >= characters and len(quote.split()) >= words


def _number(part: Part) -> Iterator[str]:
    if part.given is None:
        return
    for sentence in part.sentences:
        text = _leveled(sentence)
        claims = list(read_claims(text))
        own = frozenset(claim.value for claim in claims if stands(claim, part.given))
        doubtful = [claim for claim in claims if claim.value not in own and not is_listed(claim, sentence)]
        known = own.union(*map(source_values, part.quotes)) if doubtful else own
        for claim in doubtful:
            if not is_derived(claim, text, known):
                number = _short(quoted(claim, text))
                yield f'"{number}" does not stand in the paper\'s text: use a number that does, or leave it out'


def _leveled(sentence: str) -> str:
    """The sentence less the names in it, whose digits are no numbers."""
    for match in read_names(sentence):
        sentence = sentence[: match.start()] + "_" * len(match[0]) + sentence[match.end() :]
    return level(sentence)


def _name(part: Part) -> Iterator[str]:
    if part.given is None:
        return
    for name in dict.fromkeys(match[0] for match in read_names(part.text)):
        if not is_known(name, part.given):
            shown = _short(name)
            yield f"the name \"{shown}\" does not stand in the paper's text: use the paper's own name, or leave it out"


def _glossary(part: Part) -> Iterator[str]:
    if part.given is None:
        return
    for term, wanted in uncovered_terms(part.text, part.given.text, part.glossary):
        yield f'"{term}" stands there in English alone: write "{wanted}"'


ABSENCE: Final[Mapping[str, FieldRule]] = {"missing": _missing, "nothing-said": _nothing_said, "failure": _failure}
CONTENT: Final[Mapping[str, FieldRule]] = {
    "control": _control,
    "language": _language,
    "sentences": _sentences,
    "ending": _ending,
    "honorific": _honorific,
    "first-person": _first_person,
    "imperative": _imperative,
    "emoji": _emoji,
    "markup": _markup,
    "url": _url,
    "label": _label,
    "evidence": _evidence,
    "number": _number,
    "name": _name,
    "glossary": _glossary,
}


def _whole_faults(parts: Sequence[Part], length: int) -> Iterator[Fault]:
    if all(part.text == NOTHING_SAID for part in parts):
        yield Fault(name="nothing-said", message=f"all fields are `{NOTHING_SAID}`: write what the paper says")
    if length > MOST_CHARACTERS:
        yield Fault(
            name="length",
            message=f"all fields: {length:,} characters without white space: write at most {MOST_CHARACTERS:,}",
        )
    yield from _repeats([part for part in parts if part.text.strip() and part.text != NOTHING_SAID])


def _repeats(parts: Sequence[Part]) -> Iterator[Fault]:
    """Each field that says what others say, the earlier too: any of them may hold what belongs under another."""
    alike = [(one.name, other.name) for one, other in combinations(parts, 2) if repeats(one.text, other.text)]
    for part in parts:
        others = [name for pair in alike if part.name in pair for name in pair if name != part.name]
        if others:
            yield _fault("repeat", f"says the same as {', '.join(others)}: write what belongs under {part.name}", part)


def _short(text: str, most: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
