"""Numbers in source text and in Korean claims."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.core.judge.claims import is_in, korean_value, read_claims
from digest.core.judge.numbers import level, read_numbers, source_values

SOURCES = [
    ("1,000 items", ["1000"]),
    ("1{,}000 items", ["1000"]),
    (r"$10^{-3}$ and $10^5$ and 2×10⁴", ["1/1000", "100000", "20000"]),
    (r"3e-4 of 40\% and 57.02 %", ["0.0003", "40", "0.4", "57.02", "0.5702"]),
    ("90K, 7B, 1.5 million and 2-billion", ["90000", "7000000000", "1500000", "2000000000"]),
    (r"$3.3\times$ and a 4x gain", ["3.3", "4", "1/4"]),
    ("twenty-five, two hundred and fifty, three thousand", ["25", "250", "3000"]),
    ("twice, half, a third, the fifth, a dozen", ["2", "1/2", "1/3", "5", "12"]),
    (r"\frac{1}{2} and 3/4 and ⅔", ["1/2", "3/4", "2/3"]),
    ("64x64 and 16-bit FP8", ["64", "16", "8"]),
    ("two orders of magnitude", ["100"]),
    ("3 to 5 million", ["3000000", "5000000"]),
    ("December 2025, Stage II", ["12", "2025", "2"]),
    ("2023-2025", ["2023", "2025"]),
    (".57 of it", ["0.57"]),
    ("Llama-7B, Qwen2.5-72B and ImageNet-1K", ["7e9", "72e9", "1000"]),
    ("INT4, FP-8, Top-5, stage-2, W3A6 and \\Delta-9", ["4", "8", "5", "2", "3", "6", "9"]),
    ("TWO runs, Three runs", ["2", "3"]),
    ("100 million and 35 billion pairs", ["1e8", "35e9"]),
    ("one tenth, two thirds, three-quarters, a fifth", ["1/10", "2/3", "3/4", "5"]),
    ("It fell to 1/8. Then 3/4.", ["1/8", "3/4"]),
    ("5.0 × 10−6 and 2 x 10-4 and 10-3", ["0.000005", "0.0002", "0.001"]),
    ("3.1 × 106 steps, $10^{2000}$ states, 10^120", ["3100000", "1e2000", "1e120"]),
    ("ninety-nine, one hundred twenty-eight, tenfold, five-fold", ["99", "128", "10", "5"]),
    ("two dozen, half a million, three in five, 1 out of 4", ["24", "500000", "3/5", "1/4"]),
    ("once per second, an annual rate", ["1"]),
]
NOT_NUMBERS = [
    ("H100 cards", "100"),
    ("GPT-4o and GPT-4", "4"),
    ("Qwen2.5 and Qwen2.5-7B", "2.5"),
    ("Llama-3.1-8B", "3.1"),
    ("on CIFAR-10", "10"),
    ("as Table 4 shows", "4"),
    ("in Section 5.2", "5.2"),
    ("see Fig. 7", "7"),
    ("100 million pairs", "1000000"),
    ("100 million pairs", "100"),
    ("35 billion tokens", "1e9"),
    ("90K pairs", "90"),
    ("two thirds of it", "1/3"),
]
CLAIMS = [
    ("3억 5천만 개", [350_000_000]),
    ("1만 2,345명", [12_345]),
    ("약 1.2만 개", [12_000]),
    ("1.1조 토큰", [1_100_000_000_000]),
    ("3조건 실험", [3]),
    ("세 가지와 다섯 개", [3, 5]),
    ("열두 개와 열 손실", [12]),
    ("세대와 네트워크와 두께와 세계", []),
    ("백만 개와 수백만 배와 할 수만 있다", [1_000_000, 1_000_000]),
    ("절반", [Fraction(1, 2)]),
    ("3분의 2", [Fraction(2, 3)]),
    ("여러 가지와 수십 개와 한 번", [10]),
    ("첫 단계(1)와 다음 단계(2)", []),
    ("τ0와 90K", [90_000]),
    ("사흘 만에, 이틀간, 열흘째", [3, 2, 10]),
    ("여든 개, 아흔아홉 번, 예순 명, 일흔두 건", [80, 99, 60, 72]),
    ("삼백 명과 이십오 퍼센트와 구십구 점", [300, 25, 99]),
    ("천이백 개, 삼만 오천 개, 백 명, 천 장", [1200, 5000, 100, 1000]),
    ("칠분의 오와 삼분의 2와 십분의 일", [Fraction(5, 7), Fraction(2, 3), Fraction(1, 10)]),
    ("천장과 이천과 조건과 사천 지역과 만족", []),
    ("10^2000개와 5.0 × 10-6", [Fraction(10) ** 2000, Fraction(5, 10**6)]),
]
LOOSE = [
    ("9만여 개", "90,123", True),
    ("9만여 개", "100,123", False),
    ("9만여 개", "89,999", False),
    ("약 9만 개", "90,123", True),
    ("약 9만 개", "96,123", False),
    ("9만 개", "90,123", False),
    ("최대 57%", "57.02", False),
    ("약 57%", "57.02", True),
    ("57% 정도", "57.02", True),
    ("57%", "0.57", True),
    ("57.0", "57", True),
    ("3~5만 개", "30,000 and 50,000", True),
    ("1위", "no number", True),
    ("1%", "no number", False),
    ("1초", "no number", False),
    ("1배", "no number", False),
    ("1%", "one percent", True),
    ("1시간", "per hour", True),
    ("1단계", "no number", True),
    ("100만 쌍", "100 million pairs", False),
    ("1억 쌍", "100 million pairs", True),
    ("10억 토큰", "35 billion tokens", False),
    ("350억 토큰", "35 billion tokens", True),
    ("10분의 1", "one tenth", True),
    ("8분의 1", "It fell to 1/8.", True),
    ("상관계수 92%", "a correlation of 0.92", False),
    ("상관계수 0.92", "a correlation of 0.92", True),
    ("재현율 92%", "a recall of 0.92", True),
    ("3분의 1", "two thirds", False),
    ("20%", "one in five", True),
    ("약 -57%", "-57.02", True),
    ("-57.02%", "57.02", True),
    ("수백만 배", "millions of times", True),
    ("수백만 배", "4,200,000 times", True),
    ("수백만 배", "many times", False),
    ("수백만 배", "dozens of times", False),
    ("수십만 개", "Hundreds of thousands of cases", True),
    ("수십만 개", "thousands of cases", False),
    ("수십 개", "dozens", True),
    ("수백 개", "324 or 1,200", True),
    ("수백 개", "12 or 1,000", False),
]


@pytest.mark.parametrize(("text", "values"), SOURCES)
def test_source_text_states_its_numbers(text: str, values: list[str]) -> None:
    assert source_values(text) >= {Fraction(value) for value in values}


@pytest.mark.parametrize(("text", "value"), NOT_NUMBERS)
def test_names_and_references_are_no_numbers(text: str, value: str) -> None:
    assert Fraction(value) not in source_values(text)


@pytest.mark.parametrize(("text", "values"), CLAIMS)
def test_korean_prose_claims_its_numbers(text: str, values: list[int]) -> None:
    assert [claim.value for claim in read_claims(level(text))] == values


@pytest.mark.parametrize(("text", "source", "expected"), LOOSE)
def test_a_claim_is_taken_only_as_loosely_as_it_is_worded(text: str, source: str, expected: bool) -> None:
    numbers = read_numbers(source)
    assert all(is_in(claim, numbers) for claim in read_claims(level(text))) is expected


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.integers(1, 9999), st.integers(1, 9999))
def test_ten_thousands_add_up(high: int, low: int) -> None:
    assert korean_value(f"{high}만 {low}") == high * 10_000 + low


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.integers(2, 10**9))
def test_a_number_is_found_in_a_text_that_has_it_and_not_in_one_that_has_the_next(number: int) -> None:
    claim = read_claims(f"{number:,}개")[0]
    assert is_in(claim, read_numbers(f"There are {number} of them."))
    assert not is_in(claim, read_numbers(f"There are {number + 1} of them."))
