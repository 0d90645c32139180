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


def says_nothing(text: str) -> bool:
    """Whether the whole text only says that the paper says nothing, in other words than the schema's."""
    return _NOTHING.fullmatch(text.strip()) is not None or _UNSAID.fullmatch(text.strip()) is not None


def is_apology(text: str) -> bool:
    """Whether it is a failure, a refusal or a model's chat instead of content."""
    return _APOLOGY.search(text) is not None
