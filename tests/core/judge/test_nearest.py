"""A quote that is not in the paper is told which sentence it was meant to be."""

import pytest

from digest.core.judge.faults import wrong_quote
from digest.core.judge.given import prepare

RESULTS = "On DimRooms the error falls from 0.42 to 0.31. We test two rooms. Training took nine hours."
TEXT = f"Title: A Study\n\n## Results\n{RESULTS}"

QUOTES = [
    ("On DimRooms the error falls from 0.42 to 0.13.", 'it has "0.31." where the quote has "0.13."'),
    ("On DimRooms the error quickly falls from 0.42 to 0.31.", 'the quote adds "quickly"'),
    ("On DimRooms error falls from 0.42 to 0.31.", 'the quote leaves out "the"'),
    ("A wholly invented sentence about cats and dogs.", "is not in the paper's text: copy"),
]  # fmt: skip


@pytest.mark.parametrize(("quote", "said"), QUOTES)
def test_where_a_quote_differs(quote: str, said: str) -> None:
    wrong = wrong_quote(quote, prepare(TEXT))
    assert wrong is not None
    assert said in wrong
    assert wrong.startswith("is not in the paper's text")
    assert ("On DimRooms the error falls" in wrong) == ("DimRooms" in quote)
