"""What a paper's drafting works with: its text as the model is given it, and those who judge the answers."""

import hashlib
import threading
from collections.abc import Mapping
from typing import NamedTuple

from digest.clients.chat import TooLongError
from digest.clients.form import Message
from digest.core.config import SummarizerConfig
from digest.core.judge.evidence import complete_evidence
from digest.core.judge.faults import find_faults, own_words
from digest.core.judge.given import prepare
from digest.core.paper import Paper, SourceText
from digest.core.prompt.answer import FieldAnswer
from digest.core.prompt.excerpt import excerpt
from digest.core.summary import FIELDS, Evidence, Fault, FieldName
from digest.stages.summarize.verify import Hearing, Verifier
from digest.store.templates import Templates

_LEAST_TEXT = 500
"""Tokens of a paper's text; with fewer there is nothing to summarise."""
_AROUND_TEXT = 3000
"""Tokens of the instructions, the schema and what is said around the paper's text."""
_MOST_OF_CONTEXT = 4
"""The answer may have one part in so many of a context that is too short for both."""

Answers = dict[FieldName, FieldAnswer]


class Sizes:
    """How much of a paper a model is given, and how much it may answer; less once its server says what it takes."""

    def __init__(self, config: SummarizerConfig) -> None:
        self.text_tokens = config.input_tokens
        self.max_tokens = config.max_tokens
        self._lock = threading.Lock()

    def shorten(self, error: TooLongError) -> None:
        """Take less from here on, as much as the model's context has room for. Raises the error at the least."""
        with self._lock:
            shorter = self.text_tokens // 2
            if error.limit is not None:
                self.max_tokens = max(_LEAST_TEXT, min(self.max_tokens, error.limit // _MOST_OF_CONTEXT))
                shorter = min(shorter, max(_LEAST_TEXT, error.limit - self.max_tokens - _AROUND_TEXT))
            if shorter < _LEAST_TEXT or shorter == self.text_tokens:
                raise error
            self.text_tokens = shorter


class Prompt(NamedTuple):
    """What every paper's prompt is made of."""

    templates: Templates
    system: str
    glossary: Mapping[str, str]
    sizes: Sizes


class Material:
    """One paper, ready to be summarised."""

    def __init__(self, paper: Paper, read: Paper, text: SourceText, prompt: Prompt, verifier: Verifier | None) -> None:
        """`read` is the paper without what must not reach the prompt."""
        self._paper = paper
        self._read = read
        self._source = text
        self._prompt = prompt
        self._tokens = prompt.sizes.text_tokens
        self.text = excerpt(read, text, self._tokens)
        """What quotes are taken from."""
        self.mark = hashlib.sha256(self.text.encode()).hexdigest()[:12]
        """Around the paper's text; no paper can know it, and so none can close it."""
        self._given = prepare(f"{self.text}\narXiv:{paper.id}")
        self.hearing = Hearing(verifier, self._given, paper)
        self.found: Evidence = {}
        """The evidence that digest found itself."""

    @property
    def title(self) -> str:
        """As a repair names the paper."""
        return self._read.title

    def opening(self, error: TooLongError | None = None) -> list[Message]:
        """The first messages; shorter ones after an error. Raises the error where they cannot be."""
        if error is not None:
            self._prompt.sizes.shorten(error)
        tokens = self._prompt.sizes.text_tokens
        shown = self.text if tokens == self._tokens else excerpt(self._read, self._source, tokens)
        ask = self._prompt.templates.render(
            "ask.md.j2", paper=self._paper, text=shown, kind=self._source.kind, mark=self.mark
        )
        return [{"role": "system", "content": self._prompt.system}, {"role": "user", "content": ask}]

    def judge(self, answers: Answers) -> tuple[Fault, ...]:
        """What the rules hold against the answers."""
        texts, evidence = _texts(answers), _evidence(answers)
        return find_faults(texts, evidence, self._given, glossary=self._prompt.glossary)

    def quoted(self, answers: Answers) -> Answers:
        """The answers with their quotes as the paper has them, each once."""
        return {
            field: answer._replace(evidence=tuple(dict.fromkeys(own_words(q, self._given) for q in answer.evidence)))
            for field, answer in answers.items()
        }

    def complete(self, answers: Answers) -> Answers:
        """The answers with the sentences that their quotes lack, which digest finds in the text itself."""
        lacking = complete_evidence(_texts(answers), _evidence(answers), self._given)
        for field, quotes in lacking.items():
            self.found[field] = (*self.found.get(field, ()), *quotes)
            answers = answers | {field: answers[field]._replace(evidence=(*answers[field].evidence, *quotes))}
        return answers


def _texts(answers: Answers) -> dict[FieldName, str]:
    return {field: answers[field].text for field in FIELDS if field in answers}


def _evidence(answers: Answers) -> dict[FieldName, tuple[str, ...]]:
    return {field: answers[field].evidence for field in FIELDS if field in answers}
