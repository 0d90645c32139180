"""The words of a text, for looking up names however they are spaced or joined."""

import re
import unicodedata
from bisect import bisect_left
from itertools import accumulate
from typing import Final, NamedTuple

_TIMES: Final = re.compile(r"([0-9])x(?=[A-Z])")
"""As in `8xH100`."""
_WORD: Final = re.compile(r"[a-z0-9]*[0-9](?:\.[0-9]+[a-z]*)+|[a-z0-9]+")


class Words(NamedTuple):
    """The words of a text in lower case; decimals stay whole: `qwen2.5`, `vl`, `7b`."""

    joined: str
    """All words, one after the other, with nothing between them."""
    starts: tuple[int, ...]
    """Where each word starts in `joined`, and where the last one ends."""
    ordered: tuple[str, ...]
    """Each word once, sorted; beginnings of words are looked up here."""

    def names(self, name: str) -> bool:
        """Whether the text has the name, its words written apart, joined or in the plural."""
        joined = "".join(read_words(name))
        return bool(joined) and any(map(self._has, {joined, f"{joined}s", joined.removesuffix("s")} - {""}))

    def begins(self, beginning: str) -> bool:
        """Whether a word of the text begins so."""
        at = bisect_left(self.ordered, beginning)
        return at < len(self.ordered) and self.ordered[at].startswith(beginning)

    def _has(self, joined: str) -> bool:
        at = self.joined.find(joined)
        while at >= 0:
            if self._is_edge(at) and self._is_edge(at + len(joined)):
                return True
            at = self.joined.find(joined, at + 1)
        return False

    def _is_edge(self, at: int) -> bool:
        """Whether a word starts or ends there."""
        return self.starts[bisect_left(self.starts, at)] == at


def prepare_words(text: str) -> Words:
    """The words of a text, ready for look-ups."""
    words = read_words(text)
    return Words("".join(words), tuple(accumulate(map(len, words), initial=0)), tuple(sorted(set(words))))


def read_words(text: str) -> list[str]:
    """Runs of letters and digits in lower case."""
    return _WORD.findall(_TIMES.sub(r"\1 ", unicodedata.normalize("NFKC", text)).lower())


_PAIRS: Final = """
정확도 accura correct; 정밀도 precision; 재현율 recall; 성공률 success; 통과율 pass; 검색률 retriev; 승률 win;
점수 scor; 성능 perform; 오차 error; 오류 error mistake incorrect; 손실 loss; 비용 cost expens cheap;
시간 time hour second minute; 메모리 memor; 연산 comput flop operation; 처리량 throughput; 에너지 energy;
용량 capacit; 크기 size; 해상도 resolution; 길이 length long; 비율 ratio rate share fraction;
일치도 agreement kappa; 상관 correlat; 품질 qualit; 데이터 data; 자료 data record; 데이터셋 dataset;
이미지 image photo picture; 사진 photo image; 동영상 video; 음성 speech voice audio; 문서 document;
문장 sentence; 단어 word; 토큰 token; 질의 quer; 질문 question; 답 answer; 응답 respon answer;
대화 dialog convers; 지시 instruct; 프롬프트 prompt; 알고리즘 algorithm; 프레임워크 framework; 과제 task;
작업 task; 벤치마크 benchmark; 실험 experiment; 평가 evaluat assess; 검증 verif validat test; 시험 test;
분석 analy; 비교 compar versus; 학습 train learn; 사전 pre; 미세 fine; 추론 infer reason; 생성 generat;
예측 predict forecast; 분류 classif categor; 검출 detect; 탐지 detect; 인식 recogn; 분할 segment split;
추정 estimat; 번역 translat; 요약 summar; 검색 retriev search; 정렬 align; 압축 compress;
양자화 quantiz quantis; 증류 distil; 최적화 optimi; 강화 reinforc; 보상 reward; 탐색 explor search; 샘플 sampl;
표본 sampl; 주석 annotat; 라벨 label; 전문가 expert; 인간 human people person; 사람 human people person;
사용자 user; 참가자 participant; 학생 student; 환자 patient; 의료 medical clinic; 로봇 robot;
시뮬레이션 simulat; 실제 real; 환경 environment; 센서 sensor; 관측소 gauge station; 관측 observ; 거점 depot hub;
단계 stage step phase; 계층 layer; 층 layer; 어텐션 attention; 시각 visual vision; 언어 language lingu;
다국어 multilingual; 영어 english; 한국어 korean; 매개변수 parameter; 파라미터 parameter; 신경망 network;
그래프 graph; 노드 node; 특징 feature; 표현 represent; 잠재 latent; 확산 diffusion; 잡음 noise; 왜곡 distort;
공격 attack; 방어 defen; 안전 safe; 편향 bias; 강건 robust; 일반화 generaliz generalis; 한계 limit;
제한 limit restrict; 기준 baseline; 규모 scale size; 개수 number; 유형 type; 종류 kind type; 범주 categor;
언어권 language; 국가 countr nation; 도메인 domain; 분야 field domain area; 조건 condition; 설정 setting;
평균 mean average; 최대 up maximum most largest; 최소 least minimum; 절반 half halv; 배 times fold x;
빠 fast speed; 느 slow; 증가 increas grow; 감소 decreas reduc drop fall lower; 향상 improv gain enhanc increas;
개선 improv gain enhanc; 하락 drop declin decreas; 높 high higher; 낮 low lower reduc;
줄 reduc decreas cut fewer; 늘 increas extend more; 우수 best better outperform superior;
능가 outperform surpass exceed better; 상회 outperform surpass exceed above; 앞서 outperform ahead better;
앞섰 outperform ahead better; 코드 code; 프로그램 program; 그림 figure; 표 table; 지도 map; 도로 road;
도시 cit urban; 연료 fuel; 날씨 weather; 기후 climat; 홍수 flood; 지진 earthquake seismic; 세포 cell;
단백질 protein; 분자 molecul; 유전자 gene; 악기 instrument; 게임 game; 주가 stock; 금융 financ; 법률 legal law;
환율 exchange; 가격 price; 에이전트 agent; 도구 tool; 위반 violat breach; 태그 tag; 개체 entit object;
객체 object; 물체 object; 배치 layout batch placement; 외형 appearance; 궤적 trajector; 판별 discrimin;
휴대전화 phone mobile; 카메라 camera; 장면 scene; 실내 indoor room; 야외 outdoor; 방 room; 가구 furniture;
예시 example; 순서 order; 사례 example case; 병원 hospital clinic; 질환 disease condition;
영상 video image scan; 통신 communicat; 라운드 round; 프라이버시 privacy; 개인정보 privacy personal; 보안 secur;
저장 stor; 저장소 repositor stor bank; 의존성 dependenc; 빌드 build; 패치 patch; 버전 version; 변경 chang;
실행 execut run; 구조 structur; 법칙 law; 손가락 finger; 손 hand; 파지 grasp; 무게 weight; 교사 teacher;
시퀀스 sequence; 헤드 head; 캐시 cache; 예산 budget; 비트 bit; 커널 kernel; 코덱 codec; 지연 latenc delay wait;
속도 speed fast slow veloc latenc; 부호화 encod cod; 복호화 decod; 수위 water level; 해일 surge; 연안 coast;
항만 harbour harbor; 경보 warning alert; 저기압 cyclone storm; 주장 claim; 근거 evidence ground;
말뭉치 corpus corpora; 캡션 caption; 본문 text; 주석자 annotator; 일관 consisten; 충돌 collision conflict;
겹 overlap; 정책 polic; 사무실 office; 규칙 rule; 감사 audit; 음악 music; 화자 speaker; 가중치 weight;
어댑터 adapter; 디코더 decoder; 인코더 encoder; 사전학습 pretrain pre-train; 미세조정 fine finetun;
지식 knowledge; 기억 memor; 능력 abilit capabilit skill; 이해 understand comprehen; 해석 interpret;
설명 explain explanat descri; 피드백 feedback; 교육 educat teach; 학습자 learner; 에세이 essay;
위험 risk danger; 신뢰 trust reliab confiden; 안정 stab; 효율 efficien; 복잡 complex; 단순 simpl; 자동 automat;
수동 manual; 수작업 manual hand; 통합 integrat unif merg; 다양 divers vari;
부족 lack insufficien scarc few shortage; 공개 open public releas; 무료 free;
상용 commercial proprietary closed; 라이선스 licens; 확장 scal extend exten;
제거 remov evict eliminat drop prun; 추가 add; 선택 select choos; 결합 combin; 교체 replac;
대체 replac substitut; 전력 power energ; 동의 consent; 표준 standard; 산업 industr; 서비스 servic; 배포 deploy;
고령 elder old; 운영체제 operating; 전문 expert special;
계획 plan schedul; 시간표 timetabl schedul; 분석기 pars analy; 안개 fog; 항구 harbour harbor port
"""


def _read(pairs: str) -> dict[str, tuple[str, ...]]:
    rows = (row.split() for row in pairs.split(";"))
    return {korean: tuple(english) for korean, *english in rows}


_MEANINGS: Final = _read(_PAIRS)
_STEMS: Final = re.compile("|".join(sorted(_MEANINGS, key=len, reverse=True)))


def english_stems(text: str) -> frozenset[tuple[str, ...]]:
    """For each known word of a Korean text, the beginnings of the English words that it may translate."""
    return frozenset(_MEANINGS[match[0]] for match in _STEMS.finditer(text))


def has_stem(words: frozenset[str], stems: tuple[str, ...]) -> bool:
    """Whether one of the words, in lower case, begins as one of the stems does."""
    return any(word.startswith(stems) for word in words)
