"""The built wheel is the whole product: templates, sample, scaffold and pages are in it, and it runs."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAPERS = ("2512.03405", "2511.20515")
"""One that has a page, and one that has a PDF alone."""


def test_the_wheel_builds_a_day_by_itself(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    unpacked, blog = tmp_path / "unpacked", tmp_path / "blog"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(unpacked)
    for template in (ROOT / "templates").glob("*.j2"):
        assert f"digest/templates/{template.name}" in names
    assert {"digest/py.typed", "digest/scaffold/config.yaml", "digest/scaffold/workflow.yml.j2"} <= names
    assert sum(name.startswith("digest/sample/papers/") for name in names) == 8
    take_compiled(unpacked)
    blog.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    program = "import digest, digest.cli; print(digest.__file__); digest.cli.main()"
    command = [sys.executable, "-c", program, "build", "--sample", "-q", "--date", "2025-12-04", *PAPERS]
    done = subprocess.run(command, cwd=blog, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    imported, post = done.stdout.splitlines()
    assert Path(imported).is_relative_to(unpacked)
    text = (blog / post).read_text("utf-8")
    assert all(paper in text for paper in PAPERS)


def take_compiled(unpacked: Path) -> None:
    """The wheel has the source's modules to the byte, so that what Python compiled of those serves here, too."""
    source = ROOT / "src"
    for path in unpacked.rglob("*.py"):
        assert path.read_bytes() == (source / path.relative_to(unpacked)).read_bytes()
        shutil.copystat(source / path.relative_to(unpacked), path)
    for path in source.rglob("__pycache__/*.pyc"):
        there = unpacked / path.relative_to(source)
        there.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, there)
