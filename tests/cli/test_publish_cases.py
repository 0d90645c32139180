"""Nothing goes unpublished in silence: each way in which git, the user or the remote keeps a day back."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from bench.services import make_papers, serve

from digest.core.config import Publish
from digest.tasks.publish import message
from repositories import Place, commit, git, push

RECORD, POST = "data/2025-12-04.json", "posts/2025-12-04-daily-papers-20251204.md"
SECOND = "2025-12-05"
DAY_FILES = {RECORD, POST}


def ignored_here(place: Place) -> None:
    (place.folder / ".gitignore").write_text(".cache/\nconfig.yaml\ndata/\n")


def ignored_by_the_user(place: Place) -> None:
    rules = place.folder.parent / f"{place.folder.name}-ignore"
    rules.write_text("*.json\n")
    git(place.folder, "config", "core.excludesFile", str(rules))


def ignored_in_this_clone(place: Place) -> None:
    (place.folder / ".git" / "info").mkdir(exist_ok=True)
    (place.folder / ".git" / "info" / "exclude").write_text("posts\n")


def submodule(place: Place) -> None:
    own = place.remote.with_suffix(".posts")
    git(own.parent, "init", "-q", "-b", "main", str(own))
    (own / "old.md").write_text("old\n")
    commit(own, "old.md")
    kept = (place.folder / POST).read_bytes()
    shutil.rmtree(place.folder / "posts")
    git(place.folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(own), "posts")
    commit(place.folder, "posts", ".gitmodules")
    git(place.folder, "push", "-q", "origin", "main")
    (place.folder / POST).write_bytes(kept)


def submodule_that_is_empty(place: Place) -> None:
    submodule(place)
    kept = (place.folder / POST).read_bytes()
    git(place.folder, "submodule", "deinit", "-q", "-f", "posts")
    (place.folder / POST).write_bytes(kept)


def another_repository(place: Place) -> None:
    git(place.folder / "data", "init", "-q")


def a_file_for_a_folder(place: Place) -> None:
    push(place.remote, {"posts": "a page of the owner\n"})


def a_link_for_a_folder(place: Place) -> None:
    push(place.remote, {"data": Path("elsewhere")})


def sample(place: Place) -> None:
    values = json.loads(place.blog.record_path.read_text("utf-8"))
    place.blog.record_path.write_text(json.dumps({**values, "sample": True}), "utf-8")


def master(place: Place) -> None:
    git(place.folder, "branch", "-m", "main", "master")
    git(place.remote, "branch", "-m", "main", "master")
    git(place.folder, "update-ref", "-d", "refs/remotes/origin/main")


def only_a_commit_and_another_branch(place: Place) -> None:
    master(place)
    git(place.folder, "checkout", "-q", "--detach")


def signing_that_cannot(place: Place) -> None:
    git(place.folder, "config", "commit.gpgSign", "true")
    git(place.folder, "config", "gpg.program", "/nonexistent/gpg")


HELD: dict[str, tuple[Callable[[Place], None], str]] = {
    "posts in a submodule": (submodule, "a submodule or another repository; set paths.posts"),
    "posts in a submodule that is not there": (submodule_that_is_empty, "posts is a submodule at origin/main"),
    "records in another repository": (another_repository, "a submodule or another repository; set paths.posts"),
    "a file where the folder should be": (a_file_for_a_folder, "posts is a file at origin/main"),
    "a link where the folder should be": (a_link_for_a_folder, "data is a symbolic link at origin/main"),
    "master without configuration": (
        master,
        "the checked-out branch is master, and origin has no publish.branch 'main'",
    ),
    "no branch": (only_a_commit_and_another_branch, "origin has master, and origin has no publish.branch 'main'"),
    "signing that cannot be": (signing_that_cannot, "gpg"),
}


@pytest.mark.parametrize("name", HELD)
def test_what_must_stay_back_is_named_with_the_next_step(place: Place, name: str) -> None:
    prepare, words = HELD[name]
    prepare(place)
    head, refs = git(place.folder, "rev-parse", "HEAD"), git(place.remote, "show-ref")
    with serve([], {}) as services:
        place.blog.configure(services, nightly={"catch_up_days": 1})
        before = place.blog.files()
        runs = [place.blog.digest(command) for command in ("publish", "nightly")]
        status = place.blog.digest("status", "--json")
    for ran in runs:
        assert ran.code == 5, ran.err
        assert_it_is_held(ran.err, words)
    assert git(place.remote, "show-ref") == refs
    assert git(place.folder, "rev-parse", "HEAD") == head
    assert place.blog.files() == before
    (found,) = [each for each in status.json["missing"] if each["what"] == "not published"]
    assert words in found["why"] or name.startswith(("signing", "no branch", "a file", "a link"))  # seen when tried


def assert_it_is_held(said: str, *words: str) -> None:
    (line,) = [line for line in said.splitlines() if all(each in line for each in words)]
    assert "not published" in line
    assert "; " in line


HELD_DAYS = {
    "2025-11-03": ("ignored by the repository", ".gitignore:3: data/2025-11-03*"),
    "2025-11-04": ("ignored by the user", "-ignore:1: 2025-11-04*.json"),
    "2025-11-05": ("ignored in this clone", "info/exclude:1: posts/2025-11-05*"),
    "2025-11-06": ("of the sample services", "it is of the sample services"),
    "2025-11-10": ("a folder where the post should be", "is not a file at origin/main"),
    "2025-11-11": ("a post that was taken down", "it was taken down at origin/main and has changed here"),
    "2025-11-12": ("a day that was taken down", "it was taken down at origin/main and has changed here"),
    "2025-11-13": ("changed on both sides", "origin/main has another version"),
}


def another_day(place: Place, day: str) -> tuple[str, str]:
    """The day once more, at another date, and its files."""
    record, post = (
        name.replace("2025-12-04", day).replace("20251204", day.replace("-", "")) for name in (RECORD, POST)
    )
    values = json.loads((place.folder / RECORD).read_text("utf-8"))
    (place.folder / record).write_text(json.dumps({**values, "date": day, "post": None}, ensure_ascii=False), "utf-8")
    assert place.blog.digest("render", "--date", day).code == 0
    return record, post


def test_days_that_must_stay_back_are_named_and_the_others_are_published(place: Place) -> None:
    new, known = list(HELD_DAYS)[:4], list(HELD_DAYS)[4:]
    files = {day: another_day(place, day) for day in known}
    assert place.blog.digest("publish").code == 0
    (place.folder / ".gitignore").write_text(".cache/\nconfig.yaml\ndata/2025-11-03*\n")
    rules = place.folder.parent / f"{place.folder.name}-ignore"
    rules.write_text("2025-11-04*.json\n")
    git(place.folder, "config", "core.excludesFile", str(rules))
    (place.folder / ".git" / "info").mkdir(exist_ok=True)
    (place.folder / ".git" / "info" / "exclude").write_text("posts/2025-11-05*\n")
    folder, post, whole, both = (files[day] for day in known)
    push(place.remote, {folder[1]: None, f"{folder[1]}/x": "x", post[1]: None, both[1]: "another version\n"})
    push(place.remote, dict.fromkeys(whole))
    files |= {day: another_day(place, day) for day in (*new, SECOND)}
    sampled = place.folder / files["2025-11-06"][0]
    sampled.write_text(sampled.read_text("utf-8").replace('"date"', '"sample": true,\n  "date"', 1), "utf-8")
    for day in known:
        place.change(day)
    head = git(place.folder, "rev-parse", "HEAD")
    with serve([], {}) as services:
        place.blog.configure(services, nightly={"catch_up_days": 1})
        before = place.blog.files()
        ran = place.blog.digest("publish")
        assert (ran.code, set(ran.out.split())) == (5, set(files[SECOND])), ran.err
        refs = git(place.remote, "show-ref")
        night = place.blog.digest("nightly")
        status = place.blog.digest("status", "--json")
    assert (night.code, git(place.remote, "show-ref")) == (5, refs)
    for day, (name, words) in HELD_DAYS.items():
        for said in (ran.err, night.err):
            assert_it_is_held(said, day, words)
        (found,) = [each for each in status.json["missing"] if (each["day"], each["what"]) == (day, "not published")]
        assert words in found["why"], name
    assert place.published == DAY_FILES | {*files[SECOND], *folder[:1], f"{folder[1]}/x", post[0], *both}
    assert (place.blog.files(), git(place.folder, "rev-parse", "HEAD")) == (before, head)


DOCTOR: dict[str, tuple[Callable[[Place], object], str, str]] = {
    "all in order": (lambda place: None, "branch", "ok"),
    "ignored by the repository": (ignored_here, "ignored", "fail"),
    "ignored in this clone": (ignored_in_this_clone, "ignored", "fail"),
    "posts in a submodule": (submodule, "repository", "warn"),
    "master without configuration": (master, "branch", "fail"),
    "another branch": (lambda place: another_branch(place), "branch", "warn"),
    "signing that cannot be": (signing_that_cannot, "signing", "fail"),
    "of the sample services": (sample, "unpublished", "warn"),
    "no remote": (lambda place: git(place.folder, "remote", "remove", "origin"), "repository", "warn"),
    "a remote that is away": (lambda place: shutil.rmtree(place.remote), "repository", "fail"),
}


@pytest.mark.parametrize("name", DOCTOR)
def test_doctor_sees_beforehand_what_would_keep_a_day_back(place: Place, name: str) -> None:
    prepare, thing, state = DOCTOR[name]
    prepare(place)
    lines = place.blog.digest("doctor", "--offline").out.splitlines()
    found = [line for line in lines if line[6:19].strip() == thing]
    assert [line[:4].strip() for line in found] == [state], lines
    assert state == "ok" or "; " in found[0] or ": git remote add" in found[0]


def diff_relative(place: Place) -> None:
    git(place.folder, "config", "diff.relative", "true")
    git(place.folder, "config", "status.showUntrackedFiles", "no")
    git(place.folder, "config", "core.quotePath", "true")
    git(place.folder, "config", "push.followTags", "true")
    git(place.folder, "tag", "-a", "mine", "-m", "mine")


def record_committed_by_hand(place: Place) -> None:
    commit(place.folder, RECORD)


def record_pushed_by_hand(place: Place) -> None:
    commit(place.folder, RECORD)
    git(place.folder, "push", "-q", "origin", "main")


def both_committed_by_hand(place: Place) -> None:
    commit(place.folder, RECORD, POST)


def another_branch(place: Place) -> None:
    git(place.folder, "checkout", "-q", "-b", "drafts")


def record_of_a_tracked_folder_that_is_ignored_now(place: Place) -> None:
    assert place.blog.digest("publish").code == 0
    ignored_here(place)
    place.change()


def change_that_git_was_told_not_to_see(place: Place) -> None:
    assert place.blog.digest("publish").code == 0
    git(place.folder, "update-index", "--assume-unchanged", RECORD)
    git(place.folder, "update-index", "--skip-worktree", POST)
    place.change()


def latin_commits(place: Place) -> None:
    git(place.folder, "config", "i18n.commitEncoding", "latin-1")


SENT: dict[str, Callable[[Place], None]] = {
    "settings of the user": diff_relative,
    "a record committed by hand": record_committed_by_hand,
    "a record pushed by hand, its post forgotten": record_pushed_by_hand,
    "both committed by hand": both_committed_by_hand,
    "another branch is checked out": another_branch,
    "a change that git was told not to see": change_that_git_was_told_not_to_see,
    "commits in another encoding": latin_commits,
    "ignored after it was committed": record_of_a_tracked_folder_that_is_ignored_now,
}


@pytest.mark.parametrize("name", SENT)
def test_what_can_be_published_is(place: Place, name: str) -> None:
    SENT[name](place)
    ran = place.blog.digest("publish")
    assert ran.code == 0, ran.err
    assert place.published == DAY_FILES
    assert git(place.remote, "show", f"main:{POST}") == (place.folder / POST).read_text("utf-8").strip()
    assert git(place.remote, "tag") == ""
    commit_name = git(place.remote, "rev-parse", "main")
    assert commit_name[:10] in ran.err
    assert "origin/main" in ran.err
    again = place.blog.digest("publish")
    assert (again.code, again.out) == (0, "")
    assert git(place.remote, "rev-parse", "main") == commit_name


def test_without_push_only_the_published_branch_is_committed_to(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_PUBLISH__PUSH", "false")
    another_branch(place)
    ran = place.blog.digest("publish")
    assert ran.code == 5
    assert "the checked-out branch is drafts, not publish.branch 'main'; git switch main" in ran.err
    git(place.folder, "switch", "-q", "main")
    assert place.blog.digest("publish").code == 0
    assert git(place.folder, "show", "--stat", "--name-only", "--format=", "HEAD").splitlines() == sorted(DAY_FILES)


def test_a_blog_in_a_folder_of_its_repository(place: Place) -> None:
    inner = place.folder / "site"
    inner.mkdir()
    for name in ("data", "posts", "config.yaml"):
        (place.folder / name).rename(inner / name)
    ran = place.blog.digest("publish", "-c", "site/config.yaml")
    assert ran.code == 0, ran.err
    assert set(ran.out.split()) == {f"site/{name}" for name in DAY_FILES}
    assert git(place.folder, "status", "--porcelain") == ""
    (inner / POST).write_text("mine\n")
    assert place.blog.digest("publish", "-c", "site/config.yaml").code == 0


def test_a_post_that_was_taken_down_stays_down(place: Place) -> None:
    """The record changes in a way that the post does not show: it is published, and the post does not come back."""
    assert place.blog.digest("publish").code == 0
    push(place.remote, {POST: None})
    values = json.loads(place.blog.record_path.read_text("utf-8"))
    place.blog.record_path.write_text(
        json.dumps({**values, "note": "mine"}, ensure_ascii=False, indent=2) + "\n", "utf-8"
    )
    ran = place.blog.digest("publish")
    assert (ran.code, ran.out) == (0, f"{RECORD}\n"), ran.err
    assert place.published == {RECORD}


IDENTITIES = {
    "nothing": ({}, "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"),
    "both": ({"user.name": "Owner", "user.email": "o@example.org"}, "Owner <o@example.org>"),
    "a name alone": ({"user.name": "Owner"}, "Owner <41898282+github-actions[bot]@users.noreply.github.com>"),
    "an address alone": ({"user.email": "owner@example.org"}, "owner <owner@example.org>"),
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_half_an_identity_is_completed(place: Place, name: str) -> None:
    settings, expected = IDENTITIES[name]
    for key, value in settings.items():
        git(place.folder, "config", key, value)
    git(place.folder, "config", "user.useConfigOnly", "true")
    assert place.blog.digest("publish").code == 0
    assert set(git(place.remote, "log", "-1", "--format=%an <%ae>%n%cn <%ce>", "main").splitlines()) == {expected}


def test_commits_are_signed_where_git_is_configured_to(place: Place) -> None:
    key = place.folder.parent / f"{place.folder.name}-key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    for name, value in {"commit.gpgSign": "true", "gpg.format": "ssh", "user.signingKey": str(key)}.items():
        git(place.folder, "config", name, value)
    assert place.blog.digest("publish").code == 0
    assert "BEGIN SSH SIGNATURE" in git(place.remote, "cat-file", "commit", "main")


def test_hooks_do_not_get_the_key_of_the_model(place: Place) -> None:
    hook = place.folder / ".git" / "hooks" / "pre-push"
    seen = place.folder.parent / f"{place.folder.name}-seen"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nenv > {seen}\n")
    hook.chmod(0o755)
    assert place.blog.digest("publish").code == 0
    text = seen.read_text()
    assert "GIT_TERMINAL_PROMPT" in text
    assert "OPENAI_API_KEY" not in text
    assert "sk-sample-secret" not in text


def test_control_sequences_of_a_remote_do_not_reach_the_terminal(place: Place) -> None:
    hook = place.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nprintf '\\033]0;title\\007\\033[31mno\\033[0m entry\\r\\n' >&2\nexit 1\n")
    hook.chmod(0o755)
    ran = place.blog.digest("publish")
    assert ran.code == 5
    assert "no entry" in ran.err
    assert not {"\x1b", "\x07", "\r"} & set(ran.err)


@pytest.mark.parametrize("key", ["REMOTE", "BRANCH"])
@pytest.mark.parametrize("value", ["--upload-pack=touch x", "-", ""])
def test_a_name_that_git_would_take_for_an_option_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, key: str, value: str
) -> None:
    monkeypatch.setenv(f"DIGEST_PUBLISH__{key}", value)
    ran = place.blog.digest("publish")
    assert (ran.code, ran.out) == (2, "")
    assert f"DIGEST_PUBLISH__{key}: publish.{key.lower()}" in ran.err


def test_a_dry_run_shows_what_would_be_published_and_writes_nothing(place: Place) -> None:
    def state() -> tuple[dict[str, bytes], str, set[Path]]:
        objects = set((place.folder / ".git").rglob("*"))
        return place.blog.files(), git(place.remote, "show-ref"), objects

    before = state()
    ran = place.blog.digest("publish", "--dry-run")
    assert (ran.code, set(ran.out.split())) == (0, DAY_FILES)
    assert state() == before
    ignored_here(place)
    assert place.blog.digest("publish", "--dry-run").code == 5


@pytest.mark.parametrize(
    ("count", "subject"),
    [
        (1, "chore(posts): add daily papers 2025-08-29"),
        (3, "chore(posts): add daily papers 2025-08-29, 2025-08-30, 2025-08-31"),
        (4, "chore(posts): add daily papers 2025-08-29…2025-09-01 (4 days)"),
        (89, "chore(posts): add daily papers 2025-08-29…2025-11-25 (89 days)"),
    ],
)
def test_a_subject_stays_below_72_characters(count: int, subject: str) -> None:
    days = [date(2025, 8, 29) + timedelta(days=number) for number in range(count)]
    first, _, body = message(Publish(), days).partition("\n")
    assert first == subject
    assert len(first) < 72
    assert body.split() == ([str(day) for day in days] if count > 3 else [])


def test_an_archive_is_left_to_publish(place: Place) -> None:
    """The first night after an import publishes its own day, and says what it leaves."""
    papers = make_papers(1)
    archive = [f"2025-11-{day:02}" for day in range(3, 8)]
    names = [f"posts/{day}-daily-papers-{day.replace('-', '')}.md" for day in archive]
    text = (place.folder / POST).read_text("utf-8")
    for day, name in zip(archive, names, strict=True):
        (place.folder / name).write_text(text.replace("2025-12-04", day), "utf-8")
    with serve(papers, {"2025-12-09": [papers[0].id]}) as services:
        place.blog.configure(services, select={"skip_seen": False})
        imported = place.blog.digest("import", *names)
        assert len(imported.out.split()) == len(archive), imported.err
        night = place.blog.digest("nightly")
    assert night.code == 0, night.err
    assert "data/2025-12-09.json" in night.out
    assert "2025-11" not in night.out
    assert "imported days are left for digest publish to send: 2025-11-03…2025-11-07 (5 days)" in night.err
    assert place.blog.digest("publish").code == 0
    assert {f"data/{day}.json" for day in archive} <= place.published
