"""A real Jekyll, as GitHub Pages runs it: kramdown with GFM input, Liquid, safe mode."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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

SAFE = ("--safe", "--disable-disk-cache")
_FORKING = """\
require "jekyll"
require "json"
require "kramdown-parser-gfm"
require "mercenary"
Jekyll.constants.each { |name| Jekyll.const_get(name) }
program = Gem.bin_path("jekyll", "jekyll")
$stdout.sync = true
while (line = $stdin.gets)
  folder, arguments = JSON.parse(line)
  read, write = IO.pipe
  child = fork do
    $stdin.reopen(File::NULL)
    $stdout.reopen(write)
    $stderr.reopen(write)
    Dir.chdir(folder)
    ARGV.replace(arguments)
    load program
  end
  write.close
  said = read.read.force_encoding("utf-8").scrub
  Process.wait(child)
  puts JSON.generate([$?.exitstatus, said])
end
"""


class Jekyll:
    """Builds sites. Its process has loaded Jekyll and forks for each of them, which is much faster than a start."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def build(self, folder: Path, *flags: str) -> None:
        """Run `jekyll build` in a folder. A build that fails or says anything fails the test."""
        assert self._process.stdin
        assert self._process.stdout
        places = ("--source", str(folder), "--destination", str(folder / "_site"))  # else those of the process
        asked = [str(folder), ["build", "--quiet", "--trace", *places, *flags]]
        self._process.stdin.write(f"{json.dumps(asked)}\n")
        self._process.stdin.flush()
        code, said = json.loads(self._process.stdout.readline())
        assert (code, said) == (0, ""), said


@contextmanager
def open_jekyll() -> Iterator[Jekyll]:
    """A Jekyll that builds sites inside the `with` block."""
    command = [shutil.which("ruby") or "ruby", "-e", _FORKING]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Jekyll(process)


def build_site(
    jekyll: Jekyll, folder: Path, posts: Mapping[str, str], *, config: str = CONFIG
) -> dict[str, html.HtmlElement]:
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
    jekyll.build(folder, *SAFE)
    return {
        name: html.fromstring((folder / "_site" / f"{Path(name).stem[11:]}.html").read_text(encoding="utf-8"))
        for name in posts
    }
