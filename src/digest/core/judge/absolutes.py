"""Korean words that leave no exception, and the English words of which a quote must have one."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple


class _Absolute(NamedTuple):
    """A Korean word and its like in English."""

    korean: re.Pattern[str]
    english: re.Pattern[str]


def _absolute(korean: str, english: str) -> _Absolute:
    """`english`: words, those that end in `*` by their beginning."""
    words = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in english.split())
    return _Absolute(re.compile(rf"(?<![가-힣])(?:{korean})"), re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE))


_ABSOLUTES: Final = (
    _absolute(
        "모든(?![가-힣])",
        "all every* any* each entire* whole full* no none universal* across throughout always regardless arbitrary "
        "complete* overall total never 100%",
    ),
    _absolute(
        "(?:항상|언제나|늘)(?![가-힣])",
        "always every* consistent* invariab* all constant* never any* whenever regardless each permanent* ever",
    ),
    _absolute(
        r"최초(?![가-힣]*\s?(?:단계|값|상태|입력|시점|토큰|프레임|제안|공개|등장))|처음으로",
        "first* pioneer* unprecedented initial* earliest never new* original* novel* previously inaugural",
    ),
    _absolute(
        "(?:완전히|완전하게|완벽히|완벽하게|완벽한)(?![가-힣])",
        "complete* full* entire* perfect* wholly whole total* all thorough* 100% zero lossless* exact* every* any* no "
        "none never purely absolute* flawless* eliminat*",
    ),
    _absolute(
        "(?:유일(?:한|하게|무이)|오직)",
        "only sole* unique* single exclusive* alone one just purely merely simply nothing",
    ),
    _absolute(
        "(?:절대(?:로|적으로)|반드시)(?![가-힣])",
        "never always must necessar* need* require* guarantee* ensur* absolute* certain* strict* no not mandat* "
        "essential* cannot only should shall inevitabl*",
    ),
    _absolute(
        "전혀(?![가-힣])",
        "no none nothing never zero without any* not entire* complete* total* un* in* fail* lack* absen* neither",
    ),
    _absolute(
        "(?:누구나|어디서나|무엇이든|무제한|무한히)(?![가-힣])",
        "any* every* all unlimited infinite* unbounded arbitrar* indefinite* no public* open* without free*",
    ),
)


def unsaid_absolutes(text: str, quoted: str) -> Iterator[str]:
    """The absolutes of a Korean text for which the quoted English has no like."""
    for absolute in _ABSOLUTES:
        word = absolute.korean.search(text)
        if word and not absolute.english.search(quoted):
            yield word[0]
