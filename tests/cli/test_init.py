"""`digest init`: what a repository gets, judged by what is there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from blog import Blog
from digest.core.config import Config
from digest.store.config import read_config

WORKFLOW = ".github/workflows/digest.yml"
WHEEL = ".github/workflows/daily_papers_digest-0.1.0-py3-none-any.whl"
SITE = ["_config.yml", "_layouts/default.html", "_layouts/post.html", "index.html"]


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


def config_of(folder: Path) -> Config:
    return read_config(folder / "config.yaml", {}, required=True)


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def test_an_empty_folder(blog: Blog) -> None:
    ran = blog.digest("init", "site")
    assert ran.code == 0
    assert ran.out.splitlines() == [*SITE, "config.yaml", WORKFLOW, WHEEL, ".gitignore"]
    assert config_of(blog.folder / "site") == Config().replace(paths=Config().paths.replace(posts="_posts"))
    assert "digest build --date 2025-12-04 --sample" in ran.err
    assert "git init" in ran.err


def test_again_is_identical_and_edits_are_left_alone(blog: Blog) -> None:
    blog.digest("init")
    before = blog.files()
    again = blog.digest("init")
    assert (again.code, again.out, again.err.count("identical")) == (0, "", 4)
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
    "a zone to be quoted": ("timezone: Etc/GMT+9\n", "Etc/GMT+9", "12:00:00 +0000", "another day"),
    "far east": ("timezone: Pacific/Auckland\n", "Pacific/Auckland", "08:15:00", None),
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


PERMALINKS = {
    "date": True,
    "/:title/": True,
    "/:year/:slug:output_ext": True,
    "/:year/:month/:day/": True,
    "/:year/:i_month/:i_day/": True,
    "/:short_year-:short_month-:day": True,
    "/:year_:month_:day": True,
    "/:year/:y_day/": True,
    "/:w_year/:week/:w_day/": True,
    "/:year/:categories/": False,
    "/:slugified_categories/:year/": False,
    "/:year/:i_month/": False,
    "/:year/:month/:short_day/": False,
    "/:i_month/:i_day/": False,
}


@pytest.mark.parametrize("permalink", PERMALINKS)
def test_a_permalink_under_which_posts_collide_is_noted(blog: Blog, permalink: str) -> None:
    (blog.folder / "_config.yml").write_text(f"permalink: {permalink}\n")
    assert (":title to it" not in blog.digest("init").err) == PERMALINKS[permalink]


@pytest.mark.parametrize("name", ["posts", "a: b", "a #b", 'a"b', "a\\1", "null", "{date}", "- a", "한글 😀"])
def test_what_a_site_says_is_quoted(blog: Blog, name: str) -> None:
    (blog.folder / "_config.yml").write_text(yaml.safe_dump({"collections_dir": name}), "utf-8")
    blog.digest("init")
    assert config_of(blog.folder).paths.posts == f"{name}/_posts"


IGNORED = {
    "none": (None, b".cache/\n"),
    "empty": (b"", b".cache/\n"),
    "no last line end": (b"_site/", b"_site/\n.cache/\n"),
    "line ends of Windows": (b"_site/\r\n\r\n", b"_site/\r\n\r\n.cache/\r\n"),
    "no last one of Windows": (b"a\r\nb", b"a\r\nb\r\n.cache/\r\n"),
    "ours already": (b".cache/\r\na\r\n", b".cache/\r\na\r\n"),
    "not UTF-8": ("한글/\n".encode("cp949"), "한글/\n".encode("cp949") + b".cache/\n"),
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_git_is_to_ignore_is_added_and_nothing_else_changed(blog: Blog, name: str) -> None:
    before, after = IGNORED[name]
    if before is not None:
        (blog.folder / ".gitignore").write_bytes(before)
    blog.digest("init")
    assert (blog.folder / ".gitignore").read_bytes() == after
    assert "identical  .gitignore" in blog.digest("init").err


@pytest.mark.parametrize("name", ["trunk", "feat/#1", "null", "a'b"])
def test_the_branch_that_is_checked_out(blog: Blog, name: str) -> None:
    subprocess.run(["git", "init", "-q", "-b", name], cwd=blog.folder, check=True)
    blog.digest("init")
    assert config_of(blog.folder).publish.branch == name
    workflow = yaml.safe_load((blog.folder / WORKFLOW).read_text("utf-8"))
    assert [workflow["jobs"][job]["steps"][0]["with"]["ref"] for job in ("build", "deploy")] == [name, name]


def test_the_workflow_is_one_that_github_takes(blog: Blog) -> None:
    blog.digest("init")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", WORKFLOW]
    done = subprocess.run(command, cwd=blog.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    workflow = yaml.safe_load((blog.folder / WORKFLOW).read_text())
    ticks = [(tick["cron"], tick["timezone"]) for tick in workflow[True]["schedule"]]
    assert ticks == [(cron, "Asia/Seoul") for cron in ("20 8 * * *", "50 10 * * *", "40 13 * * *")]
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["build"]["permissions"] == {"contents": "write"}


def test_the_configuration_of_the_repository_is_what_init_writes(blog: Blog) -> None:
    write(blog.folder, {"hugo.toml": ""})
    blog.digest("init")
    own = Path(__file__).parents[2] / "config.yaml"
    assert (blog.folder / "config.yaml").read_bytes() == own.read_bytes()


IN_THE_WAY = {
    "an unknown zone": ("_config.yml", "timezone: Mars/Phobos\n", "timezone: unknown time zone 'Mars/Phobos'; write"),
    "a zone that is a list": ("_config.yml", "timezone: [a]\n", "timezone: unknown time zone"),
    "a zone that is a path": ("_config.yml", "timezone: ../../etc/passwd\n", "timezone: unknown time zone"),
    "a site that holds itself": ("_config.yml", "a: &a [*a]\n", ":1: not YAML: *a holds itself"),
    "a folder for the site": ("_config.yml", None, "cannot be read: Is a directory"),
    "a folder for what git ignores": (".gitignore", None, "cannot be read: Is a directory; move it away"),
    "a folder for the configuration": ("config.yaml", None, "cannot be read: Is a directory; move it away"),
    "a folder for the workflow": (WORKFLOW, None, "cannot be read: Is a directory; move it away"),
    "a file for the workflow's folder": (".github", "x", "cannot be read: Not a directory; move it away"),
}


@pytest.mark.parametrize("name", IN_THE_WAY)
def test_what_is_in_the_way_of_init_is_named(blog: Blog, name: str) -> None:
    place, text, words = IN_THE_WAY[name]
    path = blog.folder / place
    path.mkdir(parents=True) if text is None else path.write_text(text)
    ran = blog.digest("init")
    assert (ran.code, len(ran.err.splitlines()) - ran.err.count("created")) == (2, 1)
    assert words in ran.err.splitlines()[-1]


@pytest.mark.parametrize("arguments", [["init", "a-file"], ["init", "-c", "config.yaml"]])
def test_init_where_it_cannot_be(blog: Blog, arguments: list[str]) -> None:
    (blog.folder / "a-file").write_text("x")
    ran = blog.digest(*arguments)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
