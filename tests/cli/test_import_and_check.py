"""`digest import` and `digest check`: a blog's past taken in, rendered again, and found in order."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bench.services import serve

import digest
from blog import Blog
from digest.core.post.parse import read_post
from digest.core.summary import FIELDS

ROOT = Path(__file__).parents[2]
SHARED = Path(__file__).parents[3] / "shared"
OLD_POSTS = sorted([*SHARED.glob("posts/*.md"), *SHARED.glob("seed/*.md")])


def section(field: str) -> str:
    return f"{field} 문장은 시험용 자료의 {field} 부분을 설명한다."


def old_post(*papers: str, date: str = "2025-11-03 08:15:00") -> str:
    return (
        f'---\nlayout: post\ntitle: "Daily Papers — 2025-11-03"\ndate: {date}\ntags: [papers]\n---\n\n'
        + "\n\n".join(papers)
    )


def paper(
    paper_id: str = "2511.00001", *, number: int = 1, labels: bool = True, extra: str = "", sections: int = 4
) -> str:
    goal, motivation, contribution = (
        f"- {name}: {section(name.lower())}" if labels else f"- {section(name.lower())}"
        for name in ("Goal", "Motivation", "Contribution")
    )
    parts = [f"## {name}\n{section(name.lower())}" for name in ("Method", "Results", "Limitations", "Conclusion")]
    head = f"# {number}. [Paper {paper_id}](https://arxiv.org/abs/{paper_id})\n\n## Introduction\n"
    return head + f"{goal}\n{motivation}\n{contribution}\n{extra}\n" + "\n\n".join(parts[:sections])


@pytest.fixture
def offline(blog: Blog) -> Blog:
    """A blog whose arXiv does not answer."""
    blog.configure(None, arxiv={"api_url": "http://127.0.0.1:9/api", "interval": 0})
    (blog.folder / "posts").mkdir()
    return blog


def write(blog: Blog, name: str, text: str | bytes) -> Path:
    path = blog.folder / "posts" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def record_of(blog: Blog, day: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((blog.folder / "data" / f"{day}.json").read_text("utf-8"))
    return values


@pytest.mark.skipif(not OLD_POSTS, reason="the blog's own posts are not beside the project")
def test_the_blogs_own_past(offline: Blog) -> None:
    offline.now = datetime(2026, 1, 5, tzinfo=UTC)  # after the last of these posts
    words: dict[str, list[str]] = {}
    for path in OLD_POSTS:
        name = path.name if "daily" in path.name else f"{path.stem}-daily-papers-{path.stem.replace('-', '')}.md"
        write(offline, name, path.read_bytes())
        words[path.name[:10]] = re.findall(r"\w+", path.read_text("utf-8").split("---", 2)[2])
    imported = offline.digest("import", "posts")
    assert "2025-12-26" in imported.err
    assert imported.code == 1  # for the empty post alone
    assert len(imported.out.splitlines()) == len(OLD_POSTS) - 1
    assert offline.digest("render", "--all").code == 0
    checked = offline.digest("check")
    found = [line for line in checked.out.splitlines() if "2025-12-26" not in line]
    assert [line.rpartition("(")[2] for line in found] == ["script)"]  # a word in Cyrillic letters, rightly
    for day, old in words.items():
        record = offline.folder / "data" / f"{day}.json"
        if record.exists():
            new = (offline.folder / "posts" / f"{day}-daily-papers-{day.replace('-', '')}.md").read_text("utf-8")
            missing = set(old) - set(re.findall(r"\w+", new + record.read_text("utf-8")))
            assert missing <= {"Alphaxiv", "목표", "동기", "기여"}, f"{day}: {sorted(missing)[:10]}"


def test_labels_are_added_and_nothing_is_lost(offline: Blog) -> None:
    text = old_post(
        paper(labels=False, extra="\n여기에 남는 말이 있다.\n"),
        paper("2511.00002", number=2, sections=2),
        paper("2511.00001", number=3).replace("goal 문장은", "다른 goal 문장은"),
    )
    write(offline, "2025-11-03-daily-papers-20251103.md", text)
    ran = offline.digest("import", "posts")
    assert ran.code == 0, ran.err
    assert ran.out == "data/2025-11-03.json\n"
    record = record_of(offline, "2025-11-03")
    first, second = record["entries"]
    assert first["summary"] == {field: section(field) for field in FIELDS}
    assert second["summary"]["conclusion"] == "정보 부족"
    assert "여기에 남는 말이 있다." in json.dumps(first["extra"], ensure_ascii=False)
    assert "다른 goal" in json.dumps(first["extra"], ensure_ascii=False)
    assert {"repeated-paper", "section-missing", "label-missing"} <= set(re.findall(r"\(([a-z-]+)\)$", ran.err, re.M))
    offline.digest("render", "--all")
    post = (offline.folder / "posts" / "2025-11-03-daily-papers-20251103.md").read_text("utf-8")
    assert post.count("- Goal: ") == 2
    assert "정보 부족.  " in post
    assert offline.digest("check").code == 0


def test_a_paper_of_two_old_days_is_kept_and_noted(offline: Blog) -> None:
    write(offline, "2025-11-04-b.md", old_post(paper("2511.00001"), date="2025-11-04 08:15:00"))
    write(offline, "2025-11-05-a.md", old_post(paper("2511.00001"), date="2025-11-05 08:15:00"))
    ran = offline.digest("import", "posts/2025-11-05-a.md", "posts/2025-11-04-b.md")
    assert ran.code == 0
    assert "(repeated-day)" in ran.err
    assert record_of(offline, "2025-11-05")["entries"][0]["faults"][0]["name"] == "repeated-day"
    assert record_of(offline, "2025-11-04")["entries"][0]["faults"] == []
    offline.digest("render", "--all")
    assert offline.digest("check").code == 0


def test_metadata_comes_from_arxiv_and_titles_stay(blog: Blog) -> None:
    with serve() as services:
        blog.configure(services)
        (blog.folder / "posts").mkdir()
        write(blog, "2025-11-03-old.md", old_post(paper("2512.03405"), paper("2512.03534", number=2)))
        assert blog.digest("import", "posts").code == 0
        assert services.count("arxiv-api") == 1
    entry = record_of(blog, "2025-11-03")["entries"][0]
    assert entry["paper"]["title"] == "Paper 2512.03405"
    assert entry["paper"]["authors"]
    assert entry["provenance"]["summarizer"] == "import"


def test_front_matter_of_its_own_is_kept(offline: Blog) -> None:
    text = old_post(paper()).replace("tags: [papers]", "tags: [papers, special]\nauthor: kim\ncategories: [ai]")
    write(offline, "2025-11-03-x.md", text)
    ran = offline.digest("import", "posts")
    assert record_of(offline, "2025-11-03")["front_matter"] == {
        "tags": ["papers", "special"],
        "author": "kim",
        "categories": ["ai"],
    }
    assert "tags, author, categories" in ran.err


@pytest.mark.parametrize("folder", ["../elsewhere", "old"])
def test_files_outside_the_posts_folder_are_read_and_never_written(offline: Blog, folder: str) -> None:
    source = offline.folder / folder
    source.mkdir()
    (source / "2025-11-03-x.md").write_text(old_post(paper(labels=False)), "utf-8")
    assert offline.digest("import", folder).code == 0
    assert offline.digest("render", "--all").code == 0
    assert (source / "2025-11-03-x.md").read_text("utf-8") == old_post(paper(labels=False))
    assert (offline.folder / "posts" / "2025-11-03-daily-papers-20251103.md").exists()
    assert offline.digest("check").code == 0
    shutil.rmtree(source)


def test_a_name_that_jekyll_takes_for_no_post_is_mended(offline: Blog) -> None:
    write(offline, "2025-11-03.md", old_post(paper()))
    assert offline.digest("import", "posts").code == 0
    assert offline.digest("render", "--all").code == 0
    assert [path.name for path in (offline.folder / "posts").iterdir()] == ["2025-11-03-daily-papers-20251103.md"]
    assert offline.digest("check").code == 0


def test_a_dry_run_shows_and_asks_nothing(blog: Blog) -> None:
    with serve() as services:
        blog.configure(services)
        (blog.folder / "posts").mkdir()
        write(blog, "2025-11-03-old.md", old_post(paper()))
        ran = blog.digest("import", "posts", "--dry-run")
    assert (ran.code, ran.out) == (0, "data/2025-11-03.json\n")
    assert services.requests == ()
    assert not (blog.folder / "data").exists()


def test_hand_edits_of_our_own_post_are_taken_in(built: Blog) -> None:
    before = built.record
    text = built.post.read_text("utf-8")
    goal = before["entries"][0]["summary"]["goal"]
    built.post.write_text(text.replace(goal, "사람이 고친 목표를 적는다."), "utf-8")
    checked = built.digest("check")
    assert checked.code == 1
    assert "(hand-edit)" in checked.out
    assert built.digest("import", "posts").code == 0
    after = built.record["entries"][0]
    assert after["summary"]["goal"] == "사람이 고친 목표를 적는다."
    for kept in ("evidence", "provenance", "status"):
        assert after[kept] == before["entries"][0][kept]
    assert built.record["entries"][1] == before["entries"][1]
    assert built.digest("check").code == 0
    assert built.digest("import", "posts").out == ""


def test_images_and_links_are_noted_where_they_come_from_a_hand_or_an_unknown_paper_too(offline: Blog) -> None:
    unknown = paper(number=2, extra="\n![둘째 그림](/b.png)\n").replace("https://arxiv.org/abs/", "https://x.org/")
    name = "2025-11-03-daily-papers-20251103.md"
    path = write(offline, name, old_post(paper(extra="\n![첫째 그림](https://x.org/a.png)\n"), unknown))
    offline.digest("import", "posts")
    (entry,) = record_of(offline, "2025-11-03")["entries"]
    assert entry["provenance"]["notes"] == ["link: 첫째 그림 https://x.org/a.png"]
    told = [each["text"] for each in record_of(offline, "2025-11-03")["extra"]]
    assert {"link: https://x.org/2511.00001", "link: 둘째 그림 /b.png"} <= set(told)
    offline.digest("render", "--all")
    path.write_text(path.read_text("utf-8").replace("## Results", "![셋째 그림](/c.png)\n\n## Results"), "utf-8")
    assert offline.digest("import", "posts").out == "data/2025-11-03.json\n"
    (entry,) = record_of(offline, "2025-11-03")["entries"]
    assert entry["provenance"]["notes"] == ["link: 첫째 그림 https://x.org/a.png", "link: 셋째 그림 /c.png"]


BAD_FILES = {
    "not a post": ("readme.md", "# Read me\n\nhello\n", "no-papers|date"),
    "not UTF-8": ("2025-11-04-x.md", b"---\ntitle: \xff\xfe\n---\n", "UTF-8"),
    "no front matter": ("2025-11-04-x.md", paper(), "front-matter"),
    "front matter that is not YAML": (
        "2025-11-04-x.md",
        "---\nlayout: post\ntitle: GPT-5: a study\ndate: 2025-11-04\n---\n\n" + paper(),
        "front-matter",
    ),
    "an empty post": ("2025-11-04-x.md", "---\nlayout: post\ntitle: x\ndate: 2025-11-04\n---\n", "no-papers"),
    "no date anywhere": ("x.md", "---\nlayout: post\ntitle: x\n---\n\n" + paper(), "date"),
    "two megabytes": ("2025-11-04-x.md", "---\nlayout: post\ntitle: x\n---\n" + "단어 " * 300_000, "no-papers"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_faults_and_the_others_go_on(offline: Blog, name: str) -> None:
    file, content, words = BAD_FILES[name]
    write(offline, file, content)
    write(offline, "2025-11-03-good.md", old_post(paper()))
    checked = offline.digest("check", f"posts/{file}")
    assert checked.code == 1
    assert re.search(rf"{re.escape(file)}:\d+: .*({words})", checked.out), checked.out
    ran = offline.digest("import", "posts")
    assert "data/2025-11-03.json" in ran.out
    assert "Traceback" not in ran.err
    assert re.search(rf"{re.escape(file)}:\d+: .*({words})", ran.err), ran.err


def test_records_there_already_are_not_overwritten(offline: Blog) -> None:
    write(offline, "2025-11-03-a.md", old_post(paper()))
    assert offline.digest("import", "posts").code == 0
    before = record_of(offline, "2025-11-03")
    write(offline, "2025-11-03-b.md", old_post(paper("2511.00009")))
    ran = offline.digest("import", "posts/2025-11-03-b.md")
    assert ran.code == 1
    assert "--force" in ran.err
    assert record_of(offline, "2025-11-03") == before
    assert offline.digest("import", "posts/2025-11-03-b.md", "--force").code == 0
    assert record_of(offline, "2025-11-03")["entries"][0]["paper"]["id"] == "2511.00009"


RULES: dict[str, Callable[[str], str]] = {
    "front-matter": lambda text: text.replace("layout: post\n", ""),
    "date": lambda text: text.replace("date: 2025-12-04", "date: 2025-12-05"),
    "numbering": lambda text: text.replace("# 2. [", "# 7. ["),
    "link-mismatch": lambda text: text.replace("overview/2512.03405", "overview/2512.09999"),
    "label-missing": lambda text: text.replace("- Motivation: ", "- ", 1),
    "section-missing": lambda text: text.replace("## Limitations  \n", "", 1),
    "section-order": lambda text: re.sub(
        r"(## Method.*?)(## Results.*?)(?=## Lim)", r"\2\1", text, count=1, flags=re.S
    ),
    "html": lambda text: text.replace("- Goal: ", "- Goal: <b>x</b> ", 1),
    "liquid": lambda text: text.replace("- Goal: ", "- Goal: {{ x }} ", 1),
    "table": lambda text: text.replace("- Goal: ", "- Goal: P(a|b) ", 1),
    "hand-edit": lambda text: text.replace("- Goal: ", "- Goal: 다시 ", 1),
    "no-papers": lambda text: text[: text.index("# 1.")],
}


def found_in(blog: Blog) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(blog.digest("check", "--format", "json").out)
    return found


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_its_fault(built: Blog, rule: str) -> None:
    text = built.post.read_text("utf-8")
    assert RULES[rule](text) != text
    built.post.write_text(RULES[rule](text), "utf-8")
    found = found_in(built)
    own = [each for each in found if each["name"] == rule]
    assert own, found
    assert own[0]["path"] == "posts/2025-12-04-daily-papers-20251204.md"
    assert own[0]["line"] >= 1


def test_faults_as_github_shows_them_and_none_where_all_are_ignored(built: Blog) -> None:
    assert built.digest("check").code == 0
    built.post.write_text(RULES["html"](RULES["numbering"](built.post.read_text("utf-8"))), "utf-8")
    found = found_in(built)
    assert len({each["name"] for each in found}) >= 3
    github = built.digest("check", "--format", "github")
    for each in found:
        assert f"::error file={each['path']},line={each['line']},title={each['name']}::" in github.out
    assert github.code == 1
    built.configure(None, check={"ignore": sorted({each["name"] for each in found})})
    assert built.digest("check").code == 0


@pytest.mark.parametrize(
    ("zone", "date", "rule"),
    [
        ("Asia/Seoul", "2025-11-03 15:30:00", "date"),
        ("Asia/Seoul", "2025-11-03 08:15:00", None),
        ("Asia/Seoul", '"2025-11-03 15:30:00"', None),
        ("Asia/Seoul", "2025-11-03 06:30:00 +0900", None),
        ("UTC", "2025-11-03 06:30:00 +0900", "date"),
        ("UTC", "sometime", "date"),
        ("UTC", "2999-11-03 08:15:00", "future-date"),
    ],
)
def test_dates_as_jekyll_reads_them(offline: Blog, zone: str, date: str, rule: str | None) -> None:
    (offline.folder / "_config.yml").write_text(f"timezone: {zone}\nfuture: false\n")
    year = "2999" if "2999" in date else "2025"
    write(offline, f"{year}-11-03-daily-papers-{year}1103.md", old_post(paper(), date=date))
    names = {each["name"] for each in json.loads(offline.digest("check", "--format", "json").out)}
    assert names == ({rule} if rule else set())


def test_a_paper_of_two_days_and_a_record_without_its_post(blog: Blog) -> None:
    with serve() as services:
        blog.configure(services, select={"skip_seen": False})
        for day in ("2025-12-04", "2025-12-05"):
            blog.digest("build", "--date", day, "2512.03405")
    (blog.folder / "posts/2025-12-05-daily-papers-20251205.md").unlink()
    names = {each["name"]: each for each in json.loads(blog.digest("check", "--format", "json").out)}
    assert set(names) == {"repeated-day", "post-missing"}
    assert names["repeated-day"]["path"] == "data/2025-12-05.json"


@pytest.mark.parametrize("changed", ["the record", "a template", "the configuration"])
def test_a_post_that_its_record_would_not_render_to_any_more(built: Blog, changed: str) -> None:
    if changed == "the record":
        first, *others = built.record["entries"]
        record = {**built.record, "entries": [{**first, "status": "draft"}, *others]}
        built.record_path.write_text(json.dumps(record), "utf-8")
    elif changed == "a template":
        (built.folder / "templates").mkdir()
        template = Path(digest.__file__).parent / "templates" / "post.md.j2"
        (built.folder / "templates/post.md.j2").write_text(template.read_text("utf-8") + "\nend\n", "utf-8")
    else:
        built.configure(None, blog={"layout": "page"})
    assert {each["name"] for each in found_in(built)} == {"record-disagrees"}
    assert built.digest("render", "--all").code == 0
    assert "record-disagrees" not in built.digest("check").out


def test_a_rendered_post_reads_back() -> None:
    post, record = (ROOT / name for name in ("posts/2025-12-04-daily-papers-20251204.md", "data/2025-12-04.json"))
    reading = read_post(post.read_text("utf-8"))
    assert reading.findings == ()
    entries = json.loads(record.read_text("utf-8"))["entries"]
    assert [read.summary for read in reading.papers] == [entry["summary"] for entry in entries]
    assert len(entries) == 8
