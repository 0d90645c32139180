"""What the configuration accepts."""

from datetime import date, timedelta
from typing import Any

import pytest

from digest.core.config import Config
from digest.core.section import fit

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
    ({"blogs": {}}, "blogs"),
    ({"blog": {"titel": "x"}}, "blog.titel"),
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
    ({"blog": {"tags": "papers"}}, "blog.tags"),
    ({"paths": {"filename": "papers.md"}}, "several days"),
    ({"paths": {"filename": "{date:%Y-%m}.md"}}, "several days"),
    ({"paths": {"filename": "{date:%m-%d}.md"}}, "several days"),
    ({"paths": {"filename": "{date.year}{date.month}{date.day}.md"}}, "several days"),
    ({"paths": {"filename": "/tmp/{date}.md"}}, "leaves the posts folder"),
    ({"paths": {"filename": "../{date}.md"}}, "leaves the posts folder"),
    ({"sources": []}, "write [{kind: huggingface}]"),
    ({"paths": {"data": "a\0"}}, "control character"),
    ({"publish": {"branch": "\ud800"}}, "control character"),
    ({"sources": [{"kind": "rss"}]}, "rss"),
    ({"sources": [{"url": "https://huggingface.co"}]}, "kind"),
    ({"sources": [{"kind": "arxiv", "categories": []}]}, "categories"),
    ({"sources": [{"kind": "arxiv", "categories": ["cs.CV OR all:x"]}]}, "categories"),
    ({"sources": [{"kind": "huggingface", "url": "huggingface.co"}]}, "http://"),
    ({"select": {"limit": 0}}, "select.limit"),
    ({"select": {"limit": "many"}}, "select.limit"),
    ({"select": {"exclude": ["fine", "("]}}, "regular expression"),
    ({"select": {"include": ["*a"]}}, "regular expression"),
    ({"arxiv": {"interval": -1}}, "interval"),
    ({"arxiv": {"interval": "nan"}}, "interval"),
    ({"arxiv": {"full_text": ["docx"]}}, "full_text"),
    ({"arxiv": {"api_url": "ftp://arxiv.org"}}, "http://"),
    ({"arxiv": {"site_url": "https://"}}, "http://"),
    ({"arxiv": {"site_url": "https://arxiv.org?x=1"}}, "http://"),
    ({"summarizer": {"kind": "gpt"}}, "kind"),
    ({"summarizer": {"budget_usd": 1}}, "prices"),
    ({"summarizer": {"budget_usd": "inf", "prices": {"input": 1, "output": 1}}}, "budget_usd"),
    ({"summarizer": {"prices": {"input": 1}}}, "prices.output"),
    ({"summarizer": {"attempts": 0}}, "attempts"),
    ({"summarizer": {"concurrency": 1000}}, "concurrency"),
    ({"summarizer": {"temperature": "nan"}}, "temperature"),
    ({"summarizer": {"api_key_env": "sk-proj-0123456789abcdef"}}, "OPENAI_API_KEY"),
    ({"nightly": {"min_success": 1.5}}, "min_success"),
    ({"nightly": {"catch_up_days": 0}}, "catch_up_days"),
    ({"publish": {"message": "{date}"}}, "{dates}"),
    ({"publish": {"push": "perhaps"}}, "publish.push"),
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
