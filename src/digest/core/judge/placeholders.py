"""Texts in place of content: ways to say that there is nothing, and a model that speaks of itself."""

import re
from typing import Final

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
    r"(?:실패|수\s없|할\s수\s없|오류)[^.]{0,10}\.?$|^\s*(?:```)?\s*(?:json)?\s*[\[{]\s*[\"'}\]]",
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
