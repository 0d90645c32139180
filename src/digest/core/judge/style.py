"""What Korean academic report style does not allow: the offending pieces of a text."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from rapidfuzz.fuzz import ratio

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


# The whole text, as in `정보가 부족하다.`, `해당 없음`, `N/A`; not `정보 부족 문제를 해결하였다.`.
_NOTHING: Final = re.compile(
    r"(?:정보(?:가|는)?\s?(?:매우\s)?(?:부족|없음|미제공|없다|불충분)(?:함|하다|합니다|했다|하였다|임|이다)?"
    r"|(?:관련\s|해당\s)?(?:정보|내용|언급|사항)(?:가|이|은|는)?\s?(?:없음|없다|없습니다)|해당\s?(?:사항\s?)?없음|없음|없다|미상|미기재|미언급|언급\s?없음"
    r"|알\s수\s없(?:음|다)|불명|확인\s?불가|n/?a|none|null|nil|unknown|not\s(?:available|mentioned|stated|specified)|no\sinformation|-+|\?+|…|\.{3})"
    r"[\s.。!]*",
    re.IGNORECASE,
)
# The whole text, as in `본 논문에서는 한계점을 명시하지 않았다.`; not a longer sentence with such a clause in it.
_UNSAID: Final = re.compile(
    r"(?:본\s|해당\s|이\s)?(?:논문|연구|초록|본문|텍스트)(?:에서는|에서|에는|에|은|는)?[^.]{0,25}"
    r"(?:언급|명시|기술|서술|제시|논의)(?:되지|하지|되어\s있지|하고\s있지)\s?(?:않았|않는|않)(?:다|습니다|음)\.?"
    r"|[^.]{0,20}(?:정보가\s제공되지|명시되지|명시되어\s있지|언급되지|언급되어\s있지)\s?(?:않았|않는|않)(?:다|습니다|음)\.?"
)
# `죄송하지만 …`, `요약 생성에 실패하였다.`, `I'm sorry`, `{"goal": …`; not `텍스트 요약을 다루었다.`.
_APOLOGY: Final = re.compile(
    r"summary generation failed|failed to (?:generate|summari[sz]e|parse)|error (?:occurred|generating)"
    r"|i(?:['’]m| am) sorry|i (?:cannot|can['’]t|am unable)|as an ai\b|(?:here is|here['’]s) (?:the|a|your)\b"
    r"|죄송|AI\s?(?:언어\s?)?모델로서|요청하신|도와\s?드릴|제공(?:된|해\s?주신)\s(?:텍스트|본문|논문)(?:에서|에는|만으로)"
    r"|요약(?:문)?(?:을|이|은)?\s?(?:생성|작성)?(?:하지|되지|할 수|될 수|이루어지지)\s?(?:못|않|없)"
    r"|제공해\s?(?:주시|주면|주십)|오류가 발생하여 요약"
    r"|^[^가-힣]{0,3}(?:논문\s|본문\s|초록\s)?요약(?:문)?(?:을|의|이|에)?\s?(?:생성|작성)?(?:을|이|에|하는\s데)?\s?"
    r"(?:실패|수\s없|할\s수\s없|오류)[^.]{0,10}\.?$|^\s*+(?:```)?\s*+(?:json)?\s*+[\[{]\s*[\"'}\]]",
    re.IGNORECASE,
)

# A refusal in Korean: `요청하신 작업은 수행할 수 없다.`; not `모델이 유해한 요청을 거부한다.`.
_REFUSAL: Final = re.compile(
    r"^(?:(?:이|해당|본|이러한|귀하의|주어진|사용자의)\s)?(?:요청|질문|지시)(?:은|는|을|를|에|에는|에\s?대해서?는?)\s"
    r"(?:[가-힣]+\s){0,3}?(?:응할|답할|답변할|따를|수행할|처리할|도울)\s수(?:는|가)?\s없다\."
    r"|(?:답변|응답|요약|요약문)(?:을|를|은|는)?\s?(?:제공|생성|작성|수행)"
    r"(?:할\s수(?:는|가)?\s없다|하기\s?(?:어렵다|곤란하다)|하지\s않(?:겠|는다))"
    r"|(?:도움을\s드릴|도와줄|도와드릴)\s수(?:는|가)?\s없|정책(?:상|에\s따라)\s.{0,20}"
    r"(?:제공|답변|응답)(?:할\s수\s없|하지\s않)"
    r"|(?:본문|텍스트|논문|입력)(?:이|가|을|를)\s(?:제공되지|주어지지|입력되지|첨부되지)\s않아\s"
    r".{0,20}(?:요약|작성|생성|답|알\s수)",
)
# What the prompt says, or a place to be filled in; not a sentence about such things in the paper's own words.
_ECHO: Final = re.compile(
    r"여기에\s.{0,25}(?:작성|입력|적는다|쓴다|기입)|\b(?:TODO|TBD|FIXME|PLACEHOLDER|lorem ipsum|XXX)\b|○○|△△|□□"
    r"|(?<![\\^_A-Za-z])\{\{?\s?[a-z_]{3,}\s?\}\}?"
    r"|<(?:text|goal|motivation|contribution|method|results?|limitations?|conclusion|요약|내용|본문)>"
    r"|\[(?:내용|요약|본문|텍스트|한국어[^\]]*)\]|(?:첫|두|세)\s번째\s문장이다|예시\s?(?:문장|텍스트|답변)(?:이다|입니다)"
    r"|(?:목표|동기|기여|방법|결과|한계|결론)(?:를|을)?\s(?:한|두|세)\s문장(?:으로|에)"
    r"|모든\s문장은?\s.{0,12}다\.?.{0,3}(?:으?로)\s끝|한국어\(English\)"
    r"|학술\s?보고서\s?(?:문체|형식)(?:로|의)\s.{0,12}(?:작성|서술)"
    r"|[\"“']?정보 부족[\"”']?(?:을|를|이라고|으로)\s?(?:쓴다|적는다|작성|표기|기재)"
    r"|PAPER TEXT|NOT INSTRUCTIONS|what the paper sets out|one sentence|the Korean text|word for word",
    re.IGNORECASE,
)


def says_nothing(text: str) -> bool:
    """Whether the whole text only says that the paper says nothing, in other words than the schema's."""
    return _NOTHING.fullmatch(text.strip()) is not None or _UNSAID.fullmatch(text.strip()) is not None


def is_apology(text: str) -> bool:
    """Whether it is a failure, a refusal or a model's chat instead of content."""
    return _APOLOGY.search(text) is not None or _REFUSAL.search(text) is not None


def find_echo(text: str) -> str | None:
    """The words of the prompt, or the placeholder, that are in the text; None: none."""
    match = _ECHO.search(text)
    return match[0] if match else None


_LONG_ENOUGH: Final = 20
"""Letters of a text, at least, for its likeness to another to mean something."""
_SAME: Final = 95


def repeats(one: str, other: str) -> bool:
    """Whether two texts are the same but for spacing, signs, endings and particles.

    Sentences of one mould that differ in a content word or a number are not repeats.
    """
    folded, other_folded = _fold(one), _fold(other)
    if folded == other_folded:
        return True
    if min(len(folded), len(other_folded)) <= _LONG_ENOUGH:
        return False
    return ratio(folded, other_folded) >= _SAME and _same_words(one, other)


@lru_cache(maxsize=512)  # each field is compared with all others
def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _same_words(one: str, other: str) -> bool:
    """Whether each word of one text that the other lacks has a counterpart with the same stem there."""
    words, others = ({_fold(word) for word in text.split()} - {""} for text in (one, other))
    left, right = words - others, others - words
    return all(any(_stem(a, b) for b in right) for a in left) if left and right else True


def _stem(one: str, other: str) -> bool:
    """Whether two words differ in Hangul endings alone: `제안한다`, `제안하였다`."""
    one, other = _open(one), _open(other)
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    verbs = one.endswith("다") and other.endswith("다")
    return shared >= (1 if verbs else 2) and re.fullmatch("[가-힣]{0,4}", one[shared:]) is not None


def _open(word: str) -> str:
    """The word with its Hangul syllables less their final consonants, so that `한` begins as `하`."""
    return re.sub("[가-힣]", lambda match: chr(ord(match[0]) - (ord(match[0]) - ord("가")) % 28), word)
