"""`digest init`: what a repository gets, judged by what is there."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from blog import Blog
from digest.core.config import Config
from digest.store.config import read_config
from repositories import git
from sites import ALFOLIO, CHIRPY

WORKFLOW = ".github/workflows/digest.yml"
WHEEL = ".github/workflows/daily_papers_digest-0.1.0-py3-none-any.whl"
pytestmark = pytest.mark.usefixtures("own_git")
INIT = ("init", "--install", "digest")
"""Where the wheel that the workflow installs is not what is tested, it is not packed."""
SITE = ["_config.yml", "_layouts/default.html", "_layouts/post.html", "index.html"]


def config_of(folder: Path) -> Config:
    return read_config(folder / "config.yaml", {}, required=True)


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
    ran = blog.digest(*INIT, "--templates")
    assert "templates/post.md.j2" in ran.out.splitlines()
    assert (blog.folder / "templates" / "post.md.j2").read_text("utf-8").startswith("{#")


ARCHIVE = ["_layouts/daily-papers.html", "daily-papers/index.html"]


def test_pages_on_request(blog: Blog) -> None:
    plain = blog.digest(*INIT, "site")
    assert not set(ARCHIVE) & set(plain.out.splitlines())
    assert blog.digest(*INIT, "site", "--pages").out.splitlines() == ARCHIVE
    layout = blog.folder / "site" / ARCHIVE[0]
    layout.write_text("mine")
    assert blog.digest(*INIT, "site", "--pages").out == ""
    assert layout.read_text() == "mine"
    assert blog.digest(*INIT, "site", "--pages", "--force").out.splitlines() == ARCHIVE[:1]


PAGES_IN = {
    "a site's own layout": ({"_layouts/page.html": ""}, ARCHIVE[0], "layout: page"),
    "a theme": ({"_layouts/post.html": "", "_config.yml": "theme: minima"}, ARCHIVE[0], "header_pages: [daily-papers"),
    "other folders": ({"_config.yml": "layouts_dir: 'in/x' # here\n"}, "in/x/daily-papers.html", "layout: default"),
}


@pytest.mark.parametrize("name", PAGES_IN)
def test_pages_fit_the_site(blog: Blog, name: str) -> None:
    files, path, said = PAGES_IN[name]
    write(blog.folder, {"_config.yml": "title: x\n"} | files)
    ran = blog.digest(*INIT, "--pages")
    assert said in (blog.folder / path).read_text("utf-8") + ran.err


def test_pages_need_a_site(blog: Blog) -> None:
    write(blog.folder, {"app.py": ""})
    ran = blog.digest("init", "--pages")
    assert (ran.code, "--pages needs a Jekyll site" in " ".join(ran.err.split())) == (2, True)


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
    ran = blog.digest(*INIT)
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
    assert (":title to it" not in blog.digest(*INIT).err) == PERMALINKS[permalink]


@pytest.mark.parametrize("name", ["posts", "a: b", "a #b", 'a"b', "a\\1", "null", "{date}", "- a", "한글 😀"])
def test_what_a_site_says_is_quoted(blog: Blog, name: str) -> None:
    (blog.folder / "_config.yml").write_text(yaml.safe_dump({"collections_dir": name}), "utf-8")
    blog.digest(*INIT)
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
    blog.digest(*INIT)
    assert (blog.folder / ".gitignore").read_bytes() == after
    assert "identical  .gitignore" in blog.digest(*INIT).err


@pytest.mark.parametrize("name", ["trunk", "feat/#1", "null", "a'b"])
def test_the_branch_that_is_checked_out(blog: Blog, name: str) -> None:
    subprocess.run(["git", "init", "-q", "-b", name], cwd=blog.folder, check=True)
    blog.digest(*INIT)
    assert config_of(blog.folder).publish.branch == name
    workflow = yaml.safe_load((blog.folder / WORKFLOW).read_text("utf-8"))
    assert [workflow["jobs"][job]["steps"][0]["with"]["ref"] for job in ("build", "deploy")] == [name, name]


def test_the_workflow_is_one_that_github_takes(blog: Blog) -> None:
    sites = {"empty": {}, "al-folio": ALFOLIO, "chirpy": CHIRPY, "Hugo": {"hugo.toml": ""}}
    for name, files in sites.items():
        (blog.folder / name).mkdir()
        write(blog.folder / name, files)
        assert blog.digest(*(INIT if name == "Hugo" else ("init",)), name).code == 0
    for command in (
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"],
        [f"{sysconfig.get_path('scripts')}/zizmor", "--offline", "--quiet"],
    ):
        workflows = [f"{name}/{WORKFLOW}" for name in sites]
        done = subprocess.run([*command, *workflows], cwd=blog.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    for name in sites:
        assert_it_starts_thrice_and_may_little(workflow_of(blog.folder / name))


def assert_it_starts_thrice_and_may_little(workflow: dict[Any, Any]) -> None:
    ticks = [(tick["cron"], tick["timezone"]) for tick in workflow[True]["schedule"]]
    assert ticks == [(cron, "Asia/Seoul") for cron in ("20 8 * * *", "50 10 * * *", "40 13 * * *")]
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["build"]["permissions"] == {"contents": "write"}
    used = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w/-]+@[0-9a-f]{40}", action) for action in used)


def test_the_configuration_of_the_repository_is_what_init_writes(blog: Blog) -> None:
    write(blog.folder, {"hugo.toml": ""})
    blog.digest(*INIT)
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
    ran = blog.digest(*INIT)
    assert (ran.code, len(ran.err.splitlines()) - ran.err.count("created")) == (2, 1)
    assert words in ran.err.splitlines()[-1]


@pytest.mark.parametrize("arguments", [["init", "a-file"], ["init", "-c", "config.yaml"]])
def test_init_where_it_cannot_be(blog: Blog, arguments: list[str]) -> None:
    (blog.folder / "a-file").write_text("x")
    ran = blog.digest(*arguments)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)


def commit_all(folder: Path, files: dict[str, str], branch: str = "master") -> None:
    """A repository with these files, committed."""
    write(folder, files)
    git(folder, "init", "-q", "-b", branch)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "site")


def workflow_of(folder: Path) -> dict[str, Any]:
    values: dict[str, Any] = yaml.load((folder / WORKFLOW).read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return values


def test_a_site_like_al_folio(blog: Blog) -> None:
    commit_all(blog.folder, ALFOLIO)
    ran = blog.digest("init")
    assert ran.code == 0, ran.err
    config = config_of(blog.folder)
    assert (config.paths.posts, config.blog.layout, config.publish.branch) == ("_posts", "post", "master")
    deploy = workflow_of(blog.folder)["jobs"]["deploy"]
    assert deploy["permissions"] == {"actions": "write"}
    assert deploy["steps"][0]["env"]["WORKFLOW"] == "deploy.yml"
    assert "gh workflow run" in deploy["steps"][0]["run"]
    assert "papers.yml commits posts of daily papers" in ran.err
    assert "citations.yml" not in ran.err
    assert "workflow_dispatch:`" not in ran.err
    assert "exclude: [config.yaml, data]" in ran.err
    assert "!/.github/workflows/*.whl" in (blog.folder / ".gitignore").read_text().splitlines()
    assert WHEEL in git(blog.folder, "ls-files", "--others", "--exclude-standard").splitlines()
    before = blog.files()
    assert blog.digest("init").out == ""
    assert blog.files() == before


def test_a_site_like_chirpy(blog: Blog) -> None:
    commit_all(blog.folder, CHIRPY, "main")
    ran = blog.digest(*INIT)
    workflow = workflow_of(blog.folder)
    assert workflow["jobs"]["deploy"]["steps"][0]["env"]["WORKFLOW"] == "pages-deploy.yml"
    assert workflow["concurrency"]["group"] != "daily-papers"  # the site's own group: each would hold the other up
    assert "pages-deploy.yml: under `on:` add the line `workflow_dispatch:`" in ran.err
    assert "exclude" not in ran.err
    assert config_of(blog.folder).blog.layout == "post"


PAGES = "on: {push: , workflow_dispatch: }\njobs: {a: {steps: [{uses: actions/deploy-pages@v4}]}}\n"
NOT_DEPLOYING: dict[str, dict[str, str]] = {
    "tests that build": {"ci.yml": "on: pull_request\njobs: {a: {steps: [{run: bundle exec jekyll build}]}}\n"},
    "nothing of Jekyll": {"ci.yml": "on: push\njobs: {a: {steps: [{run: make test}]}}\n"},
    "not YAML": {"ci.yml": "on: [push\n"},
    "a list": {"ci.yml": "- deploy-pages\n"},
    "odd values": {"ci.yml": "on:\njobs: {a: , b: [1], c: {steps: [deploy-pages, {uses: }]}}\n"},
    "our own": {"digest.yml": PAGES},
    "another ending": {"deploy.yml.off": PAGES},
}
DEPLOYING: dict[str, tuple[dict[str, str], str]] = {
    "Pages": ({"site.yaml": PAGES}, "site.yaml"),
    "to a branch": (
        {"a.yml": "on: [push]\njobs: {a: {steps: [{uses: peaceiris/actions-gh-pages@v4}]}}\n"},
        "a.yml",
    ),
    "elsewhere": ({"a.yml": "on: push\njobs: {a: {steps: [{uses: cloudflare/pages-action@v1}]}}\n"}, "a.yml"),
    "any that builds Jekyll on a push": (
        {"a.yml": "on: push\njobs: {a: {steps: [{run: 'jekyll build && rsync _site host:'}]}}\n"},
        "a.yml",
    ),
    "by a workflow that is called": (
        {
            "call.yml": "on: {workflow_call: }\njobs: {a: {steps: [{uses: actions/deploy-pages@v4}]}}\n",
            "main.yml": "on: push\njobs: {a: {uses: ./.github/workflows/call.yml}}\n",
        },
        "main.yml",
    ),
    "the one that deploys before one that builds": (
        {"a.yml": "on: push\njobs: {a: {steps: [{run: jekyll b}]}}\n", "z.yml": PAGES},
        "z.yml",
    ),
    "started by hand alone": (
        {"a.yml": "on: workflow_dispatch\njobs: {a: {steps: [{uses: actions/deploy-pages@v4}]}}\n"},
        "a.yml",
    ),
}


@pytest.mark.parametrize("name", [*NOT_DEPLOYING, *DEPLOYING])
def test_the_workflow_that_deploys(blog: Blog, name: str) -> None:
    files, deployer = DEPLOYING[name] if name in DEPLOYING else (NOT_DEPLOYING[name], None)
    write(blog.folder, {"_config.yml": "", **{f".github/workflows/{file}": text for file, text in files.items()}})
    ran = blog.digest(*INIT, "--force")
    assert ran.code == 0
    steps = workflow_of(blog.folder)["jobs"]["deploy"]["steps"]
    assert [step["env"]["WORKFLOW"] for step in steps if "env" in step] == ([deployer] if deployer else [])
    assert any("deploy-pages" in step.get("uses", "") for step in steps) == (deployer is None)


UNBUILDABLE = {
    "a plugin": {"_config.yml": "plugins: [jekyll-feed, jekyll-scholar]\n"},
    "a plugin of the Gemfile": {
        "_config.yml": "",
        "Gemfile": "group :jekyll_plugins do\n  gem 'jekyll-scholar'\nend\n",
    },
    "a theme": {"_config.yml": "theme: jekyll-theme-chirpy\n"},
    "Ruby of its own": {"_config.yml": "", "_plugins/a.rb": "# code\n"},
    "another generator": {"hugo.toml": ""},
}
BUILDABLE = {
    "plugins that Pages has": {"_config.yml": "plugins: [jekyll-feed, jekyll-seo-tag]\ntheme: minima\n"},
    "one plugin as a word": {"_config.yml": "plugins: jekyll-sitemap\n"},
    "a remote theme": {"_config.yml": "remote_theme: mmistakes/minimal-mistakes\nplugins: [jekyll-include-cache]\n"},
    "the gem of Pages": {"_config.yml": "", "Gemfile": "gem 'github-pages', group: :jekyll_plugins\n"},
    "nothing at all": {},
}


@pytest.mark.parametrize("name", [*UNBUILDABLE, *BUILDABLE])
def test_digest_deploys_only_what_builds_there(blog: Blog, name: str) -> None:
    write(blog.folder, {**UNBUILDABLE, **BUILDABLE}[name])
    ran = blog.digest(*INIT)
    assert ("deploy" in workflow_of(blog.folder)["jobs"]) == (name in BUILDABLE)
    assert ("delete .github/workflows/digest.yml and run init again" in ran.err) == (name in UNBUILDABLE)


POST = "---\nlayout: {}\n---\nx\n"
LAYOUTS: dict[str, tuple[dict[str, str], str]] = {
    "nothing said": ({"_config.yml": ""}, "post"),
    "what the posts have": (
        {
            "_config.yml": "theme: minima\n",
            "_posts/2025-01-01-a.md": POST.format("single"),
            "_posts/b/2025-01-02-b.markdown": POST.format("single"),
            "_posts/2025-01-03-c.md": POST.format("post"),
        },
        "single",
    ),
    "posts that say nothing": (
        {"_config.yml": "defaults: [{scope: {path: ''}, values: {layout: page}}]", "_posts/2025-01-01-a.md": "x\n"},
        "page",
    ),
    "the default of posts before that of all": (
        {
            "_config.yml": "defaults:\n- {scope: {type: posts}, values: {layout: entry}}\n"
            "- {scope: {path: ''}, values: {layout: page}}\n"
        },
        "entry",
    ),
    "odd defaults": ({"_config.yml": "defaults: [1, {scope: , values: }, {values: {layout: }}]"}, "post"),
    "a theme without it": ({"_config.yml": "remote_theme: mmistakes/minimal-mistakes@4.26.2\n"}, "single"),
    "layouts without it": ({"_config.yml": "", "_layouts/default.html": "", "_layouts/page.html": ""}, "page"),
    "layouts with it": ({"_config.yml": "", "_layouts/default.html": "", "_layouts/post.html": ""}, "post"),
    "layouts beside a theme's": ({"_config.yml": "theme: minima\n", "_layouts/default.html": ""}, "post"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_is_one_that_the_site_has(blog: Blog, name: str) -> None:
    files, layout = LAYOUTS[name]
    write(blog.folder, files)
    assert blog.digest(*INIT).code == 0
    assert config_of(blog.folder).blog.layout == layout


def test_the_branch_of_the_remote_where_none_is_checked_out(
    blog: Blog, tmp_path_factory: pytest.TempPathFactory
) -> None:
    origin = tmp_path_factory.mktemp("origin")
    commit_all(origin, {"_config.yml": ""}, "trunk")
    git(blog.folder, "clone", "-q", str(origin), ".")
    git(blog.folder, "checkout", "-q", "--detach")
    blog.digest(*INIT)
    assert config_of(blog.folder).publish.branch == "trunk"


def test_what_was_written_is_committed_by_the_line_that_is_printed(blog: Blog) -> None:
    """With what is ignored, and without what else is staged."""
    commit_all(blog.folder, {"_config.yml": "", ".gitignore": "*.whl\n.github/\n"})
    write(blog.folder, {"mine.txt": "x"})
    git(blog.folder, "add", "mine.txt")
    ran = blog.digest("init")
    [line] = [line.removeprefix("to commit them: ") for line in ran.err.splitlines() if "git add" in line]
    named = {**os.environ, "GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@e", "GIT_COMMITTER_NAME": "T"}
    environment = {**named, "GIT_COMMITTER_EMAIL": "t@e"}
    subprocess.run(["bash", "-c", line], cwd=blog.folder, check=True, capture_output=True, env=environment)
    assert set(git(blog.folder, "show", "--format=", "--name-only").splitlines()) == {*ran.out.splitlines()}
    assert git(blog.folder, "diff", "--cached", "--name-only") == "mine.txt"
    assert "git add" not in blog.digest("init").err


def test_a_folder_inside_a_repository(blog: Blog) -> None:
    commit_all(blog.folder, {"README": "x"})
    ran = blog.digest(*INIT, "docs")
    assert f"git -C docs add -f -- {SITE[0]}" in ran.err
    assert config_of(blog.folder / "docs").publish.branch == "master"


def test_a_workflow_that_is_left_alone_keeps_its_wheel(blog: Blog) -> None:
    blog.digest("init")
    write(blog.folder, {WORKFLOW: "mine", WHEEL: "old"})
    again = blog.digest("init")
    assert again.out == ""
    assert "left alone  .github/workflows/daily" in again.err
    assert set(blog.digest("init", "--force").out.splitlines()) == {WORKFLOW, WHEEL}


SPECS = {
    "daily-papers-digest @ git+https://github.com/me/digest@v1": "'daily-papers-digest @ git+https://github.com/me/digest@v1'",
    "git+https://github.com/me/digest@0a1b2c": "git+https://github.com/me/digest@0a1b2c",
    "./tools/digest.whl": "./tools/digest.whl",
    "digest-of-mine==1.0; python_version > '3'": """'digest-of-mine==1.0; python_version > '"'"'3'"'"''""",
}


@pytest.mark.parametrize("spec", SPECS)
def test_the_users_own_place_to_install_from(blog: Blog, spec: str) -> None:
    ran = blog.digest("init", "--install", spec)
    assert WHEEL not in ran.out.splitlines()
    [install] = [s["run"] for s in workflow_of(blog.folder)["jobs"]["build"]["steps"] if "pip" in s.get("run", "")]
    assert install == f"python -m pip install {SPECS[spec]}\n"


@pytest.mark.parametrize(
    "spec", ["", "-e .", "/srv/digest", "~/digest", "file:///x", "a @ file:///x", "a\nb", "${{ x }}"]
)
def test_a_place_that_a_workflow_cannot_reach(blog: Blog, spec: str) -> None:
    ran = blog.digest("init", f"--install={spec}")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert blog.files() == {}
