"""Where a workspace keeps things, who may work in it, and what its site says."""

import subprocess
import sys
from datetime import UTC, date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.core.config import Config
from digest.core.errors import UsageError
from digest.store.workspace import LockHeldError, SiteSettings, Workspace, hold_lock, read_site
from settings import fitted

DAY = date(2025, 12, 4)


def test_paths_start_at_the_configuration(tmp_path: Path) -> None:
    paths = {"posts": "_posts", "data": str(tmp_path / "elsewhere"), "filename": "{date:%Y}/{date}-papers.md"}
    workspace = Workspace(tmp_path / "blog", fitted(Config, {"paths": paths}))
    assert workspace.post_path(DAY) == tmp_path / "blog/_posts/2025/2025-12-04-papers.md"
    assert workspace.record_path(DAY) == tmp_path / "elsewhere/2025-12-04.json"
    assert workspace.relative(workspace.post_path(DAY)) == "_posts/2025/2025-12-04-papers.md"
    assert workspace.relative(workspace.record_path(DAY)) == f"{tmp_path}/elsewhere/2025-12-04.json"
    assert (workspace.templates, workspace.cache) == (tmp_path / "blog/templates", tmp_path / "blog/.cache")


@pytest.mark.parametrize("name", ["a\nb.md", "a\x7f.md", "a\udcff.md", "가" * 100])
def test_a_name_that_no_record_can_hold_is_told(tmp_path: Path, name: str) -> None:
    workspace = Workspace(tmp_path, Config())
    with pytest.raises(UsageError, match=r"^'posts/.*': .*; rename the file$"):
        workspace.relative(tmp_path / "posts" / name)


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with hold_lock(tmp_path / ".cache"):
        assert (tmp_path / ".cache" / ".gitignore").exists()
        with pytest.raises(LockHeldError, match="another run holds the lock") as caught, hold_lock(tmp_path / ".cache"):
            pytest.fail("two runs at once")
        assert caught.value.exit == 6
    with hold_lock(tmp_path / ".cache"):
        pass


def test_a_lock_ends_with_an_error_inside(tmp_path: Path) -> None:
    with pytest.raises(KeyError), hold_lock(tmp_path):
        raise KeyError
    with hold_lock(tmp_path):
        pass


def test_a_killed_process_frees_the_lock(tmp_path: Path) -> None:
    hold = "import sys; from pathlib import Path; from digest.store.workspace import hold_lock\n"
    hold += "with hold_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(LockHeldError, match="another run holds the lock"), hold_lock(tmp_path):
            pytest.fail("two runs at once")
        other.kill()
    with hold_lock(tmp_path):
        pass


def test_a_lock_in_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("a file")
    with pytest.raises(UsageError, match="cannot be written"), hold_lock(tmp_path / ".cache"):
        pytest.fail("held without a lock")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, SiteSettings(UTC, False)),
        ("", SiteSettings(UTC, False)),
        ("- a list\n", SiteSettings(UTC, False)),
        ("timezone: Asia/Seoul\nfuture: false\n", SiteSettings(ZoneInfo("Asia/Seoul"), False)),
        ("timezone:\nfuture: true\n", SiteSettings(UTC, True)),
        ("timezone: Mars/Phobos\nfuture: False\n", SiteSettings(UTC, False)),
        ("timezone: Asia\n", SiteSettings(UTC, False)),
        ("timezone: ../../etc/passwd\n", SiteSettings(UTC, False)),
    ],
)
def test_settings_of_the_site(tmp_path: Path, text: str | None, expected: SiteSettings) -> None:
    if text is not None:
        (tmp_path / "_config.yml").write_text(text)
    assert read_site(tmp_path) == expected
