"""`build --model` and `--refresh-versions`: what is final is summarised anew, and the older answer is kept."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from bench.services import Services, make_papers, serve

from blog import Blog, Ran
from digest.sample.paper import SamplePaper
from model_server import Asked, Habit, ModelServer

PAPERS = make_papers(3)
IDS = [paper.id for paper in PAPERS]
NEW = "2025-12-09T00:00:00Z"
NEWER: list[SamplePaper] = [
    PAPERS[0].replace(version=2, updated=NEW, title="Another Title"),
    PAPERS[1].replace(version=2, updated=NEW, comment="This paper has been withdrawn by the authors."),
    PAPERS[2],
]


class Shop:
    """The day's services, with an address that stays; later papers have services of their own."""

    def __init__(self, blog: Blog, services: Services) -> None:
        self.blog = blog
        self._services = services
        self.asked: list[Asked] = []

    def run(
        self, *arguments: str, papers: Sequence[SamplePaper] = (), habit: Habit = lambda _: None, **keys: Any
    ) -> Ran:
        later = serve(list(papers), {self.blog.day: IDS}) if papers else nullcontext(self._services)
        with later as services, ModelServer(services.model_base_url, habit).running() as model:
            asking = {"base_url": model.url, "model": "small", **keys}
            self.blog.configure(services, summarizer=asking)
            ran = self.blog.digest(*arguments)
            self.asked = model.asked
        return ran

    def build(self, *arguments: str, **more: Any) -> Ran:
        return self.run("build", "--date", self.blog.day, "--json", *arguments, **more)

    @property
    def models(self) -> list[str]:
        return [asked.body["model"] for asked in self.asked]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with serve(PAPERS, {Blog.day: IDS}) as running:
        yield running


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves its day for the others."""
    return tmp_path_factory.mktemp("first") / "blog"


@pytest.fixture
def shop(blog: Blog, services: Services, first: Path) -> Shop:
    """A day of three papers, by the model `small`."""
    shop = Shop(blog, services)
    if first.exists():
        shutil.copytree(first, blog.folder, dirs_exist_ok=True)
    else:
        assert shop.build().code == 0
        shutil.copytree(blog.folder, first)
    return shop


def test_another_model_summarises_anew_and_only_once(shop: Shop) -> None:
    blog = shop.blog
    before, files = blog.record["entries"], blog.files()
    plan = shop.build("--model", "large", "--dry-run")
    assert (plan.code, plan.json["state"], plan.json["papers"]["final"], shop.asked) == (0, "unchanged", 3, [])
    for paper_id in IDS:
        assert f"would be summarised anew: {paper_id}: by large in place of small" in plan.err
    assert blog.files() == {**files, "config.yaml": blog.files()["config.yaml"]}

    ran = shop.build("--model", "large", IDS[1])
    assert (ran.code, shop.models, ran.json["requests"]["arxiv"]) == (0, ["large"] * 2, 0), ran.err
    assert [entry["provenance"]["model"] for entry in blog.record["entries"]] == ["small", "large", "small"]

    ran = shop.build("--model", "large")
    assert (ran.code, ran.json["state"], shop.models) == (0, "written", ["large"] * 4), ran.err
    assert f"summarised anew: {IDS[0]}: by large in place of small; the older answer is kept" in ran.err
    for old, new in zip(before, blog.record["entries"], strict=True):
        assert new["earlier"] == [old]
        assert new["paper"] == old["paper"]
        assert (new["provenance"]["model"], new["provenance"]["attempts"]) == ("large", 1)
        assert {verdict["verdict"] for verdict in new["verdicts"].values()} == {"supported"}
        assert new["changed"] == "2025-12-10T03:30:00Z"
    old_post = files[blog.post.relative_to(blog.folder).as_posix()].decode()
    changed = set(blog.post.read_text("utf-8").splitlines()) ^ set(old_post.splitlines())
    assert [line.partition(":")[0] for line in changed] == ["last_modified_at"]  # `large` says the same as `small`

    again = shop.build("--model", "large", "--force")
    assert (again.code, again.json["state"], shop.asked) == (0, "unchanged", [])
    assert shop.build().json["state"] == "unchanged"
    assert blog.digest("check").code == 0
    assert shop.build("--model", "small").code == 0
    assert [len(entry["earlier"]) for entry in blog.record["entries"]] == [2, 2, 2]
    assert blog.digest("status", "--json").json["months"][0]["papers"] == 3


def test_a_plan_names_drafts_and_failures_too(shop: Shop) -> None:
    record = shop.blog.record
    record["entries"][0] |= {"status": "draft", "faults": [{"name": "ending", "message": "x"}]}
    record["entries"][1] |= {"status": "draft", "faults": [{"name": "given-up", "message": "x"}]}
    record["entries"][1]["provenance"]["attempts"] = 9
    shop.blog.record_path.write_text(json.dumps(record), "utf-8")
    plan = shop.build("--model", "large", "--dry-run")
    assert [line.partition(": ")[2] for line in plan.err.splitlines()[:2]] == [
        f"would be asked again: {IDS[0]}",
        f"would be summarised anew: {IDS[2]}: by large in place of small",
    ]
    shop.build("--model", "large")
    assert [entry["provenance"]["model"] for entry in shop.blog.record["entries"]] == ["large", "small", "large"]


def is_about(asked: Asked, paper: SamplePaper) -> bool:
    return paper.title in asked.text


def test_what_is_not_fit_replaces_nothing_and_is_reported(shop: Shop) -> None:
    record = shop.blog.record_path.read_bytes()

    def habit(asked: Asked) -> Any:
        if is_about(asked, PAPERS[0]):
            return 503, "{}"
        if is_about(asked, PAPERS[1]):
            return asked.saying(json.dumps({"goal": {"text": "x", "evidence": []}}))
        return (503, "{}") if "verdicts" in str(asked.body.get("response_format")) else None

    ran = shop.build("--model", "large", habit=habit)
    assert (ran.code, ran.json["state"], shop.blog.record_path.read_bytes()) == (3, "unchanged", record), ran.err
    faults = ran.json["faults"]
    assert {fault["paper"] for fault in faults} == set(IDS)
    assert {"model", "unverified"} <= {fault["name"] for fault in faults}
    assert all(fault["message"].endswith("; the older answer, by small, stays") for fault in faults)

    def always(asked: Asked) -> Any:
        return asked.saying("{}") if is_about(asked, PAPERS[1]) else None

    ran = shop.build("--model", "large", habit=always)
    assert [entry["provenance"]["model"] for entry in shop.blog.record["entries"]] == ["large", "small", "large"]
    assert "verdicts" in str(shop.asked[0].body.get("response_format")) or ran.code == 3
    for _ in range(2):
        ran = shop.build("--model", "large", habit=always)
    assert (ran.code, shop.asked) == (0, [])
    assert "9 asks of large led to no final answer; raise nightly.give_up_after, or name another model" in ran.err
    assert shop.build("--model", "other", IDS[1]).code == 0  # another model is another count
    assert shop.blog.entry(IDS[1])["provenance"]["model"] == "other"


def test_a_newer_version_is_read_and_one_that_withdraws_the_paper_is_marked(shop: Shop) -> None:
    assert shop.build("--refresh-versions").json["state"] == "unchanged"
    record = shop.blog.record
    record["entries"][1]["newer"] = {"version": 2, "at": NEW}  # noted before it was withdrawn
    shop.blog.record_path.write_text(json.dumps(record), "utf-8")
    assert shop.run("refresh", papers=[NEWER[0], NEWER[1].replace(comment=None), NEWER[2]]).code == 0
    assert shop.build("--model", "large", IDS[0], papers=NEWER).code == 0
    assert (shop.blog.entry(IDS[0])["paper"]["version"], shop.blog.entry(IDS[0])["newer"]["version"]) == (1, 2)

    offline = shop.build("--refresh-versions", "--offline", papers=NEWER)
    assert (offline.code, offline.json["state"]) == (3, "unchanged"), offline.err
    ran = shop.build("--refresh-versions", papers=NEWER)
    assert (ran.code, shop.models) == (0, ["small"] * 2), ran.err
    entry = shop.blog.entry(IDS[0])
    assert (entry["paper"]["version"], entry["paper"]["updated"]) == (2, NEW)
    assert (entry["paper"]["title"], len(entry["earlier"]), "newer" in entry) == ("Another Title", 2, False)
    assert f"{IDS[0]}: the title is now 'Another Title'; it was {PAPERS[0].title!r}" in ran.err
    gone = shop.blog.entry(IDS[1])
    assert (gone["status"], gone["withdrawn"]["comment"], "earlier" in gone) == ("final", NEWER[1].comment, False)
    assert shop.blog.post.read_text("utf-8").count("이 논문은 철회되었다") == 1
    assert "earlier" not in shop.blog.entry(IDS[2])
    assert (shop.build("--refresh-versions", papers=NEWER).json["state"], shop.asked) == ("unchanged", [])


def test_what_cannot_be_made_anew_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("", "  ", "a\nb"):
        ran = shop.build("--model", name)
        assert (ran.code, "is not a model's name" in ran.err) == (2, True), repr(name)
    monkeypatch.delenv("OPENAI_API_KEY")
    ran = shop.build("--refresh-versions", kind="auto")
    assert (ran.code, "set $OPENAI_API_KEY" in ran.err) == (2, True)


def test_the_named_model_has_its_own_price(shop: Shop) -> None:
    priced: dict[str, Any] = {"prices": {"input": 1, "output": 1}, "budget_usd": 1}
    ran = shop.build("--model", "gpt-5-mini", IDS[0], **priced)
    assert ran.code == 0, ran.err
    made = shop.blog.entry(IDS[0])["provenance"]
    assert 0 < made["cost_usd"] != sum(made["tokens"].values()) / 1e6
    refused = shop.build("--model", "large", **priced)
    assert (refused.code, "no price is known for 'large'" in refused.err) == (2, True)
