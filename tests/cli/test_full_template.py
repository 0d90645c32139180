"""`blog.template`: the full post through build, check, import and render; withdrawn papers in both templates."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench.services import faults, serve

from blog import Blog
from digest.sample import load_papers
from digest.sample.server import json_reply

FULL = {"template": "post-full.md.j2", "repository": "kim/blog"}


@pytest.fixture(params=["post.md.j2", "post-full.md.j2"])
def either(built: Blog, request: pytest.FixtureRequest) -> Blog:
    """A day of two papers in one of the templates, whose arXiv does not answer any more."""
    arxiv = {"api_url": "http://127.0.0.1:9/api", "interval": 0}
    built.configure(None, arxiv=arxiv, blog={"template": request.param, "repository": "kim/blog"})
    assert built.digest("render", "--all", "--force").code == 0
    return built


def names(blog: Blog) -> set[str]:
    return {each["name"] for each in json.loads(blog.digest("check", "--format", "json").out)}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_only_what_was_edited_is_taken_in(either: Blog) -> None:
    assert names(either) == set()
    before = either.record
    goal = before["entries"][0]["summary"]["goal"]
    at = "**Goal**: " if "**Goal**" in either.post.read_text("utf-8") else "- Goal: "
    edit(either.post, at + goal, f"{at}사람이 고친 목표를 적는다.")
    assert names(either) == {"hand-edit"}
    ran = either.digest("import", "posts")
    assert (ran.code, ran.err) == (0, "made 1 record of 2 papers from 1 file\n"), ran.err
    after = either.record
    assert after["entries"][0]["summary"] == {**before["entries"][0]["summary"], "goal": "사람이 고친 목표를 적는다."}
    assert after["entries"][0].pop("corrected").keys() == {"goal"}
    assert "goal" not in after["entries"][0]["verdicts"]
    after["entries"][0]["verdicts"] = before["entries"][0]["verdicts"]
    after["entries"][0]["summary"]["goal"] = goal
    assert {**after, "post": None} == {**before, "post": None}
    assert either.digest("render", "--all").code == 0
    assert names(either) == set()


def test_what_the_user_adds_is_kept_and_what_was_kept_stays(either: Blog) -> None:
    for words in ("첫째로 덧붙인 말이다.", "둘째로 덧붙인 말이다."):
        post = either.post.read_text("utf-8")
        either.post.write_text(post.rstrip("\n") + f"\n\n***\n\n{words} [자료](https://x.org/{len(words)})\n", "utf-8")
        assert names(either) == {"hand-edit", "extra-text"}
        assert "(extra-text)" in either.digest("import", "posts").err
        assert either.digest("render", "--all").code == 0
    kept = [each["text"] for entry in either.record["entries"] for each in entry.get("extra", ())]
    assert [text.split(" [")[0] for text in kept] == ["첫째로 덧붙인 말이다.", "둘째로 덧붙인 말이다."]


def test_a_withdrawn_paper_says_so_after_render(either: Blog) -> None:
    record = either.record
    record["entries"][1]["withdrawn"] = {"at": "2026-01-02T00:00:00Z", "comment": "Error in Theorem 2."}
    record["entries"][1]["changed"] = "2026-01-02T00:00:00Z"
    before = either.post.read_text("utf-8")
    either.record_path.write_text(json.dumps(record), "utf-8")
    assert names(either) == {"record-disagrees"}
    assert either.digest("render", "--all").code == 0
    text = either.post.read_text("utf-8")
    assert text.count("이 논문은 철회되었다") == 1
    assert text.index("철회되었다") > text.index("2. [")
    assert "\nlast_modified_at: 2026-01-02 09:00:00 +0900\n" in text
    assert names(either) == set()
    edit(either.post, "한다.", "하였다.")
    assert names(either) == {"hand-edit"}
    assert either.digest("import", "posts").code == 0
    assert either.record["entries"][1]["withdrawn"] == record["entries"][1]["withdrawn"]
    assert either.record["entries"][1].get("extra") is None
    del record["entries"][1]["withdrawn"], record["entries"][1]["changed"]
    either.record_path.write_text(json.dumps(record), "utf-8")
    assert either.digest("render", "--all", "--force").code == 0
    assert either.post.read_text("utf-8") == before


def edited(change: Callable[[Any], Any]) -> faults.Fault:
    """The right answer, changed."""
    return lambda wire, answer: wire.send(json_reply(change(json.loads(answer().body))))


def test_code_and_project_page_of_the_listing_are_linked(blog: Blog) -> None:
    def add_links(items: Any) -> Any:
        for item in items:
            item["paper"] |= {"githubRepo": "https://github.com/a/b", "projectPage": "javascript:alert(1)"}
        items[0]["paper"] |= {"githubRepo": 3, "projectPage": " http://lab.example.org/p "}
        return items

    ids = [paper.id for paper in load_papers()[:3]]
    with serve(listings={blog.day: ids}) as services:
        services.fail("huggingface", edited(add_links))
        blog.configure(services, blog=FULL)
        assert blog.build().code in (0, 3)
    links = [(entry["paper"].get("code"), entry["paper"].get("project")) for entry in blog.record["entries"]]
    assert links[0] == (None, "http://lab.example.org/p")
    assert set(links[1:]) == {("https://github.com/a/b", None)}
    text = blog.post.read_text("utf-8")
    assert "[프로젝트](http://lab.example.org/p)" in text
    assert "[코드](https://github.com/a/b)" in text
    assert "javascript" not in text


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"template": "../post.md.j2"}, "blog.template: '../post.md.j2' is not a template's file name"),
    ({"template": "nosuch.md.j2"}, "no template 'nosuch.md.j2'"),
    ({"repository": "https://github.com/a/b"}, "blog.repository: 'https://github.com/a/b' is not a repository"),
    ({"repository": "a/b?title=x"}, "blog.repository: "),
]


def test_settings_that_cannot_be_are_refused(built: Blog) -> None:
    for keys, said in REFUSED:
        built.configure(None, blog=keys)
        ran = built.digest("render", "--all")
        assert ran.code == 2, keys
        assert said in ran.err, keys
