"""Rules on a field's form: what its text alone shows, and markup that the paper itself may use."""

from collections.abc import Iterator, Mapping
from typing import Final

from digest.core.characters import find_unseen
from digest.core.judge import markup, style
from digest.core.judge.given import Given
from digest.core.judge.judged_field import FieldRule, JudgedField, shorten
from digest.core.judge.markup import foreign_signs
from digest.core.judge.names import read_names
from digest.core.judge.style import find_echo, is_apology, says_nothing
from digest.core.summary import NOTHING_SAID, FieldName

_SOFT_HYPHEN: Final = "U+00AD"
"""Comes with text that is copied from a page; nothing can be hidden in it."""
MOST_SENTENCES: Final[Mapping[FieldName, int]] = {"method": 3, "results": 2}


def _missing(field: JudgedField) -> Iterator[str]:
    if not field.text.strip():
        yield f"the field is empty: write one sentence, or exactly `{NOTHING_SAID}`"


def _nothing_said(field: JudgedField) -> Iterator[str]:
    if says_nothing(field.text):
        yield f'"{field.text.strip()}" says nothing: write exactly `{NOTHING_SAID}`'


def _failure(field: JudgedField) -> Iterator[str]:
    echo = find_echo(field.text)
    if is_apology(field.text) or (echo and not (field.given and echo in field.given.text)):
        shown = shorten(field.text)
        yield f'"{shown}" is about the task, not the paper: write what the paper says, or `{NOTHING_SAID}`'


def _control(field: JudgedField) -> Iterator[str]:
    found = sorted(set(markup.controls(field.text)))
    if found:
        yield f"control or invisible characters {', '.join(found)}: remove them; in JSON a backslash is written twice"
    hidden = sorted({f"U+{ord(char):04X}" for quote in field.quotes for char in find_unseen(quote)} - {_SOFT_HYPHEN})
    if hidden:
        yield f"invisible characters {', '.join(hidden)} in a quote: copy what a reader sees"


def _script(field: JudgedField) -> Iterator[str]:
    for sign in dict.fromkeys(foreign_signs(field.text)):
        if not field.given or sign not in field.given.text:
            yield f'"{shorten(sign)}" is written in signs of another script: write plain digits and Latin letters'


def _language(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences:
        if not style.is_korean(_without_names(sentence, field.given)):
            yield f'"{shorten(sentence)}" is not Korean: write it in Korean'


def _without_names(sentence: str, given: Given | None) -> str:
    """The sentence without the names in it that the paper has, as far as that is known."""
    for match in reversed(list(read_names(sentence))):
        if given is None or given.names(match[0]):
            sentence = f"{sentence[: match.start()]} {sentence[match.end() :]}"
    return sentence


def _sentences(field: JudgedField) -> Iterator[str]:
    most = MOST_SENTENCES.get(field.name, 1)
    if len(field.sentences) > most:
        limit = "one sentence" if most == 1 else f"one to {most} sentences"
        yield f"{len(field.sentences)} sentences: write {limit}"


def _ending(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences:
        if not style.ends_plainly(sentence):
            yield f'"…{sentence[-15:]}" does not end in `다.`: end every sentence in `다.`'


def _honorific(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences:
        for word in style.honorifics(sentence):
            yield f'"{word}" is a polite ending: use the plain style, as in `한다.`, `하였다.`'


def _first_person(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences:
        for word in style.first_persons(sentence):
            yield f'"{word}" speaks in the first person: write `본 연구`, `저자들` or the method\'s name'


def _imperative(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences:
        for word in style.imperatives(sentence):
            yield f'"{word}" is a command: state it, ending in `다.`'


def _emoji(field: JudgedField) -> Iterator[str]:
    for sign in dict.fromkeys(style.pictures(field.text)):
        yield f'"{sign}" is an emoji: leave it out'


def _markup(field: JudgedField) -> Iterator[str]:
    foreign = (piece for piece in markup.marks(field.text) if not field.given or piece not in field.given.text)
    for piece in dict.fromkeys((*markup.blocks(field.text), *foreign)):
        yield f'"{shorten(piece)}" is markup: write plain text in one paragraph'
    for token in dict.fromkeys(markup.tokens(field.text) if field.given else ()):
        if field.given and token.lower() not in field.given.text.lower():
            yield f'"{shorten(token)}" is not in the paper\'s text: leave the tag out'


def _url(field: JudgedField) -> Iterator[str]:
    given = field.given
    unknown = (domain for domain in markup.domains(field.text) if given and not given.names(domain))
    handles = (handle for handle in markup.handles(field.text) if not given or handle not in given.text)
    for address in (*markup.addresses(field.text), *unknown, *handles):
        yield f'"{shorten(address)}" is an address: leave it out'


def _label(field: JudgedField) -> Iterator[str]:
    for sentence in field.sentences or (field.text,):
        found = markup.label(sentence)
        if found:
            yield f'"{found}" is a label: begin with the sentence itself'


ABSENCE_RULES: Final[Mapping[str, FieldRule]] = {
    "missing": _missing,
    "nothing-said": _nothing_said,
    "failure": _failure,
}
FORM_RULES: Final[Mapping[str, FieldRule]] = {
    "control": _control,
    "script": _script,
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
}
