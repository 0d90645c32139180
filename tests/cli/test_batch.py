"""`digest batch`: days through a batch engine and through files come to what `digest build` makes of them."""

import gzip
import json
import os
import pty
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from bench.services import Services, faults, make_papers, serve
from bench.services.wire import Wire

from blog import NOW, Blog
from digest.sample.server import Reply
from digest.tasks import batch_desk
from processes import start
from repositories import git

DAYS = ("2025-12-01", "2025-12-02", "2025-12-03")
SPAN = ("--from", DAYS[0], "--to", DAYS[-1])
SUBMIT = ("batch", "submit", *SPAN)
KEY = "sk-sample-secret"
PRICES = {"prices": {"input": 0.2, "output": 1.2}}
FIELDS = ("goal", "motivation", "contribution", "method", "results", "limitations", "conclusion")


def lists(each: int = 2) -> dict[str, list[str]]:
    """Papers of their own for each day; the last day lists one of the first day's again."""
    ids = [paper.id for paper in make_papers(3 * each)]
    days = {day: ids[n * each : (n + 1) * each] for n, day in enumerate(DAYS)}
    days[DAYS[-1]].append(ids[0])
    return days


@pytest.fixture
def three_days() -> Iterator[Services]:
    """Three days of two papers, of which every third wants a repair."""
    with serve(make_papers(6), lists()) as services:
        services.answer(bad_at_first)
        yield services


def bad_at_first(paper: str, body: Any, nth: int) -> str | None:
    """A first answer in bad style, for every third paper."""
    if len(body["messages"]) > 2 or body["messages"][-1]["content"].startswith("Hold") or int(paper[-2:] or 1) % 3:
        return None
    return json.dumps(
        {field: {"text": f"{KEY} 좋은 방법입니다!", "evidence": []} for field in FIELDS}, ensure_ascii=False
    )


def days_of(blog: Blog) -> dict[str, Any]:
    """The records and posts as they are read, less what differs from one way to another: times and costs."""
    found: dict[str, Any] = {}
    for path in sorted(blog.folder.glob("data/*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        for entry in record["entries"]:
            del entry["provenance"]["at"], entry["provenance"]["cost_usd"], entry["provenance"]["verifier"]["cost_usd"]
        found[path.name] = {**record, "listing": record["listing"]["state"]}
    return found | {path.name: path.read_text(encoding="utf-8") for path in sorted(blog.folder.glob("posts/*.md"))}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `digest build` makes of the three days."""
    folder = tmp_path_factory.mktemp("built")
    with serve(make_papers(6), lists()) as services, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", KEY)
        services.answer(bad_at_first)
        other = Blog(folder, None)
        other.configure(services)
        assert other.run("build", *SPAN) == 0
    return days_of(other)


def entries_of(blog: Blog) -> list[dict[str, Any]]:
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(blog.folder.glob("data/*.json"))]
    return [entry for record in records for entry in record["entries"]]


def cost_of(blog: Blog) -> float:
    """What the records say that was paid, verdicts included."""
    made = [entry["provenance"] for entry in entries_of(blog)]
    return float(sum(each["cost_usd"] + each["verifier"]["cost_usd"] for each in made))


def batches_of(blog: Blog) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(blog.folder.glob("data/batches/*.json"))]


def text_of(path: Path) -> str:
    """A file as text, also one of the cache that is compressed."""
    data = path.read_bytes()
    return (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode("utf-8", "replace")


def collect_all(blog: Blog, *, most: int = 9) -> list[int]:
    """Collect until nothing is under way; the exit codes."""
    codes = []
    while len(codes) < most and (not codes or codes[-1]):
        codes.append(blog.digest("batch", "collect").code)
    return codes


def answers_to(services: Services, lines: Path) -> Path:
    """What `vllm run-batch -i LINES -o ANSWERS` writes, which asks the model line by line."""
    written = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    results = [result for line in written for result in services.engine.results(line)]
    path = lines.with_name(f"answers-to-{lines.name}")
    path.write_text("".join(f"{json.dumps(result, ensure_ascii=False)}\n" for result in results), encoding="utf-8")
    return path


def test_three_days_by_engine(blog: Blog, three_days: Services, expected: dict[str, Any]) -> None:
    blog.configure(three_days, summarizer=PRICES)
    ran = blog.digest(*SUBMIT)
    assert (ran.code, ran.out.split()) == (0, ["batch-1"]), ran.err
    assert "estimate: 6 papers, 6 requests now" in ran.err
    sent = three_days.count("files")
    again = blog.digest(*SUBMIT)
    assert (again.code, three_days.count("files")) == (0, sent)
    assert "3 days under way already" in again.err
    blog.day = DAYS[0]
    left = blog.build()
    assert (left.code, left.json["state"], three_days.count("model")) == (4, "waiting", 0)
    assert "2 papers under way in a batch" in left.err
    assert left.err.endswith("0.0 s\n")  # neither of a list that is not out, nor of a run that tries again
    status = blog.digest("status", "--json").json
    assert [(each["status"], each["requests"], each["days"]) for each in status["batches"]] == [
        ("validating", 6, list(DAYS))
    ]
    shown = blog.digest("status").out
    assert "validating, 6 requests, 2025-12-01…2025-12-03 (3 days)" in shown
    assert "2025-12-01   ~       ~       ~       -" in shown
    assert blog.digest("check").code == 0
    assert collect_all(blog) == [4, 4, 3, 0] or collect_all(blog) == [0]
    assert days_of(blog) == expected
    assert set(three_days.engine.asked.values()) == {1}
    assert three_days.count("model") == 0
    assert [batch["state"] for batch in batches_of(blog)] == ["done"] * 3
    assert sum(batch["cost_usd"] for batch in batches_of(blog)) == pytest.approx(cost_of(blog))
    assert "The study of" not in json.dumps(batches_of(blog))
    assert not [path for path in blog.folder.rglob("*") if path.is_file() and KEY in text_of(path)]
    assert blog.digest(*SUBMIT).err.endswith("nothing is to be asked\n")


def test_the_lines_to_the_letter(blog: Blog, three_days: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_desk, "MOST_LINES", 4)
    monkeypatch.delenv("OPENAI_API_KEY")
    blog.configure(three_days, summarizer={"kind": "auto"})
    ran = blog.digest(*SUBMIT, "--to-file", "out/lines.jsonl")
    assert (ran.code, ran.out.split()) == (0, ["out/lines.jsonl", "out/lines-2.jsonl"]), ran.err
    files = [(blog.folder / name).read_text(encoding="utf-8").splitlines() for name in ran.out.split()]
    assert [len(lines) for lines in files] == [4, 2]
    lines = [json.loads(line) for lines in files for line in lines]
    assert {tuple(line) for line in lines} == {("custom_id", "method", "url", "body")}
    assert {(line["method"], line["url"]) for line in lines} == {("POST", "/v1/chat/completions")}
    assert len({line["custom_id"] for line in lines}) == 6
    for line in lines:
        paper, round_, hash_ = line["custom_id"].split("-", 2)
        assert (paper in line["body"]["messages"][1]["content"], round_, len(hash_)) == (True, "1", 43)
        assert line["body"]["model"] == "sample"
        assert line["body"]["response_format"]["json_schema"]["name"] == "summary"
        assert "stream" not in line["body"]
    assert not three_days.count("files")


def test_three_days_by_file(blog: Blog, three_days: Services, expected: dict[str, Any]) -> None:
    blog.configure(three_days)
    lines = blog.folder / "lines.jsonl"
    ran = blog.digest(*SUBMIT, "--to-file", str(lines))
    assert (ran.code, ran.out.split()) == (0, [str(lines)]), ran.err
    assert "--from-file" in ran.err
    answers = answers_to(three_days, lines)
    with answers.open("a", encoding="utf-8") as file:
        file.write('\n{"custom_id": "somebody-else", "response": null, "error": null}\nno JSON\n')
    unsent = blog.digest("batch", "collect", "--from-file", str(answers))
    assert unsent.code == 4
    assert "6 answered, 1 unknown, 1 unread" in unsent.err
    assert "6 requests to be asked next" in unsent.err
    lines = blog.folder / "next.jsonl"
    ran = blog.digest("batch", "collect", "--to-file", str(lines))
    for _ in range(4):
        if not ran.code:
            break
        more = ("--to-file", str(lines))
        ran = blog.digest("batch", "collect", "--from-file", str(answers_to(three_days, lines)), *more)
    assert ran.code == 0, ran.err
    assert days_of(blog) == expected
    assert set(three_days.engine.asked.values()) == {1}


def test_files_that_would_be_lost_or_are_not_answers(blog: Blog, three_days: Services) -> None:
    blog.configure(three_days)
    (blog.folder / "notes.jsonl").write_text("precious\n", encoding="utf-8")
    (blog.folder / "posts").mkdir()
    for file, why in (
        ("notes.jsonl", "something other than lines of digest"),
        ("config.yaml/lines.jsonl", "Not a directory"),
        ("posts", "is a directory"),
        ("", "not a regular file"),
    ):
        ran = blog.digest(*SUBMIT, "--to-file", file)
        assert (ran.code, three_days.count("html")) == (2, 0)
        assert why in ran.err
    lines = blog.folder / "lines.jsonl"
    assert blog.digest(*SUBMIT[:-1], DAYS[0], "--to-file", str(lines)).code == 0
    ran = blog.digest(*SUBMIT, "--to-file", str(lines))
    assert (ran.code, len(batches_of(blog))) == (2, 1)
    assert "has lines that were not answered yet" in ran.err
    ran = blog.digest("batch", "collect", "--from-file", str(lines))
    assert (ran.code, batches_of(blog)[0]["state"]) == (4, "under way")
    assert "answers nothing that is under way; name the engine's file of results" in ran.err
    answers = answers_to(three_days, lines)
    ran = blog.digest("batch", "collect", "--from-file", str(answers), "--to-file", str(answers))
    assert (ran.code, answers.read_text(encoding="utf-8").count("choices")) == (2, 2)
    assert not list(blog.folder.rglob(".lines-*"))
    assert blog.digest("batch", "collect", "--to-file", str(lines)).code == 4
    assert lines.read_text(encoding="utf-8").count("custom_id") == 2
    assert "precious" in (blog.folder / "notes.jsonl").read_text(encoding="utf-8")


def test_what_an_engine_does_not_have_any_more(blog: Blog, three_days: Services) -> None:
    """Only after a while it is asked again: the key may be another account's."""
    blog.configure(three_days, summarizer=PRICES)
    assert blog.digest(*SUBMIT).code == 0
    three_days.engine.forget()
    young = blog.digest("batch", "collect")
    assert (young.code, three_days.engine.created) == (4, 1)
    assert "check whether the key is of the account that submitted it" in young.err
    blog.now = NOW + timedelta(days=3)
    old = blog.digest("batch", "collect")
    assert (old.code, three_days.engine.created) == (4, 2)
    assert [batch["cost_usd"] for batch in batches_of(blog)] == [None, None]  # so that a limit counts what is reckoned
    assert "does not have batch batch-1 any more, so that its questions are asked again" in old.err
    three_days.engine.habits.keeps_files = False
    young = blog.digest("batch", "collect")
    assert (young.code, three_days.engine.created) == (4, 2)
    three_days.engine.habits.keeps_files = True
    blog.now = NOW + timedelta(days=6)
    assert collect_all(blog)[-1] == 0
    assert len(days_of(blog)) == 6


def test_an_engine_that_loses_repeats_fails_and_expires(
    blog: Blog, three_days: Services, expected: dict[str, Any]
) -> None:
    blog.configure(three_days)
    habits = three_days.engine.habits
    habits.loses, habits.repeats, habits.fails, habits.expires = 10, 3, 7, True
    assert blog.digest(*SUBMIT).code == 0
    assert collect_all(blog)[-1] == 0
    assert days_of(blog) == expected
    assert set(three_days.engine.asked.values()) == {1}


READING_KILLS = (3, 5)
"""While a submission lists and reads papers."""
SUBMIT_KILLS = (1, 2, 3, 2, 1)
"""Before each of the four files of a batch that is created: its lines, and its notes before and after each request."""


def test_twenty_kills(blog: Blog) -> None:
    """Wherever a command is killed, the next one goes on: nothing is billed twice, and nothing is lost."""
    papers, days = make_papers(4), {day: lists()[day] for day in DAYS[:2]}
    submit, collect = ("batch", "submit", "--from", DAYS[0], "--to", DAYS[1]), ("batch", "collect")
    never = 10_000

    def killed(words: Sequence[str], at: int) -> int:
        with start(words, blog.folder, now=NOW, killed_at=at) as command:
            return command.wait()

    with serve(papers, days) as services:
        services.answer(bad_at_first)
        blog.configure(services, summarizer=PRICES, arxiv={"full_text": []})
        codes = [killed(submit, at) for at in READING_KILLS]
        assert blog.digest(*submit, "--limit-usd", "0.000001").code == 2  # everything is read now
        codes += [killed(submit, at) for at in SUBMIT_KILLS]
        assert codes == [-signal.SIGKILL] * 7
        assert killed(submit, never) == 0
        later = 0  # kills of a command; each third one comes a file later, so that each meets a run
        while len(codes) < 60 and codes[-1]:
            codes.append(killed(collect, 1 + (later + 2) // 3))
            later = later + 1 if codes[-1] == -signal.SIGKILL else 0
    assert (codes.count(-signal.SIGKILL) >= 20, codes[-1]) == (True, 0), codes
    assert services.engine.created == len(batches_of(blog)) == 3
    assert set(services.engine.asked.values()) == {1}
    assert set(Counter(line["custom_id"] for line in services.engine.lines).values()) == {1}
    assert [entry["status"] for entry in entries_of(blog)] == ["final"] * 4
    assert [entry["provenance"]["attempts"] for entry in entries_of(blog)] == [1, 1, 2, 1]


def test_another_machine_goes_on(blog: Blog, three_days: Services, expected: dict[str, Any]) -> None:
    blog.configure(three_days)
    assert blog.digest(*SUBMIT).code == 0
    path = next(blog.folder.glob("data/batches/*.json"))
    kept = path.read_text(encoding="utf-8")
    for broken in (kept[:200], kept.replace("2601.00001-1-", "2601.00001-x-"), f"<<<<<<< HEAD\n{kept}", ""):
        path.write_text(broken, encoding="utf-8")
        ran = blog.digest("batch", "collect")
        assert (ran.code, "not a batch" in ran.err, ran.err.count("\n")) == (2, True, 1)
    path.write_text(kept, encoding="utf-8")
    codes = [4]
    while codes[-1] and len(codes) < 9:
        shutil.rmtree(blog.folder / ".cache")
        codes.append(blog.digest("batch", "collect").code)
    assert codes[-1] == 0
    assert days_of(blog) == expected
    assert set(three_days.engine.asked.values()) == {1}


def test_what_the_limit_and_the_engine_refuse(blog: Blog, three_days: Services) -> None:
    blog.configure(three_days)
    ran = blog.digest(*SUBMIT, "--limit-usd", "1")
    assert (ran.code, three_days.count("html")) == (2, 0)
    assert "no price is known for 'sample'; set summarizer.prices" in ran.err
    blog.configure(three_days, summarizer=PRICES)
    assert blog.digest(*SUBMIT, "--limit-usd", "nan").code == 2
    ran = blog.digest(*SUBMIT, "--limit-usd", "0.001")
    assert (ran.code, three_days.count("files")) == (2, 0)
    assert "nothing was sent; raise the limit or name fewer days" in ran.err
    blog.configure(three_days, summarizer={**PRICES, "budget_usd": 0.001})
    assert blog.digest(*SUBMIT).err.count("summarizer.budget_usd: about 0.01 USD is more than 0.00") == 1
    blog.configure(three_days, summarizer=PRICES)
    three_days.fail("files", faults.reply(404), times=1)
    ran = blog.digest(*SUBMIT)
    assert (ran.code, batches_of(blog)) == (4, [])
    assert "nothing was sent, digest batch submit --to-file writes the lines" in ran.err
    three_days.fail("batches", faults.reset, times=1, match="completion_window")
    ran = blog.digest(*SUBMIT)
    assert (ran.code, three_days.engine.created) == (3, 0)
    assert "the next digest batch collect tries again" in ran.err
    three_days.fail("batches", _created_unheard, match="file-1")
    assert collect_all(blog)[-1] == 0
    assert set(three_days.engine.asked.values()) == {1}
    assert not list(blog.folder.glob(".cache/batches/*"))


def _created_unheard(wire: Wire, answer: Callable[[], Reply]) -> None:
    """The engine makes the batch, and the connection breaks before it can say so."""
    answer()
    wire.reset()


def test_an_engine_without_room_gets_smaller_batches(blog: Blog, three_days: Services) -> None:
    blog.configure(three_days)
    habits = three_days.engine.habits
    assert blog.digest(*SUBMIT).code == 0
    habits.refuses = "Enqueued token limit reached"
    ran = blog.digest("batch", "collect")
    assert ran.code == 4
    assert [batch["requests"] for batch in batches_of(blog) if batch["state"] != "taken"] == [3, 3]
    habits.refuses = ""
    assert collect_all(blog)[-1] == 0
    assert set(three_days.engine.asked.values()) == {1}


def test_a_model_without_schemas_is_asked_otherwise(blog: Blog, three_days: Services) -> None:
    """An error of a line teaches what the same server's errors teach at night."""
    blog.configure(three_days)
    three_days.accept_json_schema(False)
    assert blog.digest(*SUBMIT).code == 0
    assert collect_all(blog)[-1] == 0
    assert {line["body"]["response_format"]["type"] for line in three_days.engine.lines[6:]} == {"json_object"}
    assert len(days_of(blog)) == 6


def test_what_changes_between_submitting_and_collecting(blog: Blog, three_days: Services) -> None:
    """An edited prompt makes no answer worthless, another model is not held to have given it, and a limit holds."""
    blog.configure(three_days, summarizer=PRICES)
    assert blog.digest(*SUBMIT, "--limit-usd", "1").code == 0
    blog.configure(three_days, summarizer={**PRICES, "model": "other"})
    ran = blog.digest("batch", "collect")
    assert ran.code == 4
    assert "it asks 'sample' at" in ran.err
    assert "set DIGEST_SUMMARIZER__MODEL=sample" in ran.err
    blog.configure(three_days, summarizer=PRICES)
    template = (Path(__file__).parents[2] / "templates" / "ask.md.j2").read_text(encoding="utf-8")
    (blog.folder / "templates").mkdir()
    (blog.folder / "templates" / "ask.md.j2").write_text(f"{template}\nBe brief.\n", encoding="utf-8")
    assert blog.digest("batch", "collect").code == 4
    assert three_days.engine.worked == 6
    assert [batch["requests"] for batch in batches_of(blog)] == [6, 6]
    path = sorted(blog.folder.glob("data/batches/*.json"), key=lambda each: json.loads(each.read_text())["state"])[0]
    assert '"limit_usd": 1.0' in path.read_text()
    for each in blog.folder.glob("data/batches/*.json"):
        each.write_text(each.read_text().replace('"limit_usd": 1.0', '"limit_usd": 0.0'))
    ran = blog.digest("batch", "collect")
    assert (ran.code, three_days.engine.created) == (3, 2), ran.err
    assert {entry["status"] for entry in entries_of(blog)} == {"final"}
    assert "might exceed --limit-usd of the submission" in ran.err
    assert "summarizer.budget_usd" not in ran.err


def test_a_key_in_results_reaches_no_file(blog: Blog, three_days: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even for the moment in which the results are read, so that a kill leaves none."""
    blog.configure(three_days)
    seen: list[tuple[str, list[Path]]] = []

    def look(cache: Any, result: Any, lines: Any) -> str:
        seen.append((str(result), [each for each in blog.folder.rglob("*") if each.is_file() and KEY in text_of(each)]))
        return keep(cache, result, lines)

    keep = batch_desk.keep_result
    monkeypatch.setattr(batch_desk, "keep_result", look)
    assert blog.digest(*SUBMIT).code == 0
    assert blog.digest("batch", "collect").code == 4
    assert sum("[key]" in said for said, _ in seen) == 2
    assert [files for _, files in seen] == [[]] * 6


def test_another_model_verifies_and_a_paper_is_shown_twice(blog: Blog, three_days: Services) -> None:
    blog.configure(three_days, verifier={"model": "reader"}, select={"skip_seen": False})
    assert blog.digest(*SUBMIT).code == 0
    assert three_days.engine.created == 1
    assert collect_all(blog)[-1] == 0
    assert {(batch["model"], batch["requests"]) for batch in batches_of(blog)} >= {("sample", 2), ("reader", 4)}
    assert {batch["state"] for batch in batches_of(blog)} == {"done"}
    assert [entry["paper"]["id"] for entry in entries_of(blog)].count("2601.00001") == 2
    assert {entry["status"] for entry in entries_of(blog)} == {"final"}
    assert set(three_days.engine.asked.values()) == {1}


def test_the_estimate_is_within_a_tenth(blog: Blog) -> None:
    papers = make_papers(18)
    ids = [paper.id for paper in papers]
    days = dict(zip(DAYS, (ids[:12], ids[12:15], ids[15:]), strict=True))
    with serve(papers, days) as services:
        services.answer(bad_at_first)
        blog.configure(services, summarizer=PRICES)
        blog.day = DAYS[0]
        assert blog.build().code == 0
        paid = cost_of(blog)
        ran = blog.digest(*SUBMIT)
        told = float(ran.err.partition("repairs and verdicts, for ")[2].partition(" USD")[0])
        assert collect_all(blog)[-1] == 0
    assert told == pytest.approx(cost_of(blog) - paid, rel=0.1)


def test_on_a_terminal_it_asks_first(blog: Blog, three_days: Services) -> None:
    blog.configure(three_days, arxiv={"full_text": []})
    master, slave = pty.openpty()
    with start(SUBMIT, blog.folder, now=NOW, streams={0: slave, 2: slave}) as command:
        os.close(slave)
        said = b""
        while b"send it? [y/N]" not in said:
            said += os.read(master, 1000)
        os.write(master, b"n\n")
        assert command.wait() == 4
    os.close(master)
    assert b"estimate: 6 papers" in said
    assert not three_days.count("files")
    assert not batches_of(blog)


def log(blog: Blog) -> list[str]:
    return git(blog.folder, "log", "--format=%s").splitlines()


def test_a_night_collects_and_publishes(site: Blog, three_days: Services) -> None:
    site.configure(three_days, nightly={"catch_up_days": 8})
    assert site.digest(*SUBMIT).code == 0
    published = site.digest("publish")
    assert published.code == 0, published.err
    assert published.out.startswith("data/batches/2025-12-10T033000-")
    assert log(site) == ["chore(batches): note what is under way"]
    codes = [site.digest("nightly").code for _ in range(5)]
    assert codes[-1] == 0
    assert len(list(site.folder.glob("posts/*.md"))) == 3
    assert three_days.count("model") == 0
    assert log(site)[0] == "chore(posts): add daily papers 2025-12-02, 2025-12-03"  # which wanted a repair
    assert "chore(posts): add daily papers 2025-12-01" in log(site)
    assert site.digest("publish", "--dry-run").err.endswith("nothing to publish\n")


def test_years_are_published_month_by_month(site: Blog) -> None:
    days = [NOW.date() - timedelta(days=back) for back in range(33, 0, -1)]
    papers = make_papers(len(days))
    listed = {str(day): [paper.id] for day, paper in zip(days, papers, strict=True)}
    (site.folder / "papers.yaml").write_text(yaml.safe_dump(listed))
    with serve(papers, {}) as services:
        site.configure(services, sources=[{"kind": "list", "file": "papers.yaml"}], summarizer={"kind": "extractive"})
        assert site.digest("build", "--from", str(days[0]), "--to", str(days[-1]), "-q").code in (0, 3)
    assert site.digest("publish").code == 0
    assert log(site) == [
        "chore(posts): add daily papers 2025-12-01…2025-12-09 (9 days)",
        "chore(posts): add daily papers 2025-11-07…2025-11-30 (24 days)",
    ]
    assert all(len(subject) < 72 for subject in log(site))


ONE_DAY = (*SUBMIT[:-1], DAYS[0])


def test_two_machines_that_collect_the_same(
    blog: Blog, three_days: Services, expected: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The later one finds what the other has sent; both write the same days, and say what their answers came to."""
    blog.configure(three_days, summarizer=PRICES)
    assert blog.digest(*SUBMIT).code == 0
    other = Blog(tmp_path_factory.mktemp("other"), blog._capsys)
    shutil.copytree(blog.folder, other.folder, dirs_exist_ok=True)
    other.now = NOW + timedelta(minutes=5)
    said = ""
    for code in (4, 3, 0):
        runs = [each.digest("batch", "collect") for each in (blog, other)]
        assert [ran.code for ran in runs] == [code] * 2
        said += runs[0].err
    assert (days_of(blog), days_of(other)) == (expected, expected)
    assert (set(three_days.engine.asked.values()), three_days.engine.created) == ({1}, 3)
    for day in DAYS:
        blog.day = day
        made = [entry["provenance"] for entry in blog.record["entries"]]
        tokens = " + ".join(str(sum(each["tokens"][what] for each in made)) for what in ("input", "output"))
        assert f"{tokens} tokens, {sum(each['cost_usd'] for each in made):.4f} USD" in said
        assert f"{day}: written" in said


def test_a_batch_that_failed_in_part_is_no_ones_twin(blog: Blog, three_days: Services) -> None:
    """Its questions are asked again by whoever has lost it; what it has answered is asked again with them."""
    blog.configure(three_days, summarizer=PRICES)
    three_days.engine.habits.fails = 2
    assert blog.digest(*ONE_DAY).code == 0
    assert blog.digest("batch", "collect").code == 4
    for path in blog.folder.glob("data/batches/*.json"):
        path.unlink()
    shutil.rmtree(blog.folder / ".cache")
    three_days.engine.habits.fails = 0
    assert (blog.digest(*ONE_DAY).code, three_days.engine.created) == (0, 3)
    assert collect_all(blog)[-1] == 0


UNREAD: dict[str, Callable[[Path], object]] = {
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:300]),
    "a conflict": lambda path: path.write_text(f"<<<<<<< HEAD\n{path.read_text()}"),
    "empty": lambda path: path.write_text(""),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "another batch's": lambda path: path.write_text(path.read_text().replace(path.stem, "2025-12-07T033000-00000000")),
}


def test_a_file_of_batches_that_cannot_be_read(site: Blog) -> None:
    """It is named once, days that may be in it wait, others go on, and it is not published."""
    ids = [paper.id for paper in make_papers(4)]
    with serve(make_papers(4), {DAYS[0]: ids[:2], "2025-12-09": ids[2:]}) as services:
        site.configure(services, summarizer=PRICES, nightly={"catch_up_days": 9})
        site.now = NOW - timedelta(days=2)
        assert site.digest(*ONE_DAY).code == 0
        assert site.digest("publish").code == 0
        path = next(site.folder.glob("data/batches/*.json"))
        kept = path.read_bytes()
        (path.parent / "._finder.json").write_text("of another program")
        site.now = NOW
        for spoil in UNREAD.values():
            spoil(path)
            ran = site.digest("batch", "collect")
            assert (ran.code, ran.err.count("\n"), str(path) in ran.err) == (2, 1, True), ran.err
            if path.is_dir():
                path.rmdir()
            path.write_bytes(kept)
        UNREAD["cut off"](path)
        for command, code in (
            (("status",), 0),
            (("build", "--date", DAYS[0]), 2),
            (ONE_DAY, 2),
            (("nightly", "--dry-run"), 0),
            (("nightly",), 5),
        ):
            ran = site.digest(*command)
            said = [line for line in (ran.out + ran.err).splitlines() if "days up to 2025-12-08 wait" in line]
            assert (ran.code, len(said), str(path) in said[0]) == (code, 1, True), (command, ran)
        assert services.count("files") == services.engine.created == 1
        assert services.engine.worked == 0
    assert any(line[:13] == "fail  batches" and path.name in line for line in site.digest("doctor").out.splitlines())
    assert [each.name for each in site.folder.glob("data/*.json")] == ["2025-12-09.json"]
    assert log(site) == ["chore(posts): add daily papers 2025-12-09", "chore(batches): note what is under way"]
    assert path.name not in git(site.folder, "show", "--format=", "--name-only", "HEAD")


def test_files_that_cannot_be_written_and_those_that_are_left(
    blog: Blog, three_days: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog.configure(three_days, summarizer=PRICES)
    monkeypatch.setattr(batch_desk, "MOST_LINES", 4)
    os.mkfifo(blog.folder / "pipe")
    for file in ("-", "/dev/null", "pipe"):
        ran = blog.digest(*SUBMIT, "--to-file", file)
        assert (ran.code, f"--to-file {file}: " in ran.err, three_days.count("html")) == (2, True, 0)
    assert blog.digest("batch", "collect", "--from-file", "-").code == 2
    (blog.folder / "lines-2.jsonl").write_text("precious\n")
    (blog.folder / "lines-3.jsonl").mkdir()
    before = {each.name for each in blog.folder.glob("*")} | {"data"}
    for stops in (KeyboardInterrupt, OSError(28, "No space left on device")):
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", lambda source, target, stops=stops: _replace(source, target, stops))
            assert blog.digest(*SUBMIT, "--to-file", "lines.jsonl").code in (2, 130)
        assert {each.name for each in blog.folder.glob("*")} <= before
        assert not list(blog.folder.rglob(".lines-*"))
    ran = blog.digest(*SUBMIT, "--to-file", "lines.jsonl")
    assert (ran.code, ran.out.split()) == (0, ["lines.jsonl", "lines-4.jsonl"])


_REPLACE = os.replace


def _replace(source: Any, target: Any, stops: BaseException | type[BaseException]) -> None:
    """The system's, but for files of lines."""
    if Path(target).name.startswith("lines"):
        raise stops
    _REPLACE(source, target)


def test_what_engines_refuse_and_when(blog: Blog, three_days: Services) -> None:
    """At each step: nothing is billed twice, nothing is lost, and the user reads why."""
    blog.configure(three_days, summarizer=PRICES)
    steps = (("files", 'name="purpose"'), ("batches", "completion_window"))
    for service, match in steps:
        for status, code, says in ((401, 4, "check the key"), (404, 4, "--to-file"), (400, 4, "--to-file")):
            three_days.fail(service, faults.reply(status), match=match)
            ran = blog.digest(*ONE_DAY)
            three_days.recover()
            assert (ran.code, says in ran.err, batches_of(blog)) == (code, True, []), ran.err
    three_days.fail("files", faults.reply(429), match='name="purpose"')
    assert blog.digest(*ONE_DAY).code == 3
    three_days.recover()
    three_days.fail("batches", faults.reply(500), match="completion_window")
    assert blog.digest("batch", "collect").code == 4
    three_days.recover()
    assert (blog.digest("batch", "collect").code, three_days.engine.created) == (4, 2)  # one after the other
    for match in ("/v1/batches/", "content"):
        for status in (429, 500, 401, 403, 404):
            three_days.fail("files" if match == "content" else "batches", faults.reply(status), match=match)
            ran = blog.digest("batch", "collect")
            assert (ran.code, three_days.engine.created) == (4, 2), ran.err
            three_days.recover()
    assert blog.digest("batch", "collect").code == 0
    habits, day = three_days.engine.habits, ("batch", "submit", "--from", DAYS[1], "--to", DAYS[1])
    habits.refuses, habits.refuses_for = "Not a model for batches", "model_not_found"
    for again in (False, True):  # before anything is answered, and then a repair
        assert blog.digest(*day).code == 0
        habits.refuses = "" if again else habits.refuses
        first = blog.digest("batch", "collect")
        habits.refuses = "Not a model for batches"
        second = blog.digest("batch", "collect")
        assert (first.code, second.code) == (4, 4 if again else 0)
        assert "failed: model_not_found: Not a model for batches; nothing was sent" in (second if again else first).err
        assert sum(batch["state"] == "under way" for batch in batches_of(blog)) == again
    habits.refuses = ""
    assert collect_all(blog)[-1] == 0
    assert set(three_days.engine.asked.values()) == {1}


def test_days_that_cannot_be_written_yet(blog: Blog, three_days: Services, expected: dict[str, Any]) -> None:
    """A record that is broken keeps its day's answers; a limit of the configuration is named as one."""
    blog.configure(three_days, summarizer={**PRICES, "budget_usd": 0.5})
    broken = blog.folder / "data" / f"{DAYS[1]}.json"
    assert blog.digest(*SUBMIT).code == 0
    assert [(batch["limit"], batch["limit_usd"]) for batch in batches_of(blog)] == [("summarizer.budget_usd", 0.5)]
    broken.write_text("{")
    codes = [blog.digest("batch", "collect").code for _ in range(4)]
    assert (codes, len(list(blog.folder.glob("posts/*")))) == ([2] * 4, 2)
    broken.unlink()
    assert collect_all(blog)[-1] == 0
    assert days_of(blog) == expected
    assert set(three_days.engine.asked.values()) == {1}


def test_a_day_that_is_written_and_noted_in_part(blog: Blog, three_days: Services) -> None:
    """A run is killed while it takes a written day from its batches: the next one goes on where it was."""
    blog.configure(three_days, summarizer=PRICES)
    assert blog.digest(*ONE_DAY).code == 0
    assert blog.digest("batch", "collect").code == 4
    kept = {path: path.read_bytes() for path in blog.folder.glob("data/batches/*.json")}
    assert blog.digest("batch", "collect").code == 0
    for path, data in kept.items():
        if json.loads(data)["state"] == "taken":
            path.write_bytes(data)
    assert "1 day under way" not in (ran := blog.digest("batch", "collect")).err
    assert (ran.code, {batch["state"] for batch in batches_of(blog)}, three_days.engine.created) == (0, {"done"}, 2)
