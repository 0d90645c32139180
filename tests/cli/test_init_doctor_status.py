"""Setting up a blog, seeing what works, seeing how it went."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from blog import Blog
from digest.core.config import Config
from digest.sample import faults, serve
from digest.store.config import read_config
from digest.store.lock import hold_lock

WORKFLOW = ".github/workflows/digest.yml"


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


def config_of(folder: Path) -> Config:
    return read_config(folder / "config.yaml", {}, required=True)


def test_an_empty_folder(blog: Blog) -> None:
    ran = blog.digest("init", "site")
    assert ran.code == 0
    assert ran.out.splitlines() == ["config.yaml", WORKFLOW, ".gitignore"]
    assert config_of(blog.folder / "site") == Config()
    assert "digest build --date 2025-12-04 --sample" in ran.err
    assert "git init" in ran.err


def test_again_is_identical_and_edits_are_left_alone(blog: Blog) -> None:
    blog.digest("init")
    before = blog.files()
    again = blog.digest("init")
    assert (again.code, again.out, again.err.count("identical")) == (0, "", 3)
    (blog.folder / "config.yaml").write_text("blog: {title: Mine {date}}\n")
    kept = blog.digest("init")
    assert "left alone  config.yaml" in kept.err
    assert (blog.folder / "config.yaml").read_text() == "blog: {title: Mine {date}}\n"
    assert blog.digest("init", "--force").out == "config.yaml\n"
    assert blog.files() == before


def test_templates_on_request(blog: Blog) -> None:
    ran = blog.digest("init", "--templates")
    assert "templates/post.md.j2" in ran.out.splitlines()
    assert (blog.folder / "templates" / "post.md.j2").read_text("utf-8").startswith("{#")


SITES = {
    "the blog's own": ("timezone: Asia/Seoul\n", "Asia/Seoul", "08:15:00", None),
    "no zone": ("title: x\n", "Asia/Seoul", "08:15:00", None),
    "far west, where the naive form is the day before": (
        "timezone: Pacific/Honolulu\n",
        "Pacific/Honolulu",
        "12:00:00 +0000",
        "another day",
    ),
    "far east": ("timezone: Pacific/Auckland\n", "Pacific/Auckland", "08:15:00", None),
    "a permalink that collides": ("permalink: /:year/:categories/\n", "Asia/Seoul", "08:15:00", ":title"),
}


@pytest.mark.parametrize("name", SITES)
def test_a_jekyll_site_decides(blog: Blog, name: str) -> None:
    text, zone, time, note = SITES[name]
    (blog.folder / "_config.yml").write_text(text)
    (blog.folder / ".gitignore").write_text("_site/")
    ran = blog.digest("init")
    config = config_of(blog.folder)
    assert (config.blog.timezone, config.blog.time, config.paths.posts) == (zone, time, "_posts")
    assert (blog.folder / ".gitignore").read_text() == "_site/\n.cache/\n"
    assert (note or "exclude") in ran.err


def test_the_branch_that_is_checked_out(blog: Blog) -> None:
    subprocess.run(["git", "init", "-q", "-b", "trunk"], cwd=blog.folder, check=True)
    blog.digest("init")
    assert config_of(blog.folder).publish.branch == "trunk"
    assert "ref: trunk" in (blog.folder / WORKFLOW).read_text()


def test_the_workflow_is_one_that_github_takes(blog: Blog) -> None:
    blog.digest("init")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", WORKFLOW]
    done = subprocess.run(command, cwd=blog.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    workflow = yaml.safe_load((blog.folder / WORKFLOW).read_text())
    crons = [tick["cron"] for tick in workflow[True]["schedule"]]
    assert crons == ["20 23 * * *", "50 1 * * *", "40 4 * * *"]  # 08:20, 10:50 and 13:40 in Seoul
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["build"]["permissions"] == {"contents": "write"}


@pytest.mark.parametrize("arguments", [["init", "a-file"], ["init", "-c", "config.yaml"]])
def test_init_where_it_cannot_be(blog: Blog, arguments: list[str]) -> None:
    (blog.folder / "a-file").write_text("x")
    ran = blog.digest(*arguments)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)


def states(out: str) -> dict[str, str]:
    return {line[6:19].strip(): line[:4].strip() for line in out.splitlines()}


def test_doctor_with_all_in_order(blog: Blog) -> None:
    with serve() as services:
        blog.configure(services)
        blog.build()
        ran = blog.digest("doctor")
    assert ran.code == 0, ran.out
    found = states(ran.out)
    assert found.pop("repository") == "warn"
    assert found.pop("arXiv API") == "ok"
    assert set(found.values()) == {"ok"}, ran.out
    assert "sk-sample-secret" not in ran.out + ran.err


def test_doctor_names_what_fails(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with serve() as services, hold_lock(blog.folder / ".cache"):
        blog.configure(services)
        services.fail("huggingface", faults.reply(503))
        services.fail("arxiv-api", faults.rate_exceeded)
        (blog.folder / "posts").write_text("a file")
        ran = blog.digest("doctor")
    assert ran.code == 1
    found = states(ran.out)
    assert {thing for thing, state in found.items() if state == "fail"} == {
        "Hugging Face",
        "arXiv API",
        "model",
        "posts",
    }
    assert {thing for thing, state in found.items() if state == "warn"} == {"key", "lock", "repository"}


def test_doctor_with_nothing_configured(blog: Blog) -> None:
    ran = blog.digest("doctor", "--offline")
    assert ran.code == 0
    assert all("Traceback" not in line for line in ran.err.splitlines())


def test_status(blog: Blog) -> None:
    with serve() as services:
        prices = {"input": 1.0, "output": 2.0}
        blog.configure(services, summarizer={"prices": prices})
        from datetime import UTC, datetime

        from digest.core.clock import yesterday

        day = str(yesterday(datetime.now(UTC), "Asia/Seoul"))
        services.fail("model", faults.reply(400), match="2512.03534")
        blog.digest("build", "--date", day, "2512.03405", "2512.03534", "2512.04000")
    ran = blog.digest("status", "--json")
    assert ran.code == 0
    values = json.loads(ran.out)
    own = next(each for each in values["days"] if each["day"] == day)
    assert (own["state"], own["final"], own["failed"]) == ("incomplete", 2, 1)
    assert day in values["due"]
    assert values["troubles"][0]["paper"] == "2512.03534"
    assert values["months"][0]["papers"] == 2
    assert values["months"][0]["cost_usd"] > 0
    text = blog.digest("status").out
    assert "2+1" in text
    assert "2512.03534 failed: model:" in text
