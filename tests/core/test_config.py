"""What the configuration accepts."""

from datetime import date, timedelta
from typing import Any

import pytest

from digest.core.config import Config, Prices, SummarizerConfig, VerifierConfig
from digest.core.validation import fit
from settings import fitted

TWO_SOURCES: list[dict[str, Any]] = [
    {"kind": "arxiv", "categories": ["cs.CV", "hep-th", "q-bio.NC"]},
    {"kind": "list", "file": "a"},
]

ACCEPTED: list[dict[str, Any]] = [
    {},
    {"blog": {"time": "23:59:59 -0330", "timezone": "UTC", "title": "{date:%d %B %Y}: {{papers}}", "tags": []}},
    {"paths": {"filename": "{date:%Y/%m}/{date}-papers.md"}},
    {"paths": {"filename": "{date:%Y%j}.md"}},
    {"sources": TWO_SOURCES},
    {"select": {"limit": 1, "include": ["(?i)video|image", r"\bLLMs?\b"], "skip_seen": "false"}},
    {"summarizer": {"budget_usd": 0, "prices": {"input": 0, "output": "1.60"}}},
    {
        "summarizer": {
            "base_url": "http://localhost:11434/v1/",
            "temperature": 0,
            "seed": -1,
            "glossary": {"agent": "에이전트"},
        }
    },
    {"arxiv": {"interval": 0, "full_text": []}},
    {"publish": {"message": "posts {dates} {{}}"}},
]


@pytest.mark.parametrize("values", ACCEPTED)
def test_accepted(values: dict[str, Any]) -> None:
    assert not fit(Config, values).misfits


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"blogs": {}}, "blogs unknown key"),
    ({"blog": {"titel": "x"}}, "blog.titel unknown key"),
    ({"blog": {"timezone": "Asia/Soul"}}, "IANA"),
    ({"blog": {"timezone": "Asia"}}, "IANA"),
    ({"blog": {"timezone": "../../etc/passwd"}}, "IANA"),
    ({"blog": {"timezone": ""}}, "IANA"),
    ({"blog": {"time": "24:00:00"}}, "HH:MM:SS"),
    ({"blog": {"time": "8:15"}}, "HH:MM:SS"),
    ({"blog": {"time": "08:15:00+0900"}}, "HH:MM:SS"),
    ({"blog": {"time": 36900}}, "not a text"),
    ({"blog": {"title": "{day}"}}, "{date}"),
    ({"blog": {"title": "{date[0]}"}}, "{date}"),
    ({"blog": {"title": "{date.nothing}"}}, "{date}"),
    ({"blog": {"title": "{0}"}}, "{date}"),
    ({"blog": {"title": "{date"}}, "{date}"),
    ({"blog": {"tags": "papers"}}, "not a list; it is 'papers'"),
    ({"paths": {"filename": "papers.md"}}, "several days"),
    ({"paths": {"filename": "{date:%Y-%m}.md"}}, "several days"),
    ({"paths": {"filename": "{date:%m-%d}.md"}}, "several days"),
    ({"paths": {"filename": "{date.year}{date.month}{date.day}.md"}}, "several days"),
    ({"paths": {"filename": "/tmp/{date}.md"}}, "leaves the posts folder"),
    ({"paths": {"filename": "../{date}.md"}}, "leaves the posts folder"),
    ({"sources": []}, "write [{kind: huggingface}]"),
    ({"paths": {"data": "a\0"}}, "control character"),
    ({"publish": {"branch": "\ud800"}}, "control character"),
    ({"sources": [{"kind": "rss"}]}, "sources.0.kind must be one of huggingface, arxiv, list; it is 'rss'"),
    ({"sources": [{"url": "https://huggingface.co"}]}, "sources.0.kind must be one of huggingface, arxiv, list"),
    ({"sources": [{"kind": "arxiv", "categories": []}]}, "names no category"),
    ({"sources": [{"kind": "arxiv", "categories": ["cs.CV OR all:x"]}]}, "is not a category"),
    ({"sources": [{"kind": "huggingface", "url": "huggingface.co"}]}, "http://"),
    ({"select": {"limit": 0}}, "must be at least 1"),
    ({"select": {"limit": "many"}}, "not a whole number; it is 'many'"),
    ({"select": {"exclude": ["fine", "("]}}, "regular expression"),
    ({"select": {"include": ["*a"]}}, "regular expression"),
    ({"arxiv": {"interval": -1}}, "must be 0 to 600"),
    ({"arxiv": {"interval": "nan"}}, "not a finite number; it is 'nan'"),
    ({"arxiv": {"full_text": ["docx"]}}, "must be one of html, pdf; it is 'docx'"),
    ({"arxiv": {"api_url": "ftp://arxiv.org"}}, "http://"),
    ({"arxiv": {"site_url": "https://"}}, "http://"),
    ({"arxiv": {"site_url": "https://arxiv.org?x=1"}}, "http://"),
    ({"summarizer": {"kind": "gpt"}}, "must be one of auto, openai, extractive; it is 'gpt'"),
    ({"summarizer": {"extra": {"messages": []}}}, "messages is digest's own"),
    ({"summarizer": {"extra": {"Authorization": "x"}}}, "may hold a secret"),
    ({"summarizer": {"timeout": 0}}, "write seconds"),
    ({"summarizer": {"max_tokens": 10}}, "must be at least 500"),
    ({"verifier": {"kind": "yes"}}, "must be one of model, off; it is 'yes'"),
    ({"nightly": {"give_up_after": 0}}, "must be at least 1"),
    ({"summarizer": {"budget_usd": "inf", "prices": {"input": 1, "output": 1}}}, "not a finite number; it is 'inf'"),
    ({"summarizer": {"prices": {"input": 1}}}, "prices.output field required"),
    ({"summarizer": {"attempts": 0}}, "must be 1 to 20"),
    ({"summarizer": {"concurrency": 1000}}, "must be 1 to 256"),
    ({"summarizer": {"budget_usd": "-1"}}, "must be at least 0; it is '-1'"),
    ({"summarizer": {"temperature": "warm"}}, "not a number; it is 'warm'"),
    ({"summarizer": {"seed": ["7"]}}, "not a whole number"),
    ({"summarizer": {"glossary": ["agent"]}}, "not a mapping"),
    ({"summarizer": {"glossary": {"agent": None}}}, "glossary.agent not a text"),
    ({"summarizer": {"temperature": "nan"}}, "not a finite number"),
    ({"summarizer": {"api_key_env": "sk-proj-0123456789abcdef"}}, "OPENAI_API_KEY"),
    ({"nightly": {"min_success": 1.5}}, "must be 0 to 1"),
    ({"nightly": {"catch_up_days": 0}}, "must be 1 to 366"),
    ({"publish": {"message": "{date}"}}, "{dates}"),
    ({"publish": {"push": "perhaps"}}, "neither true nor false; it is 'perhaps'"),
]


@pytest.mark.parametrize(("values", "words"), REFUSED)
def test_refused_with_what_to_do(values: dict[str, Any], words: str) -> None:
    misfit = fit(Config, values).misfits[0]
    assert words in f"{'.'.join(map(str, misfit.place))} {misfit.reason}"


def test_values_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Config().select.limit = 3  # type: ignore[misc]


def test_the_default_filename_gives_each_day_its_own_file() -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(3000)]
    assert len({Config().paths.filename.format(date=day) for day in days}) == len(days)


def test_more_keys_of_a_request_are_what_json_makes_of_their_words() -> None:
    words = {"enable_thinking": "false", "a": {"b": ["null", "0.5", "07", "-1e3"]}, "service_tier": "flex"}
    extra = fitted(SummarizerConfig, {"extra": words}).extra
    assert extra == {"enable_thinking": False, "a": {"b": [None, 0.5, "07", -1000.0]}, "service_tier": "flex"}


def test_the_verifier_is_asked_as_the_summarizer_is_unless_it_says_otherwise() -> None:
    summarizer = SummarizerConfig(model="a", extra={"x": 1}, prices=Prices(input=1, output=2))
    assert VerifierConfig().settings(summarizer) == summarizer
    other = VerifierConfig(model="b", extra={}).settings(summarizer)
    assert (other.model, other.extra, other.prices, other.base_url) == ("b", {}, None, summarizer.base_url)
