"""The bench of meaning: enough cases, the rules alone, and the verifier of a server."""

import re
from pathlib import Path

import pytest
from bench.meaning.__main__ import main
from bench.meaning.cases import honest, wrong
from bench.services import Services


def test_there_are_hundreds_of_errors_and_of_honest_sentences() -> None:
    assert len(list(wrong())) >= 300
    assert len(list(honest())) >= 300


def test_the_rules_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--most", "1"]) == 0
    assert re.search(r"^scope +1 +1 +100\.0$", capsys.readouterr().out, re.MULTILINE)


def test_the_verifier_of_a_server(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGEST_SUMMARIZER__BASE_URL", services.model_base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-sample")
    assert main(["--live", "--most", "1"]) == 0
    told = capsys.readouterr().out
    assert "the verifier: wrong" in told
    assert re.search(r"^\d+ asks, [\d,]+ tokens in, [\d,]+ out, cost .*; 0 unread$", told, re.MULTILINE)
