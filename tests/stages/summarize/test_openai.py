"""A model as the summarizer: ask, judge, give the faults back, bounded."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bench.services import Services, faults, serve

from digest.clients.chat import Chat, TooLongError
from digest.clients.http import HttpClient
from digest.core.config import SummarizerConfig
from digest.core.paper import Paper, Section, SourceText
from digest.core.record import Entry
from digest.core.summary import FIELDS, FieldName
from digest.stages.summarize.budget import Account, Budget
from digest.stages.summarize.material import Sizes
from digest.stages.summarize.openai import OpenAI
from digest.store.cache import Cache
from digest.store.templates import Templates
from settings import fitted, looked_up

QUOTE = "The study asks how sparse routing changes the quality of a captioning system."
PAPER = Paper(id="2512.03405", title="Sparse Routing", abstract=QUOTE, metadata="arxiv")
TEXT = SourceText(
    kind="html", sections=(Section(heading="Method", text="The procedure applies routing first."),), notes=("a note",)
)
GOOD: Mapping[FieldName, str] = {
    "goal": "희소 경로 선택이 자막 품질에 미치는 영향을 밝히는 것을 목표로 한다.",
    "motivation": "기존 체계는 중요하지 않은 입력에 자원을 낭비하는 문제가 있다.",
    "contribution": "첫 층 앞에서 경로를 고르는 절차를 새로 제시하였다.",
    "method": "입력의 핵심 요인을 먼저 가려낸 뒤 나머지 층은 그대로 둔다.",
    "results": "평가 결과 제안된 절차가 비교 대상보다 안정적인 성능을 보였다.",
    "limitations": "다른 영역으로의 일반화는 추가 검증이 필요하다.",
    "conclusion": "제안된 접근법이 실제 활용에 적합한 선택지임을 확인하였다.",
}

Reply = str | Mapping[str, Any]
Script = Callable[[Sequence[str], int], Reply]
"""(fields asked for, which ask from 1) -> content or choice."""


def written(texts: Mapping[FieldName, str], fields: Sequence[str] = FIELDS) -> str:
    values = {field: {"text": texts[field], "evidence": [QUOTE]} for field in texts if field in fields}
    return json.dumps(values, ensure_ascii=False)


def worse(**texts: str) -> str:
    return written({field: texts.get(field, text) for field, text in GOOD.items()})


def asked(body: Any) -> list[str]:
    return list(body["response_format"]["json_schema"]["schema"]["properties"])


class Bench:
    """A summarizer, its model, and what was asked."""

    def __init__(self, services: Services, folder: Path) -> None:
        self._services = services
        self._folder = folder

    def run(
        self, *replies: Reply | Script, before: Entry | None = None, key: str | None = "sk-sample", **config: Any
    ) -> Entry:
        """The entry that comes of these answers in turn, the last one for ever."""

        def script(_: str, body: Any, nth: int) -> Reply:
            reply = replies[min(len(self.asks), len(replies)) - 1]
            return reply(asked(body), nth) if callable(reply) else reply

        if replies:
            self._services.answer(script)
        self._services.clear()
        settings = fitted(SummarizerConfig, {"base_url": self._services.model_base_url, "model": "sample", **config})
        with HttpClient() as http:
            summarizer = OpenAI(
                Chat(http, settings, key),
                settings,
                templates=Templates(self._folder / "templates"),
                cache=Cache(self._folder / "cache"),
                account=Account(Budget(settings.budget_usd), looked_up(settings.prices)),
                now=datetime(2025, 12, 5, tzinfo=UTC),
                give_up_after=99,
                verifier=None,
            )
            return summarizer.summarize(PAPER, TEXT, before)

    @property
    def asks(self) -> list[Any]:
        """The bodies of the requests to the model since the last run began."""
        return [request.json() for request in self._services.requests if request.service == "model"]

    def fail(self, fault: faults.Fault, times: int | None = None) -> None:
        self._services.fail("model", fault, times=times)

    def recover(self) -> None:
        self._services.recover()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with serve() as services:
        yield Bench(services, tmp_path)


def attempts(entry: Entry) -> int:
    assert entry.provenance is not None
    return entry.provenance.attempts


def names(entry: Entry) -> list[str]:
    return [fault.name for fault in entry.faults]


def test_a_good_answer(bench: Bench) -> None:
    entry = bench.run(written(GOOD), prices={"input": 1, "output": 2})
    assert (entry.status, entry.faults) == ("final", ())
    assert entry.summary is not None
    assert {field: entry.summary.text(field) for field in FIELDS} == GOOD
    assert entry.evidence == dict.fromkeys(FIELDS, (QUOTE,))
    made_by = entry.provenance
    assert made_by is not None
    assert (made_by.summarizer, made_by.model, made_by.text, made_by.attempts, made_by.notes) == (
        "openai",
        "sample",
        "html",
        1,
        ("a note",),
    )
    assert made_by.prompt is not None
    assert made_by.prompt.startswith("sha256:")
    assert made_by.tokens.input > 0
    assert made_by.cost_usd == pytest.approx((made_by.tokens.input + 2 * made_by.tokens.output) / 1e6)
    (body,) = bench.asks
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert QUOTE in body["messages"][1]["content"]


def test_without_prices_the_cost_is_unknown(bench: Bench) -> None:
    entry = bench.run(written(GOOD))
    assert entry.provenance is not None
    assert entry.provenance.cost_usd is None


def test_repair_asks_the_faulty_fields_alone_and_says_why(bench: Bench) -> None:
    bad = worse(goal="우리는 이를 목표로 합니다.", results="정확도가 97.3%에 도달하였다.")
    entry = bench.run(bad, lambda fields, _: written(GOOD, fields))
    assert (entry.status, attempts(entry)) == ("final", 2)
    first, second = bench.asks
    assert asked(first) == list(FIELDS)
    assert asked(second) == ["goal", "results"]
    assert [message["role"] for message in second["messages"]] == ["system", "user", "assistant", "user"]
    assert second["messages"][2]["content"] == bad
    assert "97.3" in second["messages"][3]["content"]
    assert entry.summary is not None
    assert {field: entry.summary.text(field) for field in FIELDS} == GOOD


UNREADABLE: dict[str, tuple[Reply, bool]] = {
    "prose": ("The paper is about routing.", True),
    "broken JSON": (written(GOOD)[:-9], True),
    "none of the fields": ('{"a": 1}', True),
    "empty": ("", False),
    "a refusal": ({"message": {"content": None, "refusal": "I cannot."}}, False),
    "filtered": ({"message": {"content": ""}, "finish_reason": "content_filter"}, False),
    "no choices": ({"id": "x", "choices": []}, False),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_answer_that_cannot_be_read_is_asked_again(bench: Bench, name: str) -> None:
    reply, told = UNREADABLE[name]
    entry = bench.run(reply, written(GOOD))
    assert (entry.status, attempts(entry), entry.faults) == ("final", 2, ())
    messages = bench.asks[1]["messages"]
    assert [message["role"] for message in messages] == ["system", "user"] + ["assistant", "user"] * told
    assert not told or "answer with the JSON object alone" in messages[3]["content"]


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_model_that_never_answers_gives_a_failed_entry(bench: Bench, name: str) -> None:
    entry = bench.run(UNREADABLE[name][0], attempts=2)
    assert (entry.status, entry.summary, attempts(entry), names(entry)) == ("failed", None, 2, ["answer"])
    assert len(bench.asks) == 2


def test_a_model_that_is_always_wrong_gives_a_draft(bench: Bench) -> None:
    entry = bench.run(worse(results="정확도가 97.3%에 도달하였다."))
    assert (entry.status, attempts(entry), names(entry)) == ("draft", 3, ["number"])
    assert [asked(body) for body in bench.asks] == [list(FIELDS), ["results"], ["results"]]


def test_tolerated_faults_are_noted_and_hold_nothing_back(bench: Bench) -> None:
    entry = bench.run(worse(results="정확도가 97.3%에 도달하였다."), tolerate=["number"])
    assert (entry.status, attempts(entry), names(entry)) == ("final", 1, ["number"])


def test_the_best_of_each_field_is_kept(bench: Bench) -> None:
    first = worse(goal="우리는 이를 목표로 합니다.", results="정확도가 97.3%에 도달하였다.")
    second = written({"goal": GOOD["goal"], "results": "우리는 97.3%와 12.5%에 도달했습니다."})
    entry = bench.run(first, second, "nothing")
    assert entry.summary is not None
    assert entry.summary.goal == GOOD["goal"]
    assert entry.summary.results == "정확도가 97.3%에 도달하였다."
    assert (entry.status, sorted(names(entry))) == ("draft", ["answer", "number"])


def test_a_field_that_is_missing_is_asked_for(bench: Bench) -> None:
    entry = bench.run(
        written({f: t for f, t in GOOD.items() if f != "method"}), lambda fields, _: written(GOOD, fields)
    )
    assert entry.status == "final"
    assert asked(bench.asks[1]) == ["method"]


def test_a_summary_that_is_too_long_is_asked_for_as_a_whole_and_the_shorter_one_taken(bench: Bench) -> None:
    long = worse(method=" ".join(["입력의 핵심 요인을 먼저 가려낸 뒤 나머지 층은 그대로 두고" * 15 + " 끝낸다."] * 3))
    entry = bench.run(long, written(GOOD))
    assert asked(bench.asks[1]) == list(FIELDS)
    assert (entry.status, attempts(entry), names(entry)) == ("final", 2, [])


def test_an_answer_that_was_cut_off_is_asked_for_again_with_more_room(bench: Bench) -> None:
    cut = {"message": {"content": written(GOOD)[:40]}, "finish_reason": "length"}
    entry = bench.run(cut, cut, written(GOOD))
    assert (entry.status, attempts(entry), entry.faults) == ("final", 3, ())
    assert [body.get("max_completion_tokens") for body in bench.asks] == [8000, 16_000, 32_000]
    assert bench.asks[0]["messages"] == bench.asks[2]["messages"]
    entry = bench.run(cut, before=entry.replace(status="draft"))
    assert (entry.status, names(entry)) == ("failed", ["answer"])
    assert "cut off" in entry.faults[0].message


DOWN = {
    "down": (faults.reply(503), "HTTP 503"),
    "a wrong key": (
        faults.reply(401, body='{"error": {"message": "Incorrect API key"}}'),
        "HTTP 401 Unauthorized: Incorrect API key",
    ),
    "a used up quota": (
        faults.reply(429, body='{"error": {"code": "insufficient_quota", "message": "no money"}}'),
        "no money",
    ),
}


@pytest.mark.parametrize("name", DOWN)
def test_a_server_that_cannot_be_asked_fails_the_paper(bench: Bench, name: str) -> None:
    fault, words = DOWN[name]
    bench.fail(fault)
    entry = bench.run(written(GOOD))
    assert (entry.status, attempts(entry), names(entry)) == ("failed", 0, ["model"])
    assert words in entry.faults[0].message


def test_a_server_that_fails_half_way_leaves_a_draft(bench: Bench) -> None:
    def answer(_: Sequence[str], nth: int) -> Reply:
        bench.fail(faults.reply(503))
        return worse(results="정확도가 97.3%에 도달하였다.")

    entry = bench.run(answer)
    assert (entry.status, attempts(entry), names(entry)) == ("draft", 1, ["number", "model"])


def test_a_killed_runs_answers_come_from_the_cache(bench: Bench) -> None:
    bad = worse(results="정확도가 97.3%에 도달하였다.")
    first = bench.run(bad, lambda fields, _: written(GOOD, fields))
    assert len(bench.asks) == 2
    assert bench.run("never asked") == first
    assert bench.asks == []


def test_a_run_killed_after_its_first_answer_asks_only_the_rest(bench: Bench) -> None:
    bad = worse(results="정확도가 97.3%에 도달하였다.")
    bench.run(bad, attempts=1)
    entry = bench.run(lambda fields, _: written(GOOD, fields))
    assert (entry.status, attempts(entry)) == ("final", 2)
    assert [asked(body) for body in bench.asks] == [["results"]]


def test_a_drafts_next_run_asks_anew(bench: Bench) -> None:
    draft = bench.run(worse(results="정확도가 97.3%에 도달하였다."))
    entry = bench.run(written(GOOD), before=draft)
    assert (entry.status, attempts(entry), len(bench.asks)) == ("final", 1, 1)


def test_what_could_not_be_read_is_not_kept(bench: Bench) -> None:
    bench.run("prose", attempts=1)
    assert bench.run(written(GOOD)).status == "final"
    assert len(bench.asks) == 1


def test_a_cache_with_another_shape_of_answer_is_asked_again(bench: Bench, tmp_path: Path) -> None:
    bench.run(written(GOOD))
    (path,) = (path for path in (tmp_path / "cache").rglob("*.json") if b"choices" in path.read_bytes())
    path.write_text("[1]")
    assert bench.run(written(GOOD)).status == "final"
    assert len(bench.asks) == 1


PRICES = {"input": 1.0, "output": 1.0}


def test_the_budget_stops_before_it_is_exceeded(bench: Bench) -> None:
    bad = worse(results="정확도가 97.3%에 도달하였다.")
    free = bench.run(bad, prices=PRICES)
    assert free.provenance is not None
    assert free.provenance.cost_usd is not None
    for limit in (0.0, 0.004, 0.006, 0.008, 0.02):
        entry = bench.run(bad, before=free, prices=PRICES, budget_usd=limit)
        assert entry.provenance is not None
        assert entry.provenance.cost_usd is not None
        assert entry.provenance.cost_usd <= limit
        assert len(bench.asks) == attempts(entry) <= 3
        free = free.replace(provenance=free.provenance.replace(attempts=attempts(free) + 1))
    assert attempts(entry) == 3
    entry = bench.run(bad, before=entry, prices=PRICES, budget_usd=0)
    assert (entry.status, names(entry), bench.asks) == ("failed", ["budget"], [])


def test_half_a_surrogate_pair_hurts_nobody(bench: Bench) -> None:
    odd = worse(results="정확도가 97.3%에 도달하였다.") + "\ud800"
    choice = {"message": {"content": odd, "tool_calls": "\udfff"}}
    bench.fail(faults.reply(200, body=json.dumps({"choices": [choice]})), times=1)
    entry = bench.run(lambda fields, _: written(GOOD, fields))
    assert (entry.status, attempts(entry), len(bench.asks)) == ("final", 2, 2)
    assert bench.run("never asked") == entry


def test_the_glossary_reaches_the_model(bench: Bench) -> None:
    bench.run(written(GOOD), glossary={"sparse routing": "희소 경로 선택"})
    assert "sparse routing: 희소 경로 선택" in bench.asks[0]["messages"][0]["content"]


def test_the_papers_text_is_bounded(bench: Bench) -> None:
    bench.run(written(GOOD), input_tokens=500)
    assert QUOTE in bench.asks[0]["messages"][1]["content"]


def test_papers_that_are_refused_together_shorten_their_text_once() -> None:
    sizes = Sizes(SummarizerConfig())
    unnamed, named = (
        TooLongError("model", "HTTP 400", status=400, body=said)
        for said in ("prompt is too long", "maximum context length is 4096 tokens")
    )
    for _ in range(6):
        sizes.shorten(unnamed, 16_000)
    assert sizes.text_tokens == 8000
    for _ in range(6):
        sizes.shorten(named, 8000)
    assert sizes.text_tokens == 500
    with pytest.raises(TooLongError):
        sizes.shorten(named, 500)
