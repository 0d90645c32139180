"""`digest build`, end to end against the sample services."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from bench.services import Services, faults, make_papers, serve

from blog import Blog
from digest.sample import load_papers
from digest.sample.server import json_reply

WIRE = Path(__file__).parents[3] / "shared" / "wire" / "hf"
ROOT = Path(__file__).parents[2]
GOLDEN = ("posts/2025-12-04-daily-papers-20251204.md", "data/2025-12-04.json")
SEED = Path(__file__).parents[3] / "shared" / "seed" / "2025-12-04.md"
PAPERS = make_papers(2)


@contextmanager
def two_papers() -> Iterator[Services]:
    """Services whose day has two papers."""
    with serve(PAPERS, {Blog.day: [paper.id for paper in PAPERS]}) as services:
        yield services


def test_the_sample_day(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    ran = blog.digest("build", "--date", "2025-12-04", "--sample")
    assert ran.code == 0
    assert ran.out == "sample/posts/2025-12-04-daily-papers-20251204.md\n"
    assert "digest preview --sample --date 2025-12-04" in ran.err
    headings = [line for line in blog.sample.post.read_text("utf-8").splitlines() if line.startswith("# ")]
    papers = load_papers()
    assert len(papers) == 8
    assert headings == [f"# {n}. [{p.title}](https://arxiv.org/abs/{p.id})" for n, p in enumerate(papers, start=1)]
    kinds = [entry["provenance"]["text"] for entry in blog.sample.record["entries"]]
    assert sorted(set(kinds)) == ["abstract", "html", "pdf"]
    assert {entry["status"] for entry in blog.sample.record["entries"]} == {"final"}
    assert blog.sample.record["sample"] is True
    assert {path.name for path in blog.folder.iterdir()} == {"sample"}
    values = blog.build("--sample").json
    assert (values["post"], values["record"]) == ("sample/posts/" + blog.post.name, "sample/data/2025-12-04.json")


def test_the_sample_workspace_is_apart(blog: Blog) -> None:
    """Whatever the blog's paths are, and without a line of it for git."""
    for command in (["git", "init", "-q"], ["git", "add", "-A"]):
        subprocess.run(command, cwd=blog.folder, check=True)
    blog.configure(None, paths={"posts": "../posts", "data": "/nowhere/data"}, blog={"title": "My {date}"})
    before = blog.files()
    assert blog.digest("build", "--sample", "-q", "2512.03405").code == 0
    assert {name: text for name, text in blog.files().items() if not name.startswith("sample/")} == before
    assert 'title: "My 2025-12-04"' in blog.sample.post.read_text("utf-8")
    seen = subprocess.run(["git", "status", "--porcelain"], cwd=blog.folder, capture_output=True, text=True, check=True)
    assert seen.stdout == "?? config.yaml\n"


def test_a_folder_of_the_users_own_is_not_written_to(blog: Blog) -> None:
    blog.sample.folder.mkdir()
    (blog.sample.folder / "song.mp3").write_text("la")
    ran = blog.digest("build", "--sample")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "sample: is not digest's" in ran.err
    assert set(blog.files()) == {"sample/song.mp3"}


def test_the_sample_post_and_record_to_the_letter(blog: Blog, request: pytest.FixtureRequest) -> None:
    """The repository's own post and record of the sample day; `--refresh` writes them anew after a meant change."""
    blog.now = datetime(2025, 12, 5, 0, 20, tzinfo=UTC)
    blog.digest("build", "--date", "2025-12-04", "--sample")
    made = blog.sample.files()
    for name in GOLDEN:
        if request.config.getoption("--refresh"):
            (ROOT / name).write_bytes(made[name])
        assert made[name].decode() == (ROOT / name).read_text("utf-8")


@pytest.mark.skipif(not SEED.exists(), reason="the blog's own post of that day is not beside the project")
def test_the_sample_day_has_the_headings_and_front_matter_of_the_blogs_own_post() -> None:
    post, seed = ((path).read_text("utf-8").splitlines() for path in (ROOT / GOLDEN[0], SEED))
    assert post[:10] == seed[:10]
    assert [line for line in post if line.startswith("#")] == [line for line in seed if line.startswith("#")]


@pytest.mark.parametrize(("word", "day"), [("yesterday", "2025-12-09"), ("today", "2025-12-10")])
def test_days_by_their_words_are_the_blogs(blog: Blog, word: str, day: str) -> None:
    with serve([], {}) as services:
        blog.configure(services, blog={"timezone": "Asia/Seoul"})
        assert blog.digest("build", "--date", word, "--json").json["date"] == day
        blog.now = datetime(2025, 12, 9, 14, 59, tzinfo=UTC)  # a minute before midnight in Seoul
        assert blog.digest("build", "--date", word, "--json").json["date"] < day


def test_twelve_papers_then_nothing_twice(blog: Blog) -> None:
    papers = make_papers(12)
    with serve(papers, {blog.day: [p.id for p in papers]}) as services:
        blog.configure(services)
        first = blog.build()
        assert first.code == 0, first.err
        assert first.json["papers"] == {"listed": 12, "excluded": 0, "final": 12, "draft": 0, "failed": 0}
        assert services.count("arxiv-api") <= 2
        assert services.count("model") == 2 * 12  # a summary and its verdicts
        assert services.count("huggingface") == 1
        files = blog.files()
        services.clear()
        second = blog.build()
    assert services.requests == ()
    assert (second.code, second.json["state"]) == (0, "unchanged")
    assert blog.files() == files
    assert second.json["requests"] == {"huggingface": 0, "arxiv": 0, "model": 0, "cached": 1}


@pytest.mark.skipif(not WIRE.exists(), reason="the recorded lists are not beside the project")
def test_a_list_that_grows_during_its_day(blog: Blog) -> None:
    early, late = (json.loads((WIRE / f"2025-12-04.{name}.json").read_text("utf-8")) for name in ("early", "late"))
    with serve([], {blog.day: early}) as services:
        blog.configure(services, arxiv={"full_text": []}, verifier={"kind": "off"})
        first = blog.build()
        assert first.json["papers"]["listed"] == 14, first.err
        before = blog.record["entries"]
    with serve([], {blog.day: late}) as services:
        blog.configure(services, arxiv={"full_text": []}, verifier={"kind": "off"})
        second = blog.build()
        asked = [r for r in services.requests if r.service == "model" and len(r.json()["messages"]) == 2]
    after = blog.record["entries"]
    assert second.json["state"] == "written"
    assert len(after) == 26
    assert after[: len(before)] == before
    assert len(asked) == 12  # repairs aside


def test_a_list_that_grows_at_one_address(blog: Blog) -> None:
    """The list's own times say that it was taken in the morning, so that it is asked for again."""
    papers = make_papers(4)
    times = [f"{blog.day}T0{hour}:10:00.000Z" for hour in range(4)]
    entries = [
        {"paper": {"id": p.id, "title": p.title, "summary": p.abstract, "upvotes": 9, "submittedOnDailyAt": at}}
        for p, at in zip(papers, times, strict=True)
    ]
    shown = {blog.day: entries[:2]}
    with serve(papers, shown) as services:
        blog.configure(services)
        assert blog.build().json["papers"]["final"] == 2
        shown[blog.day] = entries[::-1]
        services.clear()
        grown = blog.build()
    assert grown.json["papers"]["final"] == 4
    assert services.count("model") == 2 * 2  # a summary and its verdicts
    assert [e["paper"]["id"] for e in blog.record["entries"]] == [p.id for p in (*papers[:2], papers[3], papers[2])]


def test_an_unknown_id_among_good_ones(blog: Blog) -> None:
    with serve() as services:
        blog.configure(services)
        ran = blog.build("2512.03405", "https://huggingface.co/papers/2512.03534", "2512.99999")
    assert ran.code == 3
    assert ran.json["papers"] == {"listed": 3, "excluded": 0, "final": 2, "draft": 0, "failed": 1}
    failed = blog.entry("2512.99999")
    assert failed["summary"] is None
    assert failed["faults"][0]["name"] == "unknown-id"
    assert "2512.99999" not in blog.post.read_text("utf-8")


def test_papers_of_a_file(blog: Blog) -> None:
    (blog.folder / "ids.txt").write_text("# today\n2512.03405, arXiv:2512.03534v1\nhttps://arxiv.org/pdf/2512.04000\n")
    with serve() as services:
        blog.configure(services)
        ran = blog.build("--papers", "ids.txt", "2512.03405")
    assert ran.json["papers"]["final"] == 3, ran.err
    assert [entry["paper"]["id"] for entry in blog.record["entries"]] == ["2512.03405", "2512.03534", "2512.04000"]


def test_without_a_key_the_day_is_a_draft(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    with two_papers() as services:
        blog.configure(services, summarizer={"kind": "auto"})
        monkeypatch.delenv("OPENAI_API_KEY")
        ran = blog.build()
        assert ran.code == 3
        assert ran.json["papers"]["draft"] == 2
        assert services.count("model") == 0
        assert "OPENAI_API_KEY" in ran.err
        assert "published: false" in blog.post.read_text("utf-8").split("---")[1]
        files = blog.files()
        assert blog.build().json["state"] == "unchanged"
        assert blog.files() == files
        monkeypatch.setenv("OPENAI_API_KEY", "sk-now")
        ran = blog.build()
    assert (ran.code, ran.json["papers"]["final"]) == (0, 2)
    assert "published" not in blog.post.read_text("utf-8").split("---")[1]


LISTINGS = {
    "a weekend is quiet": ("2025-12-06", {}, None, 0, "quiet"),
    "a past weekday without papers is a holiday": ("2025-12-05", {}, None, 0, "quiet"),
    "a day that is not over, without papers yet": ("2025-12-10", {}, None, 4, "waiting"),
    "a list that is down": ("2025-12-04", {}, faults.reply(503), 4, "failed"),
    "a list that is garbage": ("2025-12-04", {}, faults.garbage, 4, "failed"),
    "a list that is a page": ("2025-12-04", {}, faults.html_page, 4, "failed"),
    "a list that is empty bytes": ("2025-12-04", {}, faults.empty, 4, "failed"),
    "a list that is refused": ("2025-12-04", {}, faults.reply(403), 4, "failed"),
    "papers of another day": ("2025-12-05", {"2025-12-05": "2025-12-04"}, None, 4, "failed"),
}


@pytest.mark.parametrize("name", LISTINGS)
def test_states_of_the_listing(blog: Blog, name: str) -> None:
    day, lists, fault, code, state = LISTINGS[name]
    entries = [
        {"paper": {"id": p.id, "title": p.title, "submittedOnDailyAt": f"{lists.get(day)}T00:00:00Z"}}
        for p in load_papers()
    ]
    with serve(listings={day: entries} if lists else {}) as services:
        blog.configure(services)
        if fault is not None:
            services.fail("huggingface", fault)
        ran = blog.digest("build", "--date", day, "--json")
    assert (ran.code, ran.json["state"]) == (code, state), ran.err
    assert (ran.json["post"], ran.json["record"]) == (None, None)
    assert set(blog.files()) == {"config.yaml"}


def test_a_day_that_is_not_open_is_waited_for(blog: Blog) -> None:
    with serve(today=date(2025, 12, 3)) as services:
        blog.configure(services)
        ran = blog.build()
    assert (ran.code, ran.json["state"]) == (4, "waiting")
    assert "not out yet" in ran.err
    assert services.count("huggingface") == 1


def test_arxiv_down_falls_back_on_the_listing(blog: Blog) -> None:
    with two_papers() as services:
        blog.configure(services)
        services.fail("arxiv-api", faults.rate_exceeded)
        ran = blog.build()
    assert (ran.code, ran.json["papers"]["final"]) == (0, 2), ran.err
    entry = blog.entry(PAPERS[0].id)
    assert entry["paper"]["metadata"] == "listing"
    assert "metadata from the listing" in entry["provenance"]["notes"][0]


def test_selection_is_shown_and_kept(blog: Blog) -> None:
    with serve() as services:
        blog.configure(services, select={"exclude": ["\\bDeblurring\\b"], "limit": 3})
        ran = blog.build("-v")
        assert ran.json["papers"] == {"listed": 8, "excluded": 5, "final": 3, "draft": 0, "failed": 0}
        texts = {request.path.rsplit("/", 1)[1] for request in services.requests if request.service == "html"}
        assert len(texts) == 3
    reasons = {exclusion["id"]: exclusion["reason"] for exclusion in blog.record["excluded"]}
    assert reasons["2512.03979"] == "exclude: \\bDeblurring\\b"
    assert list(reasons.values()).count("limit: 3") == 4
    assert "excluded 2512.03979" in ran.err


def test_a_paper_of_another_day_is_skipped(blog: Blog) -> None:
    with serve(
        listings={"2025-12-04": ["2512.03405", "2512.03534"], "2025-12-05": ["2512.03534", "2512.04000"]}
    ) as services:
        blog.configure(services)
        ran = blog.digest("build", "--from", "2025-12-04", "--to", "2025-12-05", "--json")
    assert ran.code == 0, ran.err
    first, second = map(json.loads, ran.out.splitlines())
    assert (first["papers"]["final"], second["papers"]["final"], second["papers"]["excluded"]) == (2, 1, 1)


def test_other_sources(blog: Blog) -> None:
    (blog.folder / "papers.yaml").write_text("2025-12-03: [2512.03405, 2512.03534]\n")
    with serve() as services:
        blog.configure(
            services, sources=[{"kind": "list", "file": "papers.yaml"}, {"kind": "arxiv", "categories": ["cs.CV"]}]
        )
        ran = blog.digest("build", "--date", "2025-12-03", "--json")
    ids = [entry["paper"]["id"] for entry in json.loads((blog.folder / "data/2025-12-03.json").read_text())["entries"]]
    assert ran.code == 0, ran.err
    assert ids[:2] == ["2512.03405", "2512.03534"]
    assert len(ids) == len(set(ids)) > 2


def test_a_hand_edited_post_is_left_alone(blog: Blog) -> None:
    with two_papers() as services:
        blog.configure(services)
        blog.build(PAPERS[0].id)
        edited = blog.post.read_text("utf-8").replace("Goal:", "Goal :")
        blog.post.write_text(edited, "utf-8")
        same = blog.build(PAPERS[0].id)
        assert (same.code, same.json["state"]) == (0, "unchanged")
        grown = blog.build(PAPERS[1].id)
        assert grown.code == 3
        assert "edited by hand" in grown.err
        assert blog.post.read_text("utf-8") == edited
        assert len(blog.record["entries"]) == 2
        forced = blog.build(PAPERS[1].id, "--force")
    assert forced.code == 0
    assert "Goal :" not in blog.post.read_text("utf-8")
    assert blog.post.read_text("utf-8").count("\n# ") == 2


def test_a_dry_run_writes_nothing(blog: Blog) -> None:
    with two_papers() as services:
        blog.configure(services)
        ran = blog.build("--dry-run")
        assert (ran.code, ran.json["state"]) == (0, "written")
        assert set(blog.files()) == {"config.yaml"}
        services.clear()
        assert blog.build().code == 0
    assert services.count("model") == 0


def test_offline_uses_cache_and_record_only(blog: Blog) -> None:
    with two_papers() as services:
        blog.configure(services)
        assert blog.build("--offline").code == 4
        assert services.requests == ()
        blog.build("--dry-run")
        services.clear()
        ran = blog.build("--offline")
        assert (ran.code, ran.json["papers"]["final"]) == (0, 2), ran.err
        assert blog.build("--offline").json["state"] == "unchanged"
    assert services.requests == ()


def posted(path: str) -> str:
    """A record that names this file as its post."""
    return json.dumps(
        {"schema": 1, "date": "2025-12-04", "listing": {"state": "quiet"}, "post": {"path": path, "sha256": ""}}
    )


BAD_INPUT = {
    "a day ahead": (["build", "--date", "2999-01-01"], "lies in the future"),
    "no date": (["build", "--date", "tomorrow"], "not a date"),
    "an id that is none": (["build", "25l2.03405"], "names no arXiv paper"),
    "a file that is not there": (["build", "--papers", "nowhere.txt"], "nowhere.txt"),
    "a range that runs backwards": (["build", "--from", "2025-12-05", "--to", "2025-12-04"], "swap"),
    "a range and a day": (["build", "--date", "2025-12-05", "--from", "2025-12-04"], "exclude each other"),
    "a configuration that is not there": (["build", "-c", "nowhere.yaml"], "nowhere.yaml"),
    "a command that is none": (["bild"], "bild"),
    "a record that is not there": (["render", "--date", "2020-01-01"], "digest build --date 2020-01-01"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_is_one_clear_line(blog: Blog, name: str) -> None:
    arguments, words = BAD_INPUT[name]
    ran = blog.digest(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert words in ran.err
    assert "Traceback" not in ran.err
    assert len(ran.err.strip().splitlines()) <= 4


SAMPLE = ["build", "--date", "2025-12-04", "--sample"]
RENDER = ["render", "--date", "2025-12-04"]
LISTED = ["build", "--date", "2025-12-04", "-c", "listed.yaml", "--offline"]
RECORD = "data/2025-12-04.json"
BROKEN_FILES: dict[str, tuple[str, str | bytes, list[str], str]] = {
    "a configuration in itself": (
        "config.yaml",
        "blog: &b {title: *b}",
        ["status"],
        "config.yaml:1: not YAML: *b holds",
    ),
    "a configuration without end": (
        "config.yaml",
        "a: " + "[" * 5000,
        ["check"],
        "config.yaml:1: not YAML: more than 50",
    ),
    "a list in itself": ("papers.yaml", "2025-12-04: &a [*a]", LISTED, "papers.yaml:1: not YAML: *a holds itself"),
    "a list without end": ("papers.yaml", "2025-12-04: " + "[" * 5000, LISTED, "papers.yaml:1: not YAML: more than 50"),
    "papers that are no ids": ("ids.txt", "a: &a [*a]", ["build", "--papers", "ids.txt"], "'&a' names no arXiv paper"),
    "a record without end": (
        RECORD,
        '{"note": ' + "[" * 5000,
        RENDER,
        "04.json: not JSON: maximum recursion depth exceeded",
    ),
    "half a sign in a record": (
        RECORD,
        '{"note": "\\ud800"}',
        RENDER,
        "04.json: not JSON: Input data was truncated",
    ),
    "a post elsewhere": (RECORD, posted("../x.md"), RENDER, "04.json: post.path: '../x.md' leads out of the blog"),
    "a post at the root": (RECORD, posted("/x.md"), RENDER, "04.json: post.path: '/x.md' leads out of the blog"),
    "a post that cannot be": (RECORD, posted("a\0.md"), RENDER, "04.json: post: path is not a file's path; fix it"),
    "a prompt that is not UTF-8": ("templates/ask.md.j2", b"\xff", SAMPLE, "ask.md.j2: not UTF-8 at byte 0"),
    "a prompt that fails": ("templates/ask.md.j2", "\n{{ [].pop() }}", SAMPLE, "ask.md.j2:2: pop from empty list"),
    "instructions that fail": ("templates/system.md.j2", "{{ 1 / 0 }}", SAMPLE, "system.md.j2:1: division by zero"),
    "a post's template that fails": (
        "templates/post.md.j2",
        "\n{{ ''.index('z') }}",
        [*SAMPLE, "2512.03405"],
        "post.md.j2:2: substring",
    ),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_broken_file_is_named_and_left_alone(blog: Blog, name: str) -> None:
    path, content, arguments, words = BROKEN_FILES[name]
    file = blog.folder / path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    (blog.folder / "listed.yaml").write_text("sources: [{kind: list, file: papers.yaml}]")
    before = file.read_bytes()
    ran = blog.digest(*arguments, "-q")
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert all(line.startswith("digest: ") for line in ran.err.splitlines())
    assert file.read_bytes() == before


def test_every_fault_of_the_configuration_at_once(blog: Blog) -> None:
    text = "blog:\n  timezone: Mars\n  titel: x\nselect:\n  limit: many\n  exclude: ['(']\n"
    (blog.folder / "config.yaml").write_text(text)
    ran = blog.build()
    assert ran.code == 2
    lines = ran.err.splitlines()
    assert len(lines) == 4
    for line, place in (("2", "blog.timezone"), ("3", "blog.titel"), ("5", "select.limit"), ("6", "select.exclude[0]")):
        assert any(f"config.yaml:{line}: {place}: " in told for told in lines), ran.err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not json", "not JSON"),
        ('{"schema": 99, "date": "2025-12-04"}', "update digest"),
        ('{"schema": 1, "date": "2025-12-05", "listing": {"state": "ready"}}', "2025-12-05"),
        ('{"schema": 1, "date": "2025-12-04", "listing": {"state": "rdy"}}', "listing.state"),
    ],
)
def test_a_broken_record_is_named_and_left_alone(blog: Blog, content: str, words: str) -> None:
    with two_papers() as services:
        blog.configure(services)
        blog.record_path.parent.mkdir()
        blog.record_path.write_text(content)
        for command in ("build", "render"):
            ran = blog.digest(command, "--date", blog.day)
            assert (ran.code, ran.out) == (2, "")
            assert words in ran.err
            assert "2025-12-04.json" in ran.err
    assert blog.record_path.read_text() == content


def test_a_broken_template_loses_no_answer(blog: Blog) -> None:
    with two_papers() as services:
        blog.configure(services)
        template = blog.folder / "templates" / "post.md.j2"
        template.parent.mkdir()
        template.write_text("{{ front_matter }}\n{{ nonsense }}\n")
        ran = blog.build()
        assert ran.code == 2
        assert "post.md.j2:2" in ran.err
        assert "nonsense" in ran.err
        assert len(blog.record["entries"]) == 2
        template.unlink()
        services.clear()
        assert blog.build().code == 0
    assert services.count("model") == 0
    assert blog.post.exists()


def test_a_template_that_hides_a_field_is_not_believed(blog: Blog) -> None:
    with two_papers() as services:
        blog.configure(services)
        template = blog.folder / "templates" / "post.md.j2"
        template.parent.mkdir()
        heading = "# [{{ entry.title | text }}]({{ entry.url }})"
        template.write_text("{{ front_matter }}\n{% for entry in entries %}\n" + heading + "\n{% endfor %}\n")
        ran = blog.build()
    assert ran.code == 1
    assert "goal" in ran.err
    assert not blog.post.exists()
    assert blog.record_path.exists()


def test_the_key_appears_nowhere(blog: Blog) -> None:
    with two_papers() as services:
        blog.configure(services)
        body = json.dumps({"error": {"message": "Incorrect API key provided: sk-sample-secret"}})
        services.fail("model", faults.reply(401, body=body))
        ran = blog.build("-v")
    assert ran.code == 4
    assert "401" in ran.err
    kept = [path.read_bytes() for path in blog.folder.rglob("*") if path.is_file()]
    assert not any(b"sk-sample-secret" in text for text in (*kept, ran.out.encode(), ran.err.encode()))


def test_a_folder_that_cannot_be_written(blog: Blog) -> None:
    with two_papers() as services:
        blog.configure(services)
        (blog.folder / "posts").write_text("a file where the folder should be")
        ran = blog.build()
    assert ran.code == 2
    assert "posts" in ran.err
    assert "Traceback" not in ran.err
    assert len(blog.record["entries"]) == 2


def test_another_run_holds_the_lock(blog: Blog) -> None:
    from digest.store.workspace import hold_lock

    with two_papers() as services, hold_lock(blog.folder / ".cache"):
        blog.configure(services)
        ran = blog.build()
    assert ran.code == 6
    assert services.requests == ()


def test_config_elsewhere_moves_the_workspace(blog: Blog, tmp_path: Path) -> None:
    with two_papers() as services:
        blog.configure(services, paths={"posts": "_posts", "filename": "{date}-papers.md"})
        inner = tmp_path / "blog"
        inner.mkdir()
        (tmp_path / "config.yaml").rename(inner / "digest.yaml")
        ran = blog.build("-c", "blog/digest.yaml")
    assert ran.json["post"] == "_posts/2025-12-04-papers.md"
    assert (inner / "_posts/2025-12-04-papers.md").exists()
    assert yaml.safe_load((inner / "digest.yaml").read_text())


def test_render_makes_the_same_bytes_again(blog: Blog) -> None:
    with two_papers() as services:
        blog.configure(services)
        blog.build()
    before = blog.post.read_bytes()
    blog.post.unlink()
    ran = blog.digest("render", "--date", blog.day)
    assert (ran.code, ran.out) == (0, "posts/2025-12-04-daily-papers-20251204.md\n")
    assert blog.post.read_bytes() == before
    blog.post.write_text("mine")
    assert blog.digest("render", "--all").code == 0
    assert blog.post.read_text() == "mine"
    assert blog.digest("render", "--all", "--force").code == 0
    assert blog.post.read_bytes() == before


BY_FIELD = ("evidence", "found", "verdicts")
"""Objects of a record whose keys are the fields of a summary."""


def noted(values: Any) -> Any:
    """A record with a note in every object whose keys are digest's own."""
    if isinstance(values, list):
        return [noted(each) for each in values]
    if not isinstance(values, dict):
        return values
    return {key: each if key in BY_FIELD else noted(each) for key, each in values.items()} | {"note": "by hand"}


def count_notes(values: Any) -> int:
    inner = values.values() if isinstance(values, dict) else values if isinstance(values, list) else ()
    return sum(map(count_notes, inner)) + (isinstance(values, dict) and values.get("note") == "by hand")


def test_notes_of_a_hand_outlive_every_rebuild(blog: Blog) -> None:
    papers = make_papers(3)
    listed = {blog.day: [paper.id for paper in papers[:2]]}
    with serve(papers, listed) as services:
        blog.configure(services)
        services.answer(lambda paper_id, _, ask: json_reply({}) if paper_id == papers[1].id else None)
        assert blog.build().json["papers"]["failed"] == 1
        blog.record_path.write_text(json.dumps(noted(blog.record)), encoding="utf-8")
        notes = count_notes(blog.record)
        services.answer(None)
        assert blog.build().json["papers"]["final"] == 2
        assert count_notes(blog.record) >= notes - 1  # the note of a fault goes with the fault
        assert blog.build("--force").json["state"] == "unchanged"
