"""The built wheel is the whole product: templates, sample, scaffold and pages are in it, and it runs."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_builds_a_day_by_itself(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "unpacked")
    for template in (ROOT / "templates").glob("*.j2"):
        assert f"digest/templates/{template.name}" in names
    assert {"digest/py.typed", "digest/scaffold/config.yaml", "digest/scaffold/workflow.yml.j2"} <= names
    assert sum(name.startswith("digest/sample/papers/") for name in names) == 8
    blog = tmp_path / "blog"
    blog.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "unpacked")}
    command = [sys.executable, "-c", "import digest, digest.cli; print(digest.__file__); digest.cli.main()"]
    done = subprocess.run(
        [*command, "build", "--sample", "-q"], cwd=blog, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    imported, post = done.stdout.splitlines()
    assert Path(imported).is_relative_to(tmp_path / "unpacked")
    assert (blog / post).exists()
