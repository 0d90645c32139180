"""A stranger's first night: init, commit, doctor, the workflow's own steps, and the site that Jekyll builds of it."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from bench.services import make_papers, serve
from tests.e2e.actions import Runner, clean_environment, jobs_of
from tests.e2e.jekyll import Jekyll, needs_jekyll

from blog import Blog
from digest.sample import SampleServices, load_papers
from repositories import git
from sites import ALFOLIO, CHIRPY, THEME_OF_CHIRPY

KNOWN = make_papers(1)[0].replace(id="1706.03762")
"""A paper that the real arXiv has, which doctor asks for."""
PAPERS = load_papers()[:2]
SITES: dict[str, tuple[Mapping[str, str], Mapping[str, str], str, str]] = {
    "an empty folder": ({}, {}, "2025/12/04/daily-papers-20251204/index.html", ""),
    "a site like al-folio": (ALFOLIO, {}, "blog/2025/daily-papers-20251204/index.html", "deploy.yml"),
    "a site like chirpy": (CHIRPY, THEME_OF_CHIRPY, "posts/daily-papers-20251204/index.html", "pages-deploy.yml"),
}
"""Files, what a theme brings that is not installed here, the page of the sample day's post, the workflow to start."""


@pytest.fixture
def site(blog: Blog, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Blog:
    """An empty repository with a bare remote, and a user whom git knows."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    (home / ".gitconfig").write_text("[user]\nname = T\nemail = t@example.com\n[init]\ndefaultBranch = master\n")
    monkeypatch.setenv("HOME", str(home))
    git(home, "init", "-q", "--bare", "remote.git")
    git(blog.folder, "init", "-q")
    git(blog.folder, "remote", "add", "origin", str(home / "remote.git"))
    return blog


def settings(services: SampleServices) -> dict[str, str]:
    """The services' addresses as variables, so that config.yaml stays as init wrote it."""
    return {
        "DIGEST_SOURCES": f"[{{kind: huggingface, url: '{services.huggingface_url}'}}]",
        "DIGEST_ARXIV__API_URL": services.arxiv_api_url,
        "DIGEST_ARXIV__SITE_URL": services.arxiv_site_url,
        "DIGEST_ARXIV__INTERVAL": "0",
        "DIGEST_SUMMARIZER__BASE_URL": services.model_base_url,
        "DIGEST_SUMMARIZER__MODEL": "sample",
        "DIGEST_NIGHTLY__CATCH_UP_DAYS": "1",
    }


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleServices]:
    """The sample services, with a day of two papers; doctor finds them."""
    with serve([*PAPERS, KNOWN], {Blog.day: [paper.id for paper in PAPERS]}) as running:
        for key, value in settings(running).items():
            monkeypatch.setenv(key, value)
        yield running


def set_up(site: Blog, files: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """A site becomes a digest blog, as init and doctor say; the workflow's jobs."""
    write(site.folder, files)
    if files:
        git(site.folder, "add", "-A")
        git(site.folder, "commit", "-qm", "site")
    ran = site.digest("init")
    assert ran.code == 0, ran.err
    [line] = [line.removeprefix("to commit them: ") for line in ran.err.splitlines() if "git add" in line]
    subprocess.run(["bash", "-c", line], cwd=site.folder, check=True, capture_output=True)
    git(site.folder, "push", "-q", "-u", "origin", "master")
    doctor = site.digest("doctor")
    assert doctor.code == 0, doctor.out
    return jobs_of(site.folder)


def runner_of(site: Blog, folder: Path, environment: Path) -> Runner:
    """A machine that has a fresh clone in a folder."""
    git(folder, "clone", "-q", git(site.folder, "remote", "get-url", "origin"), "blog")
    (folder / "temp").mkdir()
    values = {"secrets.OPENAI_API_KEY": "sk-x", "inputs.date": site.day, "github.token": "t"}
    return Runner(folder / "blog", environment, folder / "temp", {**values, "github.repository": "me/blog"})


@needs_jekyll
def test_the_first_night(
    jekyll: Jekyll, site: Blog, services: SampleServices, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files, theme, page, _ = SITES["an empty folder"]
    jobs, here = set_up(site, files), tmp_path_factory.mktemp("runner")
    runner = runner_of(site, here, clean_environment(here / "venv"))
    for name, job in jobs.items():
        runner.run(job, settings(services))
        assert runner.output.read_text() == ("published=true\n" if name == "build" else "")
    codes = list(runner.codes.values())
    assert codes.pop(1) in (0, 4), runner.said  # the night after the day: yesterday's list is not out at every hour
    assert (codes, runner.gh) == ([0], []), runner.said
    git(site.folder, "pull", "-q")
    assert_it_builds(jekyll, site, theme, page)


@needs_jekyll
@pytest.mark.parametrize("name", list(SITES)[1:])
def test_the_first_night_of_a_site_that_is_there(
    jekyll: Jekyll, site: Blog, services: SampleServices, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    """Its workflow builds by the very commands that the test above runs; they are run here without a new start."""
    files, theme, page, started = SITES[name]
    assert site.digest("init", "other").code == 0
    other = jobs_of(site.folder / "other")["build"]
    shutil.rmtree(site.folder / "other")
    jobs = set_up(site, files)
    commands = [(step.get("run"), step.get("env")) for step in jobs["build"]["steps"]]
    assert commands == [(step.get("run"), step.get("env")) for step in other["steps"]]
    assert (site.digest("build", "--date", site.day).code, site.digest("nightly").code) == (0, 0)
    here = tmp_path_factory.mktemp("runner")
    runner = runner_of(site, here, here / "none")
    runner.run(jobs["deploy"], {})
    assert (list(runner.codes.values()), runner.output.read_text()) == ([0], ""), runner.said
    assert runner.gh == [f"workflow run {started} --repo me/blog --ref master"]
    assert (here / "blog" / "_posts" / site.post.name).read_bytes() == (
        site.folder / "_posts" / site.post.name
    ).read_bytes()
    assert_it_builds(jekyll, site, theme, page)


def assert_it_builds(jekyll: Jekyll, site: Blog, theme: Mapping[str, str], page: str) -> None:
    """Real Jekyll, with the theme's files where the gem that brings them is not installed."""
    folder = site.folder
    assert folder.joinpath("_posts", site.post.name).exists()
    write(folder, theme)
    if theme:
        (folder / "Gemfile").unlink()
        config = folder / "_config.yml"
        config.write_text("\n".join(line for line in config.read_text().splitlines() if not line.startswith("theme:")))
    jekyll.build(folder)
    built = {path.relative_to(folder / "_site").as_posix() for path in (folder / "_site").rglob("*") if path.is_file()}
    assert page in built
    text = (folder / "_site" / page).read_text("utf-8")
    assert all(paper.id in text for paper in PAPERS)
    if "config.yaml" in (folder / "_config.yml").read_text():  # else init says what to exclude
        assert not any(name.endswith((".json", ".yaml", ".whl")) for name in built)
