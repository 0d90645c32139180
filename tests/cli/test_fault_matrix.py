"""The fault matrix: each service failing in each way, once and always, and what a build must leave behind."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
from bench.services import faults, make_papers, serve

from blog import Blog, Ran
from digest.sample import SamplePaper
from digest.sample.server import Service
from processes import Command, start

PAPERS = make_papers(3)
IDS = [paper.id for paper in PAPERS]
KINDS = {
    "429": faults.reply(429, headers={"Retry-After": "0"}),
    "406": faults.reply(406),
    "408": faults.reply(408),
    "500": faults.reply(500),
    "503": faults.reply(503, headers={"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}),
    "403": faults.reply(403),
    "404": faults.reply(404),
    "reset": faults.reset,
    "truncated": faults.truncated,
    "garbage": faults.garbage,
    "empty": faults.empty,
    "page": faults.html_page,
    "rate": faults.rate_exceeded,
}
PASSING = {"429", "408", "500", "503", "reset", "truncated"}
JUNK = {"garbage", "empty", "page", "rate"}
"""Answers with status 200 that are none."""


OFTEN = ("once", "always")
REFUSED = {"406", "403", "404"}
"""Those that say something of one question alone, where a model is asked."""
ONE_OF_EACH = {"503", "page", "404"}
"""One that passes, an answer that is none, and a refusal."""


def is_passing(service: str, kind: str) -> bool:
    return kind in PASSING or (kind == "406" and service != "model")


def times(often: str) -> int | None:
    return 1 if often == "once" else None


def leftovers(blog: Blog) -> set[str]:
    """The names of all files but those that every blog has."""
    assert not list(blog.folder.rglob("*.tmp"))
    return {Path(name).name for name in blog.files()} - {"config.yaml"}


@pytest.mark.parametrize("often", OFTEN)
def test_what_is_asked_for_a_day(blog: Blog, often: str) -> None:
    """One day meets a fault of its list, the next of its metadata; a day without lets no service count as down."""
    step = 2 if often == "once" else 3
    papers = make_papers(step * len(KINDS))
    lists = {str(date(2025, 10, 20) + timedelta(n)): [paper.id] for n, paper in enumerate(papers)}
    broken = dict(zip([*lists][::step], KINDS, strict=True))
    bare = dict(zip([*lists][1::step], KINDS, strict=True))
    good = PASSING | JUNK if often == "once" else set()
    lost = {day for day, kind in broken.items() if kind not in good}
    span = ("build", "--from", min(lists), "--to", max(lists), "--json")
    with serve(papers, lists) as services:
        blog.configure(services, arxiv={"full_text": []}, verifier={"kind": "off"})
        for day, kind in broken.items():
            services.fail("huggingface", KINDS[kind], times=times(often), match=day)
        for day, kind in bare.items():
            services.fail("arxiv-api", KINDS[kind], times=times(often), match=lists[day][0])
        ran = blog.digest(*span)
        read = read_metadata(blog, bare)
        alone = {blog.digest("build", "--date", day).code for day in lost if often == "always"}
        services.recover()
        again = blog.digest(*span)
    assert "Traceback" not in ran.err
    told = read_days(ran)
    for day, each in told.items():
        left = ("failed", 0) if day in lost else ("written", 1)
        assert (each["state"], each["papers"]["final"]) == left, broken.get(day) or bare.get(day)
        assert each["faults"] or day not in lost
    assert read == {
        day: "arxiv" if kind in good or (kind == "406" and good) else "listing" for day, kind in bare.items()
    }
    assert (ran.code, alone) == (3, {4} if often == "always" else set()), ran.err
    later = {day: (each["state"], each["papers"]["final"]) for day, each in read_days(again).items()}
    assert later == {day: ("written" if day in lost else "unchanged", 1) for day in lists}
    assert again.code == 0, again.err


def read_metadata(blog: Blog, days: Iterable[str]) -> dict[str, str]:
    """Where each day's paper has its metadata from."""
    records = {day: json.loads((blog.folder / "data" / f"{day}.json").read_text("utf-8")) for day in days}
    return {day: record["entries"][0]["paper"]["metadata"] for day, record in records.items()}


def read_days(ran: Ran) -> dict[str, dict[str, Any]]:
    return {each["date"]: each for each in map(json.loads, ran.out.splitlines())}


def groups(service: str, often: str) -> list[list[str]]:
    """The kinds that a night's papers may meet without that the service counts as down."""
    if often == "once":
        return [list(KINDS)]
    passing = [kind for kind in KINDS if is_passing(service, kind)]
    return [
        [kind for kind in KINDS if kind not in passing],
        *(passing[at : at + 3] for at in range(0, len(passing), 3)),
    ]


TEXTS = [(service, often, kinds) for service in ("html", "pdf") for often in OFTEN for kinds in groups(service, often)]


@pytest.mark.parametrize(("service", "often", "kinds"), TEXTS)
def test_what_is_asked_for_a_paper(blog: Blog, service: Service, often: str, kinds: list[str]) -> None:
    papers = {paper.id: kind for paper, kind in zip(make_papers(len(kinds)), kinds, strict=True)}
    usual, instead = ("html", "pdf") if service == "html" else ("pdf", "abstract")
    with serve(make_papers(len(kinds)), {blog.day: [*papers]}) as services:
        blog.configure(services, summarizer={"kind": "extractive"})
        if service == "pdf":  # which is asked for while there is no HTML
            services.fail("html", faults.reply(404))
        for paper_id, kind in papers.items():
            services.fail(service, KINDS[kind], times=times(often), match=paper_id)
        ran = blog.build()
    assert (ran.code, ran.json["papers"]["draft"]) == (3, len(kinds)), ran.err
    assert "Traceback" not in ran.err
    for paper_id, kind in papers.items():
        is_read = often == "once" and is_passing(service, kind)
        assert blog.entry(paper_id)["provenance"]["text"] == (usual if is_read else instead), kind
    assert leftovers(blog) == {blog.record_path.name, blog.post.name}


def test_a_model_that_fails_each_paper_once(blog: Blog) -> None:
    papers = dict(zip((paper.id for paper in make_papers(len(KINDS))), KINDS, strict=True))
    with serve(make_papers(len(KINDS)), {blog.day: [*papers]}) as services:
        blog.configure(services, summarizer={"concurrency": 1})
        for paper_id, kind in papers.items():
            services.fail("model", KINDS[kind], times=1, match=paper_id)
        ran, first = blog.build(), blog.record
        again = blog.build()
    assert "Traceback" not in ran.err
    left = {papers[entry["paper"]["id"]]: entry["status"] for entry in first["entries"]}
    assert left == {kind: "failed" if kind in REFUSED else "final" for kind in KINDS}
    assert (ran.code, again.code, again.json["papers"]["final"]) == (3, 0, len(KINDS)), again.err


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_that_always_fails(blog: Blog, kind: str) -> None:
    with serve(PAPERS[:2], {blog.day: IDS[:2]}) as services:
        blog.configure(services, summarizer={"concurrency": 1}, verifier={"kind": "off"})
        services.fail("model", KINDS[kind])
        ran = blog.build()
        assert (ran.code, ran.json["state"]) == (4, "failed"), ran.err
        assert ran.json["faults"]
        assert "Traceback" not in ran.err
        assert leftovers(blog) == set()
        services.recover()
        again = blog.build() if kind in ONE_OF_EACH else None
    assert again is None or (again.code, again.json["papers"]["final"]) == (0, 2), again.err


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_one_paper_that_fails_always_leaves_the_others(blog: Blog, kind: str) -> None:
    """A failure that one question meets is that paper's own misfortune."""
    with serve(PAPERS[:2], {blog.day: IDS[:2]}) as services:
        blog.configure(services, summarizer={"concurrency": 1}, verifier={"kind": "off"}, nightly={"min_success": 0})
        services.fail("model", KINDS[kind], match=IDS[1])
        ran = blog.build()
    assert (ran.code, ran.json["papers"]["final"], ran.json["papers"]["failed"]) == (3, 1, 1), ran.err
    post = blog.post.read_text("utf-8")
    assert IDS[1] not in post
    assert blog.entry(IDS[1])["summary"] is None


def test_a_service_that_is_down_ends_the_asking_early(blog: Blog) -> None:
    papers = make_papers(12)
    with serve(papers, {blog.day: [paper.id for paper in papers]}) as services:
        blog.configure(services, summarizer={"concurrency": 2})
        services.fail("model", faults.reply(503))
        ran = blog.build()
    assert ran.code == 4
    assert services.count("model") <= 5 * 4
    assert "model: " in ran.err
    assert "503" in ran.err


def started(blog: Blog, **streams: Any) -> Command:
    """The night, in a process of its own."""
    return start(["build", "--date", blog.day, "--json"], blog.folder, **streams)


def read_before(blog: Blog, papers: Sequence[SamplePaper]) -> None:
    """Have the papers' texts in the cache, so that the night's process starts none that reads pages."""
    assert {blog.digest("text", paper.id).code for paper in papers} == {0}


def test_twelve_kills_and_no_finished_question_twice(blog: Blog) -> None:
    """A run is killed a while after its first request, every third after its start; one paper's answer never comes."""
    papers = make_papers(8)
    chance = random.Random(12)
    with serve(papers, {blog.day: [p.id for p in papers]}, latency={"model": 0.15}) as services:
        unending = {"give_up_after": 99}
        blog.configure(services, summarizer={"concurrency": 2}, verifier={"kind": "off"}, nightly=unending)
        read_before(blog, papers)
        services.fail("model", faults.hang, match=papers[7].id)
        for n in range(12):
            before = len(services.requests)
            with started(blog) as run:
                wait_for(lambda: n % 3 == 0 or len(services.requests) > before)  # noqa: B023
                time.sleep(chance.uniform(0, 0.3))
                run.send(signal.SIGKILL)
                assert run.wait() == -signal.SIGKILL
        services.recover()
        done = blog.build()
        assert done.code == 0, done.err
        requests = [request for request in services.requests if request.service == "model"]
    # A kill between a request's head and its body leaves a request without one.
    whole = [request for request in requests if len(request.body) == int(request.headers["content-length"])]
    asked = [json.loads(request.body)["messages"][1]["content"] for request in whole]
    assert done.json["papers"]["final"] == 8
    assert not list((blog.folder / "data").glob("*.tmp"))
    assert not list((blog.folder / "posts").glob("*.tmp"))
    # An ask that a kill broke off may be asked again: two are under way at a time, so at most two a kill.
    assert len(set(asked)) == 8
    assert len(asked) <= 8 + 2 * 12


def test_a_finished_answer_survives_a_kill(blog: Blog) -> None:
    papers = make_papers(3)
    with serve(papers, {blog.day: [p.id for p in papers]}) as services:
        blog.configure(services, summarizer={"prices": {"input": 1.0, "output": 2.0}}, verifier={"kind": "off"})
        read_before(blog, papers)
        services.fail("model", faults.hang, match=papers[2].id)
        with started(blog) as run:
            wait_for(lambda: len(kept(blog)) >= 2)
            run.send(signal.SIGKILL)
            assert run.wait() == -signal.SIGKILL
        services.recover()
        services.clear()
        ran = blog.build()
        assert ran.code == 0, ran.err
    assert services.count("model") == 1
    assert services.count("arxiv-api") == 0
    # The run tells what it paid itself, each entry what it cost in all.
    first, second, third = (entry["provenance"] for entry in blog.record["entries"])
    assert (ran.json["tokens"], ran.json["cost_usd"]) == (third["tokens"], third["cost_usd"])
    assert min(first["cost_usd"], second["cost_usd"], third["cost_usd"]) > 0


def kept(blog: Blog) -> list[Path]:
    """Answers of the model in the cache."""
    return [path for path in (blog.folder / ".cache").rglob("*.json") if b'"choices"' in path.read_bytes()]


def wait_for(condition: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("summarizer", "asked"),
    [({}, 3), ({"budget_usd": 0.016, "prices": {"input": 1.0, "output": 1.0}}, 1)],
    ids=["all are asked", "all but one wait for the budget"],
)
def test_sigterm_ends_a_run_cleanly(blog: Blog, summarizer: dict[str, Any], asked: int) -> None:
    papers = make_papers(3)
    with serve(papers, {blog.day: [p.id for p in papers]}) as services:
        blog.configure(services, summarizer=summarizer)
        read_before(blog, papers)
        services.fail("model", faults.hang)
        with TemporaryFile("w+") as err, started(blog, streams={2: err.fileno()}) as run:
            wait_for(lambda: services.count("model") >= asked)
            begun = time.monotonic()
            run.send(signal.SIGTERM)
            assert run.wait() == 130
            assert time.monotonic() - begun < 10
            err.seek(0)
            said = err.read()
        assert services.count("model") == asked
    assert "Traceback" not in said
    assert "interrupted" in said
    assert set(blog.files()) == {"config.yaml"}


def test_two_at_once(blog: Blog) -> None:
    papers = make_papers(4)
    with serve(papers, {blog.day: [p.id for p in papers]}, latency={"model": 0.3}) as services:
        blog.configure(services, verifier={"kind": "off"})
        read_before(blog, papers)
        with started(blog) as one, started(blog) as other:
            codes = sorted((one.wait(), other.wait()))
        assert codes in ([0, 6], [0, 0])
        assert services.count("model") == 4


def test_a_broken_cache_entry_is_asked_again(blog: Blog) -> None:
    with serve(PAPERS, {blog.day: IDS}) as services:
        blog.configure(services)
        blog.build("--dry-run")
        broken = kept(blog)[0]
        broken.write_bytes(b'{"choices": [')
        services.clear()
        assert blog.build().code == 0
    assert services.count("model") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="a full disk is made with a small file system, which wants root")
def test_a_full_disk(blog: Blog) -> None:
    folder = blog.folder / "posts"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        (folder / "full").write_bytes(b"x" * 4096)
        with serve(PAPERS, {blog.day: IDS}) as services:
            blog.configure(services)
            ran = blog.build()
            assert ran.code == 2
            assert "No space left" in ran.err
            assert "Traceback" not in ran.err
            assert len(blog.record["entries"]) == 3
            (folder / "full").unlink()
            services.clear()
            assert services.requests == ()
    finally:
        subprocess.run(["umount", str(folder)], check=True)
