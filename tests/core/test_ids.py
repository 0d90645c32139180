"""Which paper a text names."""

import pytest

from digest.core.paper import PaperId, abs_url, parse_id

NEW, OLD = "2512.03405", "hep-th/9901001"

NAMED = {
    NEW: (NEW, None),
    f"{NEW}v1": (NEW, 1),
    f"{NEW}v12": (NEW, 12),
    f"{NEW}v999": (NEW, 999),
    f"  {NEW}\n": (NEW, None),
    f"arXiv:{NEW}": (NEW, None),
    f"arxiv: {NEW}v3": (NEW, 3),
    f"ARXIV:{NEW}V2": (NEW, 2),
    f"arXiv:{NEW}v1 [cs.CV]": (NEW, 1),
    f"{NEW}.pdf": (NEW, None),
    f"{NEW}v2.pdf": (NEW, 2),
    "0808.0539": ("0808.0539", None),
    "0808.05394": ("0808.05394", None),
    "0000.0000": ("0000.0000", None),
    OLD: (OLD, None),
    f"{OLD}v2": (OLD, 2),
    f"arXiv:{OLD}": (OLD, None),
    "Hep-Th/9901001": (OLD, None),
    "math.GT/0309136": ("math/0309136", None),
    "cs.AI/0501001v1": ("cs/0501001", 1),
    "astro-ph/0601001": ("astro-ph/0601001", None),
    "acc-phys/9411001": ("acc-phys/9411001", None),
    f"https://arxiv.org/abs/{NEW}": (NEW, None),
    f"http://arxiv.org/abs/{NEW}v1": (NEW, 1),
    f"https://www.arxiv.org/abs/{NEW}": (NEW, None),
    f"https://export.arxiv.org/abs/{NEW}": (NEW, None),
    f"arxiv.org/abs/{NEW}": (NEW, None),
    f"https://arxiv.org/abs/{NEW}/": (NEW, None),
    f"https://arxiv.org/abs/{NEW}?context=cs.CV": (NEW, None),
    f"https://arxiv.org/abs/{NEW}v2#comments": (NEW, 2),
    "https://arxiv.org/abs/math.GT/0309136v2": ("math/0309136", 2),
    f"https://arxiv.org/pdf/{NEW}": (NEW, None),
    f"https://arxiv.org/pdf/{NEW}v3.pdf?download=1": (NEW, 3),
    f"https://arxiv.org/pdf/{OLD}.pdf": (OLD, None),
    f"https://arxiv.org/html/{NEW}v1": (NEW, 1),
    f"https://arxiv.org/html/{NEW}#S3.F2": (NEW, None),
    f"https://ar5iv.labs.arxiv.org/html/{NEW}": (NEW, None),
    f"https://ar5iv.org/abs/{NEW}": (NEW, None),
    f"https://www.alphaxiv.org/abs/{NEW}": (NEW, None),
    f"https://www.alphaxiv.org/ko/overview/{NEW}": (NEW, None),
    f"https://alphaxiv.org/overview/{NEW}v1?chatId=1": (NEW, 1),
    f"https://huggingface.co/papers/{NEW}": (NEW, None),
    f"https://huggingface.co/papers/{NEW}#community": (NEW, None),
    f"https://huggingface.co/papers/{NEW}.md": (NEW, None),
    f"https://hf.co/papers/{NEW}": (NEW, None),
    f"HTTPS://ARXIV.ORG/ABS/{NEW}": (NEW, None),
    f"10.48550/arXiv.{NEW}": (NEW, None),
    f"https://doi.org/10.48550/arXiv.{NEW}": (NEW, None),
    f"http://dx.doi.org/10.48550/ARXIV.{NEW}v2": (NEW, 2),
}

UNNAMED = [
    "",
    " ",
    "abc",
    "2512",
    "2512.034",
    "2512.034055",
    "25123.03405",
    "2512-03405",
    "25l2.03405",
    "2512.O3405",
    "２５１２.03405",
    "2512.0340५",
    "2512.03405v0",
    "2512.03405v",
    "2512.03405v1234",
    "2512.03405v1v2",
    "2512.03405,2512.03534",
    "2512.03405 2512.03534",
    "v2512.03405",
    "0112019",
    "hep-th/990100",
    "hep-th/99010011",
    "/9901001",
    "hep th/9901001",
    "https://arxiv.org/",
    "https://arxiv.org/abs/",
    "https://arxiv.org/list/cs.CV/2512",
    "https://arxiv.org/a/someone_1",
    "https://notarxiv.org/abs/2512.03405",
    "https://arxiv.org.example.com/abs/2512.03405",
    "https://example.com/arxiv.org/abs/2512.03405",
    "https://example.com/?u=https://arxiv.org/abs/2512.03405",
    "https://huggingface.co/models/2512.03405",
    "https://doi.org/10.1000/2512.03405",
    "javascript:2512.03405",
    "2512.03405\x00",
    "2512.03405\n2512.03534",
]


@pytest.mark.parametrize("text", NAMED)
def test_a_text_that_names_a_paper(text: str) -> None:
    assert parse_id(text) == PaperId(*NAMED[text])


@pytest.mark.parametrize("text", UNNAMED)
def test_a_text_that_names_none(text: str) -> None:
    assert parse_id(text) is None


@pytest.mark.parametrize("paper_id", [NEW, OLD, "math/0309136"])
def test_the_page_of_a_paper_names_it(paper_id: str) -> None:
    assert parse_id(abs_url(paper_id)) == PaperId(paper_id)
