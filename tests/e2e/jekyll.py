"""A real Jekyll, as GitHub Pages runs it: kramdown with GFM input, Liquid, safe mode."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import html

needs_jekyll = pytest.mark.skipif(
    shutil.which("jekyll") is None and "CI" not in os.environ,
    reason="jekyll is not installed here; where CI is set its absence fails",
)

CONFIG = """\
markdown: kramdown
kramdown: {input: GFM, hard_wrap: false, syntax_highlighter: null}
future: true
permalink: /:title.html
"""


def build_site(folder: Path, posts: Mapping[str, str], *, config: str = CONFIG) -> dict[str, html.HtmlElement]:
    """Build a site of posts, file name to text, and return each post's content as an `article`.

    Posts are found by what follows the date in their file name. A failed build fails the test.
    """
    for name, text in {
        "_config.yml": config,
        "_layouts/post.html": "<article>{{ content }}</article>",
        **{f"_posts/{name}": text for name, text in posts.items()},
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    command = ["jekyll", "build", "--safe", "--quiet", "--disable-disk-cache", "--trace"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return {
        name: html.fromstring((folder / "_site" / f"{Path(name).stem[11:]}.html").read_text(encoding="utf-8"))
        for name in posts
    }
