"""The fault matrix: each service failing in each way, once and always, and what a build must leave behind."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bench.services import faults, make_papers, serve

from blog import Blog

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


class Left(NamedTuple):
    """What must be left: exit code, state, entries by status, kinds of text."""

    code: int
    state: str
    statuses: dict[str, int]
    kinds: frozenset[str] = frozenset()


GOOD = Left(0, "written", {"final": 3}, frozenset({"html"}))
NOTHING = Left(4, "failed", {})


def expected(service: str, kind: str, often: str) -> Left:
    passing = kind in PASSING or (kind == "406" and service in ("arxiv-api", "html", "pdf"))
    if service == "huggingface":
        return GOOD if often == "once" and (passing or kind in JUNK) else NOTHING
    if service == "arxiv-api":
        return GOOD
    if service == "html":
        once = GOOD._replace(kinds=frozenset({"html", "pdf"}))
        return (GOOD if passing else once) if often == "once" else GOOD._replace(kinds=frozenset({"pdf"}))
    if service == "pdf":  # while there is no HTML
        once = GOOD._replace(kinds=frozenset({"pdf", "abstract"}))
        if often == "once":
            return GOOD._replace(kinds=frozenset({"pdf"})) if passing else once
        return GOOD._replace(kinds=frozenset({"abstract"}))
    if often == "once" and (passing or kind in JUNK):
        return GOOD
    if often == "once" and kind in ("406", "403", "404"):  # of one question, since others are answered
        return Left(3, "written", {"final": 2, "failed": 1}, frozenset({"html"}))
    return NOTHING


MATRIX = [
    pytest.param(service, kind, often, id=f"{service}-{kind}-{often}")
    for service, kind, often in product(("huggingface", "arxiv-api", "html", "pdf", "model"), KINDS, ("once", "always"))
]


def test_the_matrix_is_large() -> None:
    assert len(MATRIX) >= 60


@pytest.mark.parametrize(("service", "kind", "often"), MATRIX)
def test_a_fault(blog: Blog, service: str, kind: str, often: str) -> None:
    left = expected(service, kind, often)
    with serve(PAPERS, {blog.day: IDS}) as services:
        blog.configure(services, summarizer={"concurrency": 1})
        if service == "pdf":
            services.fail("html", faults.reply(404))
        services.fail(service, KINDS[kind], times=1 if often == "once" else None)
        ran = blog.build()
        assert (ran.code, ran.json["state"]) == (left.code, left.state), ran.err
        assert "Traceback" not in ran.err
        counts = {status: n for status, n in ran.json["papers"].items() if n and status in ("final", "draft", "failed")}
        written = {"config.yaml", blog.record_path.name, blog.post.name} if left.statuses else {"config.yaml"}
        assert {Path(name).name for name in blog.files()} == written
        assert not list(blog.folder.rglob("*.tmp"))
        if left.statuses:
            assert counts == left.statuses
            assert {entry["provenance"]["text"] for entry in blog.record["entries"]} == left.kinds
        assert ran.json["faults"] or left.code == 0
        services.recover()
        if service == "pdf":
            services.fail("html", faults.reply(404))
        again = blog.build()
    assert again.code == 0, again.err
    assert again.json["papers"]["final"] == 3


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_one_paper_that_fails_always_leaves_the_others(blog: Blog, kind: str) -> None:
    """A failure that one question meets is that paper's own misfortune."""
    with serve(PAPERS, {blog.day: IDS}) as services:
        blog.configure(services, summarizer={"concurrency": 1}, nightly={"min_success": 0})
        services.fail("model", KINDS[kind], match=IDS[2])
        ran = blog.build()
    assert (ran.code, ran.json["papers"]["final"], ran.json["papers"]["failed"]) == (3, 2, 1), ran.err
    post = blog.post.read_text("utf-8")
    assert IDS[2] not in post
    assert blog.entry(IDS[2])["summary"] is None


def test_a_service_that_is_down_ends_the_asking_early(blog: Blog) -> None:
    papers = make_papers(30)
    with serve(papers, {blog.day: [paper.id for paper in papers]}) as services:
        blog.configure(services, summarizer={"concurrency": 2})
        services.fail("model", faults.reply(503))
        ran = blog.build()
    assert ran.code == 4
    assert services.count("model") <= 5 * 4
    assert "model: " in ran.err
    assert "503" in ran.err


def command(blog: Blog) -> list[str]:
    return [sys.executable, "-m", "digest", "build", "--date", blog.day, "--json"]


def test_twelve_kills_and_no_finished_question_twice(blog: Blog) -> None:
    papers = make_papers(8)
    moments = random.Random(12)
    with serve(papers, {blog.day: [p.id for p in papers]}, latency={"model": 0.15, "html": 0.02}) as services:
        blog.configure(services, summarizer={"concurrency": 2}, verifier={"kind": "off"})
        for _ in range(12):
            with subprocess.Popen(
                command(blog), cwd=blog.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            ) as run:
                deadline = time.monotonic() + moments.uniform(0.6, 1.6)
                while run.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.01)
                run.send_signal(signal.SIGKILL)
        done = subprocess.run(command(blog), cwd=blog.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        asked = [
            json.loads(r.body)["messages"][1]["content"] for r in services.requests if r.service == "model" and r.body
        ]
    assert json.loads(done.stdout)["papers"]["final"] == 8
    assert not list((blog.folder / "data").glob("*.tmp"))
    assert not list((blog.folder / "posts").glob("*.tmp"))
    # An ask that a kill broke off may be asked again: two are under way at a time, so at most two a kill.
    assert len(set(asked)) == 8
    assert len(asked) <= 8 + 2 * 12


def test_a_finished_answer_survives_a_kill(blog: Blog) -> None:
    papers = make_papers(3)
    with serve(papers, {blog.day: [p.id for p in papers]}) as services:
        blog.configure(services, summarizer={"prices": {"input": 1.0, "output": 2.0}}, verifier={"kind": "off"})
        services.fail("model", faults.hang, match=papers[2].id)
        run = subprocess.Popen(command(blog), cwd=blog.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: len(kept(blog)) >= 2)
        finally:
            run.kill()
            run.wait()
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
        services.fail("model", faults.hang)
        with subprocess.Popen(command(blog), cwd=blog.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            wait_for(lambda: services.count("model") >= asked)
            start = time.monotonic()
            run.send_signal(signal.SIGTERM)
            _, err = run.communicate(timeout=20)
        assert time.monotonic() - start < 10
        assert services.count("model") == asked
    assert run.returncode == 130
    assert b"Traceback" not in err
    assert b"interrupted" in err
    assert set(blog.files()) == {"config.yaml"}


def test_two_at_once(blog: Blog) -> None:
    papers = make_papers(4)
    with serve(papers, {blog.day: [p.id for p in papers]}, latency={"model": 0.5}) as services:
        blog.configure(services, verifier={"kind": "off"})
        both = [
            subprocess.Popen(command(blog), cwd=blog.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]
        codes = sorted(run.wait(timeout=60) for run in both)
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
