"""What Korean academic report style does not allow: the offending pieces of a text."""

import re
from collections.abc import Iterator
from typing import Final

_HANGUL: Final = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")
_LATIN: Final = re.compile("[A-Za-z]")
_KANA: Final = re.compile("[ぁ-ゟァ-ヺー]")
_HAN: Final = re.compile("[㐀-䶿一-鿿]")
_QUOTED: Final = re.compile("\"[^\"]*\"|“[^”]*”|‘[^’]*’|「[^」]*」|『[^』]*』|(?<![A-Za-z가-힣])'[^']*'")

# A polite ending: `제안합니다.`, `절감하세요.`; `_polite` then passes `아니다.`, and `중요.`, `필요.` do not match.
_HONORIFIC: Final = re.compile(r"(?:[가-힣]+(?:니다|니까|세요|셔요)|[가-힣]*[가-힣](?<![중주필])요)(?=[.!?]|$)")
# `우리는`, `저희의`, `We`, `our`; not `우리나라`, nor `we` inside `two-way` or `Our-Net`.
_FIRST_PERSON: Final = re.compile(
    r"(?<![가-힣])(?:우리(?:는|의|가|도|를|에게|들은)?|저희(?:는|의|가|도|를)?|저는|제가|내가|나의|필자(?:는|가|들은))(?![가-힣])"
    r"|^나는(?![가-힣])|(?<![A-Za-z0-9-])(?:[Ww]e|[Oo]urs?|[Mm]y)(?![A-Za-z0-9.-])"
)
_IMPERATIVE: Final = re.compile(r"[가-힣]*(?:하라|해라|하시오|시오|십시오|거라|하자|말라|마라|보라)[.!]")
_PICTURE: Final = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u2604\u2607-\u2712\u2714-\u2716\u2718-\u27bf\u2b50\u2b55\ufe0f\u231a\u231b\u23e9-\u23fa]+"
)
_LEAST_KOREAN: Final = 0.15
"""Share of Hangul among the letters of a sentence; names of models and terms in Latin script are the rest."""

_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LITTLE: Final = (
    "the|of|and|to|is|are|was|were|in|for|with|that|we|on|by|from|which|this|it|as|an?|can|be|has|have|our|not"
)
# Five English words in a row, a little one among them: `The method saves fuel in towns`; not `chain of thought`.
_ENGLISH: Final = re.compile(
    rf"(?=(?:[A-Za-z'-]+[ ,]+){{0,12}}?(?:{_LITTLE})[ ,])(?:[A-Za-z][A-Za-z'-]*[ ,]+){{4}}[A-Za-z]{{2,}}", re.IGNORECASE
)


def is_korean(sentence: str) -> bool:
    """Whether the sentence is Korean with names and terms in it, and not English, Chinese or Japanese."""
    hangul, latin, kana, han = (len(p.findall(sentence)) for p in (_HANGUL, _LATIN, _KANA, _HAN))
    if hangul + latin + kana + han == 0:
        return True
    if _ENGLISH.search(_BRACKETED.sub(" ", without_quotes(sentence))):
        return False
    return hangul > 0 and kana < 4 and han * 3 < hangul and hangul >= _LEAST_KOREAN * (hangul + latin)


def ends_plainly(sentence: str) -> bool:
    """Whether it ends in `다.`, or in `다` and a remark in brackets: `제안하였다(V2).`."""
    return re.search(r"다(?:\s?\([^()]*\))?\.$", sentence) is not None


def without_quotes(text: str) -> str:
    """The text without what is in quotation marks: words of others."""
    return _QUOTED.sub(" ", text)


def honorifics(sentence: str) -> Iterator[str]:
    """Polite verb endings at the sentence's end, as in `제안합니다.`."""
    return (match[0] for match in _HONORIFIC.finditer(sentence) if _polite(match[0]))


def _polite(word: str) -> bool:
    """Whether the syllable before `니다` closes with ㅂ: `합니다` does, `아니다` has no such syllable."""
    stem = word.removesuffix("니다").removesuffix("니까")
    return stem == word or (bool(stem) and (ord(stem[-1]) - ord("가")) % 28 == 17)


def first_persons(sentence: str) -> Iterator[str]:
    """Words by which authors speak of themselves as we or I, in Korean or English."""
    return (match[0] for match in _FIRST_PERSON.finditer(without_quotes(sentence)))


def imperatives(sentence: str) -> Iterator[str]:
    """Commands at the sentence's end."""
    return (match[0] for match in _IMPERATIVE.finditer(without_quotes(sentence)))


def pictures(text: str) -> Iterator[str]:
    """Emoji and the like; signs of text such as ✓ and ★ are not."""
    return (match[0] for match in _PICTURE.finditer(text))
