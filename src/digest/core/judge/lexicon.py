"""Korean words of research prose and the English words that they translate, by their beginnings.

Words that nearly every sentence of a paper may have, such as 방법 and 모델, are left out.
"""

import re
from typing import Final

_PAIRS: Final = """
정확도 accura correct; 정밀도 precision; 재현율 recall; 성공률 success; 통과율 pass; 검색률 retriev; 승률 win;
점수 scor; 성능 perform; 오차 error; 오류 error mistake incorrect; 손실 loss; 비용 cost expens cheap;
지연 latenc delay; 속도 speed fast slow veloc; 시간 time hour second minute; 메모리 memor;
연산 comput flop operation; 처리량 throughput; 에너지 energy; 전력 power; 용량 capacit; 크기 size;
해상도 resolution; 길이 length long; 비율 ratio rate share fraction; 일치도 agreement kappa; 상관 correlat;
품질 qualit; 데이터 data; 자료 data record; 데이터셋 dataset; 말뭉치 corpus corpora; 이미지 image photo picture;
사진 photo image; 영상 video image; 동영상 video; 음성 speech voice audio; 문서 document; 문장 sentence;
단어 word; 토큰 token; 질의 quer; 질문 question; 답 answer; 응답 respon answer; 대화 dialog convers;
지시 instruct; 프롬프트 prompt; 알고리즘 algorithm; 프레임워크 framework; 과제 task; 작업 task;
벤치마크 benchmark; 실험 experiment; 평가 evaluat assess; 검증 verif validat test; 시험 test; 분석 analy;
비교 compar versus; 학습 train learn; 사전 pre; 미세 fine; 추론 infer reason; 생성 generat;
예측 predict forecast; 분류 classif categor; 검출 detect; 탐지 detect; 인식 recogn; 분할 segment split;
추정 estimat; 번역 translat; 요약 summar; 검색 retriev search; 정렬 align; 압축 compress;
양자화 quantiz quantis; 증류 distil; 최적화 optimi; 강화 reinforc; 보상 reward; 정책 polic; 탐색 explor search;
샘플 sampl; 표본 sampl; 주석 annotat; 라벨 label; 전문가 expert; 인간 human people person;
사람 human people person; 사용자 user; 참가자 participant; 학생 student; 교사 teacher; 환자 patient;
의료 medical clinic; 로봇 robot; 시뮬레이션 simulat; 실제 real; 환경 environment; 센서 sensor;
관측소 gauge station; 관측 observ; 거점 depot hub; 단계 stage step phase; 계층 layer; 층 layer;
어텐션 attention; 시각 visual vision; 언어 language lingu; 다국어 multilingual; 영어 english; 한국어 korean;
매개변수 parameter; 파라미터 parameter; 신경망 network; 그래프 graph; 노드 node; 특징 feature; 표현 represent;
잠재 latent; 확산 diffusion; 잡음 noise; 왜곡 distort; 공격 attack; 방어 defen; 안전 safe; 편향 bias;
강건 robust; 일반화 generaliz generalis; 한계 limit; 제한 limit restrict; 기준 baseline; 규모 scale size;
개수 number; 유형 type; 종류 kind type; 범주 categor; 언어권 language; 국가 countr nation; 도메인 domain;
분야 field domain area; 조건 condition; 설정 setting; 평균 mean average; 최대 up maximum most largest;
최소 least minimum; 절반 half halv; 배 times fold x; 빠 fast speed; 느 slow; 증가 increas grow;
감소 decreas reduc drop fall lower; 향상 improv gain enhanc increas; 개선 improv gain enhanc;
하락 drop declin decreas; 높 high higher; 낮 low lower reduc; 줄 reduc decreas cut fewer;
늘 increas extend more; 우수 best better outperform superior; 능가 outperform surpass exceed better;
상회 outperform surpass exceed above; 앞서 outperform ahead better; 앞섰 outperform ahead better; 코드 code;
프로그램 program; 그림 figure; 표 table; 지도 map; 도로 road; 도시 cit urban; 연료 fuel; 날씨 weather;
기후 climat; 홍수 flood; 지진 earthquake seismic; 세포 cell; 단백질 protein; 분자 molecul; 유전자 gene;
악기 instrument; 음악 music; 게임 game; 주가 stock; 금융 financ; 법률 legal law; 환율 exchange; 가격 price
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
