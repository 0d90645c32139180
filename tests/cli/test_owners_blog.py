"""`digest import`, `check` and `doctor` in a blog that has more than digest's posts; its front matter; dry runs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from bench.services import serve

from blog import Blog
from cli.test_import_and_check import old_post, paper
from digest.core.post.front_matter import read_front_matter

ESSAY = '---\nlayout: post\ntitle: "여행"\ndate: 2025-11-03 09:00:00\n---\n\n제주에 다녀왔다.\n'
PROJECT = (
    "---\ntitle: 내 프로젝트\n---\n\n# 소개글\n\n## Introduction\n만들었다.\n\n## Method\n{{ site.url }} | <b>x</b>\n"
)
REVIEW = old_post(paper("2511.00009")).replace("Paper 2511.00009", "논문 읽기")
FITTING = "2025-11-03-daily-papers-20251103.md"


@pytest.fixture
def offline(blog: Blog) -> Blog:
    """A blog whose arXiv does not answer, with posts in `_posts`."""
    blog.configure(None, arxiv={"api_url": "http://127.0.0.1:9/api", "interval": 0}, paths={"posts": "_posts"})
    (blog.folder / "_posts").mkdir()
    return blog


def write(blog: Blog, **posts: str) -> dict[str, bytes]:
    """Posts by name, `_` for `-`; their bytes by path."""
    for name, text in posts.items():
        (blog.folder / "_posts" / name).write_text(text, "utf-8")
    return blog.files()


def front_matter(path: Path) -> dict[str, Any]:
    """What Jekyll reads of a post's front matter."""
    values: dict[str, Any] = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
    return values


def test_the_owners_other_posts_are_left_alone(offline: Blog) -> None:
    before = write(
        offline,
        **{
            FITTING: old_post(paper()),
            "2025-11-03-travel.md": ESSAY,
            "2025-11-03-review.md": REVIEW,
            "2025-11-05-project.md": PROJECT,
            "2025-11-06-review.md": REVIEW.replace("2025-11-03", "2025-11-06"),
            "about.markdown": "그냥 글\n",
        },
    )
    ran = offline.digest("import", "_posts")
    assert (ran.code, ran.out) == (0, "data/2025-11-03.json\n"), ran.err
    left = re.findall(r"^_posts/(\S+):1: left alone: .* \((\S+)\)$", ran.err, re.M)
    assert dict(left) == {
        "2025-11-03-travel.md": "no-papers",
        "2025-11-03-review.md": "other-post",
        "2025-11-05-project.md": "other-post",
        "2025-11-06-review.md": "other-post",
        "about.markdown": "date",
    }
    assert offline.digest("render", "--all").code == 0
    changed = {name for name, content in offline.files().items() if before.get(name) != content}
    assert changed == {f"_posts/{FITTING}", "data/2025-11-03.json"}
    for paths in ((), ("_posts",), (".",)):
        checked = offline.digest("check", *paths)
        assert (checked.code, checked.out) == (0, ""), checked.out
    with serve() as services:
        offline.configure(services, paths={"posts": "_posts"})
        assert "2 posts and records agree" in offline.digest("doctor").out
    assert offline.digest("check", "_posts/2025-11-05-project.md").code == 1


def test_where_no_name_fits_posts_of_papers_are_taken_and_then_are_digests(offline: Blog) -> None:
    write(offline, **{"2025-11-03-papers.md": old_post(paper()), "2025-11-05-project.md": PROJECT})
    ran = offline.digest("import", "_posts")
    assert (ran.code, ran.out) == (0, "data/2025-11-03.json\n"), ran.err
    assert offline.digest("render", "--all").code == 0
    path = offline.folder / "_posts/2025-11-03-papers.md"
    path.write_text(path.read_text("utf-8").replace("- Goal: ", "- Goal: {{ x }} "), "utf-8")
    names = {each["name"] for each in json.loads(offline.digest("check", "--format", "json").out)}
    assert names == {"hand-edit", "liquid"}


@pytest.mark.parametrize(
    "named", [("_posts",), (f"_posts/{FITTING}", "_posts/2025-11-03-a.md"), ("_posts/2025-11-03-a.md", "_posts")]
)
def test_of_two_posts_of_a_day_the_one_whose_name_fits_is_taken(offline: Blog, named: tuple[str, ...]) -> None:
    write(offline, **{FITTING: old_post(paper("2511.00001")), "2025-11-03-a.md": REVIEW})
    ran = offline.digest("import", *named)
    assert (ran.code, ran.out) == (0, "data/2025-11-03.json\n"), ran.err
    record = json.loads((offline.folder / "data/2025-11-03.json").read_text("utf-8"))
    assert record["post"]["path"] == f"_posts/{FITTING}"
    assert re.search(r"2025-11-03-a\.md:1: left alone: .*\(other-post\)", ran.err)


def test_of_two_posts_of_a_day_that_do_not_fit_the_second_is_refused(offline: Blog) -> None:
    write(offline, **{"2025-11-03-a.md": old_post(paper("2511.00001")), "2025-11-03-b.md": REVIEW})
    ran = offline.digest("import", "_posts/2025-11-03-a.md", "_posts/2025-11-03-b.md")
    assert (ran.code, ran.out) == (1, "data/2025-11-03.json\n")
    assert (
        "2025-11-03-b.md:1: refused: _posts/2025-11-03-a.md is of 2025-11-03 too; one post a day (repeated-date)"
        in ran.err
    )


OWN = """\
math: true
toc:
  sidebar: left
description: "따옴표 \\"와\\" 콜론: 여기"
giscus_comments: no
weight: 3
arxiv: 2512.02550
last_updated: 2025-11-09
related_posts: [1, a, {b: 2025-11-09}]
categories: [논문, ai]
tags: papers llm
"""


def test_front_matter_of_the_owners_is_rendered_with_its_types(offline: Blog) -> None:
    text = old_post(paper()).replace("tags: [papers]\n", OWN).replace("layout: post", "layout: distill")
    before = yaml.safe_load(text.split("---\n")[1])
    write(offline, **{FITTING: text})
    ran = offline.digest("import", "_posts")
    assert "kept in the record and rendered: math, toc, description, giscus_comments, weight, arxiv," in ran.err
    assert "kept in the record, and rendered as the configuration has it: layout" in ran.err
    assert offline.digest("render", "--all").code == 0
    after = front_matter(offline.folder / "_posts" / FITTING)
    assert after == {**before, "layout": "post", "arxiv": "2512.02550"}
    assert list(after)[:5] == ["layout", "title", "date", "tags", "categories"]
    assert offline.digest("check").code == 0
    assert offline.digest("render", "--all").err.count("unchanged") == 1
    assert offline.digest("import", "_posts").out == ""


def test_a_key_that_the_owner_adds_to_digests_post_is_taken_in(blog: Blog) -> None:
    with serve() as services:
        blog.configure(services)
        blog.build("2512.03405")
        blog.post.write_text(
            blog.post.read_text("utf-8").replace("categories: []", "categories: []\npin: true"), "utf-8"
        )
        assert "(hand-edit)" in blog.digest("check").out
        assert blog.digest("import", "posts").code == 0
    assert blog.record["front_matter"] == {"pin": True}
    assert blog.digest("render", "--all").code == 0
    assert front_matter(blog.post)["pin"] is True
    assert blog.digest("check").code == 0


def test_a_post_that_the_owner_holds_back_stays_unpublished(offline: Blog) -> None:
    write(offline, **{FITTING: old_post(paper()).replace("tags:", "published: false\ntags:")})
    offline.digest("import", "_posts")
    offline.digest("render", "--all")
    assert front_matter(offline.folder / "_posts" / FITTING)["published"] is False


CONFIGURED = {
    "math": True,
    "toc": {"sidebar": "left", "depth": 2},
    "description": "{{ count }}편: {{ titles | join(', ') }}",
    "keywords": ["{{ ids[0] }}", "{{ categories | first }}", 3],
    "lead": "{{ first_sentence }}",
    "permalink": "/papers/{{ date }}/",
    "title": "not ours",
    "tags": ["not ours"],
}


def test_keys_of_the_configuration_are_in_each_post(blog: Blog) -> None:
    with serve() as services:
        blog.configure(services, blog={"front_matter": CONFIGURED})
        assert blog.build("2512.03405", "2512.03534").code == 0
    entries = [entry for entry in blog.record["entries"] if entry["status"] == "final"]
    titles = [entry["paper"]["title"] for entry in entries]
    after = front_matter(blog.post)
    assert after["title"] == "Daily Papers — 2025-12-04"
    assert after["tags"] == ["papers", "hugginface"]
    assert {key: after[key] for key in ("math", "toc")} == {"math": True, "toc": {"sidebar": "left", "depth": 2}}
    assert after["description"] == f"2편: {', '.join(titles)}"
    assert after["keywords"] == [entries[0]["paper"]["id"], entries[0]["paper"]["categories"][0], 3]
    assert after["permalink"] == "/papers/2025-12-04/"
    assert entries[0]["summary"]["goal"].startswith(after["lead"])
    assert after["lead"].endswith("다.")
    assert blog.record.get("front_matter", {}) == {}
    assert blog.digest("check").code == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{{ titel }}", "blog.front_matter.description: 'titel' is undefined"),
        ("{{ titles", "blog.front_matter.description:1: "),
        ("{{ 1 // 0 }}", "blog.front_matter.description: "),
        ({"a": ["{% foo %}"]}, "blog.front_matter.description.a[0]:1: "),
    ],
)
def test_a_template_that_is_not_one_is_named_with_its_key(blog: Blog, value: Any, said: str) -> None:
    with serve() as services:
        blog.configure(services, blog={"front_matter": {"description": value}})
        ran = blog.digest("build", "--date", blog.day, "2512.03405")
    assert ran.code == 2
    assert said in ran.err, ran.err


BOMBS = {
    "lists": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefghijk", "bcdefghijkl", strict=True)
    ),
    "one key": "a: {a: &a [x, x, x, x, x, x, x, x, x], "
    + ", ".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefghijk", "bcdefghijkl", strict=True)
    )
    + "}\n",
    "mappings": "a: &a {x: 1}\n"
    + "".join(
        f"{n}: &{n} {{p: *{o}, q: *{o}, r: *{o}}}\n"
        for o, n in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True)
    ),
    "a long text": f"a: &a {'x' * 9000}\nb: [{', '.join(['*a'] * 2000)}]\n",
    "itself": "a: &a [*a]\n",
    "levels": f"a: {'[' * 60}{']' * 60}\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_front_matter_that_never_ends_is_a_fault(offline: Blog, name: str) -> None:
    text = old_post(paper()).replace("tags: [papers]\n", BOMBS[name])
    assert len(json.dumps(read_front_matter(text).data)) < 40_000
    write(offline, **{FITTING: text})
    assert "(front-matter)" in offline.digest("check").out
    ran = offline.digest("import", "_posts")
    assert (ran.code, ran.out) == (0, "data/2025-11-03.json\n")
    assert "not valid YAML: " in ran.err
    assert offline.digest("render", "--all").code == 0
    assert offline.digest("check").code == 0


def test_a_dry_run_of_render_shows_and_writes_nothing(blog: Blog) -> None:
    with serve() as services:
        blog.configure(services)
        blog.build("2512.03405")
        blog.configure(services, blog={"layout": "page"})
    before = blog.files()
    ran = blog.digest("render", "--all", "--dry-run")
    assert (ran.code, ran.out) == (0, "posts/2025-12-04-daily-papers-20251204.md\n")
    assert "2025-12-04: would be written" in ran.err
    assert blog.files() == before
    assert blog.digest("render", "--all").code == 0
    assert "unchanged" in blog.digest("render", "--all", "--dry-run").err


def test_a_record_that_names_a_file_elsewhere_does_not_end_the_check(offline: Blog) -> None:
    write(offline, **{FITTING: old_post(paper()), "2025-11-03-travel.md": ESSAY})
    assert offline.digest("import", "_posts").code == 0
    path = offline.folder / "data/2025-11-03.json"
    path.write_text(path.read_text("utf-8").replace(f"_posts/{FITTING}", "../elsewhere.md"), "utf-8")
    found = json.loads(offline.digest("check", "--format", "json").out)
    assert {(each["path"], each["name"]) for each in found} >= {("data/2025-11-03.json", "file")}
