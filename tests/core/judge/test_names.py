"""Names in Korean prose, and whether a text has them."""

import pytest

from digest.core.judge.given import prepare
from digest.core.judge.names import is_known, read_names

TEXT = """We train Qwen2.5-VL and GPT-4o on CIFAR-10/100 and ImageNet-1K with Open AI tools and U-Net.
Chain of thought helps text-to-image models and three-dimensional scenes; 3D Gaussian Splatting and large
language models hallucinate. Llama-3.1-Nemotron-Nano-VL-8B and FLUX.1-dev are compared on 8xH100 cards."""
KNOWN = (
    "Qwen2.5-VL Qwen2.5 GPT-4o GPT4o CIFAR-10 CIFAR-100 CIFAR10 ImageNet-1K ImageNet OpenAI UNet U-Net CoT T2I 3D 3DGS "
    "LLMs LLM Hallucination Llama-3.1-Nemotron-Nano-VL-8B FLUX.1-dev FLUX.1 H100 Transformer GPT-4o/Qwen2.5-VL"
)
UNKNOWN = (
    "Qwen2-VL Qwen3 GPT-4 GPT-5 CIFAR-20 ImageNet-21K ImageNette 4D T2V BERTScore MMLU Llama-3 Llama-3.1-8B FLUX.2 "
    "Nemotron-Nano-9B ConvNet GPT-4o/Qwen3"
)
READ = [
    ("GPT-5는 H100에서 동작한다.", ["GPT-5", "H100"]),
    ("정확도 3.3x, 16GB, 64x64, 1e-3, 90K를 보인다.", []),
    ("self-preference와 top-1, stage-2를 다룬다.", []),
    (r"$\mathcal{L}_1$과 \alpha를 쓴다.", []),
    ("VoxScene(VS)의 3DGS를 쓴다.", ["VoxScene", "3DGS"]),
]


@pytest.mark.parametrize("name", KNOWN.split())
def test_a_name_of_the_text_is_known_however_it_is_joined(name: str) -> None:
    assert is_known(name, prepare(TEXT))


@pytest.mark.parametrize("name", UNKNOWN.split())
def test_another_name_or_version_is_not_known(name: str) -> None:
    assert not is_known(name, prepare(TEXT))


@pytest.mark.parametrize(("text", "names"), READ)
def test_names_are_read_and_quantities_are_not(text: str, names: list[str]) -> None:
    assert [match[0] for match in read_names(text)] == names


@pytest.mark.parametrize(("phrase", "known"), [("random word order", False), ("Random Word Order", True)])
def test_in_a_long_text_a_short_abbreviation_needs_more_than_chance(phrase: str, known: bool) -> None:
    assert is_known("RWO", prepare(f"{phrase} is here. {'It goes on and on. ' * 400}")) is known
    assert is_known("RWO", prepare(f"{phrase} is here, and {phrase} is there. {'It goes on. ' * 800}"))
