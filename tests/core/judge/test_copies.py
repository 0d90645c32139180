"""Quotes as people and models copy them."""

import pytest

from digest.core.judge.faults import own_words
from digest.core.judge.given import prepare

SOURCE = r"""On Rivers

The runoff is ∼ 40 % of rain [3, 12]. Tokens ⟨start⟩ and ⟨stop⟩ frame a clip. The bias is −0.3 mm at noon.
Water is H${}_{2}$O in each cell. The loss is $\mathrm{KL}(p \| q)$ with weight $\alpha$ = 0.5.
Gauges drift (Kim and Lee, 2021; Ode et al., 2019) in summer. The method is e�cient on small basins.
Its de nition follows Müller’s naïve rule. A 64×64 grid has 1,024 nodes. We use "soft" labels — not hard ones.
Flow stays below 12.5 in dry years. The model is not stable. Fields of 3–5 km are used. It was the ﬁrst test."""
GIVEN = prepare(SOURCE)
COPIES = [
    "The runoff is ~40% of rain [3, 12].",
    "The runoff is ~ 40% of rain.",
    "The runoff is \\sim 40\\% of rain",
    "Tokens <start> and <stop> frame a clip.",
    "Tokens start and stop frame a clip.",
    "The bias is -0.3 mm at noon.",
    "The bias is – 0.3 mm at noon.",
    "Water is H2O in each cell.",
    "Water is H₂O in each cell.",
    "Water is H_2O in each cell.",
    "Water is $H_{2}O$ in each cell.",
    "The loss is KL(p || q) with weight α = 0.5.",
    "The loss is KL(p ‖ q) with weight alpha = 0.5.",
    "The loss is $\\text{KL}(p \\| q)$ with weight $\\alpha = 0.5$.",
    "Gauges drift in summer.",
    "Gauges drift (Kim and Lee, 2021) in summer.",
    "The method is efficient on small basins.",
    "the method is e�cient on small basins",
    "Its definition follows Müller's naïve rule.",
    "Its definition follows Muller's naive rule.",
    "A 64x64 grid has 1024 nodes.",
    "A 64 x 64 grid has 1,024 nodes.",
    "A $64\\times 64$ grid has 1{,}024 nodes.",
    "We use “soft” labels - not hard ones.",
    "We use 'soft' labels -- not hard ones",
    "Fields of 3-5 km are used.",
    "Fields of 3~5 km are used.",
    "It was the first test.",
    "“It was the ﬁrst test.”",
    "FLOW STAYS BELOW 12.5 IN DRY YEARS.",
    "Flow stays be-\nlow 12.5 in dry years.",
]
OTHERS = [
    "The runoff is ~41% of rain.",
    "The runoff is 4.0% of rain.",
    "Tokens <start> frame a clip.",
    "The bias is 0.03 mm at noon.",
    "Water is H3O in each cell.",
    "The loss is KL(q || p) with weight α = 0.5.",
    "The loss is JS(p || q) with weight α = 0.5.",
    "The loss is KL(p || q) with weight β = 0.5.",
    "The loss is KL(p || q) with weight α = 5.",
    "Gauges drift in winter.",
    "The method is sufficient on small basins.",
    "The method is not efficient on small basins.",
    "Its definition follows Möller's rule.",
    "A 64x32 grid has 1024 nodes.",
    "We use hard labels - not soft ones.",
    "Flow stays below 125 in dry years.",
    "Flow stays below 12 in dry years.",
    "Flow stays above 12.5 in dry years.",
    "The model is stable.",
    "The model is ... stable.",
    "Fields of 35 km",
    "It was the last test.",
    "It was the first test of all.",
    "A sentence of another paper.",
    "...",
]


@pytest.mark.parametrize("quote", COPIES)
def test_a_copy_is_found_and_the_papers_own_words_are_kept(quote: str) -> None:
    assert GIVEN.quotes(quote)
    assert own_words(quote, GIVEN) in " ".join(SOURCE.split())


@pytest.mark.parametrize("quote", OTHERS)
def test_another_sentence_is_not(quote: str) -> None:
    assert not GIVEN.quotes(quote)
    assert own_words(quote, GIVEN) == quote
