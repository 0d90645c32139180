"""Evidence that supports a field: what its quotes lack, and the sentences of the given text that have it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from digest.core.judge.claims import Claim, is_derived, is_in, is_listed, quoted, read_claims
from digest.core.judge.given import Given, Passage, prepare
from digest.core.judge.names import read_names
from digest.core.judge.numbers import SourceNumbers, level, read_numbers
from digest.core.judge.units import shared_measures
from digest.core.judge.words import english_stems, has_stem, prepare_words
from digest.core.summary import FIELDS, NOTHING_SAID, FieldName
from digest.core.text import split_sentences

# `기준 모델보다 높다`, `대비 두 배`, `A를 능가하였다`; not `살펴보다`, `대비하다`, `속도보다 품질이 중요하다`.
_COMPARES: Final = re.compile(
    r"(?<=[가-힣A-Za-z0-9)\]%])보다(?=[^.]{0,24}(?:더|높|낮|크|큰|컸|작|빠르|빨|느리|느렸|많|적은|적었|적다|우수|나은|나았|뛰어|앞서|앞섰|좋|[0-9]))"
    r"|(?<=[가-힣A-Za-z0-9)%]\s)대비(?!하|되|책)|능가|상회|하회|뛰어넘|앞섰|앞질"
)
# `than`, `outperforms`, `from 14.8 to 9.3`, `versus`, `faster`, `best`; not `other`, `after` or `number`.
_COMPARED: Final = re.compile(
    r"\b(?:than|versus|vs|compar\w*|outperform\w*|surpass\w*|exceed\w*|beat(?:s|en|ing)?|over|above|below|against|relative|"
    r"superior\w*|inferior|ahead|best|worst|most|least|highest|lowest|fewest|largest|smallest|fastest|better|worse|more|less|"
    r"fewer|higher|lower|larger|smaller|greater|faster|slower|stronger|weaker|longer|shorter|deeper|cheaper|easier|"
    r"improv\w*|increas\w*|reduc\w*|decreas\w*|gain\w*|drop\w*|halv\w*|doubl\w*|tripl\w*|state-of-the-art|sota|while|whereas|"
    r"match\w*|rival\w*|unlike|instead|only|still|gap|advantage|margin|times|fold|from\b.{1,40}\bto)\b|[0-9]\s?[x×]|→|[<>]",
    re.IGNORECASE | re.DOTALL,
)
_FITS: Final = 1
"""What a found sentence must share with the field: a name or another number counts two, a word counts one."""

_ENOUGH: Final = 4
"""Numbers, names and known words of a field, at least, for its evidence to be about something else."""


class _Subject(NamedTuple):
    """What a sentence of the given text may share with a field."""

    claims: tuple[Claim, ...]
    names: tuple[str, ...]
    stems: frozenset[tuple[str, ...]]
    words: frozenset[str]


class Support(NamedTuple):
    """What was found for a field, and what was not."""

    found: tuple[str, ...] = ()
    """Sentences of the given text, word for word, that have what the quotes lack."""
    lacking: tuple[str, ...] = ()
    """Numbers and comparisons, as the field has them, that fit no sentence."""


def complete_evidence(
    texts: Mapping[FieldName, str], evidence: Mapping[FieldName, Sequence[str]], given: str | Given
) -> dict[FieldName, tuple[str, ...]]:
    """For each field whose quotes lack one of its numbers or comparisons, the sentences that have it.

    Each is a sentence of `given` word for word: of those that have the number or compare, the one that shares most of
    the field's numbers, names and words. Fields that lack nothing, or for which nothing fits, are left out.
    """
    source = prepare(given) if isinstance(given, str) else given
    supports = {name: support(texts.get(name) or "", tuple(evidence.get(name, ())), source) for name in FIELDS}
    return {name: each.found for name, each in supports.items() if each.found}


def support(text: str, quotes: Sequence[str], given: Given) -> Support:
    """What the quotes of a field lack: sentences of the given text that have it, and what fits none."""
    if text == NOTHING_SAID or not quotes:
        return Support()
    found: list[str] = []
    lacking: list[str] = []
    subject: _Subject | None = None
    known = read_numbers("\n".join(quotes))
    for sentence in split_sentences(text):
        for need in _needs(sentence, given):
            if need.is_met_by(known):
                continue
            subject = subject or _subject(text)
            passage = _best(need, subject, given)
            if passage:
                found.append(passage.text)
                known = read_numbers("\n".join([*quotes, *found]))
            else:
                lacking.append(need.words)
    return Support(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(lacking)))


class _Need(NamedTuple):
    """A number or a comparison of a field, which a quote must have."""

    words: str
    claim: Claim | None
    """None: a comparison."""
    sentence: str

    def may_be_in(self, text: str) -> bool:
        """Whether a sentence is worth a closer look: it has the first digits of the number."""
        digits = re.sub("[^0-9]", "", self.claim.text).strip("0")[:3] if self.claim else ""
        return not digits or digits in re.sub("[,.]", "", text)

    def is_met_by(self, quotes: SourceNumbers) -> bool:
        """Whether the quotes have it, or numbers that it is worked out from."""
        return self.is_in(quotes) or (
            self.claim is not None and is_derived(self.claim, leveled(self.sentence), quotes.values)
        )

    def is_in(self, numbers: SourceNumbers) -> bool:
        """Whether the text has it."""
        if self.claim is None:
            return _COMPARED.search(numbers.text) is not None
        return is_in(self.claim, numbers)


def _needs(sentence: str, given: Given) -> Iterator[_Need]:
    text = leveled(sentence)
    for claim in read_claims(text):
        if is_in(claim, given.numbers) and not is_listed(claim, sentence):
            yield _Need(quoted(claim, text), claim, sentence)
    compares = _COMPARES.search(sentence)
    if compares:
        yield _Need(sentence[max(0, compares.start() - 12) : compares.end()].strip(), None, sentence)


def leveled(sentence: str) -> str:
    """The sentence less the names in it, whose digits are not numbers."""
    for match in read_names(sentence):
        sentence = sentence[: match.start()] + "_" * len(match[0]) + sentence[match.end() :]
    return level(sentence)


def _subject(text: str) -> _Subject:
    return _Subject(
        claims=read_claims(leveled(text)),
        names=tuple(dict.fromkeys(match[0] for match in read_names(text))),
        stems=english_stems(text),
        words=_latin(text),
    )


def _best(need: _Need, subject: _Subject, given: Given) -> Passage | None:
    """The sentence that has what is needed and shares most with the field; the first of equals."""
    likely = [passage for passage in given.sentences if need.may_be_in(passage.text)]
    return _best_of(likely, need, subject, given) or _best_of(given.sentences, need, subject, given)


def _best_of(passages: Sequence[Passage], need: _Need, subject: _Subject, given: Given) -> Passage | None:
    best, most = None, _FITS - 1
    for passage in passages:
        numbers = given.numbers_of(passage)
        if need.is_in(numbers):
            shared = _shared(need, subject, passage, numbers)
            if shared > most:
                best, most = passage, shared
    return best


def _shared(need: _Need, subject: _Subject, passage: Passage, numbers: SourceNumbers) -> int:
    words = prepare_words(passage.text)
    own = frozenset(words.ordered)
    claims = sum(is_in(claim, numbers) for claim in subject.claims if claim != need.claim and claim.value != 1)
    names = sum(words.names(name) for name in subject.names)
    stems = sum(has_stem(own, stems) for stems in subject.stems)
    units = shared_measures(need.sentence, passage.text)
    return 2 * claims + 2 * names + stems + units + len(subject.words & _latin(passage.text))


def shares_nothing(text: str, evidence: Sequence[str]) -> bool:
    """Whether a field that names something has none of its numbers, names and known words in its evidence."""
    if next(read_names(text), None) is None:
        return False
    subject, quoted = _subject(text), "\n".join(evidence)
    words, numbers = prepare_words(quoted), read_numbers(quoted)
    own, claims = frozenset(words.ordered), [claim for claim in subject.claims if claim.value != 1]
    if len(subject.stems) + len(subject.names) + len(claims) < _ENOUGH:
        return False
    shared = any(has_stem(own, stems) for stems in subject.stems) or any(map(words.names, subject.names))
    return not shared and not any(is_in(claim, numbers) for claim in claims) and not subject.words & _latin(quoted)


def _latin(text: str) -> frozenset[str]:
    """Words and units in Latin letters."""
    return frozenset(re.findall("[a-z]{2,}", text.lower()))


class JudgedField(NamedTuple):
    """A field and what it is judged against."""

    name: FieldName
    text: str
    sentences: tuple[str, ...]
    quotes: tuple[str, ...]
    """What the model or a user cited for it."""
    support: Support
    """What digest found for it, and what it did not find."""
    given: Given | None
    glossary: Mapping[str, str]

    @property
    def evidence(self) -> tuple[str, ...]:
        """Its quotes and what was found beside them."""
        return (*self.quotes, *self.support.found)


FieldRule = Callable[[JudgedField], Iterator[str]]
"""Messages for one field, without its name."""


def shorten(text: str, most: int = 40) -> str:
    """The text on one line, at most so many characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
