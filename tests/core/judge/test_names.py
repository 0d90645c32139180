"""Names in Korean prose, and whether a text has them."""

import pytest

from digest.core.judge.given import prepare
from digest.core.judge.names import hangul_names, is_known, read_names

TEXT = """We train Qwen2.5-VL and GPT-4o on CIFAR-10/100 and ImageNet-1K with Open AI tools and U-Net.
Chain of thought helps text-to-image models and three-dimensional scenes; 3D Gaussian Splatting and large
language models hallucinate. Llama-3.1-Nemotron-Nano-VL-8B and FLUX.1-dev are compared on 8xH100 cards."""
KNOWN = (
    "Qwen2.5-VL Qwen2.5 GPT-4o GPT4o CIFAR-10 CIFAR-100 CIFAR10 ImageNet-1K ImageNet OpenAI UNet U-Net CoT T2I 3D 3DGS "
    "LLMs LLM Hallucination Llama-3.1-Nemotron-Nano-VL-8B FLUX.1-dev FLUX.1 H100 GPT-4o/Qwen2.5-VL"
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


ACRONYMS = [
    ("SOTA", "It reaches state-of-the-art accuracy.", "It reaches high accuracy."),
    ("LLM", "We test language models.", "We test image models."),
    ("BERT", "We fine-tune BERT on it.", "We fine-tune an encoder on it."),
    ("LoRA", "We use low-rank adaptation for it.", "We use adapters for it."),
    ("RLHF", "It uses reinforcement learning from human feedback.", "It uses human feedback."),
    ("ViT", "A vision transformer is used.", "A transformer is used."),
    ("CNN", "A convolutional network is used.", "A graph network is used."),
    ("RAG", "It is retrieval-augmented generation.", "It is generation."),
    ("GPT", "GPT-4 is used.", "A decoder is used."),
    ("OCR", "Optical character recognition is run first.", "Characters are read first."),
    ("NLP", "Natural language processing is the field.", "Languages are the field."),
    ("GPU", "It takes a day.", ""),
]


@pytest.mark.parametrize(("name", "said", "unsaid"), ACRONYMS)
def test_an_acronym_must_be_in_the_paper_or_in_full_there(name: str, said: str, unsaid: str) -> None:
    assert is_known(name, prepare(said))
    assert not unsaid or not is_known(name, prepare(unsaid))


IN_HANGUL = [
    ("이미지넷에서 학습하였다.", ["ImageNet"]),
    ("코코 데이터셋과 라마 3를 쓴다.", ["COCO", "Llama"]),
    ("챗GPT와 제미나이를 비교하였다.", ["ChatGPT", "Gemini"]),
    ("비디오 클립을 자르고 달리 말하면 구글링이다.", []),
    ("도로라마와 코코넛과 버트레스를 다룬다.", []),
]


@pytest.mark.parametrize(("text", "names"), IN_HANGUL)
def test_names_in_hangul_are_names_too(text: str, names: list[str]) -> None:
    assert [name for _, name in hangul_names(text)] == names
