"""A stranger's first night: init, commit, doctor, the workflow's own steps, and the site that Jekyll builds of it."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

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


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Without digest, until the first workflow installs it."""
    return clean_environment(tmp_path_factory.mktemp("environment") / "venv")


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


@needs_jekyll
@pytest.mark.parametrize("name", SITES)
def test_the_first_night(
    jekyll: Jekyll, site: Blog, environment: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    files, theme, page, started = SITES[name]
    write(site.folder, files)
    if files:
        git(site.folder, "add", "-A")
        git(site.folder, "commit", "-qm", "site")
    ran = site.digest("init")
    assert ran.code == 0, ran.err
    [line] = [line.removeprefix("to commit them: ") for line in ran.err.splitlines() if "git add" in line]
    subprocess.run(["bash", "-c", line], cwd=site.folder, check=True, capture_output=True)
    git(site.folder, "push", "-q", "-u", "origin", "master")
    here = tmp_path_factory.mktemp("runner")
    checkout = here / "blog"
    git(here, "clone", "-q", git(site.folder, "remote", "get-url", "origin"), "blog")
    papers = [*load_papers(), KNOWN]
    with (
        serve(papers, {site.day: [paper.id for paper in load_papers()]}) as services,
        pytest.MonkeyPatch.context() as at,
    ):
        for key, value in settings(services).items():
            at.setenv(key, value)
        doctor = site.digest("doctor")
        assert doctor.code == 0, doctor.out
        values = {"secrets.OPENAI_API_KEY": "sk-x", "inputs.date": site.day, "github.token": "t"}
        (here / "temp").mkdir()
        runner = Runner(checkout, environment, here / "temp", {**values, "github.repository": "me/blog"})
        for _, job in jobs_of(checkout / ".github/workflows/digest.yml"):
            runner.run(job, settings(services))
            assert runner.output.read_text() == ("published=true\n" if job["name"].startswith("Build") else "")
    codes = list(runner.codes.values())
    assert codes.pop(1) in (0, 4), runner.said  # the night after the day: yesterday's list is not out at every hour
    assert set(codes) <= {0}, runner.said
    assert runner.gh == ([f"workflow run {started} --repo me/blog --ref master"] if started else [])
    git(site.folder, "pull", "-q")
    assert site.folder.joinpath("_posts", site.post.name).exists()
    assert_it_builds(jekyll, site.folder, theme, page)


def assert_it_builds(jekyll: Jekyll, folder: Path, theme: Mapping[str, str], page: str) -> None:
    """Real Jekyll, with the theme's files where the gem that brings them is not installed."""
    write(folder, theme)
    if theme:
        (folder / "Gemfile").unlink()
        config = folder / "_config.yml"
        config.write_text("\n".join(line for line in config.read_text().splitlines() if not line.startswith("theme:")))
    jekyll.build(folder)
    built = {path.relative_to(folder / "_site").as_posix() for path in (folder / "_site").rglob("*") if path.is_file()}
    assert page in built
    text = (folder / "_site" / page).read_text("utf-8")
    assert all(paper.id in text for paper in load_papers())
    if "config.yaml" in (folder / "_config.yml").read_text():  # else init says what to exclude
        assert not any(name.endswith((".json", ".yaml", ".whl")) for name in built)
