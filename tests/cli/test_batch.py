"""`digest batch`: days through a batch engine and through files come to what `digest build` makes of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench.services import Services, make_papers, serve

from blog import Blog

DAYS = ("2025-12-01", "2025-12-02", "2025-12-03")
SPAN = ("--from", DAYS[0], "--to", DAYS[-1])
PRICES = {"input": 0.2, "output": 1.2}


def lists(each: int = 4) -> dict[str, list[str]]:
    """Papers of their own for each day; the last day lists one of the first day's again."""
    ids = [paper.id for paper in make_papers(3 * each)]
    days = {day: ids[n * each : (n + 1) * each] for n, day in enumerate(DAYS)}
    days[DAYS[-1]].append(ids[0])
    return days


@pytest.fixture
def three_days() -> Iterator[Services]:
    """Three days of four papers, of which every third wants a repair."""
    with serve(make_papers(12), lists()) as services:
        services.answer(_with_repairs)
        yield services


def _with_repairs(paper: str, body: Any, nth: int) -> str | None:
    """A first answer with a field in bad style, for every third paper."""
    is_first = body["response_format"]["json_schema"]["name"] == "summary" and len(body["messages"]) == 2
    if not is_first or not paper or int(paper[-2:]) % 3:
        return None
    bad = {"text": "좋은 방법입니다!", "evidence": []}
    names = ("goal", "motivation", "contribution", "method", "results", "limitations", "conclusion")
    return json.dumps(dict.fromkeys(names, bad), ensure_ascii=False)


def days_of(blog: Blog) -> dict[str, Any]:
    """The records and posts as they are read, less what differs from one way to another: times and costs."""
    found: dict[str, Any] = {}
    for path in sorted(blog.folder.glob("data/*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        for entry in record["entries"]:
            entry["provenance"].pop("at")
            entry["provenance"].pop("cost_usd")
            entry["provenance"].get("verifier", {}).pop("cost_usd", None)
        found[path.name] = {**record, "listing": record["listing"]["state"]}
    return found | {path.name: path.read_text(encoding="utf-8") for path in sorted(blog.folder.glob("posts/*.md"))}


def built(services: Services, folder: Path, blog: Blog) -> dict[str, Any]:
    """What `digest build` makes of the days, in a blog of its own."""
    folder.mkdir()
    other = Blog(folder, blog._capsys)
    other.configure(services)
    assert other.digest("build", *SPAN).code == 0
    return days_of(other)


def answers_to(services: Services, lines: Path) -> Path:
    """What `vllm run-batch -i LINES -o ANSWERS` writes, which asks the model line by line."""
    written = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    results = [result for line in written for result in services.engine._results(line)]
    path = lines.with_name(f"answers-to-{lines.name}")
    path.write_text("".join(f"{json.dumps(result, ensure_ascii=False)}\n" for result in results), encoding="utf-8")
    return path


def test_three_days_by_engine(blog: Blog, three_days: Services, tmp_path_factory: pytest.TempPathFactory) -> None:
    expected = built(three_days, tmp_path_factory.mktemp("built") / "blog", blog)
    blog.configure(three_days, summarizer={"prices": PRICES})
    ran = blog.digest("batch", "submit", *SPAN)
    assert ran.code == 0, ran.err
    print(ran.err, ran.out)
    assert not days_of(blog)
    for _ in range(4):
        ran = blog.digest("batch", "collect")
        print(ran.code, ran.err, ran.out)
    assert days_of(blog) == expected
    assert set(three_days.engine.asked.values()) == {1}


def test_three_days_by_file(blog: Blog, three_days: Services, tmp_path_factory: pytest.TempPathFactory) -> None:
    expected = built(three_days, tmp_path_factory.mktemp("built") / "blog", blog)
    blog.configure(three_days)
    ran = blog.digest("batch", "submit", *SPAN, "--to-file", "lines.jsonl")
    assert (ran.code, ran.out.split()) == (0, ["lines.jsonl"]), ran.err
    lines = blog.folder / "lines.jsonl"
    for number in range(4):
        ran = blog.digest(
            "batch", "collect", "--from-file", str(answers_to(three_days, lines)), "--to-file", f"next-{number}.jsonl"
        )
        print(ran.code, ran.err, ran.out)
        lines = blog.folder / f"next-{number}.jsonl"
        if not lines.exists():
            break
    assert days_of(blog) == expected
