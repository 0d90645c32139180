"""The prompts: what the model is shown keeps to the rules that it is told."""

import re
from pathlib import Path

from digest.core.judge.faults import find_faults
from digest.core.judge.given import prepare
from digest.core.prompt.answer import MEANINGS, read_answer
from digest.core.prompt.excerpt import count_tokens
from digest.core.summary import FIELDS
from digest.store.templates import Templates

_KEPT_FROM = 1024
"""Tokens of a common beginning from which on providers keep it and charge less."""


def system_prompt(tmp_path: Path) -> str:
    return Templates(tmp_path).render("system.md.j2", meanings=MEANINGS, glossary={})


def test_the_example_is_a_good_answer(tmp_path: Path) -> None:
    shown = re.compile(r"text given is\n\n(.+)\n\na good answer is\n\n(\{.+?\}\})\n\n", re.DOTALL)
    found = shown.search(system_prompt(tmp_path))
    assert found
    answer = read_answer([found[2]], FIELDS).fields
    texts = {field: answer[field].text for field in FIELDS}
    evidence = {field: answer[field].evidence for field in FIELDS}
    assert find_faults(texts, evidence, prepare(found[1]), glossary={}) == ()


def test_what_all_prompts_begin_with_is_long_enough_to_be_kept_by_providers(tmp_path: Path) -> None:
    assert count_tokens(system_prompt(tmp_path)) > 1.1 * _KEPT_FROM
