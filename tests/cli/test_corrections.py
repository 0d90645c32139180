"""Hand edits of posts become corrections: taken in with their authors, kept by whatever is built or rendered later."""

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from textwrap import fill
from typing import Any

import pytest
from bench.services import Services, make_papers, serve

from blog import NOW, Blog
from cli.test_import_and_check import old_post, paper, section
from model_server import Asked, ModelServer
from repositories import copy_of, git, push

DAY = str(NOW.date() - timedelta(days=1))
PAPERS = make_papers(2)
ONE, TWO = (paper.id for paper in PAPERS)
FULL = {"template": "post-full.md.j2", "repository": "kim/blog"}
GOAL = "사람이 고친 목표를 적는다."
KIM = {"by": "Kim & {{ x }}", "at": "2025-12-09T20:00:00Z"}


class Site(Blog):
    """A blog in git with a remote, and a day of two papers that is published."""

    day = DAY

    def __init__(self, blog: Blog, services: Services, template: Path) -> None:
        super().__init__(blog.folder, blog._capsys)
        self.services = services
        self.bare = copy_of(template, blog.folder)

    @property
    def name(self) -> str:
        """The post's path."""
        return self.post.relative_to(self.folder).as_posix()

    def settle(self, **blog: Any) -> None:
        self.configure(self.services, blog=blog, nightly={"catch_up_days": 1})

    def correct(self, old: str, new: str, *, by: str = KIM["by"], at: str = "2025-12-10T05:00:00+0900") -> None:
        """Somebody changes the post on the remote."""
        assert old in self.published
        push(self.bare, {self.name: f"{self.published.replace(old, new, 1)}\n"}, by=by, at=at)

    @property
    def published(self) -> str:
        return git(self.bare, "show", f"main:{self.name}")

    def checks(self) -> set[str]:
        return {each["name"] for each in json.loads(self.digest("check", "--format", "json").out)}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


SEED, FULL_FORM = "post.md.j2", "post-full.md.j2"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> dict[str, Path]:
    """A blog whose day is published, by template; each test works on a copy of it and of its remote."""
    folders = {}
    with pytest.MonkeyPatch.context() as patch, serve(PAPERS, {DAY: [ONE, TWO]}) as services:
        patch.setenv("OPENAI_API_KEY", "sk-sample-secret")
        for template in (SEED, FULL_FORM):
            folders[template] = folder = tmp_path_factory.mktemp("published") / "blog"
            copy_of(empty, folder)
            git(folder, "config", "user.name", "Owner")
            git(folder, "config", "user.email", "owner@example.org")
            blog = Blog(folder, None)
            blog.configure(services, blog={**FULL, "template": template}, nightly={"catch_up_days": 1})
            assert blog.run("nightly", "-q") == 0
    return folders


@pytest.fixture(params=[SEED, FULL_FORM])
def site(blog: Blog, own_git: None, published: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[Site]:
    with serve(PAPERS, {DAY: [ONE, TWO]}) as services:
        site = Site(blog, services, published[request.param])
        site.settle(template=request.param, repository="kim/blog")
        yield site


@pytest.fixture
def seed_site(blog: Blog, own_git: None, published: dict[str, Path]) -> Iterator[Site]:
    with serve(PAPERS, {DAY: [ONE, TWO]}) as services:
        site = Site(blog, services, published[SEED])
        site.settle()
        yield site


def test_a_correction_that_was_pushed_outlives_everything(site: Site) -> None:
    before = site.entry(ONE)
    goal = before["summary"]["goal"]
    if "**Goal**" in site.published:
        site.correct(f")**: {goal}", f")**: {GOAL}", by="Of the contents")
        site.correct(f"**Goal**: {goal}", f"**Goal**: {GOAL}")
    else:
        site.correct(goal, GOAL)
    site.services.clear()
    ran = site.digest("nightly")
    assert (ran.code, site.services.count("model")) == (0, 0), ran.err
    assert f"{ONE}: goal corrected by {KIM['by']}" in ran.err
    entry = site.entry(ONE)
    assert (entry["summary"], entry["corrected"]) == ({**before["summary"], "goal": GOAL}, {"goal": KIM})
    assert ("goal" in entry["verdicts"], entry["evidence"]) == (False, before["evidence"])
    assert (site.checks(), GOAL in site.published) == (set(), True)
    full = "사람이 고침: Kim &#38; &#123;&#123; x &#125;&#125; · 2025-12-09"
    assert (full in site.published) == ("## 1. [" in site.published)
    again = site.digest("nightly")
    assert (again.code, again.out, "corrected" in again.err) == (0, "", False)

    site.settle(**FULL)
    assert site.digest("render", "--all", "--force").code == 0
    assert site.post.read_text("utf-8").count(full) == 1
    assert site.digest("build", "--date", DAY, "--force").code == 0

    newer = [paper.replace(version=2, updated="2025-12-09T00:00:00Z") for paper in PAPERS]
    with (
        serve(newer, {DAY: [ONE, TWO]}) as services,
        ModelServer(services.model_base_url, lambda _: None).running() as model,
    ):
        site.configure(services, blog=FULL, summarizer={"base_url": model.url, "model": "large"})
        assert site.digest("refresh").code == 0
        ran = site.digest("build", "--date", DAY, "--refresh-versions", "--model", "large")
        assert ran.code == 0, ran.err
        asked = [each.body["response_format"]["json_schema"] for each in model.asked if ONE in each.text]
    assert [list(each["schema"]["properties"]) for each in asked if each["name"] == "summary"] == [
        [field for field in before["summary"] if field != "goal"]
    ]
    assert not any(GOAL in each.text for each in model.asked)
    entry = site.entry(ONE)
    assert (entry["summary"]["goal"], entry["corrected"], entry["paper"]["version"]) == (GOAL, {"goal": KIM}, 2)
    assert entry["provenance"]["model"] == "large"
    assert (entry["earlier"][0]["corrected"], "corrected" in site.entry(TWO)) == ({"goal": KIM}, False)
    assert site.checks() == set()


def test_two_people_and_a_merge(seed_site: Site) -> None:
    site = seed_site
    goal, method = (site.entry(ONE)["summary"][field] for field in ("goal", "method"))
    site.correct(goal, "첫째 사람이 고친 목표이다.", by="First")
    older = git(site.bare, "show", f"main~1:{site.name}")
    change = "둘째 사람이 고친 방법이다."
    theirs = {site.name: f"{older.replace(method, change)}\n"}
    push(site.bare, theirs, by="Second", branch="patch", onto="refs/heads/main~1")
    both = {site.name: f"{site.published.replace(method, change)}\n"}
    push(site.bare, both, by="Owner", merged="refs/heads/patch")
    site.correct("첫째 사람이 고친 목표이다.", GOAL, by="Third")
    ran = site.digest("nightly")
    assert ran.code == 0, ran.err
    corrected = site.entry(ONE)["corrected"]
    assert {field: each["by"] for field, each in corrected.items()} == {"goal": "Third", "method": "Second"}
    assert site.entry(ONE)["summary"]["goal"] == GOAL
    site.correct(GOAL, "넷째 사람이 고친 목표이다.", by="Fourth")
    assert site.digest("nightly").code == 0
    assert site.entry(ONE)["corrected"] == {**corrected, "goal": {**KIM, "by": "Fourth"}}
    assert site.entry(ONE)["summary"]["method"] == "둘째 사람이 고친 방법이다."


@pytest.mark.parametrize(
    ("depth", "by"), [("1", ["unknown", "unknown"]), ("2", ["Kim Lee", "unknown"]), ("3", ["Kim Lee", "First"])]
)
def test_whose_name_is_given_where_the_history_is_cut_off(seed_site: Site, depth: str, by: list[str]) -> None:
    site = seed_site
    goal, method = (site.entry(ONE)["summary"][field] for field in ("goal", "method"))
    site.correct(method, "첫째 사람이 고친 방법이다.", by="First")
    site.correct(goal, GOAL, by="Kim\u2028 Lee")
    if depth == "1":
        push(site.bare, {}, by="Else")
    there = Blog(Path(f"{site.folder}-cut"), site._capsys)
    git(site.folder.parent, "clone", "-q", "--depth", depth, site.bare.as_uri(), str(there.folder))
    (there.folder / "config.yaml").write_bytes((site.folder / "config.yaml").read_bytes())
    there.day = DAY
    assert there.digest("import", "posts").code == 0
    corrected = there.entry(ONE)["corrected"]
    assert [corrected[field]["by"] for field in ("goal", "method")] == by


def test_a_correction_that_breaks_the_schema_is_kept_published_and_reported(seed_site: Site) -> None:
    site = seed_site
    site.correct(site.entry(ONE)["summary"]["goal"], "Not in Korean, and 습니다")
    ran = site.digest("nightly")
    assert ran.code == 1, ran.err
    assert "(ending)" in ran.err or "(korean)" in ran.err or "(not-korean)" in ran.err, ran.err
    assert site.entry(ONE)["status"] == "final"
    assert git(site.bare, "show", f"main:data/{DAY}.json").count("Not in Korean") == 1
    assert site.digest("check").code == 1


def test_what_is_no_field_is_kept_or_reported(seed_site: Site) -> None:
    site = seed_site
    text = site.post.read_text("utf-8")
    method = site.entry(ONE)["summary"]["method"]
    title = PAPERS[0].title
    text = (
        text.replace(method, "")
        .replace(f"[{title}]", "[고친 제목]")
        .replace("layout: post", "author: Kim\nlayout: wide")
    )
    text = text.replace("tags: [papers, hugginface]\n", "").replace(site.entry(ONE)["summary"]["results"], GOAL)
    site.post.write_text(text[: text.index("# 2. [")] + "***\n\n끝에 덧붙인 말이다.\n", "utf-8")
    plan = site.digest("nightly", "--dry-run")
    assert f"{site.post.relative_to(site.folder)}: edited by hand; a night takes the edits into its record" in plan.err
    edited = site.post.read_bytes()
    ran = site.digest("nightly")
    assert ran.code == 1, ran.err
    entry = site.entry(ONE)
    assert (entry["summary"]["method"], entry["paper"]["title"], list(entry["corrected"])) == (
        method,
        "고친 제목",
        ["results"],
    )
    assert "덧붙인" in json.dumps([entry.get("extra"), entry["summary"]], ensure_ascii=False)
    assert site.record["front_matter"] == {"author": "Kim", "layout": "wide"}
    gone = (
        f"{TWO} was taken out of the post",
        "tags was taken out of the front matter",
        f"method of {ONE} is not read",
    )
    for said in (*gone, "the title is now", "the post is left as it is"):
        assert said in ran.err
    assert (site.post.read_bytes(), GOAL in git(site.bare, "show", f"main:data/{DAY}.json")) == (edited, True)
    record = site.record_path.read_bytes()
    again = site.digest("nightly")
    assert (site.post.read_bytes(), site.record_path.read_bytes()) == (edited, record)
    assert "corrected by" not in again.err
    assert site.digest("import", "posts").code == 0
    assert site.digest("render", "--date", DAY).code == 0
    text = site.post.read_text("utf-8")
    assert (TWO in text, "\nauthor: Kim\n" in text, GOAL in text, "덧붙인" in text) == (True, True, True, False)
    assert site.checks() == set()


def test_what_cannot_be_taken_in_stays_and_is_reported(seed_site: Site) -> None:
    site = seed_site
    edit(site.post, "## Method", "<<<<<<< HEAD\n## Method")
    record, post = site.record_path.read_bytes(), site.post.read_bytes()
    ran = site.digest("nightly")
    assert (ran.code, site.record_path.read_bytes(), site.post.read_bytes()) == (1, record, post), ran.err
    assert "is a mark of a merge conflict; resolve it" in ran.err


def test_going_back_to_what_digest_wrote_is_an_edit_too(seed_site: Site) -> None:
    site = seed_site
    goal = site.entry(ONE)["summary"]["goal"]
    site.correct(goal, GOAL)
    assert site.digest("nightly").code == 0
    older = git(site.bare, "show", f"main~2:{site.name}")
    push(site.bare, {site.name: f"{older}\n"}, by="Owner")
    ran = site.digest("nightly")
    assert f"{ONE}: goal corrected by Owner" in ran.err
    assert (site.entry(ONE)["summary"]["goal"], site.entry(ONE)["corrected"]["goal"]["by"]) == (goal, "Owner")
    assert goal in site.published


def test_a_post_whose_record_a_killed_run_never_wrote_is_no_edit(blog: Blog, own_git: None) -> None:
    with serve(PAPERS, {}) as services:
        blog.configure(services)
        assert blog.build(ONE).code == 0
        before = blog.record_path.read_bytes()
        assert blog.build(ONE, TWO).code == 0
        whole, post = blog.record_path.read_bytes(), blog.post.read_bytes()
        blog.record_path.write_bytes(before)
        assert blog.digest("import", "posts").out == ""
        assert blog.record_path.read_bytes() == before
        assert blog.build(ONE, TWO).code == 0
    assert (blog.record_path.read_bytes(), blog.post.read_bytes()) == (whole, post)


def test_a_post_that_is_imported_over_its_record_is_a_persons_still(blog: Blog, own_git: None) -> None:
    with serve(PAPERS, {blog.day: [ONE, TWO]}) as services:
        blog.configure(services)
        assert blog.build().code == 0
        for field, text in (("goal", GOAL), ("method", "사람이 고친 방법이다.")):
            edit(blog.post, blog.entry(ONE)["summary"][field], text)
        assert blog.digest("import", "posts").code == 0
        corrected = blog.entry(ONE)["corrected"]
        assert list(corrected) == ["goal", "method"]
        edit(blog.post, "사람이 고친 방법이다.", "다시 고친 방법이다.")
        assert blog.digest("import", "--force", "posts").code == 0
        assert (blog.entry(ONE)["corrected"], "corrected" in blog.entry(TWO)) == ({"goal": corrected["goal"]}, False)
        assert blog.build("--model", "large").code == 0
    assert blog.entry(ONE)["summary"]["goal"] == GOAL


def test_a_line_of_the_contents_is_no_field(blog: Blog, own_git: None) -> None:
    with serve(PAPERS, {blog.day: [ONE, TWO]}) as services:
        blog.configure(services, blog=FULL)
        assert blog.build().code == 0
        before = blog.record["entries"]
        edit(blog.post, f")**: {before[0]['summary']['goal']}", f")**: {GOAL}")
        ran = blog.digest("import", "posts")
    assert (ran.code, blog.record["entries"]) == (0, before)
    assert (GOAL in str(blog.record["extra"]), "(extra-text)" in ran.err) == (True, True)


def reflowed(text: str) -> str:
    """Lines of forty signs at most, as some editors break them."""
    prose = ("1. **", "2. **", "논문", "제", "기", "입", "평")
    return "\n".join(fill(line, 40) if line.startswith(prose) else line for line in text.split("\n"))


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


SPELLED: dict[str, tuple[Callable[[str], str], str]] = {
    "broken lines": (reflowed, ""),
    "decomposed signs": (decomposed, ""),
    "other line ends": (lambda text: text.replace("\n", "\r\n"), ""),
    "contents that are gone": (
        lambda text: re.sub(r"(?m)^\d\. \*\*\[.*\n", "", text),
        "2 passages of the template taken",
    ),
    "evidence that is gone": (lambda text: re.sub(r"(?s)<details.*?</details>\n", "", text, count=1), "1 passage of"),
    "a field with signs that nobody sees": (
        lambda text: text.replace("입력에서", decomposed("입\u200b력에서는"), 1),
        "method",
    ),
}


def test_an_editor_that_spells_the_same_words_otherwise_corrects_nothing(blog: Blog, own_git: None) -> None:
    with serve(PAPERS, {blog.day: [ONE, TWO]}) as services:
        blog.configure(services, blog=FULL)
        assert blog.build().code == 0
        record, post = blog.record_path.read_bytes(), blog.post.read_bytes()
        for name, (change, said) in SPELLED.items():
            blog.record_path.write_bytes(record)
            blog.post.write_bytes(change(post.decode()).encode())
            before = blog.record
            ran = blog.digest("import", "posts", "-v")
            after = blog.record
            assert (ran.code, said in ran.err, bool(said) or ran.err.startswith("made")) == (0, True, True), ran.err
            if said == "method":
                summary = before["entries"][0]["summary"]
                summary["method"] = summary["method"].replace("입력에서", "입력에서는")
                assert list(after["entries"][0].pop("corrected")) == ["method"]
                del before["entries"][0]["verdicts"]["method"]
            assert {**after, "post": None} == {**before, "post": None}, name


def reordered(text: str) -> str:
    head, one, two = text.split("\n# ")
    return "\n# ".join([head, two.replace("2. ", "1. ", 1) + "\n", one.replace("1. ", "2. ", 1)])


LOSSES: dict[str, tuple[Callable[[str], str], str]] = {
    "a paper": (lambda text: text[: text.index("# 2. [")], f"{TWO} was taken out of the post, and its record has it"),
    "the order": (reordered, "the papers are in another order than in the record"),
    "a key": (lambda text: text.replace("tags: [papers, hugginface]\n", ""), "tags was taken out of the front matter"),
}


def test_what_is_lost_alone_is_reported_every_night(seed_site: Site) -> None:
    site = seed_site
    record, post = site.record_path.read_bytes(), site.post.read_text("utf-8")
    for change, said in LOSSES.values():
        site.post.write_text(change(post), "utf-8")
        for _ in range(2 if change is reordered else 1):
            ran = site.digest("nightly")
            assert (ran.code, said in ran.err) == (1, True), ran.err
            assert (site.record_path.read_bytes(), site.post.read_text("utf-8")) == (record, change(post))


@pytest.mark.parametrize("in_git", [True, False])
def test_an_edit_that_nobody_committed_is_the_users(blog: Blog, own_git: None, in_git: bool) -> None:
    with serve() as services:
        blog.configure(services, blog=FULL)
        assert blog.build("2512.03405", "2512.03534").code == 0
    if in_git:
        git(blog.folder, "init", "-q")
        git(blog.folder, "config", "user.name", "Owner")
    old = blog.record["entries"][0]["summary"]["goal"]
    edit(blog.post, f"**Goal**: {old}", f"**Goal**: {GOAL}")
    then = NOW - timedelta(hours=2)
    os.utime(blog.post, (then.timestamp(), then.timestamp()))
    blog.configure(None, blog={"repository": "kim/blog"})  # another template, before the edit is taken in
    assert blog.digest("import", "posts").code == 0
    entry = blog.record["entries"][0]
    by = "Owner" if in_git else "unknown"
    assert entry["corrected"] == {"goal": {"by": by, "at": "2025-12-10T01:30:00Z"}}
    assert ("extra" in entry, "extra" in blog.record) == (False, False)


def test_a_draft_that_a_person_corrects_is_final(blog: Blog, own_git: None) -> None:
    with serve(list(PAPERS), {blog.day: [ONE]}) as services:
        services.answer(lambda paper, raw, nth: None)
        blog.configure(services)
        assert blog.build().code == 0
        record = blog.record
        entry = record["entries"][0]
        entry |= {"status": "draft", "faults": [{"name": "ending", "message": "x", "field": "goal", "paper": None}]}
        blog.record_path.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
        assert blog.digest("render", "--date", blog.day).code == 0
        edit(blog.post, entry["summary"]["goal"], GOAL)
        assert blog.digest("import", "posts").code == 0
    after = blog.record["entries"][0]
    assert (after["status"], after["faults"], list(after["corrected"])) == ("final", [], ["goal"])


def reworded(asked: Asked) -> Any:
    """Other words of the model `large`."""
    if asked.body["model"] != "large" or asked.body["response_format"]["json_schema"]["name"] != "summary":
        return None
    said = {
        field: {**each, "text": each["text"].replace("다.", "다고 보고되었다.")}
        for field, each in json.loads(asked.content()).items()
    }
    return asked.saying(json.dumps(said, ensure_ascii=False))


@pytest.mark.parametrize("in_git", [True, False])
def test_an_edit_that_waited_while_its_paper_was_summarised_anew(blog: Blog, own_git: None, in_git: bool) -> None:
    with (
        serve(PAPERS, {blog.day: [ONE]}) as services,
        ModelServer(services.model_base_url, reworded).running() as model,
    ):
        blog.configure(services, blog=FULL, summarizer={"base_url": model.url})
        assert blog.build().code == 0
        if in_git:
            git(blog.folder, "init", "-q")
            git(blog.folder, "add", "posts")
            git(blog.folder, "-c", "user.name=O", "-c", "user.email=o@example.org", "commit", "-qm", "Posts")
        old = blog.entry(ONE)["summary"]
        edit(blog.post, f"**Goal**: {old['goal']}", f"**Goal**: {GOAL}")
        assert blog.build("--model", "large").code == 3
        new = blog.entry(ONE)["summary"]
        assert GOAL in blog.post.read_text("utf-8")
        assert blog.digest("import", "posts").code == 0
    entry = blog.entry(ONE)
    assert not set(old.values()) & set(new.values())
    assert (entry["summary"], list(entry["corrected"])) == ({**new, "goal": GOAL}, ["goal"])
    assert entry["provenance"]["model"] == "large"


def test_an_imported_post_keeps_its_form(blog: Blog, own_git: None) -> None:
    blog.configure(None, arxiv={"api_url": "http://127.0.0.1:9/api", "interval": 0}, publish={"push": False})
    path = blog.folder / "posts" / "2025-11-03-daily-papers-20251103.md"
    path.parent.mkdir()
    path.write_text(old_post(paper(extra="\n그림이 하나 있다.\n")), "utf-8")
    assert blog.digest("import", "posts").code == 0
    edit(path, section("method"), "사람이 고친 방법을 적는다.")
    before = path.read_bytes()
    with serve(PAPERS, {}) as services:
        blog.configure(services, nightly={"catch_up_days": 1})
        ran = blog.digest("nightly")
    values = json.loads((blog.folder / "data" / "2025-11-03.json").read_text("utf-8"))
    (entry,) = values["entries"]
    assert (entry["summary"]["method"], list(entry["corrected"])) == ("사람이 고친 방법을 적는다.", ["method"]), ran.err
    assert path.read_bytes() == before
    assert "2511.00001: method corrected by unknown" in ran.err
