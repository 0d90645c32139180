"""Well-known names of data sets, models and firms as they are written in Hangul."""

import re
from collections.abc import Iterator
from typing import Final

_PAIRS: Final = """
이미지넷 ImageNet; 시파 CIFAR; 사이파 CIFAR; 엠니스트 MNIST; 스쿼드 SQuAD; 위키피디아 Wikipedia;
위키텍스트 WikiText; 커먼크롤 Common Crawl; 코코 COCO; 시티스케이프스 Cityscapes; 키네틱스 Kinetics;
챗지피티 ChatGPT; 챗GPT ChatGPT; 지피티 GPT; 제미나이 Gemini; 제미니 Gemini; 클로드 Claude; 라마 Llama;
큐웬 Qwen; 미스트랄 Mistral; 딥시크 DeepSeek; 젬마 Gemma; 그록 Grok; 버트 BERT; 로버타 RoBERTa; 로라 LoRA;
클립 CLIP; 달리 DALL-E; 미드저니 Midjourney; 알파폴드 AlphaFold; 알파고 AlphaGo; 유넷 U-Net; 레즈넷 ResNet;
레스넷 ResNet; 욜로 YOLO; 파이토치 PyTorch; 텐서플로 TensorFlow; 텐서플로우 TensorFlow; 허깅페이스 Hugging Face;
깃허브 GitHub; 유튜브 YouTube; 레딧 Reddit; 트위터 Twitter; 아마존 Amazon; 구글 Google; 오픈AI OpenAI;
오픈에이아이 OpenAI; 엔비디아 NVIDIA; 앤트로픽 Anthropic; 마이크로소프트 Microsoft
"""
_HANGUL_NAMES: Final = dict(pair.strip().split(" ", 1) for pair in _PAIRS.split(";"))
_SHORT_NAMES: Final = "시파|코코|라마|클립|달리|로라|버트|젬마|그록"
"""Also ordinary words or parts of them: names only where a number, `데이터` or a mark of the subject follows."""
_LONG_NAMES: Final = "|".join(sorted(set(_HANGUL_NAMES) - set(_SHORT_NAMES.split("|")), key=len, reverse=True))
# `이미지넷에서`, `코코 데이터셋`, `라마 3`, `로라 어댑터`; not `비디오 클립을`, `달리 말해` or `구글링`.
_IN_HANGUL: Final = re.compile(
    rf"(?<![가-힣A-Za-z])(?:(?:{_LONG_NAMES})(?!링)|(?:{_SHORT_NAMES})"
    r"(?=\s?-?[0-9]|\s(?:데이터|벤치마크|말뭉치|모델|어댑터|미세|기반|계열|인코더)))"
)


def hangul_names(text: str) -> Iterator[tuple[str, str]]:
    """Well-known names of data sets, models and firms written in Hangul, and as they are written in English."""
    for match in _IN_HANGUL.finditer(text):
        yield match[0], _HANGUL_NAMES[match[0]]
