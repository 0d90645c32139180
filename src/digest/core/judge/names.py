"""Latin-script names in Korean prose, and whether source text has them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Final

from digest.core.judge.given import Given

_ABBREVIATION: Final = re.compile(r"(?:[0-9]D|[A-Z])(?:[A-Z]|[24](?=[A-Z])|[a-z](?=[A-Z])){1,5}s?")
_PART: Final = re.compile("[0-9]D|[A-Za-z0-9]")
_SYLLABLE: Final = re.compile("[0-9]D|[A-Z][a-z]?|[0-9]")
_LOOSE: Final = {
    "LLM": "language models?",
    "CNN": r"convolutional (?:neural )?net",
    "RNN": r"recurrent (?:neural )?net",
    "GAN": "generative adversarial",
    "SOTA": "state[ -]of[ -]the[ -]art",
}
"""What a paper may say in full for them."""
_WELL_KNOWN: Final = re.compile("LLM|LVLM|MLLM|VLM|VQA|NLP|OCR|RAG|RLHF|SFT|SGD|LSTM|MLP|VAE|ViT|LoRA|GNN|DPO|PPO")
"""For these a phrase of the paper is never chance."""
_JOINT: Final = r"[\s-]+(?:(?i:of|the|and|for|to|in|with|a|an|on|from|by|via)[\s-]+)?"
_REST: Final = r"[A-Za-z0-9]*(?:-[A-Za-z]+)*?"
_PLAIN_ENOUGH: Final = 4
"""Letters of an abbreviation that neighbouring words do not spell by chance."""
_LONG: Final = 5000
"""Characters of a text in which neighbouring words spell shorter ones by chance."""


def expands(abbreviation: str, text: str) -> bool:
    """Whether neighbouring words of the text begin with the letters of the abbreviation, in order.

    `VLM` is vision-language models, `CoT` chain of thought, `LoRA` low-rank adaptation, `T2I` text-to-image,
    `3DGS` 3D Gaussian Splatting.
    Any long text has three words that begin so by chance. There, a short abbreviation needs a phrase that is
    repeated, or that is written as a name.
    """
    letters = abbreviation.removesuffix("s")
    if letters in _LOOSE and re.search(_LOOSE[letters], text, re.IGNORECASE):
        return True
    if not _ABBREVIATION.fullmatch(abbreviation):
        return False
    found = (match for parts in _splits(letters) for match in _pattern(parts).finditer(text))
    phrases = [" ".join(match[0].split()) for match in found]
    plain = len(letters) >= _PLAIN_ENOUGH or len(text) < _LONG or _WELL_KNOWN.fullmatch(letters) is not None
    if plain or any(map(_is_title, phrases)):
        return bool(phrases)
    return any(count > 1 for count in Counter(phrase.lower().rstrip("s") for phrase in phrases).values())


def _splits(letters: str) -> Iterator[tuple[str, ...]]:
    """The beginnings of words that it may be made of: C, o, T of `CoT`, and Lo, R, A of `LoRA`."""
    yield tuple(_PART.findall(letters))
    if re.search("[a-z]", letters):
        yield tuple(_SYLLABLE.findall(letters))


@cache
def _pattern(parts: tuple[str, ...]) -> re.Pattern[str]:
    """Begins with a plain set of letters: long texts are then searched ten times as fast."""
    first, *rest = parts
    words = (f"{_either(first[0])}(?<![A-Za-z0-9].){_either(first[1:])}{_REST}", *map(_written, rest))
    return re.compile(rf"{_JOINT.join(words)}(?![A-Za-z0-9])")


def _written(part: str) -> str:
    if part in {"2", "4"}:
        return {"2": "(?i:to)", "4": "(?i:for)"}[part]
    return _either(part) + _REST


def _either(letters: str) -> str:
    return "".join(f"[{letter.upper()}{letter.lower()}]" for letter in letters)


def _is_title(phrase: str) -> bool:
    return sum(word[0].isupper() for word in re.split(r"[\s-]+", phrase)) >= 2 or phrase.count("-") >= 2


NAME: Final = re.compile(r"(?<![A-Za-z0-9\\])(?:[0-9][0-9.]*)?[A-Za-z][A-Za-z0-9]*(?:[-_./&+'’]?[A-Za-z0-9]+)*")
_FORMULA: Final = re.compile(r"\$[^$\n]+\$|\\[A-Za-z]+")
_COMMON: Final = (
    "abstract adapter adversarial agent ai api art attention augmented autoencoder backbone baseline "
    "bayesian benchmark conclusion contribution convolutional cpu cross cross-attention dataset "
    "decoder deep descent diffusion embedding encoder end-to-end english experts feature few-shot fine "
    "fine-tuned fine-tuning framework gaussian generation generative goal gpu gradient "
    "graph graphics hallucination image inference introduction korean language large latent learning "
    "limitation limitations loss machine markov method methods mixture modal model motivation multi multimodal natural "
    "network neural optimization parameter pdf pipeline policy post-training pre pre-training preference processing "
    "processor prompt real-time recurrent reinforcement result results retrieval sampling score search "
    "self self-attention self-supervised small state supervised text thought token "
    "tokenizer trade-off training transfer tuning unit variational video vision web world zero-shot"
)
_KNOWN: Final = frozenset(_COMMON.split())
"""Common words that a Korean text may use; acronyms and names of models must be in the paper, or in full there."""
# `16GB`, `3.3x`, `64x64`, `1e-3`, `90K`, `stage-2`; not `H100`, `GPT-4` or `3DGS`.
_QUANTITY: Final = re.compile(
    r"[0-9][0-9.]*(?:[xX][0-9.]*|[kKMBT]|bits?|[kKMGT]?i?B|[kMGT]?bps|[kMG]?Hz|FLOPs|[num]?s|fps|px|p|dB|[cmkn]?m|[kM]?W|V|h|[eE]"
    r"|[eE]-?[0-9]+|st|nd|rd|th)|[xX][0-9.]+"
    r"|(?:stage|phase|level|step|top|type|task|layer|round|case|tier|day|part)-?[0-9]+",
    re.IGNORECASE,
)
"""A number with its unit, or with what it counts, is read as a number."""
_DIMENSIONS: Final = {"1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six"}
_LIST: Final = r"(?:[-\s]*[0-9][0-9.]*[a-z]{0,2}\s*(?:/|,|and|&|or)\s*)+"


def read_names(text: str) -> Iterator[re.Match[str]]:
    """Names in the text: Latin tokens with a digit, or of three letters or more with a capital; formulas left out."""
    text = _FORMULA.sub(lambda m: " " * len(m[0]), text)
    for match in NAME.finditer(text):
        if _is_name(match[0]):
            yield match


def _is_name(token: str) -> bool:
    if _QUANTITY.fullmatch(token):
        return False
    if any(char.isdigit() for char in token):
        return True
    return sum(char.isalpha() for char in token) >= 3 and any(char.isupper() for char in token)


def is_known(name: str, given: Given) -> bool:
    """Whether the text has the name, whole or in parts, in another spelling, or what its letters stand for."""
    if given.names(name):
        return True
    spelt = name.lower() in _KNOWN or expands(name, given.text) or _inflects(name, given)
    return spelt or _dimensional(name, given) or _in_list(name, given) or _parts_known(name, given)


def _dimensional(name: str, given: Given) -> bool:
    """Whether the text has `3D` as three-dimensional."""
    if not re.fullmatch(r"[1-6]D", name):
        return False
    return any(given.names(f"{count}dimensional") for count in (_DIMENSIONS[name[0]], name[0]))


def _in_list(name: str, given: Given) -> bool:
    """Whether the text has `CIFAR-100` in `CIFAR-10/100`."""
    match = re.fullmatch(r"(.*?[A-Za-z])[-_ ]?([0-9][0-9.]*[A-Za-z]{0,2})", name)
    if match is None or not given.names(match[1]):
        return False
    pattern = re.escape(match[1]) + _LIST + r"[-\s]*" + re.escape(match[2]) + r"(?![0-9A-Za-z])"
    return re.search(pattern, given.text, re.IGNORECASE) is not None


def _inflects(name: str, given: Given) -> bool:
    """Whether a word begins as this one does: `hallucinate` for `Hallucination`."""
    return len(name) >= 7 and name.isalpha() and name[1:].islower() and given.words.begins(name[:-3].lower())


def _parts_known(name: str, given: Given) -> bool:
    """Whether the name can be cut at its joints into known parts; a bare number is not a part."""
    joints = [0, *(m.start() for m in re.finditer(r"[-_/&+]|\.(?![0-9])", name)), len(name)]
    parts = [name[a:b].strip("-_./&+") for a, b in pairwise(joints)]
    if len(parts) < 2 or not all(re.search("[A-Za-z]", part) for part in parts):
        return False
    return all(_part_known(part, given) for part in parts)


def _part_known(part: str, given: Given) -> bool:
    if _is_name(part):
        return is_known(part, given)
    return part.isalpha() or given.names(part)


def uncovered_terms(text: str, source: str, glossary: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each English term of the source that the text has without its Korean term, and that term.

    A term within a longer Latin name, as in `Flash Attention`, is part of the name.
    """
    for term, wanted in glossary.items():
        if wanted not in text and _alone(term).search(text) and _word(term).search(source):
            yield term, wanted


@cache
def _word(term: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(term)}(?:e?s)?(?![A-Za-z0-9])", re.IGNORECASE)


@cache
def _alone(term: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9])(?<![A-Za-z0-9][ -]){_word(term).pattern}(?![ -][A-Za-z0-9])", re.IGNORECASE)


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
