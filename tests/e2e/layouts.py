"""Layouts that behave as those of three common themes do: what they add to a post, never their own text or code.

minima: one narrow column. al-folio: a list of contents of the second and third level beside the post, a dark scheme
by an attribute, formulas in every element that is not told to be left alone. chirpy: contents down to the fourth level,
a dark scheme by the reader's own, the post's description above it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.e2e.jekyll import SAFE, Jekyll

_HEAD: Final = """\
<!doctype html><html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ page.title | escape }}</title>
<meta name="description" content="{{ page.description | default: page.excerpt | strip_html | escape }}">
<style>
*, *::before { box-sizing: border-box } body { margin: 0; font: 16px/1.7 sans-serif; overflow-wrap: break-word }
a { color: var(--link) } body { color: var(--text); background: var(--ground) }
:root { --text: #111; --ground: #fff; --link: #0a58ca; --quiet: #555 }
@media (prefers-color-scheme: dark) { :root { --text: #eee; --ground: #1b1b1e; --link: #8ab4f8; --quiet: #b5b5b5 } }
blockquote { margin: .5em 0; padding-left: 1em; border-left: 4px solid var(--quiet); color: var(--quiet) }
</style></head>
"""
_CONTENTS: Final = """\
<nav id="toc"></nav>
<script>
for (const heading of document.querySelectorAll("LEVELS")) {
  const link = document.createElement("a");
  link.href = "#" + heading.id; link.textContent = heading.textContent; link.className = heading.tagName;
  document.getElementById("toc").append(link);
}
</script>
"""
_MATH: Final = """\
<script>
const left = ".mathjax_ignore, .tex2jax_ignore, script, code";
const walker = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
const texts = []; while (walker.nextNode()) texts.push(walker.currentNode);
for (const text of texts) {
  if (text.parentElement.closest(left) || !/\\$[^$]+\\$/.test(text.data)) continue;
  const shown = document.createElement("span");
  shown.className = "formula"; shown.textContent = text.data.replace(/\\$/g, "");
  text.replaceWith(shown);
}
</script>
"""
LAYOUTS: Final[Mapping[str, str]] = {
    "minima": _HEAD
    + '<body><article style="max-width: 800px; margin: 0 auto; padding: 0 15px"><h1>{{ page.title | escape }}</h1>'
    + "{{ content }}</article></body></html>\n",
    "al-folio": _HEAD
    + "<style>main { display: flex; gap: 2em; max-width: 1100px; margin: 0 auto; padding: 0 15px }"
    + " article { min-width: 0; flex: 3 }"
    + " #toc { flex: 1; font-size: .8em } #toc a { display: block } #toc .H3 { padding-left: 1em }"
    + " @media (max-width: 600px) { main { display: block } }</style>\n"
    + "<body><main><article><h1>{{ page.title }}</h1><p>{{ page.description }}</p>{{ content }}</article>"
    + _CONTENTS.replace("LEVELS", "article h2, article h3")
    + _MATH
    + "</main></body></html>\n",
    "chirpy": _HEAD
    + "<style>main { max-width: 1250px; margin: 0 auto; padding: 0 15px } #toc a { display: block; font-size: .85em }"
    + " h2 { border-bottom: 1px solid var(--quiet) }</style>\n<body><main><article><h1>{{ page.title }}</h1>"
    + "<p>{{ page.description | markdownify | strip_html }}</p>{{ content }}</article>"
    + _CONTENTS.replace("LEVELS", "article h2, article h3, article h4")
    + _MATH
    + "</main></body></html>\n",
}
_CONFIG: Final = """\
markdown: kramdown
kramdown: {input: GFM, syntax_highlighter: null}
future: true
timezone: Asia/Seoul
permalink: /:title.html
"""


def build_pages(jekyll: Jekyll, folder: Path, text: str) -> dict[str, Path]:
    """The pages that a real Jekyll builds of one post in each layout. A failed build fails the test."""
    assert "\nlayout: post\n" in text
    files = {"_config.yml": _CONFIG}
    for name, layout in LAYOUTS.items():
        files[f"_layouts/{name}.html"] = layout
        files[f"_posts/2025-12-04-{name}.md"] = text.replace("\nlayout: post\n", f"\nlayout: {name}\n", 1)
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    jekyll.build(folder, *SAFE)
    return {name: folder / "_site" / f"{name}.html" for name in LAYOUTS}
